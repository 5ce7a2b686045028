"""Imports exports of this program and others: whole archives, or single playlists on a day."""

import csv
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from functools import partial
from pathlib import Path
from typing import Final

from ..archive.ids import PlaylistId
from ..archive.json_data import without_surrogates
from ..archive.model import Record, Snapshot
from ..archive.registry import Registry
from ..archive.store import RecordError, Store
from ..problem import ProblemError, note_of
from .adopt import Choice, Import, Records, adopt, choose
from .foreign_exports import Export, ExportError, from_csv, from_json, from_text
from .old_archive import Dated, OldArchive
from .old_likes import LikesByDay
from .old_log import Fault
from .own_exports import TABLES, Shown, Whole, is_own, read_own, read_tables
from .source import SourceError

_DATABASE: Final = b"SQLite format 3"
_WORD = re.compile(r"\w+")

Part = Export | Shown | Whole
"""The contents of a file: one playlist, or many playlists with all their days."""


_NAME_IT: Final = "name the file after its id"
_LEAVE_ONE: Final = "leave one of them"


class _Found:
    """The contents of the files by playlist, and the faults of the files."""

    def __init__(self, day: date | None, known: Mapping[str, PlaylistId]) -> None:
        self.days: dict[PlaylistId, dict[date, Snapshot]] = {}
        self.records: dict[PlaylistId, Record] = {}
        self.likes: dict[PlaylistId, LikesByDay] = {}
        self.faults: list[Fault] = []
        self._day = day
        self._known = known

    def take(self, path: str, part: Part) -> None:
        """Adds the contents of a file."""
        if isinstance(part, Whole):
            for record in part.records:
                if record.id in self.records:
                    self.fault(path, f"it is a second archive with {record.id}", _LEAVE_ONE)
                else:
                    self.records[record.id] = record
                    self.likes[record.id] = part.likes.get(record.id, {})
        elif isinstance(part, Shown):
            self._take(path, part.snapshot, part.day or self._day)
        elif playlist_id := part.playlist_id or self._known.get(_words(part.name)):
            self._take(path, _snapshot(part, playlist_id), self._day)
        else:
            self.fault(path, f"{part.name!r} is no playlist of here", _NAME_IT)

    def fault(self, path: str, message: str, remedy: str = "") -> None:
        """Notes a fault of a file."""
        self.faults.append(Fault("", path, message, remedy))

    def _take(self, path: str, snapshot: Snapshot, day: date | None) -> None:
        days = self.days.setdefault(snapshot.id, {})
        if day is None:
            self.fault(path, "it does not say of which day it is", "give --day")
        elif day in days:
            self.fault(path, f"it is a second file of {snapshot.id}", _LEAVE_ONE)
        else:
            days[day] = snapshot

    def archive(self, records: Records) -> OldArchive:
        """All files as one archive. Single days are only those before this archive's records begin."""
        for twice in self.records.keys() & self.days.keys():
            self.fault("", f"{twice} is in a whole archive, and in a file of its own, which is left out")
            del self.days[twice]
        days = {name: tuple(_before(found, records.begin(name))) for name, found in self.days.items() if found}
        return OldArchive(
            {**days, **dict.fromkeys(self.records, ())},
            {},
            tuple(self.faults),
            commits=0,
            versions=0,
            records=self.records,
        )


def read_exports(root: Path, place: Path, day: date | None, registry: Registry, choice: Choice) -> Import:
    """The additions of a file, or of a folder's files, to the archive in `root`. Nothing is written.

    `day` is the day of files without a day of their own.

    Raises:
        SourceError: no file is of a wanted playlist.
        RecordError: a record of this archive cannot be read.
    """
    found = _Found(day, _by_name(root, registry))
    for path, part in _parts(place, found):
        found.take(path, part)
    records = Records(root)
    archive = found.archive(records)
    if not archive.days:
        raise _nothing_known(place, found.faults)
    chosen = choose(archive.days, registry, choice)
    imported = adopt(archive, chosen, registry, choice, records.record)
    return imported._replace(likes={name: found.likes.get(name, {}) for name in chosen})


