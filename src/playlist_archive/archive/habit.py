"""Finds in a record whether its list is replaced now and then: most songs left, and others came. Pure."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Final, NamedTuple

from .model import Record, Track
from .outline import Outline

MANY: Final = 2
"""The fewest removals on a day that count as a habit."""

DAYS: Final = 5
"""The number of days to look at: those with the most removals."""

LATE: Final = timedelta(days=2)
"""The longest time between Spotify's day of the new songs and the run that noticed the removals."""


class _Time(NamedTuple):
    """A time that a track belonged to the list; `removed_on` is None if it has not ended."""

    added_on: date
    removed_on: date | None


def is_replaced_now_and_then(record: Record) -> bool:
    """Whether most of the list was once replaced by about as many other songs on one day."""
    times = [time for track in (*record.tracks, *record.removed) for time in _times(track)]
    went = Counter(time.removed_on for time in times if time.removed_on)
    return any(count >= MANY and _was_replaced(times, day, count) for day, count in went.most_common(DAYS))


def lost_much(outline: Outline, *, since: date) -> bool:
    """Whether most of the list was removed since this day, and is still missing."""
    went = outline.left_since(since)
    return went >= MANY and went > outline.songs


def _times(track: Track) -> Iterator[_Time]:
    yield from (_Time(*span) for span in track.spans)
    yield _Time(track.added_on, track.removed_on)


def _was_replaced(times: Sequence[_Time], day: date, went: int) -> bool:
    there = [time for time in times if time.removed_on is None or time.removed_on > day]
    stayed = sum(day - time.added_on > LATE for time in there)
    came = sum(abs(day - time.added_on) <= LATE for time in there)
    return went > stayed and came * 2 >= went
