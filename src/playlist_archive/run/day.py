"""Checks the day of a run: it must not be before the newest archived day, nor after Spotify's tomorrow."""

import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import date, datetime, timedelta
from typing import Final

from ..archive import layout
from ..archive.ids import PlaylistId
from ..archive.store import RecordError, Store
from ..problem import ProblemError

_DAY_OF_OUR_CLOCK: Final = re.compile(r'"(?:first_archived|since|removed)": ?"(\d{4}-\d\d-\d\d)"')
_NEXT: Final = timedelta(days=1)

_SET_IT: Final = "set the clock of this machine, or unset ARCHIVE_DATE"


class WrongDay(ProblemError):
    """The day of the run is wrong, so the run writes nothing."""


class DayGuard:
    """Compares the day of a run with the newest archived day and with Spotify's day."""

    def __init__(self, today: date, newest: date | None) -> None:
        self._today = today
        self._newest = newest

    def check(self, server_time: datetime | None) -> bool:
        """Whether the archive has days from a clock that was ahead. A run has to correct them.

        Raises:
            WrongDay: the run's day is before the newest archived one, or after the tomorrow of `server_time`.
        """
        theirs = server_time.date() if server_time else None
        if theirs and self._today > theirs + _NEXT:
            raise WrongDay(f"the day of this run, {self._today}, is not there yet, for Spotify has {theirs}", _SET_IT)
        if self._newest is None or self._today >= self._newest:
            return False
        if theirs and self._newest > theirs + _NEXT and self._today >= theirs - _NEXT:
            return True
        raise WrongDay(
            f"the day of this run, {self._today}, is before the newest one archived, {self._newest}", _SET_IT
        )


def newest_day(store: Store, playlists: Iterable[PlaylistId]) -> date | None:
    """The newest day of our clock in the records of the playlists and in the tables of likes; None if there is none."""
    days = [*_of_followers(store), *(day for playlist_id in playlists for day in _of_record(store, playlist_id))]
    return max(days, default=None)


def _of_record(store: Store, playlist_id: PlaylistId) -> Iterator[date]:
    """The newest day of our clock in a record. Searching its text is much quicker than reading the record."""
    with suppress(RecordError, ValueError):
        text = store.read(layout.data(playlist_id)) or ""
        if found := _DAY_OF_OUR_CLOCK.findall(text):
            yield date.fromisoformat(max(found))


def _of_followers(store: Store) -> Iterator[date]:
    """The newest day in the tables of likes."""
    with suppress(RecordError, ValueError):
        tables = store.files(layout.FOLLOWERS)
        head = (store.read(tables[-1]) or "").partition("\n")[0] if tables else ""
        if "," in head:
            yield date.fromisoformat(head.rpartition(",")[2])
