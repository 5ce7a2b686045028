"""Versions of a record → a timeline. Pure.

A record has one track a line, and most lines of a version were there before. So each known line is only a number, and
only new lines are parsed (docs/formats.md, "The record").
"""

import json
from datetime import date, timedelta
from typing import Any, Final

from pydantic import TypeAdapter

from ..archive.formats import NewerFormatError, refuse_newer
from ..archive.ids import PlaylistId
from ..archive.model import FORMAT_VERSION, Named, Unavailable
from ..render.markdown import description_text
from .align import align
from .timeline import (
    COMMIT_CHARACTERS,
    TEXT_KEYS,
    TIMELINE_FORMAT,
    Skipped,
    Song,
    Texts,
    Timeline,
    Version,
    gaps,
    orders,
)

_TRACKS: Final = b'\n"tracks": ['
_REMOVED: Final = b'\n"removed": '
_END: Final = b"\n],"
_A_DAY: Final = timedelta(days=1)
_UNAVAILABLE: Final[TypeAdapter[Unavailable | None]] = TypeAdapter(Unavailable | None)
_OWNER: Final = TypeAdapter(Named)


class Builder:
    """Makes one timeline, from nothing or from one that is to be continued."""

    def __init__(self, playlist_id: PlaylistId, timeline: Timeline | None = None) -> None:
        self._id = playlist_id
        self._tracks = list(timeline.tracks) if timeline else []
        self._versions = list(timeline.versions) if timeline else []
        self._skipped = list(timeline.skipped) if timeline else []
        self._is_cut = timeline.is_cut if timeline else False
        self._texts: dict[str, list[tuple[int, Any]]] = {key: [] for key in TEXT_KEYS}
        if timeline:
            self._texts = {key: list(getattr(timeline.texts, key)) for key in TEXT_KEYS}
        self._numbers = {_key(song): number for number, song in enumerate(self._tracks)}
        self._lines: dict[bytes, int] = {}
        self._head = b""
        self._rows: list[int] = []
        for rows in orders(timeline) if timeline else ():
            self._rows = rows

    def add(self, day: date, commit: str, text: bytes, *, is_border: bool = False) -> None:
        """Takes in the record as a commit has it; the oldest commit comes first.

        `is_border` says that git does not have the commits before it. A record that cannot be read is skipped and
        named in the timeline.
        """
        try:
            self._add(day, commit, text, is_border=is_border)
        except (ValueError, TypeError, KeyError, RecursionError) as error:
            reason = str(error) if isinstance(error, _UnreadableError | NewerFormatError) else "it does not parse"
            self._skipped.append(Skipped(day, commit[:COMMIT_CHARACTERS], reason))

    def timeline(self) -> Timeline:
        """What was added until now."""
        return Timeline.model_construct(
            format=TIMELINE_FORMAT,
            id=self._id,
            tracks=tuple(self._tracks),
            versions=tuple(self._versions),
            texts=Texts.model_construct(None, **{key: tuple(changes) for key, changes in self._texts.items()}),
            is_cut=self._is_cut,
            skipped=tuple(self._skipped),
        )

    def _add(self, day: date, commit: str, text: bytes, *, is_border: bool) -> None:
        head, lines = _parts(text)
        texts = self._texts_of(head)
        known = self._lines
        rows = [known[line] if line in known else self._number(line) for line in lines]
        self._head = head
        if not self._versions and texts:
            first = texts["first_archived"]
            self._is_cut = is_border or first + _A_DAY < day
        changes = {key: texts[key] for key in TEXT_KEYS if texts and self._now(key) != (texts[key],)}
        if rows == self._rows and not changes and self._versions:
            return
        for key, value in changes.items():
            self._texts[key].append((len(self._versions), value))
        self._versions.append(self._version(day, commit, rows))
        self._rows = rows

    def _now(self, key: str) -> tuple[Any, ...]:
        """The newest value of a text, alone; nothing before the first version."""
        return tuple(value for _, value in self._texts[key][-1:])

    def _texts_of(self, head: bytes) -> dict[str, Any]:
        """The texts in a record's head, empty where it is the same as the last one."""
        if head == self._head:
            return {}
        refuse_newer(head, "it", known=FORMAT_VERSION)
        said = json.loads(head)
        if said["id"] != self._id:
            msg = "it is the record of another playlist"
            raise _UnreadableError(msg)
        return {
            "name": str(said["name"]),
            "alias": said.get("alias"),
            "description": description_text(said.get("description")),
            "owner": _OWNER.validate_python(tuple(said["owner"])),
            "likes": said.get("likes"),
            "unavailable": _UNAVAILABLE.validate_json(json.dumps(said.get("unavailable"))),
            "first_archived": date.fromisoformat(said["first_archived"]),
        }

    def _number(self, line: bytes) -> int:
        """The number of the track in a line that was not there before."""
        song = Song.model_validate_json(line)
        number = self._numbers.setdefault(_key(song), len(self._tracks))
        if number == len(self._tracks):
            self._tracks.append(song)
        self._lines[line] = number
        return number

    def _version(self, day: date, commit: str, rows: list[int]) -> Version:
        found = align(self._rows, rows)
        deleted = sorted([*found.removed, *(old for old, _ in found.moved)])
        inserted = sorted([*found.added, *(new for _, new in found.moved)])
        tracks = tuple(rows[position] for position in inserted)
        return Version(day, commit[:COMMIT_CHARACTERS], gaps(deleted), gaps(inserted), tracks)


class _UnreadableError(ValueError):
    """A record that this program cannot read; the message says why."""


def _key(song: Song) -> tuple[Any, ...]:
    return tuple(song.__dict__.values())


def _parts(text: bytes) -> tuple[bytes, list[bytes]]:
    """The record's head as JSON of its own, and the line of each track without its comma."""
    start = text.find(_TRACKS)
    removed = text.find(_REMOVED, start)
    between = text[start + len(_TRACKS) : removed]
    if start < 0 or removed < 0 or not (between == b"]," or between.endswith(_END)):
        return _parts_by_json(text)
    head = text[:start].removesuffix(b",") + b"}"
    inner = between[1 : -len(_END)] if between != b"]," else b""
    return head, inner.split(b",\n") if inner else []


def _parts_by_json(text: bytes) -> tuple[bytes, list[bytes]]:
    """The same for a record in any other layout."""
    said = json.loads(text)
    tracks = said.pop("tracks")
    said.pop("removed", None)
    return json.dumps(said).encode(), [json.dumps(track).encode() for track in tracks]
