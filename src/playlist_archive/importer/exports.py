"""Reads playlists that other programs exported: Exportify's CSV, spotify-backup's JSON and text, Soundiiz's CSV."""

import csv
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Final, NamedTuple

from pydantic import BaseModel, ConfigDict, ValidationError

from ..archive.ids import PlaylistId
from ..archive.model import Item, Named, Snapshot
from ..archive.registry import Registry
from ..archive.store import RecordError, Store
from ..problem import Note, ProblemError, note_of
from ..spotify.convert import item_of
from ..spotify.responses import PlaylistItem, Text, Thing
from .adopt import Choice, Import, Records, adopt, choose
from .old_archive import Dated, Fault, OldArchive
from .old_json import day_of, parse_or_none
from .source import SourceError

_COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "uri": ("track uri", "spotify uri", "uri", "spotify id", "spotify - id", "url", "link", "track url"),
    "name": ("track name", "title", "name"),
    "artists": ("artist name(s)", "artist", "artists", "artist name"),
    "artist_uris": ("artist uri(s)",),
    "album": ("album name", "album"),
    "album_uri": ("album uri",),
    "duration": ("track duration (ms)", "duration (ms)", "duration_ms"),
    "isrc": ("isrc",),
    "added": ("added at", "addeddate", "added_at", "added"),
    "added_by": ("added by", "addedby"),
}
"""What a column is called by the programs that are known, in lower case; the surest name first."""

_SONG = re.compile(
    r"(?:https?://open\.spotify\.com/(?:[^/?#\s]+/)*?|spotify:)(track|episode)[:/]([0-9A-Za-z]{22})(?:\?.*)?"
)
_LOCAL = re.compile(r"spotify:local:.*")
_ID = re.compile(r"[0-9A-Za-z]{22}")
_WORD = re.compile(r"\w+")
_BACKUP_COLUMNS: Final = 4
"""Title, artists, album, uri; newer versions add the day of release."""


_NAME_IT: Final = "name the file after its id"


class _ExportError(ProblemError):
    """A file cannot be read."""


class _Backup(BaseModel):
    """A playlist in spotify-backup's JSON: that of the Web API, with its rows under `tracks`."""

    model_config = ConfigDict(extra="ignore", frozen=True, hide_input_in_errors=True)

    id: str | None = None
    name: Text = ""
    description: Text = ""
    owner: Thing = Thing()
    snapshot_id: Text = ""
    tracks: tuple[PlaylistItem | None, ...]


class Export(NamedTuple):
    """One exported playlist. `playlist_id` is None where the file does not say of which; the name may tell."""

    path: str
    playlist_id: PlaylistId | None
    name: str
    items: tuple[Item, ...]
    description: str = ""
    owner: Named = Named()
    snapshot_id: str = ""


def read_exports(root: Path, folder: Path, day: date, registry: Registry, choice: Choice) -> Import:
    """What the files of a folder add to the archive in `root`, each as it was on `day`; nothing is written.

    Raises:
        SourceError: no file is of a playlist that is wanted.
        RecordError: a record that is here cannot be read.
    """
    faults: list[Fault] = []
    exports = [export for file in sorted(folder.iterdir()) if file.is_file() for export in _read(file, faults)]
    known = _by_name(root, registry)
    records = Records(root)
    days: dict[PlaylistId, tuple[Dated, ...]] = {}
    for export in exports:
        playlist_id = export.playlist_id or known.get(_words(export.name))
        if playlist_id is None:
            faults.append(Fault("", export.path, Note(f"{export.name!r} is no playlist of here", _NAME_IT)))
        elif playlist_id in days:
            faults.append(Fault("", export.path, Note(f"it is a second file of {playlist_id}", "leave one of them")))
        else:
            begun = records.begin(playlist_id)
            is_older = begun is None or day < begun
            days[playlist_id] = (Dated(day, _snapshot(export, playlist_id)),) if is_older else ()
    if not days:
        first = f" ({faults[0].path}: {faults[0].note.message})" if faults else ""
        remedy = "name each file after the id of its playlist"
        raise SourceError(f"the folder {folder} has no export of a playlist that is known{first}", remedy)
    found = OldArchive(days, {}, tuple(faults), commits=0, versions=0)
    return adopt(found, choose(days, registry, choice), registry, choice, records.record)


