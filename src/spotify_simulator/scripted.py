"""Playlists that a test writes down day by day."""

from collections.abc import Iterable, Mapping
from datetime import date

from .world import WorldPlaylist


class ScriptedWorld:
    """The playlists from a day on, until the next day of the script. Before its first day there are none."""

    def __init__(self, script: Mapping[date, Iterable[WorldPlaylist]]) -> None:
        self._days = sorted(script)
        self._script = {day: {playlist.id: playlist for playlist in script[day]} for day in self._days}

    @classmethod
    def of(cls, *playlists: WorldPlaylist) -> "ScriptedWorld":
        """A world of playlists that never change."""
        return cls({date.min: playlists})

    def ids(self) -> tuple[str, ...]:
        """The ids of all playlists of any day, in the order in which they first appear."""
        return tuple(dict.fromkeys(name for day in self._days for name in self._script[day]))

    def library(self, _user: str) -> tuple[str, ...]:
        """All playlists, for any user."""
        return self.ids()

    def playlist(self, playlist: str, day: date) -> WorldPlaylist | None:
        """The playlist in the script on the day."""
        begun = [begins for begins in self._days if begins <= day]
        return self._script[begun[-1]].get(playlist) if begun else None
