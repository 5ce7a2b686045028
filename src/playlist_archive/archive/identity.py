"""Which songs are the same under another id. Pure.

Spotify sometimes serves the same row of a playlist under another id of the same song: it is neither removed nor added.
"""

from collections.abc import Callable, Hashable, Iterable, Mapping
from datetime import date

from .model import Item, Track

Key = tuple[Hashable, ...]


def renumbered(left: Iterable[Track], new: Iterable[Item | Track]) -> dict[str, Track]:
    """New identity → the track that had another one: same day of addition, and same ISRC or name, artists, length.

    `left` are tracks that are missing, `new` rows or tracks that were not there. Only a day of Spotify's tells.
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
    """How many of `left` have a song of the same name and artists among `new`, whatever its day."""
    names = {name_key(row) for row in new}
    return sum(name_key(track) in names for track in left)


def name_key(row: Item | Track) -> Key:
    """Name and artists, as far as they tell songs apart."""
    return (row.name.casefold(), tuple(artist.name.casefold() for artist in row.artists))


def _paired(
    left: Mapping[str, Track], new: Mapping[str, Item | Track], key: Callable[[Item | Track], Key | None]
) -> list[tuple[str, Track]]:
    """One new row for each track at most, both in their order."""
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
    """Lengths of the same song differ by parts of a second."""
    return (_day(row), *name_key(row), row.duration_ms // 1000) if row.name and row.artists else None


def _day(row: Item | Track) -> date | None:
    return row.given_on if isinstance(row, Track) else row.added_on
