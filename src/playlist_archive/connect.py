"""Connects to Spotify as the settings say: one HTTP client, one User-Agent, one token, one budget."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from typing import Final, TypeVar

import httpx

from .settings import Settings, SettingsError
from .spotify import oembed
from .spotify.anonymous import AnonymousReader
from .spotify.auth import TokenSource
from .spotify.budget import Budget
from .spotify.client import SpotifyClient
from .spotify.pacing import IN_FLIGHT, RESTRICTED_BUDGET, TIMEOUT_SECONDS, Pacer
from .spotify.proxies import EnvironmentRefused
from .spotify.proxies import transport as network
from .spotify.reader import Reader
from .upstream import UPSTREAM

USER_AGENT: Final = f"playlist-archive (+https://github.com/{UPSTREAM})"

PlaylistT = TypeVar("PlaylistT", bound=str)


@asynccontextmanager
async def http_client(
    *, seconds: float = TIMEOUT_SECONDS, transport: httpx.AsyncBaseTransport | None = None
) -> AsyncIterator[httpx.AsyncClient]:
    """The HTTP client of every command, with the environment's proxies and certificates.

    `seconds` is the time limit of an answer. Only tests and measurements pass a `transport`.

    Raises:
        SettingsError: a proxy or the file of certificates cannot be used.
    """
    try:
        way = transport or network(connections=IN_FLIGHT)
    except EnvironmentRefused as error:
        raise SettingsError.of(error) from None
    headers = {"User-Agent": USER_AGENT}
    async with httpx.AsyncClient(headers=headers, timeout=seconds, transport=way, trust_env=False) as http:
        yield http


@asynccontextmanager
async def opened(
    settings: Settings, *, max_requests: int | None = None, transport: httpx.AsyncBaseTransport | None = None
) -> AsyncIterator[Reader]:
    """A reader with one pool of connections. `max_requests` overrides the setting; 0 means no limit.

    Raises:
        SettingsError: the credentials are not set, or the environment makes a connection impossible.
    """
    client_id, client_secret = settings.credentials()
    async with http_client(transport=transport) as http:
        tokens = TokenSource(
            http,
            accounts_url=settings.spotify_accounts_url,
            client_id=client_id,
            client_secret=client_secret,
            refresh_token=settings.spotify_refresh_token,
        )
        limit = settings.spotify_max_requests if max_requests is None else max_requests
        client = SpotifyClient(
            http,
            api_url=settings.spotify_api_url,
            tokens=tokens,
            pacer=Pacer(settings.spotify_requests_per_second),
            budget=_budget(settings, limit),
        )
        reader = Reader if settings.archive_added_by else AnonymousReader
        yield reader(client, default_budget=limit is None)


def _budget(settings: Settings, limit: int | None) -> Budget:
    """The budget from the settings.

    Without a limit, the budget of a restricted app holds until the app proves otherwise.
    """
    minutes = settings.archive_max_minutes
    deadline = asyncio.get_running_loop().time() + minutes * 60 if minutes else None
    return Budget(RESTRICTED_BUDGET if limit is None else limit or None, deadline=deadline, minutes=minutes)


def titles(
    settings: Settings, playlists: Iterable[PlaylistT], *, transport: httpx.AsyncBaseTransport | None = None
) -> dict[PlaylistT, str | None]:
    """Playlist id → title. The title is None if Spotify does not show it. An id without an answer is left out.

    Raises:
        SettingsError: the environment makes a connection impossible.
        NoWay: no request can reach Spotify.
    """

    async def ask() -> dict[PlaylistT, str | None]:
        async with http_client(seconds=oembed.TIMEOUT_SECONDS, transport=transport) as http:
            return await oembed.titles(http, settings.spotify_oembed_url, playlists)

    return asyncio.run(ask())
