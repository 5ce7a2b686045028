"""Reads the output of `export json`, `export csv` and `show --format json` of this program (docs/export.md). Pure.

An export of a whole archive has the days of every song, so it becomes the original records.
"""

import csv
import html
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Annotated, Any, Final, NamedTuple

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from ..archive.ids import PlaylistId, parse_playlist_id
from ..archive.model import Item, Named, Record, Snapshot, Span, Track, Unavailable
from ..archive.table import csv_rows
from ..export.schema import EXPORT_FORMAT
from ..export.tables import bare
from ..problem import ProblemError
from ..spotify.responses import LARGEST_NUMBER
from .old_likes import LikesByDay

TABLES: Final = ("playlists.csv", "songs.csv", "presences.csv", "likes.csv")
"""The files of `export csv` with the contents of `export json`."""


class OwnExportError(ProblemError):
    """The file is no export of this program. The message says why."""


class Whole(NamedTuple):
    """The playlists and the likes of an export."""

    records: tuple[Record, ...]
    likes: Mapping[PlaylistId, LikesByDay]


class Shown(NamedTuple):
    """A playlist from `show`. `day` is None if the answer has no day."""

    day: date | None
    snapshot: Snapshot


class _Shape(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True, hide_input_in_errors=True)


class _Named(_Shape):
    id: str | None = None
    name: str = ""

    def named(self) -> Named:
        return Named(self.id, self.name)


class _Presence(_Shape):
    added: date
    removed: date | None = None
    upper_bound: bool = False


class _Song(_Shape):
    uri: str
    name: str = ""
    artists: tuple[_Named, ...] = ()
    album: _Named | None = None
    show: _Named | None = None
    duration_ms: Annotated[int, Field(ge=0, le=LARGEST_NUMBER)] = 0
    url: str | None = None
    presences: tuple[_Presence, ...] = ()

    def facts(self) -> dict[str, Any]:
        return {
            "uri": self.uri,
            "name": self.name,
            "artists": tuple(artist.named() for artist in self.artists),
            "album": self.album and self.album.named(),
            "show": self.show and self.show.named(),
            "duration_ms": self.duration_ms,
            "linked": self.url is not None or self.uri.startswith("spotify:local:"),
        }

    def track(self) -> Track:
        *before, newest = sorted(self.presences, key=lambda presence: presence.added)
        spans = tuple(Span(one.added, one.removed) for one in before if one.removed)
        first = (*before, newest)[0]
        return Track(
            **self.facts(),
            added_on=newest.added,
            removed_on=newest.removed,
            spans=spans,
            upper_bound=first.upper_bound,
        )


class _Playlist(_Shape):
    id: Annotated[PlaylistId, AfterValidator(parse_playlist_id)]
    name: str = ""
    alias: str | None = None
    description: str = ""
    owner: _Named = _Named()
    likes: Annotated[int, Field(ge=0, le=LARGEST_NUMBER)] | None = None


class _Archived(_Playlist):
    unavailable: Unavailable | None = None
    first_archived: date
    tracks: tuple[str, ...]
    songs: tuple[_Song, ...]

    def record(self) -> Record:
        tracks = {song.uri: song.track() for song in self.songs}
        present = {*self.tracks}
        return Record(
            id=self.id,
            name=self.name,
            alias=self.alias,
            description=html.escape(self.description, quote=False),
            owner=self.owner.named(),
            likes=self.likes,
            snapshot_id="",
            first_archived=self.first_archived,
            unavailable=self.unavailable,
            tracks=tuple(tracks[uri] for uri in self.tracks),
            removed=tuple(track for uri, track in tracks.items() if uri not in present),
        )


class _Whole(_Shape):
    format: int
    playlists: tuple[_Archived, ...]
    likes: tuple[tuple[str, date, Annotated[int, Field(ge=0, le=LARGEST_NUMBER)]], ...] = ()


class _Basis(_Shape):
    day: date | None = None


class _Shown(_Shape):
    playlist: _Playlist
    day: date | None = None
    basis: _Basis = _Basis()
    tracks: tuple[_Song, ...]


