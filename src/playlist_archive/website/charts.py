"""The calendar of changes and the chart of likes, as tables and points for the templates. Pure."""

import calendar
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import groupby
from typing import Final, NamedTuple

from ..history.compare import Difference, Event, TextChange

DEGREES: Final = (1, 4, 10, 30)
"""The numbers of changes from which a day of the calendar is darker."""

WIDTH: Final = 640
HEIGHT: Final = 120
"""The size of the chart of likes, in the chart's own units."""

POINTS: Final = 40
"""The most days of likes that a page shows. They are spread evenly over all days."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Month:
    """A month of the calendar. Each of its `weeks` has seven days; a day of another month is None."""

    first: date
    title: str
    weeks: tuple[tuple["DayCell | None", ...], ...]


class DayCell(NamedTuple):
    """A day of the calendar. `degree` is 0 if nothing changed, and at most 4."""

    day: date
    degree: int
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Likes:
    """The likes over time. `points` draw a polyline in a field of `WIDTH` times `HEIGHT`; `days` are the numbers."""

    points: str
    lowest: int
    highest: int
    days: tuple[tuple[date, int], ...]


def tally(difference: Difference) -> str:
    """A difference in a few words, such as `3 added, 2 removed, 1 moved`."""
    counts = (
        (len(difference.added), "added"),
        (len(difference.removed), "removed"),
        (len(difference.moved), "moved"),
        (len(difference.changed), "corrected"),
    )
    words = [f"{count:,} {verb}" for count, verb in counts if count]
    words += [_TEXT_WORDS[change.key] for change in difference.texts if change.key in _TEXT_WORDS]
    words += [_of_serving(change) for change in difference.texts if change.key == "unavailable"]
    return ", ".join(words) or "likes"


_TEXT_WORDS: Final[Mapping[str, str]] = {
    "name": "renamed",
    "alias": "shown under another name",
    "description": "new description",
    "owner": "new owner",
}


def _of_serving(change: TextChange) -> str:
    if change.before and change.after:
        return "not served for another reason"
    return "no longer served" if change.after else "served again"


def months(days: Iterable[Event]) -> Iterator[tuple[int, tuple[Month, ...]]]:
    """Each year with the months in which something changed, the newest first."""
    by_month = {month: list(found) for month, found in groupby(days, key=lambda event: event.day.replace(day=1))}
    for year, found in groupby(sorted(by_month, reverse=True), key=lambda month: month.year):
        yield year, tuple(_month(first, by_month[first]) for first in found)


def _month(first: date, found: Sequence[Event]) -> Month:
    changed = {event.day: event for event in found}
    weeks = _weeks(first.year, first.month)
    cells = (tuple(_cell(day, first, changed.get(day)) for day in week) for week in weeks)
    return Month(first=first, title=f"{calendar.month_name[first.month]} {first.year}", weeks=tuple(cells))


@lru_cache(maxsize=1_000)
def _weeks(year: int, month: int) -> list[list[date]]:
    """The weeks of a month, which most playlists share."""
    return calendar.Calendar().monthdatescalendar(year, month)


def _cell(day: date, first: date, event: Event | None) -> DayCell | None:
    if day.month != first.month:
        return None
    if event is None:
        return DayCell(day, 0, "")
    if event.is_first:
        return DayCell(day, 1, "first archived")
    found = event.difference
    count = len(found.added) + len(found.removed) + len(found.moved)
    return DayCell(day, max(1, sum(count >= degree for degree in DEGREES)), tally(found))


def likes_chart(days: Sequence[tuple[date, int]]) -> Likes | None:
    """The chart of likes; None for fewer than two days, which make no line."""
    if len(days) < 2:  # noqa: PLR2004 - a line has two ends
        return None
    days = _spread(days)
    numbers = [number for _, number in days]
    lowest, highest = min(numbers), max(numbers)
    begin, span = days[0][0], (days[-1][0] - days[0][0]).days
    height = max(highest - lowest, 1)
    points = " ".join(
        f"{(day - begin).days * WIDTH / span:.0f},{HEIGHT - (number - lowest) * HEIGHT / height:.0f}"
        for day, number in days
    )
    return Likes(points=points, lowest=lowest, highest=highest, days=tuple(days))


def _spread(days: Sequence[tuple[date, int]]) -> Sequence[tuple[date, int]]:
    """At most `POINTS` of the days, at even distances, including the first and the last."""
    if len(days) <= POINTS:
        return days
    return [days[number * (len(days) - 1) // (POINTS - 1)] for number in range(POINTS)]
