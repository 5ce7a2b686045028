"""The whole archive as CSV files or as one JSON file (docs/export.md)."""

import csv
import json
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Final

from ..history.answers import Change
from ..history.timeline import Presence
from ..history.whole import Archived, WholeArchive
from ..render.text import url
from .place import folder_in_place, put_in_place
from .schema import EXPORT_FORMAT
from .shapes import Shape, basis_shape, escaped, playlist_shape, presence_shape, song_shape
from .tables import LOG_COLUMNS, SONG_COLUMNS, change_rows, safe, song_cells

_PLAYLIST: Final = ("playlist_id", "playlist")

COLUMNS: Final = {
    "playlists.csv": (
        *_PLAYLIST,
        *("name", "alias", "description", "owner_id", "owner", "likes", "songs", "songs_ever", "first_archived"),
        *("unavailable_since", "url"),
    ),
    "songs.csv": (*_PLAYLIST, "position", *SONG_COLUMNS),
    "presences.csv": (*_PLAYLIST, "added", "removed", "upper_bound", *SONG_COLUMNS),
    "changes.csv": LOG_COLUMNS,
    "likes.csv": ("playlist_id", "day", "likes"),
}
"""The files of the CSV export, with the columns of each file."""

_Rows = Iterable[Iterable[str]]


def export_csv(archive: WholeArchive, target: Path) -> None:
    """Writes the files of `COLUMNS` into a folder. No cell is a formula, and no cell holds control characters.

    Raises:
        ExportError: the files cannot be written.
        RecordError: a table of likes cannot be read.
    """
    with folder_in_place(target) as folder:
        for name, columns in COLUMNS.items():
            _append(folder / name, [columns])
        for found in archive:
            for name, rows in _rows(found).items():
                _append(folder / name, rows)
        likes = ((found.playlist_id, found.day.isoformat(), str(found.number)) for found in archive.likes())
        _append(folder / "likes.csv", likes)


def export_json(archive: WholeArchive, target: Path) -> None:
    """Writes one JSON object with `format`, `playlists` (one line per playlist), `likes` and `basis`.

    Raises:
        ExportError: the file cannot be written.
        RecordError: a table of likes cannot be read.
    """
    with put_in_place(target) as beside, beside.open("w", encoding="utf-8", newline="\n") as file:
        file.write(f'{{"format": {EXPORT_FORMAT},\n"playlists": [')
        for number, found in enumerate(archive):
            file.write((",\n" if number else "\n") + _line(_shape(found)))
        likes = [[found.playlist_id, found.day.isoformat(), found.number] for found in archive.likes()]
        file.write(f'\n],\n"likes": {json.dumps(likes)},\n"basis": {_line(basis_shape(archive.basis))}\n}}\n')


def _rows(found: Archived) -> dict[str, _Rows]:
    playlist = (found.state.playlist_id, found.state.title)
    return {
        "playlists.csv": [(*playlist, *_facts(found))],
        "songs.csv": (
            (*playlist, str(position), *song_cells(song)) for position, song in enumerate(found.state.tracks, start=1)
        ),
        "presences.csv": ((*playlist, *_days(presence), *song_cells(presence.song)) for presence in found.presences),
        "changes.csv": _changes(found),
    }


def _facts(found: Archived) -> tuple[str, ...]:
    state = found.state
    return (
        state.name,
        state.alias or "",
        state.description,
        state.owner.id or "",
        state.owner.name,
        "" if state.likes is None else str(state.likes),
        str(len(state.tracks)),
        str(len({presence.song.uri for presence in found.presences})),
        found.first_archived.isoformat(),
        _day(state.unavailable.since if state.unavailable else None),
        url("playlist", state.playlist_id) or "",
    )


def _days(presence: Presence) -> tuple[str, str, str]:
    return presence.added_on.isoformat(), _day(presence.removed_on), "1" if presence.upper_bound else "0"


def _changes(found: Archived) -> Iterator[list[str]]:
    """All changes of a playlist, the oldest first."""
    for event in found.events():
        yield from change_rows(Change(found.state.playlist_id, event))


def _shape(found: Archived) -> Shape:
    """A playlist as JSON: the URIs of its songs now, in order, and each song that it ever had with its presences."""
    times: dict[str, list[Presence]] = {}
    for presence in found.presences:
        times.setdefault(presence.song.uri, []).append(presence)
    versions = found.timeline.versions if found.timeline else ()
    return {
        **playlist_shape(found.state),
        "first_archived": found.first_archived.isoformat(),
        "tracks": [song.uri for song in found.state.tracks],
        "songs": [{**song_shape(same[-1].song), "presences": [*map(presence_shape, same)]} for same in times.values()],
        "versions": [{"day": version.day.isoformat(), "commit": version.commit} for version in versions],
    }


def _append(path: Path, rows: _Rows) -> None:
    with path.open("a", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([safe(cell) for cell in row] for row in rows)


def _line(shape: Shape) -> str:
    return escaped(json.dumps(shape, ensure_ascii=False))


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""