def is_own(data: object) -> bool:
    """Whether JSON looks like an export of this program."""
    return isinstance(data, dict) and ({"format", "playlists"} <= data.keys() or {"playlist", "basis"} <= data.keys())


def read_own(data: object) -> Whole | Shown:
    """The contents of this program's JSON.

    Raises:
        OwnExportError: the JSON is not as this program writes it, or from a newer version.
    """
    try:
        if isinstance(data, dict) and "playlists" in data:
            return _whole(data)
        shown = _Shown.model_validate(data)
    except ValidationError as error:
        problem = error.errors(include_url=False, include_input=False, include_context=False)[0]
        where = ".".join(map(str, problem["loc"]))
        raise OwnExportError(f"it is not as this program writes it ({where}: {problem['msg']})") from None
    except (KeyError, ValueError) as error:
        raise OwnExportError(f"it is not as this program writes it ({error})") from None
    playlist = shown.playlist
    snapshot = Snapshot(
        id=playlist.id,
        name=playlist.name,
        description=html.escape(playlist.description, quote=False),
        owner=playlist.owner.named(),
        likes=playlist.likes,
        snapshot_id="",
        items=tuple(Item(**song.facts()) for song in shown.tracks),
    )
    return Shown(shown.day or shown.basis.day, snapshot)


def _whole(data: Mapping[str, Any]) -> Whole:
    if data["format"] != EXPORT_FORMAT:
        raise OwnExportError(f"it is of format {data['format']!r}, and this program reads {EXPORT_FORMAT}")
    found = _Whole.model_validate(data)
    likes: dict[PlaylistId, dict[date, int]] = {}
    for playlist_id, day, number in found.likes:
        likes.setdefault(parse_playlist_id(playlist_id), {})[day] = number
    return Whole(tuple(playlist.record() for playlist in found.playlists), likes)


def read_tables(texts: Mapping[str, str]) -> Whole:
    """The contents of the files of `export csv`. The artists of a song are one name, without ids.

    Raises:
        OwnExportError: the files are not as this program writes them.
    """
    try:
        playlists, songs, presences, likes = ([*_rows(texts.get(name, ""))] for name in TABLES)
        rows_of, times_of = _by_playlist(songs), _by_playlist(presences)
        return _whole(
            {
                "format": EXPORT_FORMAT,
                "playlists": [
                    _of_tables(row, rows_of[row["playlist_id"]], times_of[row["playlist_id"]]) for row in playlists
                ],
                "likes": [(row["playlist_id"], row["day"], row["likes"]) for row in likes],
            }
        )
    except (KeyError, csv.Error, ValueError) as error:
        raise OwnExportError(f"the tables are not as this program writes them ({type(error).__name__})") from None


_Row = Mapping[str, str]


def _rows(text: str) -> Iterator[_Row]:
    """The rows of a table, by column. Empty cells are left out."""
    (_, header), *rows = csv_rows(text)
    for _, row in rows:
        yield {name: bare(cell) for name, cell in zip(header, row, strict=True) if cell}


def _by_playlist(rows: Iterable[_Row]) -> Mapping[str, list[_Row]]:
    found: dict[str, list[_Row]] = defaultdict(list)
    for row in rows:
        found[row["playlist_id"]].append(row)
    return found


def _of_tables(row: _Row, songs: Iterable[_Row], presences: Iterable[_Row]) -> dict[str, Any]:
    found: dict[str, dict[str, Any]] = {}
    for presence in presences:
        song = found.setdefault(presence["uri"], _song(presence))
        song["presences"].append(presence)
    return {
        **row,
        "id": row["playlist_id"],
        "owner": {"id": row.get("owner_id"), "name": row.get("owner", "")},
        "tracks": [song["uri"] for song in songs],
        "songs": [*found.values()],
    }


def _song(row: _Row) -> dict[str, Any]:
    home = {"name": row["album"]} if "album" in row else None
    is_episode = row["uri"].startswith("spotify:episode:")
    return {
        "uri": row["uri"],
        "name": row.get("title", ""),
        "artists": [{"name": row["artists"]}] if "artists" in row else [],
        "show" if is_episode else "album": home,
        "duration_ms": row["duration_ms"],
        "url": row.get("url"),
        "presences": [],
    }
