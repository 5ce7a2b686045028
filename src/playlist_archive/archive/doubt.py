"""Finds the signs that an answer about a list may be wrong (docs/design.md, "Doubt"). Pure: no clock, disk or network.

A well-formed answer may be wrong. A list has *signs* of doubt; `judgement.py` decides whether a run believes the list.
"""

import hashlib
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import Final, NamedTuple

from .facts import is_unedited, with_withdrawn_rows
from .habit import is_replaced_now_and_then
from .identity import renumbered, same_names
from .ids import PlaylistId
from .model import Item, Named, Record, Snapshot, Track, by_identity, facts

FEW: Final = 3
"""The most songs that may come or go in an unedited list, because Spotify withdraws some."""

SMALLEST: Final = 2
"""The fewest songs of which a list can lose most. An empty list is doubted, whatever its size was."""

ENOUGH: Final = 5
"""A list with up to so many new songs did not grow too much."""

ROUNDED_MS: Final = 1_000
"""Lengths are equal if they differ by this much at most (our choice)."""

PAGES: Final = (50, 100)
"""The numbers of rows in a page of Spotify's answers."""


class Sign(StrEnum):
    """A reason to doubt an answer about a list, as a sentence."""

    EMPTY = "all songs are missing"
    LOST = "more than half of the songs are missing"
    REPLACED = "more than half of the songs are missing, and others are there"
    CUT = "all songs after a full page of the answer are missing"
    NULLS = "many rows are empty"
    EARLIER = "most songs have an earlier day of addition than before"
    RENUMBERED = "most songs have another id under the same name"
    RENAMED = "most songs have another name under the same id"
    CHANGED = "most songs have other artists, another album or another length under the same id"
    GREW = "the songs are more than twice as many as before"
    SAME = "another playlist has the very same songs"
    FOREIGN = "most new songs are those of another playlist"
    OWNER = "it belongs to somebody else"
    UNEDITED = "songs came or went, though Spotify says that nobody edited it"
    DENIED = "Spotify says that nobody edited it"
    NOT_SERVED = "Spotify does not serve it any more"
    NEW = "it was never seen before"
    ALIKE = "several new playlists have the very same songs"

    @classmethod
    def _missing_(cls, value: object) -> "Sign | None":
        """The sign for the words of an older version, which files may still contain."""
        return _OLD_WORDS.get(value) if isinstance(value, str) else None


_OLD_WORDS: Final[Mapping[str, Sign]] = {
    "songs came or went, though Spotify says that nobody edited it": Sign.UNEDITED,
}

ALONE: Final = frozenset({Sign.CUT, Sign.UNEDITED, Sign.DENIED, Sign.ALIKE})
"""The signs that are enough to doubt a single list."""


class Suspect(NamedTuple):
    """A list that has signs of doubt, or may get one from a comparison with other lists.

    `snapshot` is the answer about the list. It is None if Spotify does not serve the list any more, or if the list is
    new.
    """

    playlist_id: PlaylistId
    snapshot: Snapshot | None
    signs: tuple[Sign, ...]
    digest: str


class Doubt(NamedTuple):
    """A note on an answer that was not believed: the time of the first such answer, the sign, and a digest.

    `days` are the days in a row on which the list was doubted, whatever the answers were.
    """

    playlist_id: PlaylistId
    at: datetime
    sign: Sign
    digest: str
    days: tuple[date, ...] = ()


def signs(record: Record | None, snapshot: Snapshot) -> tuple[Sign, ...]:
    """The signs that a list has by itself; none if the list was never seen before."""
    if record is None:
        return ()
    change = _Change.of(record, snapshot)
    found = [
        *_of_contents(record, snapshot, change),
        *([Sign.NULLS] if _has_many_nulls(record, snapshot) else []),
        *_of_facts(change),
        *([Sign.OWNER] if _has_other_owner(record, snapshot) else []),
    ]
    return (*found, *(_denied(change, found) if is_unedited(record, snapshot) else []))


def digest(snapshot: Snapshot) -> str:
    """A short text that depends only on the songs and their days, not on their order."""
    rows = sorted({f"{item.uri} {item.added_on}" for item in snapshot.items})
    return _hashed([*rows, str(snapshot.null_items)])


def digest_of_reason(reason: str) -> str:
    """The digest of a list that is not served."""
    return _hashed([reason])


class _Change(NamedTuple):
    """The differences between a record and a snapshot, by identity. Songs under a new id do not count as changed."""

    known: Mapping[str, Track]
    rows: Mapping[str, Item]
    left: tuple[Track, ...]
    new: tuple[Item, ...]
    renumbered: int

    @classmethod
    def of(cls, record: Record, seen: Snapshot) -> "_Change":
        snapshot = with_withdrawn_rows(record, seen)
        known = by_identity(record.tracks)
        rows = _rows(snapshot.items, known)
        left = {uri: track for uri, track in known.items() if uri not in rows}
        new = {uri: item for uri, item in rows.items() if uri not in known}
        pairs = renumbered(left.values(), new.values())
        others = {track.uri for track in pairs.values()}
        return cls(
            known,
            rows,
            tuple(track for uri, track in left.items() if uri not in others),
            tuple(item for uri, item in new.items() if uri not in pairs),
            len(pairs),
        )

    def stayed(self) -> list[tuple[Track, Item]]:
        """The songs in both record and snapshot, each as a track and as an item."""
        return [(self.known[uri], item) for uri, item in self.rows.items() if uri in self.known]


