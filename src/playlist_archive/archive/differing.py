"""Shortens two texts of a record to their differing lines, so that most songs need not be parsed. Pure."""

import re
from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from typing import Final, NamedTuple

_TRACKS: Final = '\n"tracks": [\n'
_AFTER: Final = '\n],\n"removed": ['
_NEXT: Final = ",\n"
_URI: Final = re.compile(r'\{"uri":"([^"\\]*)"')
"""The beginning of a song's line. Lines with escaped characters do not match; only local files have such URIs."""


class Differing(NamedTuple):
    """Two texts of a record, without the songs that are the same in both.

    Without an old text, all songs are removed from the new text, and `added` is their number.
    """

    old: str | None
    new: str
    added: int = 0


def differing(old: str | None, new: str) -> Differing:
    """Both texts, shortened; the same songs came and went between them. Texts in another format stay whole."""
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
        """The record without these songs, and without the removed songs."""
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
