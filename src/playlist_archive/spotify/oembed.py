"""The title of a public playlist from Spotify's oEmbed endpoint, which asks for no credentials."""

from collections.abc import Iterable
from http import HTTPStatus
from typing import Final, TypeVar

import httpx
from pydantic import BaseModel, ValidationError

TIMEOUT_SECONDS: Final = 10.0
"""A title is a courtesy: nobody waits long for it (our choice)."""

FAILURES: Final = 2
"""So many answers missing in a row, and no more is asked (our choice)."""


UNKNOWN: Final = "Spotify shows no public playlist under this id: it is private, Spotify's own, or mistyped"

PlaylistT = TypeVar("PlaylistT", bound=str)


class _Embed(BaseModel):
    title: str


def titles(url: str, playlists: Iterable[PlaylistT]) -> dict[PlaylistT, str | None]:
    """Playlist id → title; `None` for what Spotify does not show, and nothing at all where no answer came."""
    found: dict[PlaylistT, str | None] = {}
    failures = 0
    with httpx.Client(timeout=TIMEOUT_SECONDS) as http:
        for playlist in playlists:
            try:
                found[playlist] = _title(http, url, playlist)
                failures = 0
            except (httpx.HTTPError, ValidationError):
                failures += 1
                if failures == FAILURES:
                    break
    return found


def _title(http: httpx.Client, url: str, playlist: str) -> str | None:
    answer = http.get(url, params={"url": f"https://open.spotify.com/playlist/{playlist}"})
    if answer.status_code in (HTTPStatus.BAD_REQUEST, HTTPStatus.NOT_FOUND):
        return None
    answer.raise_for_status()
    return _Embed.model_validate_json(answer.content).title
