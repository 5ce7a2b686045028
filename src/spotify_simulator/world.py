"""What the simulated Spotify knows: playlists as they are on a day, free of any dialect of the API."""

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Protocol

SPOTIFY: Final = "spotify"
"""The owner of Spotify's own playlists (docs/spotify.md, section 5)."""

SENTINEL: Final = "1970-01-01T00:00:00Z"
"""What Spotify gives as the day of addition where it knows none (section 2.4)."""

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Person:
    """A user; `name` is None where the account shows none."""

    id: str
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Named:
    """An artist, album or show; `id` is None for those of local files."""

    id: str | None
    name: str


@dataclass(frozen=True, slots=True)
class Song:
    """What a row holds. `kind` is the API's type: `track`, `episode`, or one that nobody knows yet.

    A local file is a track without id. `body` is the exact JSON to serve instead, where that was recorded.
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
        """Cheap, since bodies are cached by song."""
        return hash(self.uri)

    @property
    def is_local(self) -> bool:
        """Whether it is a file on somebody's disk (section 2.6)."""
        return self.uri.startswith("spotify:local:")


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a playlist; `song` is None for what Spotify removed, and `key` then says what it was.

    `added_at` is as the API gives it. `body` holds the further recorded fields of the row.
    """

    song: Song | None
    added_at: str | None = None
    added_by: Person | None = None
    key: str = ""
    body: Json | None = None

    @property
    def identity(self) -> str:
        """What the row is, and stays when Spotify removes the song."""
        return self.key or (self.song.uri if self.song else "")


@dataclass(frozen=True, slots=True)
class WorldPlaylist:
    """A playlist on one day. `likes` is None where they are not known.

    `revision` counts its changes. `snapshot_id` and `body`, the playlist's own exact JSON, are given where recorded.
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
        """The snapshot id: 24 bytes in base64, a counter and a hash of all but likes and song metadata (section 4.4).

        Spotify's own lists have another one on every `request`.
        """
        if self.snapshot_id:
            return self.snapshot_id
        rows = [(row.identity, row.added_at) for row in self.rows]
        salt = request if self.owner.id == SPOTIFY else None
        content = (self.name, self.description, self.public, self.collaborative, rows, salt)
        digest = hashlib.sha1(repr(content).encode("utf-8", "replace"), usedforsecurity=False).digest()
        return base64.b64encode(self.revision.to_bytes(4, "big") + digest).decode()

    def readable_by(self, user: str) -> bool:
        """Whether the user owns it or adds to it: what a restricted app may read (section 1.2)."""
        return user == self.owner.id or user in self.collaborators


class World(Protocol):
    """Where playlists come from. The same question always gets the same answer."""

    def ids(self) -> tuple[str, ...]:
        """Every playlist that ever exists."""
        ...

    def playlist(self, playlist: str, day: date) -> WorldPlaylist | None:
        """The playlist as it is on the day; None where it does not exist then."""
        ...

    def library(self, user: str) -> tuple[str, ...]:
        """The playlists that the user owns or follows, in order."""
        ...
