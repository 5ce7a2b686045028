"""Decides which doubtful lists a run believes (docs/design.md, "Doubt"). Pure.

Many doubtful lists make the whole run doubtful. A single list is doubted if it changed although Spotify says that
nobody edited it. A doubt is remembered. The list is believed if a later run sees the same, or if it differs every day.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Final, NamedTuple

from .doubt import ALONE, Doubt, Sign, Suspect
from .ids import PlaylistId

SUSPECT_FROM: Final = 3
"""The fewest lists with signs that make a run doubtful, if more than half of the served lists have signs."""

BELIEVED_AFTER: Final = timedelta(hours=6)

_ENOUGH_ALONE: Final = frozenset({Sign.REPLACED, Sign.OWNER})
"""The signs of lists that may change between two runs all the same: replaced every time, or of a new owner."""

_A_DAY: Final = timedelta(days=1)

RESTLESS_DAYS: Final = 3
"""Days of doubt in a row after which a list is believed, although it differs every day (our choice)."""


class Judgement(NamedTuple):
    """The suspects that are not believed, and the days since which believed suspects are as they are.

    `restless` are lists that are believed because they differ every day, with their doubts. `is_run_doubted` says
    whether so many lists are doubted that the whole run is.
    """

    doubted: Mapping[PlaylistId, Doubt]
    since: Mapping[PlaylistId, date]
    restless: Mapping[PlaylistId, Doubt]
    is_run_doubted: bool


def judge(
    suspects: Iterable[Suspect],
    known: Mapping[PlaylistId, Doubt],
    *,
    served: int,
    at: datetime,
    believes: bool = False,
) -> Judgement:
    """The judgement on the suspects of a run at the moment `at`. `served` is the number of known lists with an answer.

    `known` are the earlier doubts. A run that `believes` doubts nothing. New lists do not make a run doubtful, but in a
    doubtful run they are doubted like other lists.
    """
    known = _possible(known, at)
    signed = [suspect for suspect in suspects if suspect.signs]
    same = {found.playlist_id for found in signed if _is_confirmed(found, known, at)}
    restless = {found.playlist_id for found in signed if _is_restless(found, known, at)} - same
    since = {suspect.playlist_id: at.date() for suspect in signed} if believes else {}
    since |= {found.playlist_id: _since(found, known, at) for found in signed if found.playlist_id in same | restless}
    open_ones = [suspect for suspect in signed if suspect.playlist_id not in since]
    telling = [suspect for suspect in open_ones if Sign.NEW not in suspect.signs]
    is_run_doubted = len(telling) >= SUSPECT_FROM and len(telling) * 2 > served
    doubted = [suspect for suspect in open_ones if is_run_doubted or ALONE & {*suspect.signs}]
    return Judgement(
        {found.playlist_id: _doubt(found, known, at) for found in doubted},
        since,
        {found.playlist_id: _doubt(found, known, at) for found in signed if found.playlist_id in restless},
        is_run_doubted,
    )


def _possible(known: Mapping[PlaylistId, Doubt], at: datetime) -> Mapping[PlaylistId, Doubt]:
    """What is doubted, without what a clock that was ahead dated later than tomorrow: it would be doubted for ever."""
    latest = at + _A_DAY
    return {
        name: doubt._replace(days=tuple(day for day in doubt.days if day <= latest.date()))
        for name, doubt in known.items()
        if doubt.at <= latest
    }


def _is_confirmed(suspect: Suspect, known: Mapping[PlaylistId, Doubt], at: datetime) -> bool:
    """Whether a run saw the same, long enough ago."""
    doubt = known.get(suspect.playlist_id)
    if doubt is None or not _is_same(suspect, doubt):
        return False
    return at - doubt.at >= BELIEVED_AFTER or at.date() > doubt.at.date()


def _is_restless(suspect: Suspect, known: Mapping[PlaylistId, Doubt], at: datetime) -> bool:
    """Whether the list was doubted on enough days before."""
    doubt = known.get(suspect.playlist_id)
    return doubt is not None and len([day for day in doubt.days if day < at.date()]) >= RESTLESS_DAYS


def _since(suspect: Suspect, known: Mapping[PlaylistId, Doubt], at: datetime) -> date:
    """The day on which this answer was first seen."""
    doubt = known[suspect.playlist_id]
    return doubt.at.date() if doubt.digest == suspect.digest else at.date()


def _is_same(suspect: Suspect, doubt: Doubt) -> bool:
    """Whether the answer is as before. For some signs it is enough that they are seen again, whatever the songs are."""
    is_seen_again = suspect.signs == (doubt.sign,) and doubt.sign in _ENOUGH_ALONE
    return is_seen_again or suspect.digest == doubt.digest


def _doubt(suspect: Suspect, known: Mapping[PlaylistId, Doubt], at: datetime) -> Doubt:
    """The doubt to remember. If the answer is as before, the earlier doubt with one more day."""
    doubt = known.get(suspect.playlist_id)
    earlier = doubt.days if doubt else ()
    days = tuple(dict.fromkeys((*earlier, at.date())))[: RESTLESS_DAYS + 1]
    if doubt and _is_same(suspect, doubt):
        return doubt._replace(days=days)
    return Doubt(suspect.playlist_id, at, suspect.signs[-1], suspect.digest, days)
