"""Checks whether a snapshot repeats the record, so that most playlists need no further work. Pure."""

from collections.abc import Mapping
from typing import Any, Final

from .merge import likes_drifted
from .model import FACTS, Head, Item, Snapshot
from .outline import Outline

_GIVEN: Final = frozenset({*FACTS, "added", "spans"})
_ANY: Final = _GIVEN | {"upper_bound", "observed"}
"""The keys of a present song whose newest day Spotify gave, and of any present song."""


def repeats(outline: Outline, seen: Snapshot, *, alias: str | None) -> bool:
    """Whether the snapshot has exactly the facts of the record. Then nothing is doubtful, and `merge` changes nothing.

    Otherwise `merge` may still change nothing: a small drift of the likes does not count. Songs are compared as the
    record's file has them, since to make tracks of them takes longer.
    """
    return (
        _texts(outline, seen, alias)
        and outline.songs == len(seen.items)
        and _rows(outline, seen)
        and not likes_drifted(outline.likes, seen.likes)
    )


def _texts(head: Head, seen: Snapshot, alias: str | None) -> bool:
    """Whether the facts of the playlist itself are equal."""
    return (
        head.unavailable is None
        and (head.id, head.name, head.alias, head.description) == (seen.id, seen.name, alias, seen.description)
        and (head.owner, head.null_items) == (seen.owner, seen.null_items)
        and seen.private in (None, head.private)
    )


def _rows(outline: Outline, seen: Snapshot) -> bool:
    """Whether the songs are equal, and their order."""
    songs = outline.present()
    return len(songs) == len(seen.items) and all(map(_is_row, songs, seen.items))


def _is_row(song: Mapping[str, Any], item: Item) -> bool:
    """Whether the row has nothing new. A day of our clock may give way to a day of Spotify."""
    known = song.get
    return (
        (known("uri"), known("name"), known("duration_ms", 0), known("isrc"), known("added_by"))
        == (item.uri, item.name, item.duration_ms, item.isrc, item.added_by)
        and (known("linked") is not False) == item.linked
        and known("artists", []) == [[*artist] for artist in item.artists]
        and known("album") == (item.album and [*item.album])
        and known("show") == (item.show and [*item.show])
        and (_ANY if item.added_on is None else _GIVEN).issuperset(song)
        and (item.added_on is None or item.added_on.isoformat() == known("added"))
    )
