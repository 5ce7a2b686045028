"""Checks whether a snapshot repeats the record, so that most playlists need no further work. Pure."""

from .merge import likes_drifted
from .model import Item, Record, Snapshot, Track, facts


def repeats(record: Record, seen: Snapshot, *, alias: str | None) -> bool:
    """Whether the snapshot has exactly the facts of the record. Then nothing is doubtful, and `merge` changes nothing.

    Otherwise `merge` may still change nothing: a small drift of the likes does not count.
    """
    return (
        _texts(record, seen, alias)
        and len(record.tracks) == len(seen.items)
        and all(map(_is_row_of, record.tracks, seen.items))
        and not likes_drifted(record.likes, seen.likes)
    )


def _texts(record: Record, seen: Snapshot, alias: str | None) -> bool:
    """Whether the facts of the playlist itself are equal."""
    return (
        record.unavailable is None
        and (record.id, record.name, record.alias, record.description) == (seen.id, seen.name, alias, seen.description)
        and (record.owner, record.null_items) == (seen.owner, seen.null_items)
        and seen.private in (None, record.private)
    )


def _is_row_of(track: Track, item: Item) -> bool:
    """Whether the row has nothing new. A day of our clock may give way to a day of Spotify."""
    return facts(track) == facts(item) and (
        item.added_on is None or (item.added_on == track.added_on and not track.observed and not track.upper_bound)
    )
