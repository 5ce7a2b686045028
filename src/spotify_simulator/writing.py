"""Writes by users: playlists that they create, songs that they add, move and remove (docs/spotify.md, section 8)."""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from http import HTTPStatus
from typing import Any, Final

from .faults import Endpoint
from .messages import Answer, Refusal, Request, api_error, forbidden, json_answer, not_found, user_required
from .world import Person, Row, Song, World, WorldPlaylist

MOST_URIS: Final = 100
"""The most songs that one request may add, replace or remove (section 8)."""

MOST_ROWS: Final = 11_000
"""The most rows of a playlist, about as in reality (section 8)."""

LAG_SECONDS: Final = 1.0
"""A write is visible within this time (section 8)."""

WRITES: Final = frozenset({"POST", "PUT", "DELETE"})

_URI: Final = re.compile(r"spotify:(track|episode):([0-9A-Za-z]{22})")


@dataclass(frozen=True)
class Write:
    """An admitted request that changes something. `scope` is what the token's user granted."""

    request: Request
    endpoint: Endpoint
    playlist: str | None
    for_user: bool
    scope: str
    day: date


class Writing:
    """A world, plus the playlists that the user created or changed.

    `forgotten` are songs that Spotify no longer knows. `lag` is the seconds until reads show a write. With
    `always_public`, a private playlist reads back as public, as some accounts saw it.
    """

    def __init__(self, world: World, *, user: Person, clock: Callable[[], float]) -> None:
        self.forgotten: set[str] = set()
        self.lag = 0.0
        self.most_rows = MOST_ROWS
        self.always_public = False
        self.made: list[str] = []
        """The ids of the created playlists, in order."""
        self._world = world
        self._user = user
        self.clock = clock
        self._states: dict[str, list[tuple[float, WorldPlaylist]]] = {}
        self._songs: dict[str, Song] | None = None

    def ids(self) -> tuple[str, ...]:
        """The ids of all playlists of the world, and of the created playlists."""
        return (*self._world.ids(), *self.made)

    def library(self, user: str) -> tuple[str, ...]:
        """The user's created playlists, newest first, followed by the world's library."""
        return (*(reversed(self.made) if user == self._user.id else ()), *self._world.library(user))

    def playlist(self, playlist: str, day: date) -> WorldPlaylist | None:
        """The playlist as a read shows it now."""
        seen = [state for since, state in self._states.get(playlist, ()) if since + self.lag <= self.clock()]
        return seen[-1] if seen else None if playlist in self.made else self._world.playlist(playlist, day)

    def written(self, playlist: str) -> WorldPlaylist | None:
        """The playlist after the last write; None if there was no write."""
        states = self._states.get(playlist)
        return states[-1][1] if states else None

    def answer(self, write: Write) -> Answer:
        """Carries out a write, and returns the answer.

        Raises:
            Refusal: an error of the API; nothing is changed.
        """
        if not write.for_user:
            raise Refusal(user_required())
        body = _json(write.request)
        match write.request.method, write.endpoint:
            case "POST", Endpoint.LIBRARY:
                return self._make(write, body)
            case "PUT", Endpoint.PLAYLIST:
                return self._change(write, body)
            case "POST", Endpoint.ITEMS | Endpoint.TRACKS:
                return self._add(write, body)
            case "PUT", Endpoint.ITEMS | Endpoint.TRACKS:
                return self._replace(write, body)
            case "DELETE", Endpoint.ITEMS | Endpoint.TRACKS:
                return self._remove(write, body)
        raise Refusal(api_error(HTTPStatus.METHOD_NOT_ALLOWED, "Method not allowed"))

    def _make(self, write: Write, body: Mapping[str, Any]) -> Answer:
        name, public = body.get("name"), body.get("public", True)
        if not isinstance(name, str) or not name:
            raise _bad("Missing required field: name")
        _check_scope(write, public=public)
        playlist = WorldPlaylist(
            id=f"Written{len(self.made) + 1:015}",
            name=name,
            owner=self._user,
            description=body.get("description") or "",
            public=public or self.always_public,
            collaborative=bool(body.get("collaborative")),
        )
        self.made.append(playlist.id)
        self._keep(playlist)
        answered = {"id": playlist.id, "name": name, "public": public, "snapshot_id": playlist.snapshot()}
        return json_answer({**answered, "uri": f"spotify:playlist:{playlist.id}"}, status=HTTPStatus.CREATED)

    def _change(self, write: Write, body: Mapping[str, Any]) -> Answer:
        playlist = self._own(write)
        known = {key: body[key] for key in ("name", "description", "public", "collaborative") if key in body}
        self._keep(replace(playlist, **known))
        return Answer(HTTPStatus.OK)

    def _add(self, write: Write, body: Mapping[str, Any]) -> Answer:
        playlist = self._own(write)
        query = write.request.query.get("uris")
        uris = query.split(",") if query else body.get("uris", [])
        rows = self._rows(uris, write.day)
        if len(playlist.rows) + len(rows) > self.most_rows:
            raise Refusal(api_error(HTTPStatus.FORBIDDEN, "Playlist size limit reached"))
        position = body.get("position", len(playlist.rows))
        if not isinstance(position, int) or not 0 <= position <= len(playlist.rows):
            raise _bad("Index out of bounds.")
        kept = playlist.rows
        return self._written(replace(playlist, rows=(*kept[:position], *rows, *kept[position:])), HTTPStatus.CREATED)

    def _replace(self, write: Write, body: Mapping[str, Any]) -> Answer:
        playlist = self._own(write)
        if "range_start" not in body:
            return self._written(replace(playlist, rows=self._rows(body.get("uris", []), write.day)))
        start, before, length = body["range_start"], body.get("insert_before", 0), body.get("range_length", 1)
        rows = playlist.rows
        if not 0 <= start < len(rows) or not 0 <= before <= len(rows):
            raise _bad("Index out of bounds.")
        moved, kept = rows[start : start + length], rows[:start] + rows[start + length :]
        place = before if before <= start else max(before - length, start)
        return self._written(replace(playlist, rows=(*kept[:place], *moved, *kept[place:])))

    def _remove(self, write: Write, body: Mapping[str, Any]) -> Answer:
        playlist = self._own(write)
        uris = [item.get("uri") for item in body.get("items", body.get("tracks", []))]
        if not 0 < len(uris) <= MOST_URIS:
            raise _bad(f"Between 1 and {MOST_URIS} items are removed at once")
        left = tuple(row for row in playlist.rows if row.song is None or row.song.uri not in uris)
        return self._written(replace(playlist, rows=left))

    def _own(self, write: Write) -> WorldPlaylist:
        """The playlist after the last write, even if a read does not show it yet.

        Only the user's playlists may be changed.
        """
        name = write.playlist or ""
        playlist = self.written(name) or self._world.playlist(name, write.day)
        if playlist is None:
            raise Refusal(not_found())
        if not playlist.readable_by(self._user.id):
            raise Refusal(forbidden())
        _check_scope(write, public=playlist.public is not False and not self.always_public)
        return playlist

    def _rows(self, uris: object, day: date) -> tuple[Row, ...]:
        if not isinstance(uris, list) or len(uris) > MOST_URIS:
            raise _bad(f"You can add a maximum of {MOST_URIS} tracks per request.")
        for uri in uris:
            if not isinstance(uri, str) or not _URI.fullmatch(uri):
                raise _bad(f"Invalid track uri: {uri}")
        if self.forgotten.intersection(uris):
            raise _bad("Payload contains a non-existing ID")
        added_at = datetime.combine(day, time(12), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        return tuple(Row(self._song(uri, day), added_at, self._user) for uri in uris)

    def _song(self, uri: str, day: date) -> Song:
        """The world's song, or an invented song if the world does not have the URI."""
        if self._songs is None:
            playlists = filter(None, (self._world.playlist(name, day) for name in self._world.ids()))
            self._songs = {row.song.uri: row.song for found in playlists for row in found.rows if row.song}
        kind, name = uri.split(":")[1:]
        return self._songs.get(uri) or Song(uri=uri, id=name, kind=kind, name=f"Song {name}")

    def _written(self, playlist: WorldPlaylist, status: int = HTTPStatus.OK) -> Answer:
        self._keep(replace(playlist, revision=playlist.revision + 1))
        return json_answer({"snapshot_id": playlist.snapshot()}, status=status)

    def _keep(self, playlist: WorldPlaylist) -> None:
        self._states.setdefault(playlist.id, []).append((self.clock(), playlist))


def _json(request: Request) -> Mapping[str, Any]:
    try:
        body = json.loads(request.body or b"{}")
    except ValueError:
        raise _bad("Error parsing JSON.") from None
    if not isinstance(body, dict):
        raise _bad("Error parsing JSON.")
    return body


def _check_scope(write: Write, *, public: bool) -> None:
    needed = f"playlist-modify-{'public' if public else 'private'}"
    if needed not in write.scope.split():
        raise Refusal(api_error(HTTPStatus.FORBIDDEN, "Insufficient client scope"))


def _bad(message: str) -> Refusal:
    return Refusal(api_error(HTTPStatus.BAD_REQUEST, message))


def uris_of(playlist: WorldPlaylist) -> tuple[str, ...]:
    """The URIs of a playlist's songs, in order."""
    return tuple(_uris(playlist.rows))


def _uris(rows: Iterable[Row]) -> Iterable[str]:
    return (row.song.uri for row in rows if row.song)
