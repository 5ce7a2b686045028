"""What becomes of the lists that a run has reason to doubt (docs/design.md, "Doubt"). Pure.

A run with many such lists is not believed for them, nor is a list alone that changed though Spotify says that nobody
edited it. What is doubted is remembered, and believed when a later run sees the same, or when it differs every day.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Final, NamedTuple

from .doubt import ALONE, Doubt, Sign, Suspect
from .ids import PlaylistId

SUSPECT_FROM: Final = 3
"""So many lists with signs, and more than half of those that were served, are a fault of Spotify's or of the app's."""

BELIEVED_AFTER: Final = timedelta(hours=6)

_A_DAY: Final = timedelta(days=1)

RESTLESS_DAYS: Final = 3
"""Days of doubt in a row after which a list is believed though it is another one every day (our choice)."""


class Judgement(NamedTuple):
    """Which suspects are not believed, and since which day others are seen to be as they are.

    `restless` are those that are believed because they are others every day, with what is remembered of them.
    `is_run_doubted` tells whether so many are doubted that the run itself is the reason.
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
    """What becomes of the suspects of a run at the moment `at`, when `served` known lists were answered in all.

    `known` is what is doubted already. A run that `believes` doubts nothing. Lists that are new do not make a run
    doubtful, but in a doubtful run they are doubted like the others.
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
    """Whether a run that is long enough ago saw the same."""
    doubt = known.get(suspect.playlist_id)
    if doubt is None or not _is_same(suspect, doubt):
        return False
    return at - doubt.at >= BELIEVED_AFTER or at.date() > doubt.at.date()


def _is_restless(suspect: Suspect, known: Mapping[PlaylistId, Doubt], at: datetime) -> bool:
    """Whether the list was doubted on enough days before, and is again."""
    doubt = known.get(suspect.playlist_id)
    return doubt is not None and len([day for day in doubt.days if day < at.date()]) >= RESTLESS_DAYS


def _since(suspect: Suspect, known: Mapping[PlaylistId, Doubt], at: datetime) -> date:
    """The day on which the very same was seen first."""
    doubt = known[suspect.playlist_id]
    return doubt.at.date() if doubt.digest == suspect.digest else at.date()


def _is_same(suspect: Suspect, doubt: Doubt) -> bool:
    """Songs that are replaced every time are never the same: that they are replaced again is enough."""
    is_replaced = suspect.signs == (Sign.REPLACED,) and doubt.sign == Sign.REPLACED
    return is_replaced or suspect.digest == doubt.digest


def _doubt(suspect: Suspect, known: Mapping[PlaylistId, Doubt], at: datetime) -> Doubt:
    """What is remembered from now on: as it is known already where the same was seen, but for one more day."""
    doubt = known.get(suspect.playlist_id)
    earlier = doubt.days if doubt else ()
    days = tuple(dict.fromkeys((*earlier, at.date())))[: RESTLESS_DAYS + 1]
    if doubt and _is_same(suspect, doubt):
        return doubt._replace(days=days)
    return Doubt(suspect.playlist_id, at, suspect.signs[-1], suspect.digest, days)
