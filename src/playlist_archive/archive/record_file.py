"""Converts a record to texts and back: to one file, or to several if it has many removed songs. Pure."""

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Annotated, Final, NamedTuple, Self, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, TypeAdapter, ValidationError, model_validator

from ..problem import ProblemError
from . import layout
from .formats import NewerFormatError, refuse_newer
from .ids import PlaylistId, parse_playlist_id
from .merge import leaving_order
from .model import FORMAT_VERSION, Count, Head, Record, Track
from .periods import by_period

SPLIT_ABOVE_BYTES: Final = 1_000_000
"""The most bytes of songs in one file: each change stores the whole file again, and GitHub advises against larger ones
(docs/scale.md, "A list that never stops growing").
"""

_DIGEST_CHARACTERS: Final = 16

_TRACKS_BEGIN: Final = ',\n"tracks": ['
REMOVED_BEGIN: Final = ',\n"removed": ['
_SONG_BEGIN: Final = '\n{"uri":'
_NEXT_SONG: Final = f"}},{_SONG_BEGIN}"
_END: Final = "\n}\n"
_LEFT_ON: Final = re.compile(r'"removed":"([0-9]{4}-[0-9]{2}-[0-9]{2})"')
"""No text inside has these characters, since JSON escapes quotes and line ends."""

PUT_BACK: Final = "put it back from git history"

_TRACKS: Final = TypeAdapter(tuple[Track, ...])

_Period = Annotated[str, Field(pattern=r"^[0-9]{4}(-[0-9]{2})?$")]

ReadParts = Callable[[Sequence[str]], Iterable[str | None]]
"""Gives the text at each path; None if there is no file."""


class RecordError(ProblemError):
    """A record cannot be read. Its files stay as they are."""


class _FrontFile(Record):
    """The record's own file. Songs that were removed before the newest period are in parts instead.

    `parts` are the periods, each with the number of songs that only its part contains. The `digest` changes with every
    part, so that this file shows every change of the record.
    """

    parts: Mapping[_Period, Count] = Field(default_factory=dict)
    digest: str = ""


class _FrontHead(Head):
    """The record's own file up to its songs."""

    parts: Mapping[_Period, Count] = Field(default_factory=dict)
    digest: str = ""