def _nothing_known(place: Path, faults: list[Fault]) -> SourceError:
    """The error that no file is usable, with the fault of the first file."""
    message = f"{place} has no export of a playlist that is known"
    remedy = "name each file after the id of its playlist"
    if not faults:
        return SourceError(message, remedy)
    return SourceError(f"{message} ({faults[0].path}: {faults[0].message})", faults[0].remedy or remedy)


def _parts(place: Path, found: _Found) -> Iterator[tuple[str, Part]]:
    """The contents of each file, with its name. Files that are no export become faults."""
    try:
        files = [file for file in sorted(place.iterdir()) if file.is_file()] if place.is_dir() else [place]
    except OSError as error:
        raise SourceError(f"{place} cannot be read ({error.strerror})", "look at its rights") from None
    names = {file.name for file in files}
    is_ours = names.issuperset(TABLES)
    if is_ours:
        yield from _read(place, found, lambda: [read_tables({name: _text(place / name) for name in TABLES})])
    for file in files:
        if not (is_ours and file.name in {*TABLES, "changes.csv"}):
            yield from _read(file, found, partial(_contents, file))


def _read(file: Path, found: _Found, contents: Callable[[], Iterable[Part]]) -> list[tuple[str, Part]]:
    try:
        return [(file.name, part) for part in contents()]
    except OSError as error:
        found.fault(file.name, f"it cannot be read ({error.strerror})")
    except UnicodeDecodeError:
        found.fault(file.name, "it cannot be read as text")
    except (ValueError, ProblemError, csv.Error, RecursionError) as error:
        found.fault(file.name, *note_of(error))
    return []


def _contents(file: Path) -> Iterable[Part]:
    """The contents of one file.

    Raises:
        OSError: the file cannot be read.
        ValueError, SpotifyError, csv.Error, RecursionError: the contents do not fit the file's name.
    """
    text = _text(file)
    if file.suffix.lower() == ".json":
        return _of_json(text, file.name)
    return [from_csv(text, file)] if file.suffix.lower() == ".csv" else from_text(text, file.name)


def _of_json(text: str, path: str) -> Iterable[Part]:
    try:
        data = without_surrogates(json.loads(text))
    except (ValueError, RecursionError):
        raise ExportError("it is no JSON") from None
    return [read_own(data)] if is_own(data) else from_json(data, path)


def _text(file: Path) -> str:
    content = file.read_bytes()
    if content.startswith(_DATABASE):
        raise ExportError("it is a database", "import what `export json` writes instead")
    return content.decode("utf-8-sig")


def _before(found: Mapping[date, Snapshot], begun: date | None) -> Iterator[Dated]:
    """The days before the archive's own."""
    return (Dated(day, snapshot) for day, snapshot in sorted(found.items()) if begun is None or day < begun)


def _snapshot(export: Export, playlist_id: PlaylistId) -> Snapshot:
    return Snapshot(
        id=playlist_id,
        name=export.name,
        description=export.description,
        owner=export.owner,
        snapshot_id=export.snapshot_id,
        items=export.items,
    )


def _by_name(root: Path, registry: Registry) -> Mapping[str, PlaylistId]:
    """The playlists of the archive by name. Playlists that share a name are left out."""
    found: dict[str, set[PlaylistId]] = {}
    for playlist_id, name in _names(root, registry):
        found.setdefault(_words(name), set()).add(playlist_id)
    return {name: next(iter(ids)) for name, ids in found.items() if len(ids) == 1 and name}


def _names(root: Path, registry: Registry) -> Iterable[tuple[PlaylistId, str]]:
    store = Store(root)
    for playlist_id in store.records():
        try:
            record = store.record(playlist_id)
        except RecordError:
            continue
        if record:
            yield from ((playlist_id, record.name), (playlist_id, record.title))
    yield from ((playlist_id, alias) for playlist_id, alias in registry.aliases.items() if alias)


def _words(name: str) -> str:
    """The words of a name without case, for comparison with file names of other programs."""
    return " ".join(_WORD.findall(name.lower().replace("_", " ")))
