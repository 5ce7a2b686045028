"""Playlists written down by hand, day by day, for tests that need just those."""

from collections.abc import Iterable, Mapping
from datetime import date

from .world import WorldPlaylist


class ScriptedWorld:
    """All playlists from a day on, until the next day of the script; before its first day there are none."""

    def __init__(self, script: Mapping[date, Iterable[WorldPlaylist]]) -> None:
        self._days = sorted(script)
        self._script = {day: {playlist.id: playlist for playlist in script[day]} for day in self._days}

    @classmethod
    def of(cls, *playlists: WorldPlaylist) -> "ScriptedWorld":
        """Playlists that are always the same."""
        return cls({date.min: playlists})

    def ids(self) -> tuple[str, ...]:
        """Every playlist of any day, in the order in which they appear."""
        return tuple(dict.fromkeys(name for day in self._days for name in self._script[day]))

    def library(self, _user: str) -> tuple[str, ...]:
        """All of them, whoever asks."""
        return self.ids()

    def playlist(self, playlist: str, day: date) -> WorldPlaylist | None:
        """The playlist as the script has it for the day."""
        begun = [begins for begins in self._days if begins <= day]
        return self._script[begun[-1]].get(playlist) if begun else None
