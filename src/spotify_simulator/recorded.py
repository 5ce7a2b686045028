"""Real playlists from a folder: single playlists, the API's own answers, or a history to replay."""

import json
import re
from collections.abc import Callable, Iterator
from datetime import date
from functools import lru_cache, partial
from pathlib import Path
from typing import Any, Final

from .history import DAYS, HistoryWorld, assumed_owner
from .world import Named, Person, Row, Song, World, WorldPlaylist

PLAYLIST: Final = "playlist.json"
ITEMS: Final = "items.json"

_KEPT: Final = 64
"""Playlists kept in memory."""

_ID_FILE: Final = re.compile(r"[0-9A-Za-z]{22}\.json")


class WorldError(Exception):
    """The folder has nothing to serve, or an invalid file. The message is one sentence with the reason."""


class RecordedWorld:
    """The playlists in a folder: an archive's `<id>.json` files, a `playlist.json` with its `items.json`, or a history.

    A history is replayed by day; other playlists are the same every day. Every user has all playlists in the library.

    Raises:
        WorldError: the folder has none of these.
    """

    def __init__(self, folder: Path) -> None:
        self._world = _world(folder)

    @property
    def first_day(self) -> date | None:
        """The first day of a history; None if the playlists are the same every day."""
        return self._world.first_day if isinstance(self._world, HistoryWorld) else None

    @property
    def last_day(self) -> date | None:
        """The last day of a history; None if the playlists are the same every day."""
        return self._world.last_day if isinstance(self._world, HistoryWorld) else None

    def ids(self) -> tuple[str, ...]:
        """The ids of all playlists of the folder, sorted."""
        return self._world.ids()

    def playlist(self, playlist: str, day: date) -> WorldPlaylist | None:
        """The playlist on the day."""
        return self._world.playlist(playlist, day)

    def library(self, user: str) -> tuple[str, ...]:
        """All playlists, for any user."""
        return self._world.library(user)


def _world(folder: Path) -> World:
    if (folder / DAYS).is_file():
        return _history(folder)
    if (folder / PLAYLIST).is_file():
        return _Singles({_as_json(folder / PLAYLIST)["id"]: partial(_from_answers, folder)})
    files = sorted(path for path in folder.glob("*.json") if _ID_FILE.fullmatch(path.name))
    if not files:
        raise WorldError(f"{folder} holds no playlists: neither <id>.json, nor {PLAYLIST}, nor {DAYS}")
    return _Singles({path.stem: partial(_from_archive, path) for path in files})


def _history(folder: Path) -> HistoryWorld:
    try:
        return HistoryWorld(folder)
    except (OSError, ValueError, KeyError, EOFError) as error:
        raise WorldError(f"{folder} holds no whole history ({type(error).__name__})") from None


class _Singles:
    """Playlists that do not change, read on demand."""

    def __init__(self, read: dict[str, Callable[[], WorldPlaylist]]) -> None:
        self._read = read
        self._kept = lru_cache(maxsize=_KEPT)(lambda name: read[name]())

    def ids(self) -> tuple[str, ...]:
        return tuple(self._read)

    def library(self, _user: str) -> tuple[str, ...]:
        return self.ids()

    def playlist(self, playlist: str, _day: date) -> WorldPlaylist | None:
        return self._kept(playlist) if playlist in self._read else None


def _as_json(path: Path) -> Any:  # noqa: ANN401 - JSON
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise WorldError(f"{path} cannot be read as JSON ({type(error).__name__})") from None


def _from_answers(folder: Path) -> WorldPlaylist:
    """The playlist with exactly the fields of the recorded answers, and its rows with their recorded fields."""
    body, items = _as_json(folder / PLAYLIST), _as_json(folder / ITEMS)
    contents = {"items", "tracks"}
    return WorldPlaylist(
        id=body["id"],
        name=body["name"],
        owner=Person(body["owner"]["id"], body["owner"].get("display_name")),
        rows=tuple(_recorded_rows(items["items"])),
        description=body.get("description"),
        likes=(body.get("followers") or {}).get("total"),
        public=body.get("public"),
        collaborative=body.get("collaborative", False),
        snapshot_id=body["snapshot_id"],
        body={key: value for key, value in body.items() if key not in contents},
    )


def _recorded_rows(entries: list[dict[str, Any]]) -> Iterator[Row]:
    for entry in entries:
        song = entry["item"] if "item" in entry else entry["track"]
        rest = {key: value for key, value in entry.items() if key not in {"item", "track"}}
        known = song and Song(uri=song["uri"], name=song["name"], id=song["id"], body=song)
        yield Row(known, entry.get("added_at"), body=rest)


def _from_archive(path: Path) -> WorldPlaylist:
    """The playlist from an archive's file, with all fields that the API would add."""
    data = _as_json(path)
    owner = data["owner"]
    return WorldPlaylist(
        id=path.stem,
        name=data["original_name"],
        owner=Person(_last(owner["url"]), owner["name"]) if owner["url"] else assumed_owner(path.stem),
        rows=tuple(_archived_row(track) for track in data["tracks"]),
        description=data["description"],
        likes=data["num_followers"],
        snapshot_id=data["snapshot_id"] or None,
    )


def _archived_row(track: dict[str, Any]) -> Row:
    kind, identity = track["url"].rstrip("/").split("/")[-2:]
    song = Song(
        uri=f"spotify:{kind}:{identity}",
        name=track["name"],
        id=identity,
        kind=kind,
        artists=tuple(_named(artist) for artist in track["artists"]),
        album=_named(track["album"]),
        show=_named(track["album"]) if kind == "episode" else None,
        duration_ms=track["duration_ms"],
    )
    added = track["added_at"]
    return Row(song, f"{added.replace(' ', 'T')}Z" if added else None)


def _named(thing: dict[str, str]) -> Named:
    return Named(_last(thing["url"]) or None, thing["name"])


def _last(url: str) -> str:
    """The id at the end of a link."""
    return url.rpartition("/")[2]
