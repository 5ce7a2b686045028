"""Reads playlists from other programs: Exportify's CSV, spotify-backup's JSON and text, Soundiiz's CSV."""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Final, NamedTuple

from pydantic import BaseModel, ConfigDict, ValidationError

from ..archive.ids import PlaylistId
from ..archive.model import Item, Named
from ..archive.table import csv_rows
from ..export.tables import SONG_COLUMNS, bare
from ..problem import ProblemError
from ..spotify.convert import item_of
from ..spotify.responses import Owner, PlaylistItem, Text
from .old_json import day_of, parse_or_none

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
"""The names of each column in the known programs, in lower case, most reliable name first."""

_SONG = re.compile(
    r"(?:https?://open\.spotify\.com/(?:[^/?#\s]+/)*?|spotify:)(track|episode)[:/]([0-9A-Za-z]{22})(?:\?.*)?"
)
_LOCAL = re.compile(r"spotify:local:.*")
_ID = re.compile(r"[0-9A-Za-z]{22}")
_WORD = re.compile(r"\w+")
_BACKUP_COLUMNS: Final = 4
"""The columns title, artists, album, uri. Newer versions add the day of release."""


class ExportError(ProblemError):
    """A file cannot be read. The message says why."""


class _Backup(BaseModel):
    """A playlist in spotify-backup's JSON: the Web API's playlist, with its rows under `tracks`."""

    model_config = ConfigDict(extra="ignore", frozen=True, hide_input_in_errors=True)

    id: str | None = None
    name: Text = ""
    description: Text = ""
    owner: Owner = Owner()
    snapshot_id: Text = ""
    tracks: tuple[PlaylistItem | None, ...]


class Export(NamedTuple):
    """One exported playlist. `playlist_id` is None if the file has no id; then the name may identify the playlist."""

    path: str
    playlist_id: PlaylistId | None
    name: str
    items: tuple[Item, ...]
    description: str = ""
    owner: Named = Named()
    snapshot_id: str = ""
    day: date | None = None
    """The day of the contents, if the file gives one."""


def from_json(data: object, path: str) -> Iterator[Export]:
    """The playlists in spotify-backup's JSON, which is one playlist or a list.

    Raises:
        ExportError: it is something else.
        SpotifyError: a row is no song.
    """
    try:
        backups = [_Backup.model_validate(found) for found in (data if isinstance(data, list) else [data])]
    except ValidationError:
        raise ExportError("it is no list of playlists, as spotify-backup writes it") from None
    for backup in backups:
        items = [item_of(row, owner=backup.owner.id) for row in backup.tracks]
        owner = backup.owner.named()._replace(name=backup.owner.display_name)
        playlist_id = parse_or_none(backup.id or "")
        found = tuple(item for item in items if item)
        yield Export(path, playlist_id, backup.name, found, backup.description, owner, backup.snapshot_id)


def from_text(text: str, path: str) -> Iterator[Export]:
    """The playlists in spotify-backup's text: a name, a line per song with tabs between its facts, a blank line.

    Raises:
        ExportError: it is something else.
    """
    for block in re.split(r"\n\s*\n", text.replace("\r\n", "\n").strip("\n")):
        name, *lines = block.split("\n")
        rows = [line.split("\t") for line in lines]
        if not rows or any(len(row) < _BACKUP_COLUMNS for row in rows):
            raise ExportError("it is no list of songs with tabs between, as spotify-backup writes it")
        items = tuple(_item(dict(zip(("name", "artists", "album", "uri"), row, strict=False)), row[0]) for row in rows)
        yield Export(path, None, name, items)


def from_csv(text: str, file: Path) -> Export:
    """The playlist in a table with a row per song, as many programs write it.

    Raises:
        ExportError: the table has no rows, or a row has no link.
        csv.Error: the file is no table.
    """
    header, *rows = [row for _, row in csv_rows(text)] or [[]]
    if not header:
        raise ExportError("it is empty")
    names = [name.strip().lower() for name in header]
    places = {
        column: names.index(found)
        for column, known in _COLUMNS.items()
        if (found := next((name for name in known if name in names), ""))
    }
    if "uri" not in places:
        raise ExportError("it has no column with links to songs, and titles alone do not say which songs they are")
    items = []
    is_ours = names == ["position", *SONG_COLUMNS]  # the columns of `show --format csv`
    written = bare if is_ours else str.strip
    for row in filter(any, rows):
        cells = {column: written(row[place]) for column, place in places.items() if place < len(row)}
        item = _item(cells, cells.get("name", ""))
        items.append(item._replace(linked=False) if is_ours and not row[names.index("url")] else item)
    return Export(file.name, parse_or_none(file.stem), file.stem, tuple(items))


def _item(cells: Mapping[str, str], label: str) -> Item:
    """The song of a row.

    Raises:
        ExportError: the row has no link.
    """
    names, uris = _artists(cells)
    uri = _uri(cells.get("uri", ""), label)
    home = Named(_last(cells.get("album_uri", "")), cells["album"]) if cells.get("album") else None
    is_episode = uri.startswith("spotify:episode:")
    duration, added_by = cells.get("duration", ""), cells.get("added_by", "").rpartition(":")[2]
    return Item(
        uri=uri,
        name=cells.get("name", ""),
        artists=tuple(Named(uri, name) for uri, name in zip(uris, names, strict=True)),
        album=None if is_episode else home,
        show=home if is_episode else None,
        duration_ms=int(duration) if duration.isdecimal() else 0,
        isrc=cells.get("isrc", "").upper() or None,
        added_by=added_by or None,
        added_on=day_of(cells.get("added")),
    )


def _artists(cells: Mapping[str, str]) -> tuple[list[str], list[str | None]]:
    """The artists with names and ids. Names that cannot be separated stay one name."""
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
    raise ExportError(f"the row of {label!r} has no link to a song")


def _last(uri: str) -> str | None:
    return uri.rpartition(":")[2] or None
