"""Completes the facts of a row with known facts: an empty fact never replaces a known one. Pure.

Songs that Spotify withdraws keep their row and id, but their names, artists, album and length are empty.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from .model import Item, Named, Record, Snapshot, Track, facts

_NOBODY: Final = Named()


def best_of_twins(today: Sequence[Item], before: Sequence[Track]) -> Mapping[str, Item]:
    """Identity → a row with every fact that any of its rows has, for identities with several rows, now or before."""
    twins = _repeated(today) | _repeated(before)
    groups: dict[str, list[Item | Track]] = {}
    rows: Iterable[Item | Track] = [*today, *before] if twins else []
    for row in rows:
        if row.uri in twins:
            groups.setdefault(row.uri, []).append(row)
    return {uri: _together(group) for uri, group in groups.items()}


def _repeated(rows: Sequence[Item | Track]) -> set[str]:
    counts = Counter(row.uri for row in rows)
    return {uri for uri, count in counts.items() if count > 1} if len(counts) < len(rows) else set()


def completed(item: Item, known: Item | Track | None) -> Item:
    """The row, with the song's known facts in place of empty ones."""
    if known is None or not _has_empty_fact(item):
        return item
    is_homeless = not _names(item.album, item.show)
    return item._replace(
        name=item.name or known.name,
        artists=_artists(item.artists, known.artists),
        album=known.album or item.album if is_homeless else item.album,
        show=known.show or item.show if is_homeless else item.show,
        duration_ms=item.duration_ms or known.duration_ms,
        isrc=item.isrc or known.isrc,
    )


def completed_list(record: Record | None, snapshot: Snapshot) -> Snapshot:
    """The snapshot, with the known names of the playlist and of the same owner in place of empty names."""
    if record is None:
        return snapshot
    return snapshot._replace(name=snapshot.name or record.name, owner=_owner(snapshot.owner, record.owner))


def with_withdrawn_rows(record: Record | None, snapshot: Snapshot) -> Snapshot:
    """The snapshot with the known songs in place of its null rows, if the playlist was not edited.

    While the snapshot id stays, nothing is removed: a null row is a song that Spotify withdrew. All other rows must be
    the record's rows, in their order. Otherwise the songs of the null rows are unknown.
    """
    if record is None or not snapshot.null_items or not is_unedited(record, snapshot):
        return snapshot
    missing = len(record.tracks) - len(snapshot.items)
    if not 0 < missing <= snapshot.null_items:
        return snapshot
    rows = _put_back(record.tracks, snapshot.items)
    return snapshot._replace(items=rows, null_items=snapshot.null_items - missing) if rows else snapshot


def is_unedited(record: Record, snapshot: Snapshot) -> bool:
    """Whether Spotify says that nobody edited the playlist: the snapshot id is the record's."""
    return bool(record.snapshot_id) and record.snapshot_id == snapshot.snapshot_id


def _together(rows: Sequence[Item | Track]) -> Item:
    """A row with the smallest of the non-empty values of each fact, so that the order of the rows does not matter."""
    homes = [(row.album, row.show) for row in rows if _names(row.album, row.show)]
    album, show = min(homes, key=_home_order, default=(None, None))
    return Item(
        uri=rows[0].uri,
        name=min((row.name for row in rows if row.name), default=""),
        artists=min((row.artists for row in rows if _have_names(row.artists)), key=_artists_order, default=()),
        album=album,
        show=show,
        duration_ms=min((row.duration_ms for row in rows if row.duration_ms), default=0),
        isrc=min((row.isrc for row in rows if row.isrc), default=None),
    )


def _home_order(home: tuple[Named | None, Named | None]) -> tuple[tuple[str, str], ...]:
    return tuple((named.id or "", named.name) for named in (part or _NOBODY for part in home))


def _artists_order(artists: tuple[Named, ...]) -> tuple[tuple[str, str], ...]:
    return tuple((artist.name, artist.id or "") for artist in artists)


def _have_names(artists: Iterable[Named]) -> bool:
    return any(artist.name for artist in artists)


def _put_back(tracks: Iterable[Track], items: tuple[Item, ...]) -> tuple[Item, ...]:
    """The rows of the record, with today's rows among them; empty if today's rows are in another order."""
    rows, at = [], 0
    for track in tracks:
        is_there = at < len(items) and items[at].uri == track.uri
        rows.append(items[at] if is_there else _row_of(track))
        at += is_there
    return tuple(rows) if at == len(items) else ()


def _row_of(track: Track) -> Item:
    """The row of a known song. It has no day, so that the known day stays."""
    return Item(*facts(track))


def _has_empty_fact(item: Item) -> bool:
    """Whether any fact is missing. This check is quick, since every row needs it."""
    if not (item.name and item.duration_ms and item.isrc and item.artists):
        return True
    return not all(artist.name for artist in item.artists) or not _names(item.album, item.show)


def _names(album: Named | None, show: Named | None) -> bool:
    return bool((album and album.name) or (show and show.name))


def _artists(given: tuple[Named, ...], known: tuple[Named, ...]) -> tuple[Named, ...]:
    """The artists, with known names in place of missing ones. If no artist has a name, all known artists."""
    if not _have_names(given):
        return known or given
    names = {artist.id: artist.name for artist in known if artist.id}
    return tuple(artist if artist.name else artist._replace(name=names.get(artist.id or "", "")) for artist in given)


def _owner(given: Named, known: Named) -> Named:
    """The owner, with the known name if Spotify gives only the id as a name."""
    is_nameless = given.name in ("", given.id)
    is_same = given.id in (None, known.id)
    return known if is_nameless and is_same and known.name else given
