"""The size and the recent growth of the repository, by git's own counts."""

import re
from datetime import date, timedelta
from typing import Final, NamedTuple

from ..archive import layout
from .repository import Git
from .versions import day_of_clock

DAYS: Final = 90
"""The days from which the rate is computed (our choice)."""

SHORTEST_DAYS: Final = 7
"""The shortest time that gives a rate."""

_KIB: Final = 1024
_COUNT: Final = re.compile(r"^([a-z-]+): ([0-9]+)$", re.MULTILINE)


class Growth(NamedTuple):
    """The bytes that git keeps, and the bytes per day in the last `DAYS`. The rate is None if the time is too short.

    `since` is the day of the first commit with a record, or None without such a commit.
    """

    total: int
    a_day: float | None = None
    since: date | None = None


def growth(git: Git, today: date) -> Growth | None:
    """The growth since the archive began, or in the last days. None if this clone lacks older commits or files.

    Raises:
        GitError: git refuses.
    """
    if not git.exists() or not git.head() or _is_cut(git):
        return None
    counts = dict(_COUNT.findall(git.line("count-objects", "-v")))
    total = (int(counts["size"]) + int(counts["size-pack"])) * _KIB
    with_records = git.line("rev-list", "HEAD", "--", layout.DATA).splitlines()
    if not with_records:
        return Growth(total)
    since = _day(git, with_records[-1])
    base = with_records[-1] if since >= today - timedelta(days=DAYS) else _before(git, today - timedelta(days=DAYS))
    days = (today - _day(git, base)).days
    if days < SHORTEST_DAYS:
        return Growth(total, since=since)
    new = int(git.line("rev-list", "--objects", "--disk-usage", "HEAD", f"^{base}"))
    return Growth(total, new / days, since)


def _is_cut(git: Git) -> bool:
    """Whether the clone is shallow, or fetches files only on demand."""
    is_shallow = git.line("rev-parse", "--is-shallow-repository") == "true"
    return is_shallow or bool(git.line("config", "--get-regexp", r"^remote\..*\.promisor$", allowed=(0, 1)))


def _before(git: Git, day: date) -> str:
    """The last commit before the day."""
    return git.line("rev-list", "--max-count=1", f"--before={day}T00:00:00Z", "HEAD")


def _day(git: Git, commit: str) -> date:
    return day_of_clock(int(git.line("show", "--no-patch", "--format=%ct", commit)))
