"""Reads a record without parsing its songs, which takes a small part of the time of the whole record. Pure."""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Final

from pydantic import Field
from pydantic_core import from_json

from . import layout
from .model import Count, Head, Record
from .record_file import FILE_END, Period, ReadParts, parse_record, parsed, track_lines

_TRACKS_BEGIN: Final = ',\n"tracks": ['
REMOVED_BEGIN: Final = ',\n"removed": ['
_SONG_BEGIN: Final = '\n{"uri":'
_NEXT_SONG: Final = f"}},{_SONG_BEGIN}"
_LEFT_ON: Final = re.compile(r'"removed":"([0-9]{4}-[0-9]{2}-[0-9]{2})"')
"""No text inside has these characters, since JSON escapes quotes and line ends."""


class _FrontHead(Head):
    """The record's own file up to its songs."""

    parts: Mapping[Period, Count] = Field(default_factory=dict)
    digest: str = ""


class Outline(Head):
    """A record whose songs are not parsed: their number today, their JSON, and the lines of the removed ones.

    Of a record in parts, `removed` has the lines of the newest two periods alone.
    """

    songs: Count
    tracks: str
    removed: tuple[str, ...]

    @property
    def rows(self) -> int:
        """The rows that Spotify counts: songs, and rows whose song Spotify withdrew."""
        return self.songs + self.null_items

    def present(self) -> list[dict[str, Any]]:
        """The songs in the list today, as the record's file has them; empty if that is no JSON."""
        try:
            songs: list[dict[str, Any]] = from_json(self.tracks, cache_strings="keys")
        except ValueError:
            return []
        return songs

    def left_since(self, day: date) -> int:
        """The number of songs that left on this day or later, and did not come back. The day is near today."""
        first = day.isoformat()
        return sum(found >= first for lines in self.removed for found in _LEFT_ON.findall(lines))


def parse_outline(text: str, path: str, read_parts: ReadParts) -> Outline:
    """The outline of the record in the text of the file at this path, and in its newest part.

    Only the head is parsed; songs are lines, and are counted. This takes a small part of the time of `parse_record`,
    and sees no fault inside a song's line. A file with other lines is read whole.

    Raises:
        RecordError: the head does not parse, or belongs to a newer format; a line is missing, or is no song's.
    """
    front, _, songs = text.partition(_TRACKS_BEGIN)
    present, _, removed = songs.partition(REMOVED_BEGIN)
    counts = _song_count(present, "]"), _song_count(removed, f"]{FILE_END}")
    if counts[0] is None or counts[1] is None:
        return _outline_of(parse_record(text, path, read_parts))
    head = parsed(_FrontHead, front + FILE_END, path)
    newest = [layout.data_part(head.id, max(head.parts))] if head.parts else []
    parts = [part for part in read_parts(newest) if part]
    return _outline(head, songs=counts[0], tracks=f"[{present}", removed=(removed, *parts))


def _song_count(lines: str, end: str) -> int | None:
    """The number of songs in the lines of a list; None if another line is among them, as after a failed merge."""
    if lines == end:
        return 0
    count = lines.count(_NEXT_SONG) + 1
    is_whole = lines.startswith(_SONG_BEGIN) and lines.endswith(f"}}\n{end}")
    return count if is_whole and lines.count("\n") == count + 1 + end.count("\n") else None


def _outline_of(record: Record) -> Outline:
    tracks = f"[{','.join(track_lines(record.tracks))}]"
    return _outline(record, songs=record.songs, tracks=tracks, removed=track_lines(record.removed))


def _outline(head: Head, *, songs: int, tracks: str, removed: Iterable[str]) -> Outline:
    facts = {name: getattr(head, name) for name in Head.model_fields}
    return Outline.model_construct(**facts, songs=songs, tracks=tracks, removed=tuple(removed))
