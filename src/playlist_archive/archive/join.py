"""Joins the records of two bots that archived the same playlist. Pure: no clock, no disk, no network.

Each record was written after a reading. All readings are merged in the order of their times, as if one bot had made
them. So nothing is lost that only one of the bots saw.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import accumulate, pairwise
from operator import attrgetter
from typing import NamedTuple

from .merge import leaving_order, merge
from .model import Item, Record, Snapshot, Span, Track, by_identity, facts


class Reading(NamedTuple):
    """The record after a bot read the playlist, the day of the reading, and its time in seconds since 1970."""

    record: Record
    day: date
    seconds: int


def join(
    base: Record | None, *, theirs: Sequence[Reading], ours: Sequence[Reading], alias: str | None
) -> Record | None:
    """The record that one bot would have made from `base` with all readings; None if there is no record at all.

    Both bots began with `base`. Their readings are in the order of their commits. Their last record before our first
    reading is taken as it is.
    """
    theirs, ours = _in_order(theirs), _in_order(ours)
    taken = [reading for reading in theirs if not ours or reading.seconds <= ours[0].seconds]
    record = taken[-1].record if taken else base
    for reading in sorted([*theirs[len(taken) :], *ours], key=attrgetter("seconds")):
        record = put_on(record, reading.record, today=reading.day, alias=alias) if record else reading.record
    return record


def _in_order(readings: Sequence[Reading]) -> list[Reading]:
    """The readings with times that never go back. A repeated commit contains the knowledge of earlier ones."""
    seconds = accumulate((reading.seconds for reading in readings), max)
    return [reading._replace(seconds=latest) for reading, latest in zip(readings, seconds, strict=True)]


def put_on(older: Record, newer: Record, *, today: date, alias: str | None) -> Record:
    """The older record after a merge with the newer record, which was seen on `today`.

    The result keeps removals and earlier times that only the newer record knows.
    """
    if newer.unavailable:
        left = [*newer.removed, *(track.model_copy(update={"removed_on": today}) for track in newer.tracks)]
        marked = older.model_copy(update={"unavailable": older.unavailable or newer.unavailable})
        return _with_removed(marked, left)
    merged = merge(older, snapshot_of(newer), today=today, alias=alias)
    return _with_spans(_with_removed(merged, newer.removed), newer)


def _with_removed(record: Record, tracks: Iterable[Track]) -> Record:
    """The record with these removed tracks added. The earlier removal day of a track wins."""
    left = {track.uri: track for track in record.removed}
    there = {track.uri for track in record.tracks}
    for track in tracks:
        if track.uri not in there:
            left[track.uri] = _earlier(left.get(track.uri, track), track)
    return record.model_copy(update={"removed": tuple(sorted(left.values(), key=leaving_order))})


def _earlier(one: Track, other: Track) -> Track:
    """The track with the earlier removal day, if both were added on the same day; otherwise `one`."""
    if one.added_on != other.added_on or one.removed_on is None or other.removed_on is None:
        return one
    return one.model_copy(update={"removed_on": min(one.removed_on, other.removed_on)})


def _with_spans(record: Record, other: Record) -> Record:
    """The record with absences and earlier times that only the other record knows."""
    known = by_identity((*other.removed, *other.tracks))
    tracks, removed = (
        tuple(_with_spans_of(track, known.get(track.uri)) for track in found)
        for found in (record.tracks, record.removed)
    )
    if (tracks, removed) == (record.tracks, record.removed):
        return record
    return record.model_copy(update={"tracks": tracks, "removed": tuple(sorted(removed, key=leaving_order))})


def _with_spans_of(track: Track, other: Track | None) -> Track:
    if other is None or not other.spans:
        return track
    times = _without_gaps(_times(track), pairwise(_times(other)))
    earlier = [time for time in _times(other) if not any(_overlap(time, known) for known in _times(track))]
    *before, last = sorted([*times, *(time for time in earlier if time.removed_on <= track.added_on)])
    spans = tuple(before)
    if (last.added_on, spans) == (track.added_on, track.spans):
        return track
    return track.model_copy(update={"added_on": last.added_on, "spans": spans})


def _times(track: Track) -> list[Span]:
    """The times that the track belonged to the list. A time that has not ended gets the last possible day."""
    return [*track.spans, Span(track.added_on, track.removed_on or date.max)]


def _without_gaps(times: Iterable[Span], others: Iterable[tuple[Span, Span]]) -> list[Span]:
    """The times, split if another record has an absence within one of them."""
    gaps = [(before.removed_on, after.added_on) for before, after in others]
    return [piece for time in times for piece in _pieces(time, gaps)]


def _pieces(time: Span, gaps: Iterable[tuple[date, date]]) -> Iterator[Span]:
    start, end = time
    for left, back in gaps:
        if start < left and back < end:
            yield Span(start, left)
            start = back
    yield Span(start, end)


def _overlap(one: Span, other: Span) -> bool:
    return one.added_on < other.removed_on and other.added_on < one.removed_on


def snapshot_of(record: Record) -> Snapshot:
    """The snapshot from which a record was written."""
    return Snapshot(
        id=record.id,
        name=record.name,
        description=record.description,
        owner=record.owner,
        likes=record.likes,
        snapshot_id=record.snapshot_id,
        items=tuple(_item(track) for track in record.tracks),
        null_items=record.null_items,
        private=record.private,
    )


def _item(track: Track) -> Item:
    """The row, with its day of addition only if Spotify gave that day."""
    return Item._make((*facts(track), track.given_on))
