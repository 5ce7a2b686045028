"""What goes wrong in ten years, on which days, and by which words somebody must be told of it. Pure.

Most incidents come again with every cycle of two years, so that the shortened decade meets each of them.
"""

import re
from collections.abc import Iterator
from datetime import date
from enum import StrEnum
from functools import cache
from typing import Final, NamedTuple

from .lives import CYCLE, Truth

CONSENT_MONTHS: Final = 6
"""How long Spotify's consent lasts (docs/spotify.md, section 1.1)."""

IN_TIME_DAYS: Final = 170
"""After so many days the owner renews the consent, warned by then."""

LATE_BY_DAYS: Final = 9
LATE_CONSENT: Final = 2
"""The consent that its owner lets end, counted from 0."""

MONTHS: Final = 12
_LAST_DAY_OF_ALL_MONTHS: Final = 28


class Kind(StrEnum):
    """What is the matter on a day."""

    OUTAGE = "Spotify answers 503"
    SILENCE = "connections are cut"
    ONE_FAILS = "one list answers 500"
    QUOTA = "the quota is cut by half"
    RESTRICTED = "the app is restricted"
    AHEAD = "the clock is 400 days ahead"
    BEHIND = "the clock is 3 days behind"
    TOMORROW = "the clock is a day ahead"
    BAD_ENTRY = "a bad entry is merged"
    NEWER = "a record is of a newer format"
    MOVED = "the repository moves"


class Incident(NamedTuple):
    """What is the matter from the day `first` to the day `last`, counted from 0."""

    kind: Kind
    first: int
    last: int

    def is_on(self, day: int) -> bool:
        """Whether it is the matter on the day."""
        return self.first <= day <= self.last


class Cause(NamedTuple):
    """Something that must be told: by a run from the day `first` to the day `last`, in `words`, a pattern."""

    name: str
    first: int
    last: int
    words: str


_DAYS: Final = (
    (Kind.OUTAGE, 20, 22),
    (Kind.AHEAD, 60, 60),
    (Kind.BEHIND, 61, 61),
    (Kind.TOMORROW, 90, 90),
    (Kind.SILENCE, 120, 121),
    (Kind.BAD_ENTRY, 150, 152),
    (Kind.ONE_FAILS, 180, 181),
    (Kind.QUOTA, 250, 264),
    (Kind.RESTRICTED, 450, 459),
    (Kind.OUTAGE, 560, 560),
)
_ONCE: Final = ((Kind.NEWER, 333, 334), (Kind.MOVED, 410, 410), (Kind.NEWER, 600, 601))

_WORDS: Final = {
    Kind.OUTAGE: "503",
    Kind.SILENCE: "connection",
    Kind.ONE_FAILS: "500",
    Kind.RESTRICTED: r": (unavailable|doubted): ",
    Kind.AHEAD: "is not there yet",
    Kind.BEHIND: "is before the newest one archived",
    Kind.TOMORROW: "is before the newest one archived",
    Kind.BAD_ENTRY: "registry/",
    Kind.NEWER: "is of format",
}


def incidents(days: int) -> tuple[Incident, ...]:
    """All of so many days."""
    cycles = range(0, days, CYCLE)
    again = (Incident(kind, begin + first, begin + last) for begin in cycles for kind, first, last in _DAYS)
    return tuple(found for found in (*again, *(Incident(*once) for once in _ONCE)) if found.last < days)


def end_of_consent(given_on: date) -> date:
    """The day on which a consent is no longer good."""
    years, month = divmod(given_on.month - 1 + CONSENT_MONTHS, MONTHS)
    return date(given_on.year + years, month + 1, min(given_on.day, _LAST_DAY_OF_ALL_MONTHS))


def causes(truth: Truth, days: int) -> Iterator[Cause]:
    """All that must be told within a day, whatever the runs do; the judge adds what depends on them."""
    for found in incidents(days):
        if found.kind in _WORDS:
            yield Cause(found.kind, found.first, found.first + 1, _WORDS[found.kind])
    for name, life in truth.lives.items():
        if 0 < life.joins < days:
            told = _answered(life.joins, days) + 1
            yield Cause(f"{life.kind}: joined", life.joins, told, f"{re.escape(name)}.*created")
        for day in range(max(life.joins, 1), days - 1):
            told = _answered(day, days) + 1
            if life.gone(day) and not life.gone(day - 1):
                yield Cause(f"{life.kind}: gone", day, told, f"{re.escape(name)}.*: unavailable: ")
            if life.private(day) and not life.private(day - 1):
                yield Cause(f"{life.kind}: private", day, told, "private in Spotify from now on")


@cache
def _answered(day: int, days: int) -> int:
    """The first day from this one on which Spotify answers: before, no run can know of anything."""
    silent = [found for found in incidents(days) if found.kind in (Kind.OUTAGE, Kind.SILENCE)]
    return next(later for later in range(day, days + 1) if not any(found.is_on(later) for found in silent))
