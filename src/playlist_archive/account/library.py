"""The playlists of the logged-in user: which there are, and which of them are meant by "1 3-5"."""

import asyncio
import re
from collections.abc import Iterable
from typing import NamedTuple

import httpx

from ..archive.ids import PlaylistId, parse_playlist_id
from ..connect import opened
from ..settings import Settings, SettingsError
from ..spotify.responses import LibraryRow, User

_RANGE = re.compile(r"([0-9]{1,6})(?:-([0-9]{1,6}))?")


class Listing(NamedTuple):
    """One of the user's playlists. `owned` is False for one that is somebody else's, and collaborative."""

    id: PlaylistId
    name: str
    owned: bool
    collaborative: bool
    public: bool


def mine(settings: Settings, *, transport: httpx.AsyncBaseTransport | None = None) -> tuple[Listing, ...]:
    """What the user owns or collaborates on, in the library's order; other followed playlists are left out.

    It costs one request, and one for every 50 playlists of the library. Another `transport` than the network is for
    tests.

    Raises:
        SettingsError: the credentials or the refresh token are not set.
        SpotifyError: Spotify does not tell.
    """
    if settings.spotify_refresh_token is None:
        raise SettingsError(
            "SPOTIFY_REFRESH_TOKEN is not set, and only a user has playlists", "run `playlist-archive login`"
        )
    return asyncio.run(_mine(settings, transport))


async def _mine(settings: Settings, transport: httpx.AsyncBaseTransport | None) -> tuple[Listing, ...]:
    async with opened(settings, transport=transport) as reader:
        user = await reader.client.get("/me", User)
        library = await reader.library()
    listings = (_listing(row, user.id) for row in library.values() if row.owner.id == user.id or row.collaborative)
    return tuple(listing for listing in listings if listing)


def _listing(row: LibraryRow, user: str) -> Listing | None:
    """None for what has no id that may become the name of a file."""
    try:
        playlist_id = parse_playlist_id(row.id)
    except ValueError:
        return None
    return Listing(
        playlist_id,
        row.name,
        owned=row.owner.id == user,
        collaborative=row.collaborative,
        public=row.public is True,
    )


def chosen(text: str, count: int) -> list[int]:
    """The numbers that "1 3-5", "2,4" or "all" name, out of 1 to `count`, sorted; nothing for an empty text.

    Raises:
        ValueError: a part is no number or range, or beyond `count`.
    """
    parts = text.replace(",", " ").split()
    if [part.lower() for part in parts] == ["all"]:
        return list(range(1, count + 1))
    return sorted({number for part in parts for number in _numbers(part, count)})


def _numbers(part: str, count: int) -> Iterable[int]:
    match = _RANGE.fullmatch(part)
    first, last = (int(match[1]), int(match[2] or match[1])) if match else (0, 0)
    if not 1 <= first <= last <= count:
        msg = f"{part!r} names none of the playlists: write numbers from 1 to {count}, ranges of them, or all"
        raise ValueError(msg)
    return range(first, last + 1)
