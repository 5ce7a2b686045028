"""Decides how a track's days change when it is seen again. Pure.

A day comes from Spotify or from our clock. A day of Spotify replaces a day of our clock, whether it is earlier or
later. Among the days of Spotify, the first one given stays.
"""

from datetime import date
from typing import NamedTuple

from .model import Span, Track


class Presence(NamedTuple):
    """The days of a `Track`, without its facts."""

    added_on: date
    upper_bound: bool = False
    observed: tuple[int, ...] = ()
    spans: tuple[Span, ...] = ()


def presence_of(track: Track) -> Presence:
    """The days of a track."""
    return Presence(track.added_on, track.upper_bound, track.observed, track.spans)


def first_seen(given: date | None, today: date, *, first: bool) -> Presence:
    """The days of a track that was never seen before. `first` says whether its playlist is new too."""
    if given:
        return Presence(given)
    return Presence(today, upper_bound=True) if first else Presence(today, observed=(0,))


def came_back(track: Track, given: date | None, today: date) -> Presence:
    """The days of a removed track that is there again.

    If Spotify's day is before the removal, the track belongs to its earlier time: Spotify dropped it for a while, and
    kept its day.
    """
    left_on = track.removed_on or today
    spans = (*track.spans, Span(track.added_on, left_on))
    if given and given >= left_on:
        return Presence(given, track.upper_bound, track.observed, spans)
    observed = (*track.observed, len(spans))
    return still_there(Presence(max(today, left_on), track.upper_bound, observed, spans), given)


def still_there(known: Presence, given: date | None) -> Presence:
    """The days of a track that is still there, with the day that Spotify gives today."""
    if given is None:
        return known
    if not known.spans or given >= known.spans[-1].removed_on:
        return _newest_dated(known, given)
    return _earliest_dated(known, given)


def _newest_dated(known: Presence, given: date) -> Presence:
    newest = len(known.spans)
    if not _is_observed(known, newest):
        return known
    return known._replace(
        added_on=given, upper_bound=known.upper_bound and newest > 0, observed=_without(known.observed, newest)
    )


def _earliest_dated(known: Presence, given: date) -> Presence:
    """The presence with Spotify's day for the earliest time. A day between two times replaces nothing."""
    earliest, *later = known.spans
    if given > earliest.removed_on or not _is_observed(known, 0):
        return known
    spans = (earliest._replace(added_on=given), *later)
    return known._replace(spans=spans, upper_bound=False, observed=_without(known.observed, 0))


def _is_observed(known: Presence, number: int) -> bool:
    return number in known.observed or (known.upper_bound and number == 0)


def _without(observed: tuple[int, ...], number: int) -> tuple[int, ...]:
    return tuple(other for other in observed if other != number)
