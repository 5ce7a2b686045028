"""A Spotify of a few lines: answers from a function, on virtual time, without sockets."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import httpx
from pydantic import SecretStr

from playlist_archive.spotify.auth import TokenSource
from playlist_archive.spotify.budget import Budget
from playlist_archive.spotify.client import SpotifyClient
from playlist_archive.spotify.pacing import Pacer

API = "https://api.test/v1"
ACCOUNTS = "https://accounts.test"

Answer = Callable[[httpx.Request], Awaitable[httpx.Response]]


def now() -> float:
    """The time of the running loop, in seconds."""
    return asyncio.get_running_loop().time()


def tokens_from(http: httpx.AsyncClient, *, refresh_token: str | None = None) -> TokenSource:
    """A source of tokens with invented credentials."""
    return TokenSource(
        http,
        accounts_url=ACCOUNTS,
        client_id="the-id",
        client_secret=SecretStr("the-secret"),
        refresh_token=SecretStr(refresh_token) if refresh_token else None,
    )


@asynccontextmanager
async def client_of(
    answer: Answer, *, requests_per_second: float = 1000, max_requests: int | None = None
) -> AsyncIterator[SpotifyClient]:
    """A client for a Web API that is `answer`; tokens come without being asked of it."""

    async def route(request: httpx.Request) -> httpx.Response:
        if request.url.host == httpx.URL(ACCOUNTS).host:
            return httpx.Response(200, json={"access_token": "the-token"})
        return await answer(request)

    async with httpx.AsyncClient(transport=httpx.MockTransport(route)) as http:
        yield SpotifyClient(
            http, api_url=API, tokens=tokens_from(http), pacer=Pacer(requests_per_second), budget=Budget(max_requests)
        )
