"""Finds songs that appear under another id. Pure.

Spotify sometimes serves a row of a playlist under another id of the same song. Such a song is neither removed nor
added.
"""

from collections.abc import Callable, Hashable, Iterable, Mapping
from datetime import date

from .model import Item, Track

Key = tuple[Hashable, ...]


def renumbered(left: Iterable[Track], new: Iterable[Item | Track]) -> dict[str, Track]:
    """New identity → the track that had another identity before.

    A pair has the same day of addition, and the same ISRC, or the same name, artists and length. `left` are missing
    tracks; `new` are rows or tracks that were not there before. Only days given by Spotify count.
    """
    missing = {track.uri: track for track in left if _day(track)}
    if not missing:
        return {}
    arrived = {row.uri: row for row in new if _day(row)}
    found: dict[str, Track] = {}
    for key in (_by_isrc, _by_name):
        for uri, track in _paired(missing, arrived, key):
            found[uri] = track
            del missing[track.uri], arrived[uri]
    return found


def same_names(left: Iterable[Track], new: Iterable[Item]) -> int:
    """How many of `left` have the name and artists of a song in `new`, whatever its day."""
    names = {name_key(row) for row in new}
    return sum(name_key(track) in names for track in left)


def name_key(row: Item | Track) -> Key:
    """The name and artists of a song, without the case of letters."""
    return (row.name.casefold(), tuple(artist.name.casefold() for artist in row.artists))


def _paired(
    left: Mapping[str, Track], new: Mapping[str, Item | Track], key: Callable[[Item | Track], Key | None]
) -> list[tuple[str, Track]]:
    """Pairs of a new row's identity and a missing track with the same key. Both keep their order."""
    waiting: dict[Key, list[Track]] = {}
    for track in left.values():
        if found := key(track):
            waiting.setdefault(found, []).append(track)
    pairs = []
    for uri, row in new.items():
        found = key(row)
        if found and waiting.get(found):
            pairs.append((uri, waiting[found].pop(0)))
    return pairs


def _by_isrc(row: Item | Track) -> Key | None:
    return (_day(row), row.isrc) if row.isrc else None


def _by_name(row: Item | Track) -> Key | None:
    """The day, name, artists and length in seconds, since lengths of the same song differ by parts of a second."""
    return (_day(row), *name_key(row), row.duration_ms // 1000) if row.name and row.artists else None


def _day(row: Item | Track) -> date | None:
    return row.given_on if isinstance(row, Track) else row.added_on
