"""Answers from the newest record alone: the songs of a day, without their order. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from ..archive.model import Record, Track, by_identity
from ..render.markdown import description_text
from .compare import Difference, Event
from .timeline import Presence, Song, State, song_of


def track_times(record: Record) -> list[tuple[Track, date, date | None]]:
    """Each track with each of its times by the record's days, in the order of first days.

    A time begins on the first day, and ends on the second, None if the track is there. Spotify's day counts if it is
    given.
    """
    tracks = [*by_identity(record.tracks).values(), *by_identity(record.removed).values()]
    found = ((track, began, ended) for track in tracks for began, ended in _times(track))
    return sorted(found, key=lambda time: (time[1], time[0].uri))


def record_presences(record: Record) -> tuple[Presence, ...]:
    """The times of each track by the record's days, in the order of first days."""
    return tuple(
        Presence(song_of(track), began, ended, upper_bound=track.upper_bound and began == track.first_added)
        for track, began, ended in track_times(record)
    )


def state_of(record: Record) -> State:
    """The current playlist in its record. `day` is the newest day in the record."""
    days = [record.first_archived, *(began for _, began, _ in track_times(record))]
    days += [track.removed_on for track in record.removed if track.removed_on]
    return _state(record, max(days), tuple(record.tracks))


def membership(record: Record, day: date) -> State:
    """The songs of a day: current songs in today's order, then removed songs by their first day.

    The name, description and likes are today's.
    """
    there = [track for track in record.tracks if belonged(track, day)]
    left = sorted((track for track in record.removed if belonged(track, day)), key=lambda track: track.added_on)
    return _state(record, day, (*there, *left))


def belonged(track: Track, day: date) -> bool:
    """Whether a track was in the playlist at the end of a day, by the record."""
    return any(began <= day and (ended is None or day < ended) for began, ended in _times(track))


def record_events(record: Record) -> Iterator[Event]:
    """The days on which songs were added or removed, by the record. The record knows no other changes."""
    added: dict[date, list[Song]] = {}
    removed: dict[date, list[Song]] = {}
    for presence in record_presences(record):
        added.setdefault(presence.added_on, []).append(presence.song)
        if presence.removed_on:
            removed.setdefault(presence.removed_on, []).append(presence.song)
    for day in sorted({*added, *removed}, reverse=True):
        found = Difference(added=tuple(added.get(day, ())), removed=tuple(removed.get(day, ())))
        yield Event(day=day, commit=None, title=record.title, difference=found)


def older_events(record: Record, begins: date) -> Iterator[Event]:
    """The record's changes from the first archived day until git's history `begins`, newest first.

    Such days exist after an import into the record alone, and in a clone without older commits.
    """
    yield from (event for event in record_events(record) if record.first_archived < event.day <= begins)
    first = Difference(added=membership(record, record.first_archived).tracks)
    yield Event(day=record.first_archived, commit=None, title=record.title, difference=first, is_first=True)


def joined(ours: Iterable[Event], older: Sequence[Event]) -> Iterator[Event]:
    """The changes from git, then the changes from the record before git's first version."""
    yield from (event for event in ours if not (older and event.is_first))
    yield from older


def _times(track: Track) -> Iterator[tuple[date, date | None]]:
    yield from ((span.added_on, span.removed_on) for span in track.spans)
    yield track.added_on, track.removed_on


def _state(record: Record, day: date, tracks: tuple[Track, ...]) -> State:
    return State(
        playlist_id=record.id,
        day=day,
        commit=None,
        name=record.name,
        alias=record.alias,
        description=description_text(record.description),
        owner=record.owner,
        likes=record.likes,
        unavailable=record.unavailable,
        tracks=tuple(song_of(track) for track in tracks),
    )
