"""Whole libraries of a day, without the rows of their playlists, so that their pages cost little time."""

from dataclasses import replace
from datetime import date
from functools import lru_cache
from typing import Final, NamedTuple

from .world import SPOTIFY, World, WorldPlaylist

_DAYS_KEPT: Final = 4
"""Days kept in memory, since faults show other days than today."""


class Listed(NamedTuple):
    """A playlist in a library. `playlist` has no rows; `total` is the number of its rows.

    The snapshot id is None if every request gets a new one (docs/spotify.md, section 4.4).
    """

    playlist: WorldPlaylist
    total: int
    snapshot: str | None


class Libraries:
    """The libraries of a world, each made once per day."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._kept = lru_cache(maxsize=_DAYS_KEPT)(self._listed)

    def of(self, user: str, day: date) -> tuple[Listed, ...]:
        """The playlists that the user owns or follows and that exist on the day, in order."""
        return self._kept(user, day)

    def _listed(self, user: str, day: date) -> tuple[Listed, ...]:
        found = (self._world.playlist(name, day) for name in self._world.library(user))
        return tuple(without_rows(playlist) for playlist in found if playlist)


def without_rows(playlist: WorldPlaylist) -> Listed:
    """The playlist as a library lists it."""
    changing = playlist.owner.id == SPOTIFY and playlist.snapshot_id is None
    snapshot = None if changing else playlist.snapshot()
    return Listed(replace(playlist, rows=()), len(playlist.rows), snapshot)
