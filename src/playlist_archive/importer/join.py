"""Joins two records of one playlist. The older record ends before the newer one begins. Pure."""

from datetime import date

from ..archive.merge import leaving_order, merge
from ..archive.model import Item, Record, Snapshot, Span, Track, by_identity, facts

Times = tuple[tuple[date, date | None], ...]
"""A time in which a track belonged: the days of addition and removal. The removal is None for a current track."""


def precede(older: Record, ours: Record) -> Record:
    """Our record, extended to the past by the older record. Nothing of our record is lost.

    Every day of `older` lies before `ours.first_archived`. The days of our record show its first snapshot. That
    snapshot is merged into the older record, as a run would do it. Later changes come from our record alone.
    """
    then = merge(older, _first_snapshot(ours), today=ours.first_archived, alias=ours.alias)
    before = {**by_identity(then.removed), **by_identity(then.tracks)}
    known = {track.uri for track in (*ours.tracks, *ours.removed)}
    removed = [_joined(track, before.get(track.uri)) for track in ours.removed]
    only_before = [track for track in then.removed if track.uri not in known]
    return ours.model_copy(
        update={
            "first_archived": then.first_archived,
            "tracks": tuple(_joined(track, before.get(track.uri)) for track in ours.tracks),
            "removed": tuple(sorted([*removed, *only_before], key=leaving_order)),
        }
    )


def _first_snapshot(ours: Record) -> Snapshot:
    """Our first snapshot: all tracks that came by its day. Days that only our clock gave are left out."""
    tracks = by_identity((*ours.removed, *ours.tracks)).values()
    items = (
        Item(*facts(track))._replace(added_on=_first_given(track))
        for track in tracks
        if track.first_added <= ours.first_archived
    )
    return Snapshot(id=ours.id, name=ours.name, owner=ours.owner, snapshot_id=ours.snapshot_id, items=tuple(items))


def _first_given(track: Track) -> date | None:
    """Spotify's day for the first addition of a track, None if only our clock gave a day."""
    if not track.spans:
        return track.given_on
    return None if track.upper_bound or 0 in track.observed else track.first_added


def _joined(track: Track, before: Track | None) -> Track:
    """Our track with its older times before. Its first time continues the last older time, or follows it."""
    if before is None:
        return track
    first, *later = _times(track)
    older = _times(before)
    goes_on = before.removed_on is None
    times = [*older[:-1], (older[-1][0], first[1]), *later] if goes_on else [*older, first, *later]
    *spans, (added_on, _) = times
    closed = tuple(Span(came, went) for came, went in spans if went)
    further = len(older) - goes_on
    ours = (number + further for number in track.observed if number or not goes_on)
    return track.model_copy(
        update={
            "added_on": added_on,
            "upper_bound": before.upper_bound,
            "observed": (*before.observed, *ours),
            "spans": closed,
        }
    )


def _times(track: Track) -> Times:
    return (*track.spans, (track.added_on, track.removed_on))


def until(record: Record, day: date) -> Record | None:
    """The record as it was before a day, None without a record. The order of that day is unknown."""
    if record.first_archived >= day:
        return None
    found = [_track_until(track, day) for track in (*record.tracks, *record.removed) if track.first_added < day]
    return record.model_copy(
        update={
            "tracks": tuple(track for track in found if not track.removed_on),
            "removed": tuple(track for track in found if track.removed_on),
        }
    )


def _track_until(track: Track, day: date) -> Track:
    times = [(began, ended) for began, ended in _times(track) if began < day]
    *before, (added_on, removed_on) = times
    return track.model_copy(
        update={
            "spans": tuple(Span(began, ended) for began, ended in before if ended),
            "added_on": added_on,
            "removed_on": removed_on if removed_on and removed_on < day else None,
        }
    )


def days_of(record: Record) -> list[date]:
    """All days in a record, in order."""
    times = (time for track in (*record.tracks, *record.removed) for time in _times(track))
    return sorted({record.first_archived, *(day for time in times for day in time if day)})