def _rows(items: Iterable[Item], known: Mapping[str, Track]) -> dict[str, Item]:
    """One row per identity. Of local files that share one, it is the row that the record knows, if it is there."""
    rows: dict[str, Item] = {}
    for item in items:
        other, track = rows.setdefault(item.uri, item), known.get(item.uri)
        if other is not item and track and facts(track) == facts(item):
            rows[item.uri] = item
    return rows


def _has_many_nulls(record: Record, snapshot: Snapshot) -> bool:
    """Whether so many null rows are new that they are a sign of doubt.

    In an unedited list, null rows remove no songs. So such a list is doubted only if most of its rows are null.
    """
    new = snapshot.null_items - record.null_items
    size = len(record.tracks)
    return new > max(FEW, size // 2 if is_unedited(record, snapshot) else size // 10)


def _has_other_owner(record: Record, snapshot: Snapshot) -> bool:
    """Whether both owners are known and differ. Spotify gives no list to another user; a few users get another id."""
    return bool(record.owner.id and snapshot.owner.id) and record.owner.id != snapshot.owner.id


def _of_contents(record: Record, snapshot: Snapshot, change: _Change) -> list[Sign]:
    """The sign of what happened to most of the songs; at most one."""
    if record.tracks and not snapshot.items:
        return [Sign.EMPTY]
    most = len(change.known) // 2
    if _is_cut(record, snapshot, change):
        return [Sign.CUT]
    if len(change.known) >= SMALLEST and change.renumbered + same_names(change.left, change.new) > most:
        return [Sign.RENUMBERED]
    if len(change.known) >= SMALLEST and len(change.left) > most:
        return _of_loss(record, change)
    return [Sign.GREW] if len(change.new) > max(ENOUGH, len(change.known)) else []


def _of_loss(record: Record, change: _Change) -> list[Sign]:
    """The sign of a loss. A list that was replaced before is not doubted for another replacement."""
    if len(change.rows) * 2 < len(change.known):
        return [Sign.LOST]
    return [] if is_replaced_now_and_then(record) else [Sign.REPLACED]


def _of_facts(change: _Change) -> list[Sign]:
    """The signs that most of the songs that stayed have other facts than before."""
    both = change.stayed()
    found = {
        Sign.EARLIER: sum(_is_earlier(track, item) for track, item in both),
        Sign.RENAMED: sum(_is_renamed(track, item) for track, item in both),
        Sign.CHANGED: sum(_is_changed(track, item) for track, item in both),
    }
    return [sign for sign, count in found.items() if count >= SMALLEST and count * 2 > len(both)]


def _is_renamed(track: Track, item: Item) -> bool:
    return bool(track.name and item.name) and item.name != track.name


def _is_changed(track: Track, item: Item) -> bool:
    """Whether artists, album, show or length differ. Lengths of the same song may differ by parts of a second."""
    if _facts(track) == _facts(item):
        return False
    homes = _home(track), _home(item)
    artists = _names(track.artists), _names(item.artists)
    lengths = track.duration_ms, item.duration_ms
    return (
        (all(homes) and homes[0] != homes[1])
        or (all(artists) and artists[0] != artists[1])
        or (all(lengths) and abs(lengths[0] - lengths[1]) > ROUNDED_MS)
    )


def _facts(row: Track | Item) -> tuple[object, ...]:
    return row.artists, row.album, row.show, row.duration_ms


def _home(row: Track | Item) -> str:
    home = row.album or row.show
    return home.name if home else ""


def _names(artists: Iterable[Named]) -> str:
    return "\n".join(sorted(artist.name for artist in artists))


def _is_earlier(track: Track, item: Item) -> bool:
    """Whether Spotify now gives an earlier day of addition than before."""
    is_clocks = track.upper_bound or track.observed
    return bool(item.added_on and not is_clocks and item.added_on < track.first_added)


def _is_cut(record: Record, snapshot: Snapshot, change: _Change) -> bool:
    """Whether only the first pages of the known rows are left."""
    size = len(snapshot.items)
    if len(change.left) <= FEW or size not in PAGES or change.new or size >= len(record.tracks):
        return False
    return all(item.uri == track.uri for item, track in zip(snapshot.items, record.tracks, strict=False))


def _denied(change: _Change, found: Iterable[Sign]) -> list[Sign]:
    """The sign that an unedited list changed more than Spotify may change it by itself."""
    seen = {*found}
    if len(change.left) + len(change.new) > FEW or {Sign.EMPTY, Sign.RENUMBERED} & seen:
        return [Sign.UNEDITED]
    if Sign.OWNER in seen or ({Sign.RENAMED, Sign.CHANGED} & seen and not _are_of_one_artist(change)):
        return [Sign.DENIED]
    return []


def _are_of_one_artist(change: _Change) -> bool:
    """Whether all songs with other facts are by one artist. Their publisher may rename them all at once."""
    artists = [_ids(track) for track, item in change.stayed() if _is_renamed(track, item) or _is_changed(track, item)]
    return bool(frozenset.intersection(*artists))


def _ids(track: Track) -> frozenset[str]:
    """The artists of a song, or the show of an episode, by id. The name replaces a missing id."""
    return frozenset(named.id or named.name for named in (*track.artists, *((track.show,) if track.show else ())))


def _hashed(lines: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(lines).encode("utf-8", "replace")).hexdigest()[:16]
