"""What a record tells of the habits of its list: when most of it went, and whether others came instead. Pure."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Final, NamedTuple

from .model import Record, Track

MANY: Final = 2
"""Songs that must have gone on a day for it to tell anything of a habit."""

DAYS: Final = 5
"""Days that are looked at: those on which most songs went."""

LATE: Final = timedelta(days=2)
"""What came has Spotify's day, which may be so far from that of the first run that saw what went."""


class _Time(NamedTuple):
    """A time that a track belonged; `removed_on` is None where it has not ended."""

    added_on: date
    removed_on: date | None


def is_replaced_now_and_then(record: Record) -> bool:
    """Whether there was a day on which most of the list went, and about as much came."""
    times = [time for track in (*record.tracks, *record.removed) for time in _times(track)]
    went = Counter(time.removed_on for time in times if time.removed_on)
    return any(count >= MANY and _was_replaced(times, day, count) for day, count in went.most_common(DAYS))


def lost_much(record: Record, *, since: date) -> bool:
    """Whether most of the list went on the day `since` or later, and is still gone."""
    went = sum(track.removed_on is not None and track.removed_on >= since for track in record.removed)
    return went >= MANY and went > len(record.tracks)


def _times(track: Track) -> Iterator[_Time]:
    yield from (_Time(*span) for span in track.spans)
    yield _Time(track.added_on, track.removed_on)


def _was_replaced(times: Sequence[_Time], day: date, went: int) -> bool:
    there = [time for time in times if time.removed_on is None or time.removed_on > day]
    stayed = sum(day - time.added_on > LATE for time in there)
    came = sum(abs(day - time.added_on) <= LATE for time in there)
    return went > stayed and came * 2 >= went
