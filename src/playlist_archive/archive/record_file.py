"""Converts a record to texts and back: to one file, or to several if it has many removed songs. Pure."""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Annotated, Final, NamedTuple, Self, TypeVar

from pydantic import AfterValidator, Field, TypeAdapter, ValidationError, model_validator

from ..problem import ProblemError
from . import layout
from .formats import NewerFormatError, refuse_newer
from .ids import PlaylistId, parse_playlist_id
from .merge import leaving_order
from .model import FORMAT_VERSION, Count, Record, Track, Versioned
from .periods import by_period

SPLIT_ABOVE_BYTES: Final = 1_000_000
"""The most bytes of songs in one file: each change stores the whole file again, and GitHub advises against larger ones
(docs/scale.md, "A list that never stops growing").
"""

_DIGEST_CHARACTERS: Final = 16

FILE_END: Final = "\n}\n"

PUT_BACK: Final = "put it back from git history"

_TRACKS: Final = TypeAdapter(tuple[Track, ...])

Period = Annotated[str, Field(pattern=r"^[0-9]{4}(-[0-9]{2})?$")]

ReadParts = Callable[[Sequence[str]], Iterable[str | None]]
"""Gives the text at each path; None if there is no file."""


class RecordError(ProblemError):
    """A record cannot be read. Its files stay as they are."""


class _FrontFile(Record):
    """The record's own file. Songs that were removed before the newest period are in parts instead.

    `parts` are the periods, each with the number of songs that only its part contains. The `digest` changes with every
    part, so that this file shows every change of the record.
    """

    parts: Mapping[Period, Count] = Field(default_factory=dict)
    digest: str = ""


class _PartFile(Versioned):
    """A part of a record: the songs removed in one period."""

    id: Annotated[PlaylistId, AfterValidator(parse_playlist_id)]
    part: Period
    removed: tuple[Track, ...]

    @model_validator(mode="after")
    def _all_were_removed(self) -> Self:
        if not all(track.removed_on for track in self.removed):
            msg = "`removed` must hold the tracks that have a day of that name, and no others"
            raise ValueError(msg)
        return self


class _Line(NamedTuple):
    """The line of a removed song, and its identity."""

    text: str
    uri: str


FileT = TypeVar("FileT", bound=Versioned)


def record_text(record: Record) -> str:
    """The whole record as a JSON text, with ordered keys and one line per track (docs/formats.md, "The record")."""
    return _front_text(record, track_lines(record.tracks), track_lines(record.removed), {})


def record_texts(record: Record) -> dict[str, str]:
    """Path → text of the record's own file, and of its parts if it is long (docs/formats.md, "Parts").

    The newest period stays in the record's own file, so that new removals seldom change another file.
    """
    tracks = track_lines(record.tracks)
    removed = [_Line(line, track.uri) for line, track in zip(track_lines(record.removed), record.removed, strict=True)]
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
    front = parsed(_FrontFile, text, path)
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


def parse_front(text: str, path: str) -> Record:
    """The record in its own file: all present songs, but only the newest removed songs.

    Raises:
        RecordError: the text does not parse, or has a newer format.
    """
    return _without_parts(parsed(_FrontFile, text, path))


def has_parts(text: str) -> bool:
    """Whether a record's own file names parts. No title is taken for the key, since JSON escapes line ends."""
    return '\n"parts": ' in text


def united(old: str | None, new: str, path: str) -> str:
    """The new text of a part, with the songs that only the old text has.

    This text is written first. While the record's own file is still old, no song may be missing from both.
    """
    try:
        parts = [parsed(_PartFile, text, path) for text in (new, old) if text]
    except RecordError:
        return new
    removed = {track.uri: track for part in reversed(parts) for track in part.removed}
    return _part_text(parts[0].id, parts[0].part, track_lines(sorted(removed.values(), key=leaving_order)))


def track_lines(tracks: Iterable[Track]) -> list[str]:
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
    return "{\n" + ",\n".join(lines) + FILE_END


def _list(lines: Sequence[str]) -> str:
    return "[\n" + ",\n".join(lines) + "\n]" if lines else "[]"


def _without_parts(front: _FrontFile) -> Record:
    return Record.model_construct(**{name: getattr(front, name) for name in Record.model_fields})


def _part(text: str | None, path: str, name: str, front: _FrontFile) -> tuple[Track, ...]:
    if text is None:
        raise RecordError(f"{path} is missing, though the record names it", PUT_BACK)
    part = parsed(_PartFile, text, path)
    if (part.id, part.part) != (front.id, name):
        raise RecordError(f"{path} is the part {part.part} of {part.id!r}", PUT_BACK)
    return part.removed


def parsed(kind: type[FileT], text: str, path: str) -> FileT:
    """The text of the file at this path, or the beginning of it, as its model.

    Raises:
        RecordError: the text does not parse, or has a newer format.
    """
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
