"""The playlists of the logged-in user, and the parsing of a selection such as "1 3-5"."""

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
    """A playlist in the user's library. If `owned` is False, another user owns it and the user collaborates on it."""

    id: PlaylistId
    name: str
    owned: bool
    collaborative: bool
    public: bool


def mine(settings: Settings, *, transport: httpx.AsyncBaseTransport | None = None) -> tuple[Listing, ...]:
    """The playlists that the user owns or collaborates on, in the library's order.

    Playlists that the user only follows are left out. The call costs one request, plus one per 50 playlists of the
    library. Only tests pass a `transport`.

    Raises:
        SettingsError: the credentials or the refresh token are not set.
        SpotifyError: Spotify refuses, or gives no answer.
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
    """The listing of a library row; None if the id could not be a file name."""
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
    """The sorted numbers that "1 3-5", "2,4" or "all" selects from 1 to `count`. An empty text selects none.

    Raises:
        ValueError: a part is no number or range, or exceeds `count`.
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
