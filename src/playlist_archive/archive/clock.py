"""Corrects the days that a wrong clock gave to a record, once the right day is known. Pure."""

from datetime import date, timedelta

from .model import Record, Span, Track


def set_right(record: Record, *, today: date) -> Record:
    """The record without days in the future; `record` itself if it has none.

    A day later than tomorrow comes from a clock that was ahead. Such a day becomes `today`, the latest day possible.
    Days of Spotify may be tomorrow, around midnight.
    """
    unavailable = record.unavailable
    changes = {
        "first_archived": _sane(record.first_archived, today),
        "unavailable": unavailable and unavailable.model_copy(update={"since": _sane(unavailable.since, today)}),
        "tracks": tuple(_track(track, today) for track in record.tracks),
        "removed": tuple(_track(track, today) for track in record.removed),
    }
    healed = record.model_copy(update=changes)
    return record if healed == record else healed


def _track(track: Track, today: date) -> Track:
    """The track with possible days; `track` itself if all its days are possible."""
    newest = max(track.removed_on or track.added_on, track.added_on, *(span.removed_on for span in track.spans))
    if newest <= today + timedelta(days=1):
        return track
    changes = {
        "added_on": _sane(track.added_on, today),
        "removed_on": _sane(track.removed_on, today) if track.removed_on else None,
        "spans": tuple(Span(_sane(span.added_on, today), _sane(span.removed_on, today)) for span in track.spans),
    }
    return track.model_copy(update=changes)


def _sane(day: date, today: date) -> date:
    return min(day, today) if day > today + timedelta(days=1) else day
