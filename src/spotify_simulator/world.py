"""The playlists of the simulated Spotify on a day, independent of the API's dialects."""

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Protocol

SPOTIFY: Final = "spotify"
"""The id of the user who owns Spotify's own playlists."""

SENTINEL: Final = "1970-01-01T00:00:00Z"
"""Spotify's day of addition if the real day is unknown (section 2.4)."""

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Person:
    """A user. `name` is None if the account shows none."""

    id: str
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Named:
    """An artist, album or show. `id` is None if it belongs to a local file."""

    id: str | None
    name: str


@dataclass(frozen=True, slots=True)
class Song:
    """The song of a row. `kind` is the API's type: `track`, `episode`, or an unknown one.

    A local file is a track without an id. `body` is the exact JSON to serve instead, if it was recorded.
    """

    uri: str
    name: str
    id: str | None = None
    kind: str = "track"
    artists: tuple[Named, ...] = ()
    album: Named | None = None
    show: Named | None = None
    duration_ms: int = 0
    isrc: str | None = None
    explicit: bool = False
    popularity: int = 0
    number: int = 1
    released: str = "2020-01-01"
    body: Json | None = None

    def __hash__(self) -> int:
        """A cheap hash, since bodies are cached by song."""
        return hash(self.uri)

    @property
    def is_local(self) -> bool:
        """Whether the song is a local file (section 2.6)."""
        return self.uri.startswith("spotify:local:")


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a playlist. `song` is None if Spotify removed it; `key` then identifies the removed song.

    `added_at` has the API's format. `body` holds the other recorded fields of the row.
    """

    song: Song | None
    added_at: str | None = None
    added_by: Person | None = None
    key: str = ""
    body: Json | None = None

    @property
    def identity(self) -> str:
        """The identity of the row, which stays the same after Spotify removes the song."""
        return self.key or (self.song.uri if self.song else "")


@dataclass(frozen=True, slots=True)
class WorldPlaylist:
    """A playlist on one day. `likes` is None if unknown.

    `revision` counts its changes. `snapshot_id` and `body`, the playlist's exact JSON, are set if they were recorded.
    """

    id: str
    name: str
    owner: Person
    rows: tuple[Row, ...] = ()
    description: str | None = ""
    likes: int | None = 0
    public: bool | None = True
    collaborative: bool = False
    collaborators: tuple[str, ...] = ()
    revision: int = 1
    snapshot_id: str | None = None
    body: Json | None = None

    def snapshot(self, *, request: int = 0) -> str:
        """The snapshot id: a counter and a hash in base64. Likes and song metadata do not count (section 4.4).

        Spotify's own playlists have another id on every `request`.
        """
        if self.snapshot_id:
            return self.snapshot_id
        rows = [(row.identity, row.added_at) for row in self.rows]
        salt = request if self.owner.id == SPOTIFY else None
        content = (self.name, self.description, self.public, self.collaborative, rows, salt)
        digest = hashlib.sha1(repr(content).encode("utf-8", "replace"), usedforsecurity=False).digest()
        return base64.b64encode(self.revision.to_bytes(4, "big") + digest).decode()

    def readable_by(self, user: str) -> bool:
        """Whether the user owns the playlist or collaborates on it, so a restricted app may read it (section 1.2)."""
        return user == self.owner.id or user in self.collaborators


class World(Protocol):
    """A source of playlists. The same question always gets the same answer."""

    def ids(self) -> tuple[str, ...]:
        """The ids of all playlists that ever exist."""
        ...

    def playlist(self, playlist: str, day: date) -> WorldPlaylist | None:
        """The playlist as it is on the day; None if it does not exist on that day."""
        ...

    def library(self, user: str) -> tuple[str, ...]:
        """The playlists that the user owns or follows, in order."""
        ...
