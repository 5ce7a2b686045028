"""Whole libraries of a day, without the rows of their playlists, so that their pages cost next to nothing."""

from dataclasses import replace
from datetime import date
from functools import lru_cache
from typing import Final, NamedTuple

from .world import SPOTIFY, World, WorldPlaylist

_DAYS_KEPT: Final = 4
"""Faults show other days than today beside it."""


class Listed(NamedTuple):
    """What a library tells of a playlist: `playlist` has no rows, `total` is how many it would have.

    The snapshot is None where it is a new one on every request (docs/spotify.md, section 4.4).
    """

    playlist: WorldPlaylist
    total: int
    snapshot: str | None


class Libraries:
    """The libraries of a world, which are asked for once a day."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._kept = lru_cache(maxsize=_DAYS_KEPT)(self._listed)

    def of(self, user: str, day: date) -> tuple[Listed, ...]:
        """What exists on the day of what the user owns or follows, in order."""
        return self._kept(user, day)

    def _listed(self, user: str, day: date) -> tuple[Listed, ...]:
        found = (self._world.playlist(name, day) for name in self._world.library(user))
        return tuple(without_rows(playlist) for playlist in found if playlist)


def without_rows(playlist: WorldPlaylist) -> Listed:
    """What a library tells of the playlist."""
    changing = playlist.owner.id == SPOTIFY and playlist.snapshot_id is None
    snapshot = None if changing else playlist.snapshot()
    return Listed(replace(playlist, rows=()), len(playlist.rows), snapshot)