def _read(file: Path, faults: list[Fault]) -> list[Export]:
    """The playlists of a file; none where it cannot be read, which is a fault then."""
    try:
        text = file.read_text(encoding="utf-8-sig")
        if file.suffix.lower() == ".json":
            return list(_from_json(text, file.name))
        if file.suffix.lower() == ".csv":
            return [_from_csv(text, file)]
        return list(_from_text(text, file.name))
    except (OSError, UnicodeDecodeError) as error:
        faults.append(Fault("", file.name, Note(f"it cannot be read as text ({type(error).__name__})")))
    except (ValueError, ProblemError, csv.Error) as error:
        faults.append(Fault("", file.name, note_of(error)))
    return []


def _from_json(text: str, path: str) -> Iterator[Export]:
    try:
        data = json.loads(text)
        backups = [_Backup.model_validate(found) for found in (data if isinstance(data, list) else [data])]
    except (ValidationError, ValueError, RecursionError):
        raise _ExportError("it is no list of playlists, as spotify-backup writes it") from None
    for backup in backups:
        items = [item_of(row, owner=backup.owner.id) for row in backup.tracks]
        owner = backup.owner.named()._replace(name=backup.owner.display_name)
        playlist_id = parse_or_none(backup.id or "")
        found = tuple(item for item in items if item)
        yield Export(path, playlist_id, backup.name, found, backup.description, owner, backup.snapshot_id)


def _from_text(text: str, path: str) -> Iterator[Export]:
    """spotify-backup's text: the name of a playlist, a line per song with tabs between its facts, a blank line."""
    for block in re.split(r"\n\s*\n", text.replace("\r\n", "\n").strip("\n")):
        name, *lines = block.split("\n")
        rows = [line.split("\t") for line in lines]
        if not rows or any(len(row) < _BACKUP_COLUMNS for row in rows):
            raise _ExportError("it is no list of songs with tabs between, as spotify-backup writes it")
        items = tuple(_item(dict(zip(("name", "artists", "album", "uri"), row, strict=False)), row[0]) for row in rows)
        yield Export(path, None, name, items)


def _from_csv(text: str, file: Path) -> Export:
    lines = text.splitlines(keepends=True)
    if not lines:
        raise _ExportError("it is empty")
    header, *rows = csv.reader(lines, delimiter=max(",;\t", key=lines[0].count))
    names = [name.strip().lower() for name in header]
    places = {
        column: names.index(found)
        for column, known in _COLUMNS.items()
        if (found := next((name for name in known if name in names), ""))
    }
    if "uri" not in places:
        raise _ExportError("it has no column with links to songs, and titles alone do not say which songs they are")
    items = []
    for row in filter(any, rows):
        cells = {column: row[place].strip() for column, place in places.items() if place < len(row)}
        items.append(_item(cells, cells.get("name", "")))
    return Export(file.name, parse_or_none(file.stem), file.stem, tuple(items))


def _item(cells: Mapping[str, str], label: str) -> Item:
    """The song of a row.

    Raises:
        _ExportError: it has no link.
    """
    names, uris = _artists(cells)
    album = cells.get("album", "")
    duration, added_by = cells.get("duration", ""), cells.get("added_by", "").rpartition(":")[2]
    return Item(
        uri=_uri(cells.get("uri", ""), label),
        name=cells.get("name", ""),
        artists=tuple(Named(uri, name) for uri, name in zip(uris, names, strict=True)),
        album=Named(_last(cells.get("album_uri", "")), album) if album else None,
        duration_ms=int(duration) if duration.isdecimal() else 0,
        isrc=cells.get("isrc", "").upper() or None,
        added_by=added_by or None,
        added_on=day_of(cells.get("added")),
    )


def _artists(cells: Mapping[str, str]) -> tuple[list[str], list[str | None]]:
    """Names and ids; where the names cannot be told apart they stay one."""
    text = cells.get("artists", "")
    uris = [_last(uri.strip()) for uri in cells.get("artist_uris", "").split(",") if uri.strip()]
    names = re.split(r";\s*|,\s*", text) if text else []
    if uris and len(names) == len(uris):
        return names, uris
    return ([text], [uris[0] if len(uris) == 1 else None]) if text else ([], [])


def _uri(text: str, label: str) -> str:
    if song := _SONG.fullmatch(text):
        return f"spotify:{song[1]}:{song[2]}"
    if _LOCAL.fullmatch(text):
        return text
    if _ID.fullmatch(text):
        return f"spotify:track:{text}"
    raise _ExportError(f"the row of {label!r} has no link to a song")


def _last(uri: str) -> str | None:
    return uri.rpartition(":")[2] or None


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
    """The playlists of the archive by their names; those of a name that several have are left out."""
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
    """A name as programs spell it in file names: without case, and with whatever between its words."""
    return " ".join(_WORD.findall(name.lower().replace("_", " ")))
