"""Builds a timeline from the versions of a record. Pure.

A record has one track per line, and a version shares most lines with earlier versions. So a known line becomes a
number, and only new lines are parsed (docs/formats.md, "The record").
"""

import json
from collections.abc import Collection
from datetime import date, timedelta
from typing import Any, Final, NamedTuple

from pydantic import TypeAdapter
from pydantic_core import from_json

from ..archive.formats import NewerFormatError, refuse_newer
from ..archive.ids import PlaylistId
from ..archive.model import FORMAT_VERSION, Count, Named, Unavailable
from ..render.markdown import description_text
from .align import align
from .forgotten import ForgottenDay
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
_ALIAS: Final[TypeAdapter[str | None]] = TypeAdapter(str | None)
_LIKES: Final[TypeAdapter[int | None]] = TypeAdapter(Count | None)


class _Seen(NamedTuple):
    """A version of a record: the numbers of its tracks, and its texts. Unchanged texts are empty."""

    day: date
    commit: str
    rows: list[int]
    texts: dict[str, Any]
    is_cut: bool


class Builder:
    """Makes one timeline, or continues an existing one.

    `forgotten` are days that were taken back (forgotten.py). Records may still name these days.
    """

    def __init__(
        self, playlist_id: PlaylistId, timeline: Timeline | None = None, *, forgotten: Collection[date] = ()
    ) -> None:
        self._id = playlist_id
        self._forgotten = forgotten
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

    def add(
        self,
        day: date,
        commit: str,
        text: bytes,
        *,
        is_border: bool = False,
        is_restoring: bool = False,
        seen: ForgottenDay | None = None,
    ) -> None:
        """Adds the record of a commit. Callers begin with the oldest commit.

        `is_border` is true if git lacks the earlier commits. With `is_restoring`, a version with only new likes does
        not count. `seen` is the day that counts instead of the commit's day (forgotten.py). An unreadable record is
        skipped, and named in the timeline.
        """
        try:
            version = self._seen(day, commit, text, is_border=is_border)
            if seen and seen.seen_on:
                version = version._replace(day=seen.seen_on, texts=version.texts | {"likes": seen.likes})
            self._add(version, unimportant={"likes"} if is_restoring else set())
        except (ValueError, TypeError, KeyError, RecursionError) as error:
            reason = str(error) if isinstance(error, _UnreadableError | NewerFormatError) else "it does not parse"
            self._skipped.append(Skipped(day, commit[:COMMIT_CHARACTERS], reason))

    def timeline(self) -> Timeline:
        """The timeline of all versions added so far."""
        return Timeline.model_construct(
            format=TIMELINE_FORMAT,
            id=self._id,
            tracks=tuple(self._tracks),
            versions=tuple(self._versions),
            texts=Texts.model_construct(None, **{key: tuple(changes) for key, changes in self._texts.items()}),
            is_cut=self._is_cut,
            skipped=tuple(self._skipped),
        )

    def _seen(self, day: date, commit: str, text: bytes, *, is_border: bool) -> _Seen:
        head, lines = _parts(text)
        texts = self._texts_of(head)
        known = self._lines
        rows = [known[line] if line in known else self._number(line) for line in lines]
        self._head = head
        first = texts.pop("first_archived", day)
        is_cut = is_border or (day - first > _A_DAY and first not in self._forgotten)
        return _Seen(day, commit, rows, texts, is_cut=is_cut)

    def _add(self, seen: _Seen, unimportant: set[str]) -> None:
        if not self._versions:
            self._is_cut = seen.is_cut
        texts = self._with_days(seen)
        changes = {key: value for key, value in texts.items() if self._now(key) != (value,)}
        if seen.rows == self._rows and changes.keys() <= unimportant and self._versions:
            return
        for key, value in changes.items():
            self._texts[key].append((len(self._versions), value))
        self._versions.append(self._version(seen.day, seen.commit, seen.rows))
        self._rows = seen.rows

    def _with_days(self, seen: _Seen) -> dict[str, Any]:
        """The texts of a version. If a text began on a day that was taken back, it begins on the day of the version."""
        gone = seen.texts.get("unavailable")
        if not gone or gone.since not in self._forgotten:
            return seen.texts
        [before] = self._now("unavailable") or (None,)
        return seen.texts | {"unavailable": before or gone.model_copy(update={"since": seen.day})}

    def _now(self, key: str) -> tuple[Any, ...]:
        """The newest value of a text in a tuple. Empty before the first version."""
        return tuple(value for _, value in self._texts[key][-1:])

    def _texts_of(self, head: bytes) -> dict[str, Any]:
        """The texts in a record's head. Empty if the head equals the last head."""
        if head == self._head:
            return {}
        refuse_newer(head, "it", known=FORMAT_VERSION)
        said = from_json(head)  # refuses half a character, which no cache could keep
        if said["id"] != self._id:
            msg = "it is the record of another playlist"
            raise _UnreadableError(msg)
        return {
            "name": str(said["name"]),
            "alias": _ALIAS.validate_python(said.get("alias")),
            "description": description_text(said.get("description")),
            "owner": _OWNER.validate_python(tuple(said["owner"])),
            "likes": _LIKES.validate_python(said.get("likes")),
            "unavailable": _UNAVAILABLE.validate_json(json.dumps(said.get("unavailable"))),
            "first_archived": date.fromisoformat(said["first_archived"]),
        }

    def _number(self, line: bytes) -> int:
        """The number of the track in a new line."""
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
    """The record's head as separate JSON, and the line of each track without its comma."""
    start = text.find(_TRACKS)
    removed = text.find(_REMOVED, start)
    between = text[start + len(_TRACKS) : removed]
    if start < 0 or removed < 0 or not (between == b"]," or between.endswith(_END)):
        return _parts_by_json(text)
    head = text[:start].removesuffix(b",") + b"}"
    inner = between[1 : -len(_END)] if between != b"]," else b""
    return head, inner.split(b",\n") if inner else []


def _parts_by_json(text: bytes) -> tuple[bytes, list[bytes]]:
    """The head and the lines of a record in any other layout."""
    said = json.loads(text)
    tracks = said.pop("tracks")
    said.pop("removed", None)
    return json.dumps(said).encode(), [json.dumps(track).encode() for track in tracks]
