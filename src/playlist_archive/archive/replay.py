"""Makes records again from the observations of other days, by merging old versions once more. Pure."""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from .join import snapshot_of
from .merge import mark_unavailable, merge
from .model import Record


class Observation(NamedTuple):
    """The record at the end of a day's run, and the likes; None if they are unknown."""

    day: date
    record: Record
    likes: int | None = None


def replayed(base: Record | None, seen: Iterable[Observation], *, without: date) -> Record | None:
    """The record that these observations make from `base`; None if the playlist was never served.

    `base` is the record before the day `without`, which is undone. The observations are of later days, in order.
    """
    record = base
    for observation in seen:
        record = _merged(record, observation, without)
    return record


def snapshot_day(before: Record | None, after: Record, committed_on: date) -> date:
    """The day of the run that wrote `after`: the day of the commit, or a day before it.

    An answer that was doubted first and believed later has the day of its first sight.
    """
    known = {track.uri for track in (*before.tracks, *before.removed)} if before else set()
    left = {(track.uri, track.removed_on) for track in before.removed} if before else set()
    days = [track.removed_on for track in after.removed if (track.uri, track.removed_on) not in left]
    days += [track.added_on for track in after.tracks if track.uri not in known and track.given_on is None]
    return min(committed_on, max(filter(None, days), default=committed_on))


def _merged(record: Record | None, seen: Observation, without: date) -> Record | None:
    gone = seen.record.unavailable
    if gone:
        since = seen.day if gone.since == without else min(gone.since, seen.day)
        return mark_unavailable(record, today=since, reason=gone.reason) if record else None
    likes = seen.record.likes if seen.likes is None else seen.likes
    snapshot = snapshot_of(seen.record)._replace(likes=likes)
    return merge(record, snapshot, today=seen.day, alias=seen.record.alias)
