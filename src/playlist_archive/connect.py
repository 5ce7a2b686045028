"""A reader of Spotify from the settings: one pool of connections, one User-Agent, one token."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx

from .settings import Settings
from .spotify.anonymous import AnonymousReader
from .spotify.auth import TokenSource
from .spotify.client import USER_AGENT, SpotifyClient
from .spotify.pacing import IN_FLIGHT, TIMEOUT_SECONDS, Pacer
from .spotify.reader import Reader


@asynccontextmanager
async def opened(
    settings: Settings, *, max_requests: int | None = None, transport: httpx.AsyncBaseTransport | None = None
) -> AsyncIterator[Reader]:
    """A reader with one pool of connections. `max_requests` goes before the setting; 0 means no limit.

    Raises:
        SettingsError: the credentials are not set.
    """
    client_id, client_secret = settings.credentials()
    limit = settings.spotify_max_requests if max_requests is None else max_requests
    pool = httpx.Limits(max_connections=IN_FLIGHT, max_keepalive_connections=IN_FLIGHT)
    headers = {"User-Agent": USER_AGENT}
    async with httpx.AsyncClient(headers=headers, timeout=TIMEOUT_SECONDS, limits=pool, transport=transport) as http:
        tokens = TokenSource(
            http,
            accounts_url=settings.spotify_accounts_url,
            client_id=client_id,
            client_secret=client_secret,
            refresh_token=settings.spotify_refresh_token,
        )
        client = SpotifyClient(
            http,
            api_url=settings.spotify_api_url,
            tokens=tokens,
            pacer=Pacer(settings.spotify_requests_per_second),
            ceiling=limit or None,
        )
        reader = Reader if settings.archive_added_by else AnonymousReader
        yield reader(client, default_ceiling=limit is None)
