"""A recorded history of many playlists, replayed day by day."""

import gzip
import json
from bisect import bisect_right
from collections.abc import Callable, Mapping
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from .world import SPOTIFY, Named, Person, Row, Song, WorldPlaylist

DAYS: Final = "days.json"
HISTORY: Final = "history.jsonl.gz"
TRACKS: Final = "tracks.json.gz"

SOMEBODY: Final = Person("somebody", "Somebody")
"""The owner if the record does not name one."""

_KEPT_PLAYLISTS: Final = 128
_KEPT_SONGS: Final = 20_000


def assumed_owner(playlist: str) -> Person:
    """The likely owner of a playlist, by its id. The ids of Spotify's own playlists begin alike."""
    return Person(SPOTIFY, "Spotify") if playlist.startswith("37i9dQZ") else SOMEBODY


class HistoryWorld:
    """The playlists of a recorded history. A day without a line is like the day before.

    Before its first day, a playlist does not exist.
    """

    def __init__(self, folder: Path) -> None:
        days = json.loads((folder / DAYS).read_text(encoding="utf-8"))
        self.first_day = date.fromisoformat(days["first"])
        self.last_day = date.fromisoformat(days["last"])
        self._tracks: Mapping[str, Any] = json.loads(gzip.decompress((folder / TRACKS).read_bytes()))
        self._lines: dict[str, list[Any]] = {}
        for line in gzip.decompress((folder / HISTORY).read_bytes()).splitlines():
            version = json.loads(line)
            self._lines.setdefault(version["id"], []).append(version)
        self._dates = {name: [version["date"] for version in versions] for name, versions in self._lines.items()}
        self._song: Callable[[str], Song] = lru_cache(maxsize=_KEPT_SONGS)(self._make_song)
        self._kept: Callable[[str, int], WorldPlaylist] = lru_cache(maxsize=_KEPT_PLAYLISTS)(self._version)

    def ids(self) -> tuple[str, ...]:
        """The ids of all playlists of the history, sorted."""
        return tuple(sorted(self._lines))

    def library(self, _user: str) -> tuple[str, ...]:
        """All playlists, for any user."""
        return self.ids()

    def playlist(self, playlist: str, day: date) -> WorldPlaylist | None:
        """The newest version up to the day."""
        number = bisect_right(self._dates.get(playlist, []), day.isoformat())
        return self._kept(playlist, number) if number else None

    def _version(self, playlist: str, number: int) -> WorldPlaylist:
        version = self._lines[playlist][number - 1]
        return WorldPlaylist(
            id=playlist,
            name=version["name"],
            owner=assumed_owner(playlist),
            rows=tuple(Row(self._song(key)) for key in version["tracks"]),
            description=version["description"],
            likes=version["followers"],
            revision=number,
            snapshot_id=version["snapshot_id"],
        )

    def _make_song(self, key: str) -> Song:
        track = self._tracks[key]
        return Song(
            uri=f"spotify:track:{track['id']}",
            name=track["name"],
            id=track["id"],
            artists=tuple(Named(artist["id"], artist["name"]) for artist in track["artists"]),
            album=Named(track["album"]["id"], track["album"]["name"]),
            duration_ms=track["duration_ms"],
        )