class _PartFile(BaseModel):
    """A part of a record: the songs removed in one period."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: int = FORMAT_VERSION
    id: Annotated[PlaylistId, AfterValidator(parse_playlist_id)]
    part: _Period
    removed: tuple[Track, ...]

    @model_validator(mode="after")
    def _all_were_removed(self) -> Self:
        if not all(track.removed_on for track in self.removed):
            msg = "`removed` must hold the tracks that have a day of that name, and no others"
            raise ValueError(msg)
        return self


class Outline(Head):
    """A record without its songs: how many there are today, and the lines of the removed ones.

    Of a record in parts, `removed` has the lines of the newest two periods alone.
    """

    songs: Count
    removed: tuple[str, ...]

    @property
    def rows(self) -> int:
        """The rows that Spotify counts: songs, and rows whose song Spotify withdrew."""
        return self.songs + self.null_items

    def left_since(self, day: date) -> int:
        """The number of songs that left on this day or later, and did not come back. The day is near today."""
        first = day.isoformat()
        return sum(found >= first for lines in self.removed for found in _LEFT_ON.findall(lines))


class _Line(NamedTuple):
    """The line of a removed song, and its identity."""

    text: str
    uri: str


FileT = TypeVar("FileT", _FrontFile, _FrontHead, _PartFile)


def record_text(record: Record) -> str:
    """The whole record as a JSON text, with ordered keys and one line per track (docs/formats.md, "The record")."""
    return _front_text(record, _lines(record.tracks), _lines(record.removed), {})


def record_texts(record: Record) -> dict[str, str]:
    """Path → text of the record's own file, and of its parts if it is long (docs/formats.md, "Parts").

    The newest period stays in the record's own file, so that new removals seldom change another file.
    """
    tracks = _lines(record.tracks)
    removed = [_Line(line, track.uri) for line, track in zip(_lines(record.removed), record.removed, strict=True)]
    days = [track.removed_on or date.min for track in record.removed]
    is_long = removed and not _fits([*(_Line(line, "") for line in tracks), *removed])
    newest, *older = by_period(zip(days, removed, strict=True), _fits).items() if is_long else [("", removed)]
    known = {track.uri for track in record.tracks} | {line.uri for line in newest[1]}
    counts = {name: sum(line.uri not in known for line in part) for name, part in older}
    texts = {layout.data_part(record.id, name): _part_text(record.id, name, _texts(part)) for name, part in older}
    named = {"parts": counts, "digest": _digest(texts.values())} if texts else {}
    return {layout.data(record.id): _front_text(record, tracks, _texts(newest[1]), named), **texts}


def parse_record(text: str, path: str, read_parts: ReadParts) -> Record:
    """The record in the text of the file at this path, and in the parts that the text names.

    Raises:
        RecordError: a file does not parse, or belongs to a newer format or another playlist; a part is missing, or
            has fewer songs than the record says.
    """
    front = _parsed(_FrontFile, text, path)
    record = _without_parts(front)
    if not front.parts:
        return record
    paths = {name: layout.data_part(front.id, name) for name in front.parts}
    known = {track.uri for track in (*front.tracks, *front.removed)}
    removed: dict[str, Track] = {}
    for (name, part_path), part in zip(paths.items(), read_parts(list(paths.values())), strict=True):
        only_there = [track for track in _part(part, part_path, name, front) if track.uri not in known]
        if len(only_there) < front.parts[name]:
            message = f"{part_path} has {len(only_there):,} songs, {path} says {front.parts[name]:,}"
            raise RecordError(message, f"{PUT_BACK}, both as one commit has them")
        for track in only_there:
            removed[track.uri] = min(track, removed.get(track.uri, track), key=leaving_order)
    whole = sorted([*removed.values(), *front.removed], key=leaving_order)
    return record.model_copy(update={"removed": tuple(whole)})


def parse_outline(text: str, path: str, read_parts: ReadParts) -> Outline:
    """The outline of the record in the text of the file at this path, and in its newest part.

    Only the head is parsed; songs are lines, and are counted. This takes a small part of the time of `parse_record`,
    and sees no fault inside a song's line. A file with other lines is read whole.

    Raises:
        RecordError: the head does not parse, or belongs to a newer format; a line is missing, or is no song's.
    """
    front, _, songs = text.partition(_TRACKS_BEGIN)
    present, _, removed = songs.partition(REMOVED_BEGIN)
    counts = _song_count(present, "]"), _song_count(removed, f"]{_END}")
    if counts[0] is None or counts[1] is None:
        return _outline_of(parse_record(text, path, read_parts))
    head = _parsed(_FrontHead, front + _END, path)
    newest = [layout.data_part(head.id, max(head.parts))] if head.parts else []
    parts = [part for part in read_parts(newest) if part]
    return _outline(head, songs=counts[0], removed=(removed, *parts))


def _song_count(lines: str, end: str) -> int | None:
    """The number of songs in the lines of a list; None if another line is among them, as after a failed merge."""
    if lines == end:
        return 0
    count = lines.count(_NEXT_SONG) + 1
    is_whole = lines.startswith(_SONG_BEGIN) and lines.endswith(f"}}\n{end}")
    return count if is_whole and lines.count("\n") == count + 1 + end.count("\n") else None


def _outline_of(record: Record) -> Outline:
    return _outline(record, songs=record.songs, removed=_lines(record.removed))


def _outline(head: Head, *, songs: int, removed: Iterable[str]) -> Outline:
    facts = {name: getattr(head, name) for name in Head.model_fields}
    return Outline.model_construct(**facts, songs=songs, removed=tuple(removed))


def parse_front(text: str, path: str) -> Record:
    """The record in its own file: all present songs, but only the newest removed songs.

    Raises:
        RecordError: the text does not parse, or has a newer format.
    """
    return _without_parts(_parsed(_FrontFile, text, path))


def has_parts(text: str) -> bool:
    """Whether a record's own file names parts. No title is taken for the key, since JSON escapes line ends."""
    return '\n"parts": ' in text


