"""Parses days that people give, and corrects the days of commits with a wrong clock. Pure: callers give today."""

import re
from bisect import bisect_right
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final

from ..untrusted import for_log

UNDERSTOOD: Final = "2026-05-05, today, yesterday, 3 days ago, 2 weeks ago, 5 months ago or a year ago"
"""Examples for users of the days that `parse_day` takes."""

_AGO = re.compile(r"(an?|\d{1,5})[ -](day|week|month|year)s?[ -]ago", re.ASCII)
_NO_SPOTIFY_YET: Final = date(2008, 10, 7)
"""The launch of Spotify. A clock with an earlier day is wrong (https://en.wikipedia.org/wiki/Spotify)."""

_NAMED: Final = {"today": 0, "now": 0, "yesterday": 1}
_MONTHS: Final = {"month": 1, "year": 12}
_DAYS: Final = {"day": 1, "week": 7}


class DayError(ValueError):
    """The text is no day, or a day in the future."""


def parse_day(text: str, *, today: date) -> date:
    """The day that a user means, in UTC.

    Raises:
        DayError: the text is not understood, or the day lies in the future.
    """
    words = " ".join(text.strip().lower().split())
    try:
        day = _named(words, today) or date.fromisoformat(words)
    except (ValueError, OverflowError):
        msg = f"the day '{for_log(text)}' is not understood: give it as {UNDERSTOOD}"
        raise DayError(msg) from None
    if day > today:
        msg = f"{day} is in the future: give a day until {today}"
        raise DayError(msg)
    return day


def in_order(days: Sequence[date]) -> tuple[date, ...]:
    """The days of commits in order of ancestry, corrected so that no commit is before its parent.

    Most clocks are right, so as few days as possible are replaced, each by the day of the commit before.
    """
    right = set(_longest_rise(days))
    if len(right) == len(days):
        return tuple(days)
    known = days[min(right, default=0)]
    found = []
    for number, day in enumerate(days):
        known = day if number in right else known
        found.append(known)
    return tuple(found)


def _named(words: str, today: date) -> date | None:
    """The day that words such as `3 days ago` mean, None for other texts."""
    if words in _NAMED:
        return today - timedelta(days=_NAMED[words])
    match = _AGO.fullmatch(words)
    if not match:
        return None
    count = int(match[1]) if match[1].isdigit() else 1
    if match[2] in _DAYS:
        return today - timedelta(days=count * _DAYS[match[2]])
    return _months_before(today, count * _MONTHS[match[2]])


def _months_before(today: date, months: int) -> date:
    """The same day of an earlier month, or the last day of that month."""
    year, month = divmod(today.year * 12 + today.month - 1 - months, 12)
    following = date(year + (month == 11), (month + 1) % 12 + 1, 1)  # noqa: PLR2004 - December, counted from 0
    return min(date(year, month + 1, 1) + timedelta(days=today.day - 1), following - timedelta(days=1))


def _longest_rise(days: Sequence[date]) -> list[int]:
    """The positions of a longest sequence of possible days that never descends."""
    ends: list[date] = []
    last: list[int] = []
    before: list[int] = []
    for number, day in enumerate(days):
        if day < _NO_SPOTIFY_YET:
            before.append(-1)
            continue
        length = bisect_right(ends, day)
        before.append(last[length - 1] if length else -1)
        ends[length : length + 1] = [day]
        last[length : length + 1] = [number]
    found = []
    number = last[-1] if last else -1
    while number >= 0:
        found.append(number)
        number = before[number]
    return found
