"""The title of a public playlist from Spotify's oEmbed endpoint, which needs no credentials."""

from collections.abc import Iterable
from http import HTTPStatus
from typing import Final, TypeVar

import httpx
from pydantic import BaseModel, ValidationError

from .errors import ServerError, Transient
from .http import exchange

TIMEOUT_SECONDS: Final = 10.0
"""The time limit for a title, which is only a convenience (our choice)."""

FAILURES: Final = 2
"""After this many missing answers in a row, no more titles are requested (our choice)."""

PlaylistT = TypeVar("PlaylistT", bound=str)


class _Embed(BaseModel):
    title: str


async def titles(http: httpx.AsyncClient, url: str, playlists: Iterable[PlaylistT]) -> dict[PlaylistT, str | None]:
    """Playlist id → title. The title is None if Spotify does not show it. An id without an answer is left out.

    Raises:
        NoWay: no request can reach Spotify.
    """
    found: dict[PlaylistT, str | None] = {}
    failures = 0
    for playlist_id in playlists:
        try:
            found[playlist_id] = await _title(http, url, playlist_id)
            failures = 0
        except (Transient, ValidationError):
            failures += 1
            if failures == FAILURES:
                break
    return found


async def _title(http: httpx.AsyncClient, url: str, playlist_id: str) -> str | None:
    reply = await exchange(http, "GET", url, params={"url": f"https://open.spotify.com/playlist/{playlist_id}"})
    if reply.status in (HTTPStatus.BAD_REQUEST, HTTPStatus.NOT_FOUND):
        return None
    if reply.status != HTTPStatus.OK:
        raise ServerError(f"Spotify's public site is in trouble ({reply.status})", status=reply.status)
    return _Embed.model_validate_json(reply.content).title