def united(old: str | None, new: str, path: str) -> str:
    """The new text of a part, with the songs that only the old text has.

    This text is written first. While the record's own file is still old, no song may be missing from both.
    """
    try:
        parts = [_parsed(_PartFile, text, path) for text in (new, old) if text]
    except RecordError:
        return new
    removed = {track.uri: track for part in reversed(parts) for track in part.removed}
    return _part_text(parts[0].id, parts[0].part, _lines(sorted(removed.values(), key=leaving_order)))


def _lines(tracks: Iterable[Track]) -> list[str]:
    """The JSON of each track. All are made at once; a text inside has neither a bare quote nor a line end."""
    whole = _TRACKS.dump_json(tuple(tracks), exclude_defaults=True).decode()
    return whole[1:-1].replace('},{"uri":', '}\n{"uri":').split("\n") if whole != "[]" else []


def _texts(lines: Iterable[_Line]) -> list[str]:
    return [line.text for line in lines]


def _fits(lines: Iterable[_Line]) -> bool:
    return sum(len(line.text.encode()) + 1 for line in lines) <= SPLIT_ABOVE_BYTES


def _front_text(record: Record, tracks: Sequence[str], removed: Sequence[str], named: Mapping[str, object]) -> str:
    head = record.model_dump(
        mode="json", exclude={"tracks", "removed"} | ({"private"} if not record.private else set())
    )
    return _text({**head, **named}, {"tracks": tracks, "removed": removed})


def _part_text(playlist_id: PlaylistId, name: str, removed: Sequence[str]) -> str:
    return _text({"format": FORMAT_VERSION, "id": playlist_id, "part": name}, {"removed": removed})


def _digest(texts: Iterable[str]) -> str:
    return hashlib.sha256("".join(texts).encode(), usedforsecurity=False).hexdigest()[:_DIGEST_CHARACTERS]


def _text(head: Mapping[str, object], lists: Mapping[str, Sequence[str]]) -> str:
    lines = [f"{json.dumps(key)}: {json.dumps(value, ensure_ascii=False)}" for key, value in head.items()]
    lines += [f"{json.dumps(key)}: " + _list(songs) for key, songs in lists.items()]
    return "{\n" + ",\n".join(lines) + _END


def _list(lines: Sequence[str]) -> str:
    return "[\n" + ",\n".join(lines) + "\n]" if lines else "[]"


def _without_parts(front: _FrontFile) -> Record:
    return Record.model_construct(**{name: getattr(front, name) for name in Record.model_fields})


def _part(text: str | None, path: str, name: str, front: _FrontFile) -> tuple[Track, ...]:
    if text is None:
        raise RecordError(f"{path} is missing, though the record names it", PUT_BACK)
    part = _parsed(_PartFile, text, path)
    if (part.id, part.part) != (front.id, name):
        raise RecordError(f"{path} is the part {part.part} of {part.id!r}", PUT_BACK)
    return part.removed


def _parsed(kind: type[FileT], text: str, path: str) -> FileT:
    try:
        file = kind.model_validate_json(text)
    except ValidationError as error:
        _refuse_newer(text, path)
        problem = error.errors(include_url=False, include_input=False)[0]
        what = ": ".join(filter(None, (".".join(map(str, problem["loc"])), problem["msg"])))
        raise RecordError(f"{path} does not parse ({what})", PUT_BACK) from None
    if file.format > FORMAT_VERSION:
        _refuse_newer(text, path)
    return file


def _refuse_newer(text: str, path: str) -> None:
    try:
        refuse_newer(text, path, known=FORMAT_VERSION)
    except NewerFormatError as error:
        raise RecordError.of(error) from None
