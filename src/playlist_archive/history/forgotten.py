"""Days that were taken back: the message of their commit, and the versions that no longer count. Pure."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from itertools import pairwise
from typing import Final, NamedTuple

from ..archive.ids import PlaylistId
from ..git.versions import Change, Log
from ..render.text import counted

FORGET: Final = "Forget"
"""The beginning of the subject of a commit that takes a day back."""

_LINE: Final = re.compile(
    r"^- ([0-9A-Za-z]{22}) without (\d{4}-\d\d-\d\d)(?:, seen on (\d{4}-\d\d-\d\d)(?: with (\d{1,18}) likes)?)?$",
    re.MULTILINE | re.ASCII,
)


class ForgottenDay(NamedTuple):
    """A day of a playlist that was taken back.

    `seen_on` is the first later day on which a run saw the list unchanged since that day, or None. `likes` is its
    number of likes on `seen_on`.
    """

    playlist_id: PlaylistId
    day: date
    seen_on: date | None = None
    likes: int | None = None


class Forgetting(NamedTuple):
    """A commit that took days back, and all commits before it. Later versions were observed anew."""

    days: tuple[ForgottenDay, ...]
    commit: str
    before: frozenset[str]

    def of(self, playlist_id: PlaylistId, day: date) -> ForgottenDay | None:
        """The forgotten day of a playlist, or None."""
        return next((found for found in self.days if (found.playlist_id, found.day) == (playlist_id, day)), None)


def forget_message(day: date, days: Collection[ForgottenDay]) -> str:
    """The subject and body of the commit that takes a day back. `days_in` reads the body.

    Days that were taken back before are named again if they were seen on another day than their commit says.
    """
    lines = [_line(found) for found in sorted(days, key=lambda found: found[:2])]
    number = counted(len({found.playlist_id for found in days}), "playlist")
    return "\n".join([f"{FORGET} {day}: {number} as if that day had not been seen", "", *lines]) + "\n"


def days_in(message: str) -> tuple[ForgottenDay, ...]:
    """The days that the commit with this message took back. Empty for other commits."""
    if not message.startswith(f"{FORGET} "):
        return ()
    return tuple(day for found in _LINE.findall(message) if (day := _day(*found)))


def taken_back(
    playlist_id: PlaylistId, commit: str, day: date, forgettings: Iterable[Forgetting]
) -> ForgottenDay | None:
    """The forgotten day if a version of this day does not count, else None.

    `forgettings` are sorted newest first.
    """
    found = (one.of(playlist_id, day) for one in forgettings if commit in one.before)
    return next(filter(None, found), None)


class Corrections(NamedTuple):
    """The versions that do not count, or count differently.

    Versions in `never` do not count. Versions in `later` count for another day, on which the list was seen. A version
    in `restoring` that differs only in its likes exists because of the day that was taken back, and does not count.
    """

    never: frozenset[Change]
    later: Mapping[Change, ForgottenDay]
    restoring: frozenset[Change]


def corrections(log: Log, forgettings: Sequence[Forgetting]) -> Corrections:
    """The corrections of a history's versions for days that were taken back. `forgettings` are sorted newest first."""
    if not forgettings:
        return Corrections(frozenset(), {}, frozenset())
    told = {change: taken for change in log.changes if (taken := _taken_back(log, change, forgettings))}
    last = {taken: change for change, taken in told.items()}
    later = {change: taken for taken, change in last.items() if taken.seen_on}
    takers = {one.commit for one in forgettings}
    restoring = {change for change in log.changes if log.commits[change.commit].hash in takers}
    restoring |= {after for before, after in pairwise(log.changes) if before in told}
    return Corrections(frozenset(told.keys() - later.keys()), later, frozenset(restoring))


def _taken_back(log: Log, change: Change, forgettings: Iterable[Forgetting]) -> ForgottenDay | None:
    commit = log.commits[change.commit]
    return taken_back(change.playlist_id, commit.hash, commit.day, forgettings)


def _day(name: str, day: str, seen_on: str, likes: str) -> ForgottenDay | None:
    """What a line says; None where a day of it is in no calendar, since anybody may write a message."""
    try:
        seen = date.fromisoformat(seen_on) if seen_on else None
        return ForgottenDay(PlaylistId(name), date.fromisoformat(day), seen, int(likes) if likes else None)
    except ValueError:
        return None


def _line(found: ForgottenDay) -> str:
    seen = f", seen on {found.seen_on}" if found.seen_on else ""
    likes = f" with {found.likes} likes" if found.seen_on and found.likes is not None else ""
    return f"- {found.playlist_id} without {found.day}{seen}{likes}"
