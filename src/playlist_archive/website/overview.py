"""What the pages that speak of all playlists show, gathered playlist by playlist. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby
from typing import Final, NamedTuple

from ..archive.model import Record
from .contexts import LOG_DAYS, Day, Link, PlaylistPage

RECENT: Final = 12
"""Changes that the front page names."""

TOLD: Final = 200
"""Changes that the page of all changes tells in full; those behind them are lines."""

LISTED: Final = 1_000
"""The newest changes of all playlists: the page of all changes has no more."""


class IndexRow(NamedTuple):
    """A line of the front page; `group` says in which of its lists."""

    group: str
    playlist: Link
    songs: int
    likes: int | None
    last_change: date
    note: str


class DayGroup(NamedTuple):
    """What changed on one day: `told` in full, `listed` as lines."""

    day: date
    title: str
    told: tuple[Day, ...]
    listed: tuple[Day, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FrontPage:
    """All that the front page shows; `last_run` is the newest day of which the archive has anything."""

    song_count: int
    last_change: date | None
    last_run: date | None
    notes: tuple[str, ...]
    served: tuple[IndexRow, ...]
    unavailable: tuple[IndexRow, ...]
    unregistered: tuple[IndexRow, ...]
    days: tuple[Day, ...]

    @property
    def count(self) -> int:
        """How many playlists there are."""
        return len(self.served) + len(self.unavailable) + len(self.unregistered)

    @property
    def has_likes(self) -> bool:
        """Whether the likes of any playlist are known."""
        return any(row.likes is not None for row in (*self.served, *self.unavailable, *self.unregistered))


@dataclass(slots=True)
class Overview:
    """Grows with each playlist by a line; of their changes it keeps the newest."""

    _rows: list[IndexRow] = field(default_factory=list)
    _days: list[Day] = field(default_factory=list)

    def add(self, row: IndexRow, days: Iterable[Day]) -> None:
        """Takes one playlist: its line, and the newest days on which it changed."""
        self._rows.append(row)
        self._days.extend(days)
        if len(self._days) > 2 * LISTED:
            self._days = self.newest_days()

    def front_page(self, *, song_count: int, last_run: date | None, notes: Sequence[str]) -> FrontPage:
        """The front page."""
        newest = self.newest_days()
        return FrontPage(
            song_count=song_count,
            last_change=newest[0].day if newest else None,
            last_run=max(filter(None, (last_run, newest[0].day if newest else None)), default=None),
            notes=tuple(notes),
            served=self._sorted("served"),
            unavailable=self._sorted("unavailable"),
            unregistered=self._sorted("unregistered"),
            days=tuple(newest[:RECENT]),
        )

    def day_groups(self) -> tuple[DayGroup, ...]:
        """The newest days on which something changed, at most `LOG_DAYS`."""
        numbered = enumerate(self.newest_days())
        groups = groupby(numbered, key=lambda one: one[1].day)
        return tuple(_day_group(day, found) for _, (day, found) in zip(range(LOG_DAYS), groups, strict=False))

    def newest_days(self) -> list[Day]:
        """The newest changes, the newest day first, the playlists of a day by name."""
        return sorted(self._days, key=_newest)[:LISTED]

    def _sorted(self, group: str) -> tuple[IndexRow, ...]:
        found = (row for row in self._rows if row.group == group)
        return tuple(sorted(found, key=lambda row: (row.playlist.text.lower(), row.playlist.url)))


def index_row(record: Record, page: PlaylistPage) -> IndexRow:
    """The line of a playlist on the front page."""
    return IndexRow(
        group=_group(page),
        playlist=Link(page.title, page.places.page),
        songs=len(record.tracks),
        likes=record.likes,
        last_change=page.days[0].day if page.days else page.first_day,
        note=f"since {record.unavailable.since}" if record.unavailable else "",
    )


def _group(page: PlaylistPage) -> str:
    if not page.is_registered:
        return "unregistered"
    return "unavailable" if page.unavailable else "served"


def _newest(day: Day) -> tuple[int, str, str | None]:
    return -day.day.toordinal(), day.playlist.text.lower(), day.playlist.url


def _day_group(day: date, numbered: Iterable[tuple[int, Day]]) -> DayGroup:
    """The changes of a day, each with its place among all."""
    found = list(numbered)
    return DayGroup(
        day,
        f"{day:%A}, {day.day} {day:%B %Y}",
        told=tuple(change for number, change in found if number < TOLD),
        listed=tuple(change for number, change in found if number >= TOLD),
    )
