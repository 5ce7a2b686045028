"""Examines a set-up, from the app's credentials to the last playlist.

Each kind of finding has its own module with a function `findings`. The order here is the order on the screen.
"""

import asyncio
from collections.abc import Callable
from pathlib import Path

import httpx

from ..archive.registry import Registry
from ..connect import opened
from ..settings import Settings, SettingsError
from ..spotify.errors import SpotifyError
from ..spotify.library import LIBRARY_LIMIT
from . import access, ahead, archive, environment, playlists, website
from .ask import ask
from .findings import Diagnosis


def most_requests(settings: Settings, registry: Registry, *, ask_playlists: bool) -> str:
    """The most requests that a diagnosis makes, in words. Retries of failed requests come on top."""
    number = len(registry.aliases) if ask_playlists else 0
    if settings.spotify_refresh_token is None:
        return f"at most {number:,} requests to Spotify"
    return f"at most {1 + number:,} requests to Spotify, and one for every {LIBRARY_LIMIT} playlists of your library"


def examine(
    settings: Settings,
    registry: Registry,
    root: Path,
    *,
    ask_playlists: bool = True,
    progress: Callable[[], None] = lambda: None,
) -> Diagnosis:
    """The diagnosis of the archive in `root`. `progress` is called after each playlist."""
    return asyncio.run(examine_inside(settings, registry, root, ask_playlists=ask_playlists, progress=progress))


async def examine_inside(
    settings: Settings,
    registry: Registry,
    root: Path,
    *,
    ask_playlists: bool = True,
    progress: Callable[[], None] = lambda: None,
    transport: httpx.AsyncBaseTransport | None = None,
) -> Diagnosis:
    """`examine` inside an event loop. Tests give a `transport` in place of the network."""
    here = (
        *archive.findings(settings, registry, root),
        *website.findings(settings, root),
        *ahead.findings(ahead.outlook(settings, root)),
    )
    try:
        async with opened(settings, transport=transport) as reader:
            answers = await ask(
                reader,
                registry.aliases if ask_playlists else (),
                authorized_on=settings.spotify_authorized_on,
                today=settings.today(),
                progress=progress,
            )
    except (SettingsError, SpotifyError) as error:
        return Diagnosis(
            (*environment.findings(settings, has_token=False), *access.not_asked(error), *here), requests=0
        )
    found = (
        *environment.findings(settings, has_token=answers.has_token),
        *access.findings(answers),
        *playlists.findings(answers),
        *here,
    )
    return Diagnosis(found, answers.requests)
