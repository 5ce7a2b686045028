"""What the pages that speak of all playlists show, gathered playlist by playlist. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby
from operator import attrgetter
from typing import Final, NamedTuple

from ..archive.ids import PlaylistId
from ..archive.model import Record
from .contexts import LOG_DAYS, Day, PlaylistPage

RECENT: Final = 12
"""Changes that the front page names."""


class IndexRow(NamedTuple):
    """A line of the front page."""

    id: PlaylistId
    title: str
    songs: int
    likes: int | None
    last_change: date
    note: str


class DayGroup(NamedTuple):
    """All that changed on one day."""

    day: date
    title: str
    found: tuple[Day, ...]


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


@dataclass(slots=True)
class Overview:
    """Grows with each playlist; keeps of their songs nothing but who they are."""

    _rows: dict[str, list[IndexRow]] = field(default_factory=dict)
    _days: list[Day] = field(default_factory=list)
    _uris: set[int] = field(default_factory=set)

    def add(self, record: Record, page: PlaylistPage) -> None:
        """Takes one playlist."""
        note = f"since {record.unavailable.since}" if record.unavailable else ""
        last = page.days[0].day if page.days else page.first_day
        row = IndexRow(record.id, page.title, len(record.tracks), record.likes, last, note)
        self._rows.setdefault(_group(page), []).append(row)
        self._days.extend(page.days)
        self._uris.update(hash(track.uri) for track in (*record.tracks, *record.removed))

    def front_page(self, *, last_run: date | None, notes: Sequence[str]) -> FrontPage:
        """The front page."""
        newest = self.newest_days()
        return FrontPage(
            song_count=len(self._uris),
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
        groups = groupby(self.newest_days(), key=attrgetter("day"))
        return tuple(_day_group(day, found) for _, (day, found) in zip(range(LOG_DAYS), groups, strict=False))

    def newest_days(self) -> list[Day]:
        """What changed, the newest day first, the playlists of a day by name."""
        return sorted(self._days, key=lambda day: (-day.day.toordinal(), day.playlist.text.lower(), day.playlist.url))

    def _sorted(self, group: str) -> tuple[IndexRow, ...]:
        return tuple(sorted(self._rows.get(group, ()), key=lambda row: (row.title.lower(), row.id)))


def _group(page: PlaylistPage) -> str:
    if not page.is_registered:
        return "unregistered"
    return "unavailable" if page.unavailable else "served"


def _day_group(day: date, found: Iterable[Day]) -> DayGroup:
    return DayGroup(day, f"{day:%A}, {day.day} {day:%B %Y}", tuple(found))
