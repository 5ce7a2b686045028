"""What differs between two texts of a record, found by their lines: most songs need not be parsed for it. Pure."""

import re
from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from typing import Final, NamedTuple

_TRACKS: Final = '\n"tracks": [\n'
_AFTER: Final = '\n],\n"removed": ['
_NEXT: Final = ",\n"
_URI: Final = re.compile(r'\{"uri":"([^"\\]*)"')
"""How the line of a song begins; one with a character that JSON escapes, which only local files have, is left alone."""


class Differing(NamedTuple):
    """Two texts of a record without the songs that are the same in both.

    Where there is no old one, all songs are taken out of the new one, and `added` is their number.
    """

    old: str | None
    new: str
    added: int = 0


def differing(old: str | None, new: str) -> Differing:
    """Both texts, shortened, so that the same songs came and went between them; whole where they are no such texts."""
    after = _Text.of(new)
    if after is None:
        return Differing(old, new)
    if old is None:
        uris = {_uri(line) for line in after.lines}
        return Differing(old, new) if None in uris else Differing(old, after.without(uris), len(uris))
    before = _Text.of(old)
    if before is None:
        return Differing(old, new)
    then, now = _by_uri(before.lines), _by_uri(after.lines)
    same: set[str | None] = {uri for uri, lines in now.items() if uri is not None and then.get(uri) == lines}
    return Differing(before.without(same), after.without(same))


class _Text(NamedTuple):
    head: str
    lines: list[str]

    @classmethod
    def of(cls, text: str) -> "_Text | None":
        head, begins, rest = text.partition(_TRACKS)
        tracks, ends, _ = rest.partition(_AFTER)
        return cls(head, tracks.split(_NEXT)) if begins and ends else None

    def without(self, songs: AbstractSet[str | None]) -> str:
        """The record without these songs, and without those that were removed."""
        lines = [line for line in self.lines if _uri(line) not in songs]
        return f"{self.head}{_TRACKS}{_NEXT.join(lines)}{_AFTER}]\n}}\n"


def _uri(line: str) -> str | None:
    found = _URI.match(line)
    return found[1] if found else None


def _by_uri(lines: Iterable[str]) -> dict[str | None, list[str]]:
    found: dict[str | None, list[str]] = {}
    for line in lines:
        found.setdefault(_uri(line), []).append(line)
    return found
