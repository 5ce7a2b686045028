"""Creates and fills private playlists. Nothing is sent twice without a check (docs/spotify.md, section 8)."""

import asyncio
from collections.abc import Sequence
from typing import Annotated, Final, NamedTuple
from urllib.parse import quote

from pydantic import BaseModel, BeforeValidator, ConfigDict

from .auth import WRITING_SCOPES
from .client import SpotifyClient
from .errors import Inconsistent, Refused, ScopeMissing, SpotifyError, Transient, UnexpectedAnswer
from .library import LIBRARY_LIMIT
from .responses import ItemsPage, User, song_of

MOST_URIS: Final = 100
"""The most songs per request (docs/spotify.md, section 8)."""

MOST_ROWS: Final = 10_000
"""The songs that every playlist can hold. Somewhere up to 11,000, Spotify refuses more (the same section)."""

NAME_CHARACTERS: Final = 100
"""The longest name that Spotify allows."""

SETTLING_SECONDS: Final = (2.0, 5.0, 10.0, 20.0)
"""The waits before the result of a failed write is looked up. A write shows within a second (section 8), but a
request may still be under way after its connection broke."""

_PAGE: Final = 100
_FIELDS: Final = "total,offset,next,items(item(id,uri,type),track(id,uri,type))"
_TYPES: Final = "track,episode"


class SongsRefused(SpotifyError):
    """Spotify adds none of the songs in a request, because one of them is unavailable."""


class _Body(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True, hide_input_in_errors=True)


class _Snapshot(_Body):
    """The answer to a write."""

    snapshot_id: str


class _Made(_Body):
    """A playlist, with the facts that the writer needs."""

    id: str
    name: str = ""
    description: Annotated[str, BeforeValidator(lambda value: value or "")] = ""
    public: bool | None = None


class _OwnPage(_Body):
    """A page of the user's playlists. A row is null if the app may not see the playlist."""

    items: tuple[_Made | None, ...]
    total: int


class Draft(NamedTuple):
    """A playlist to create. `mark` is a text in its description that no other playlist has."""

    name: str
    description: str
    mark: str


class Writer:
    """Writes to the account of the user to whom the client's token belongs."""

    def __init__(self, client: SpotifyClient) -> None:
        self.client = client

    async def check(self) -> str:
        """The user's name, if the user allowed the creation of private playlists.

        Raises:
            ScopeMissing: the consent does not cover that.
            SpotifyError: Spotify gives no token, or no answer.
        """
        await self.client.tokens.token()
        scopes = self.client.tokens.writing_scopes
        if self.client.tokens.knows_scopes and not set(WRITING_SCOPES[-1:]) <= set(scopes):
            message = "the consent does not cover the making of playlists"
            raise ScopeMissing(message, "run `playlist-archive login --restore`")
        user = await self.client.get("/me", User)
        return user.display_name or user.id

    async def make(self, draft: Draft) -> str:
        """The id of a new private playlist.

        Raises:
            SpotifyError: the playlist was not created, or nobody knows. In the latter case `find` may find it later.
        """
        body = {"name": draft.name, "description": draft.description, "public": False, "collaborative": False}
        for wait in SETTLING_SECONDS:
            try:
                return (await self.client.send_once("POST", "/me/playlists", _Made, body)).id
            except Transient as error:
                lost = error
            await asyncio.sleep(wait)
            if found := await self.find(draft.mark):
                return found
        raise lost

    async def find(self, mark: str) -> str | None:
        """The id of the user's playlist whose description has the mark; None if there is none."""
        offset, total = 0, 1
        while offset < total:
            page = await self.client.get("/me/playlists", _OwnPage, limit=LIBRARY_LIMIT, offset=offset)
            for row in filter(None, page.items):
                if mark in row.description:
                    return row.id
            if not page.items:
                break
            offset, total = offset + LIBRARY_LIMIT, page.total
        return None

    async def append(self, playlist: str, uris: Sequence[str], *, behind: int) -> None:
        """Adds up to `MOST_URIS` songs, each once, after the first `behind` songs of the playlist.

        Raises:
            SongsRefused: Spotify refuses one of the songs; none is added.
            Inconsistent: somebody else changed the playlist meanwhile.
            SpotifyError: the songs were not added, or nobody knows.
        """
        for wait in SETTLING_SECONDS:
            try:
                await self.client.send_once("POST", _items(playlist), _Snapshot, {"uris": list(uris)})
            except Transient as error:
                lost = error
            except (Refused, UnexpectedAnswer) as error:
                raise SongsRefused("Spotify does not add these songs", status=error.status, path=error.path) from error
            else:
                return
            await asyncio.sleep(wait)
            if await self._has_arrived(playlist, uris, behind):
                return
        raise lost

    async def _has_arrived(self, playlist: str, uris: Sequence[str], behind: int) -> bool:
        """Whether Spotify carried out a write whose answer is missing.

        Raises:
            Inconsistent: the playlist is neither as before the write nor as after it.
        """
        page = await self._page(playlist, behind)
        if page.total == behind:
            return False
        if page.total == behind + len(uris) and _uris(page) == tuple(uris):
            return True
        message = f"the playlist had {behind} songs and was changed by somebody else while songs were added"
        raise Inconsistent(message, "delete it, and restore again without --resume", path=_items(playlist))

    async def uris(self, playlist: str) -> tuple[str, ...]:
        """The URIs of the playlist's songs, in order. A URI is empty if Spotify does not show the song.

        Raises:
            SpotifyError: the playlist cannot be read.
        """
        found: tuple[str, ...] = ()
        total = 1
        while len(found) < total:
            page = await self._page(playlist, len(found))
            if not page.items:
                break
            found, total = (*found, *_uris(page)), page.total
        return found

    async def is_public(self, playlist: str) -> bool:
        """Whether the playlist reads back as public. For some accounts it does, although it was created as private.

        Raises:
            SpotifyError: the playlist cannot be read.
        """
        made = await self.client.get(f"/playlists/{quote(playlist, safe='')}", _Made, fields="id,public")
        return bool(made.public)

    async def _page(self, playlist: str, offset: int) -> ItemsPage:
        return await self.client.get(
            _items(playlist), ItemsPage, fields=_FIELDS, additional_types=_TYPES, limit=_PAGE, offset=offset
        )


def _items(playlist: str) -> str:
    return f"/playlists/{quote(playlist, safe='')}/items"


def _uris(page: ItemsPage) -> tuple[str, ...]:
    songs = (None if row is None else song_of(row) for row in page.items)
    return tuple((song and song.get("uri")) or "" for song in songs)
