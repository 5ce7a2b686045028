"""Checks whether a snapshot repeats the record, so that most playlists need no further work. Pure."""

from collections.abc import Sequence

from .merge import likes_drifted
from .model import Head, Item, Snapshot, Track, facts


def repeats(head: Head, tracks: Sequence[Track], seen: Snapshot, *, alias: str | None) -> bool:
    """Whether the snapshot has exactly the facts of a record with this head, and with these tracks today.

    Then nothing is doubtful, and `merge` changes nothing. Otherwise `merge` may still change nothing: a small drift of
    the likes does not count.
    """
    return (
        _texts(head, seen, alias)
        and len(tracks) == len(seen.items)
        and all(map(_is_row_of, tracks, seen.items))
        and not likes_drifted(head.likes, seen.likes)
    )


def _texts(head: Head, seen: Snapshot, alias: str | None) -> bool:
    """Whether the facts of the playlist itself are equal."""
    return (
        head.unavailable is None
        and (head.id, head.name, head.alias, head.description) == (seen.id, seen.name, alias, seen.description)
        and (head.owner, head.null_items) == (seen.owner, seen.null_items)
        and seen.private in (None, head.private)
    )


def _is_row_of(track: Track, item: Item) -> bool:
    """Whether the row has nothing new. A day of our clock may give way to a day of Spotify."""
    is_its_day = item.added_on == track.added_on and not track.observed and not track.upper_bound
    return facts(track) == facts(item) and (item.added_on is None or is_its_day) and track.removed_on is None
