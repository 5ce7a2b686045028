"""Things that end, and their days: consent, runner's image, schedule, room for repository and website. Pure."""

import re
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Final, NamedTuple

CONSENT_DAYS: Final = 180
"""The days of a user's consent that we count on: six months (docs/spotify.md, section 6.4)."""

PAUSE_DAYS: Final = 60
"""After so many days without a commit, GitHub stops the schedules of a public repository (docs/github.md)."""

QUIET_DAYS: Final = 40
"""After so many days without a change, the bot makes an empty commit, so that the schedule goes on."""

IMAGES: Final[Mapping[str, date]] = {
    "ubuntu-22.04": date(2027, 4, 17),
    "ubuntu-24.04": date(2029, 4, 17),
    "ubuntu-26.04": date(2031, 4, 17),
}
"""The day on which GitHub removes each image. Some days are only expected (docs/github.md, "The runner's image")."""

GIGABYTE: Final = 1_000_000_000
RECOMMENDED_BYTES: Final = GIGABYTE
MOST_BYTES: Final = 5 * GIGABYTE
"""The size that GitHub recommends for a repository, and the size not to exceed (docs/scale.md, "Limits")."""

SITE_BYTES: Final = 800_000_000
"""The size from which the website leaves something out (docs/website.md, "How large it may be")."""

FAR_DAYS: Final = 100 * 365
"""The farthest end that is told. Anything later counts as never."""

_RUNS_ON: Final = re.compile(r"^\s*runs-on:\s*[\"']?([\w.-]+)", re.MULTILINE)


class End(NamedTuple):
    """Something that ends. `what` is a sentence without the day."""

    what: str
    on: date

    def days_left(self, today: date) -> int:
        """The days until the end; 0 if the end has passed."""
        return max((self.on - today).days, 0)


class Size(NamedTuple):
    """The bytes of something that grows, and its growth per day; None if the growth is unknown."""

    total: int
    a_day: float | None = None

    def reaches(self, limit: int, *, today: date) -> date | None:
        """The day on which the size reaches a limit at this rate; None for never, or if the rate is unknown."""
        if self.total >= limit:
            return today
        if not self.a_day or self.a_day <= 0:
            return None
        days = (limit - self.total) / self.a_day
        return _later(today, int(days)) if days <= FAR_DAYS else None


def consent_end(authorized_on: date) -> date:
    """The day on which a consent given on `authorized_on` ends."""
    return _later(authorized_on, CONSENT_DAYS)


def images(workflow: str) -> tuple[str, ...]:
    """The runner images that a workflow asks for, without repetition."""
    return tuple(dict.fromkeys(_RUNS_ON.findall(workflow)))


def pause_day(last_commit: date) -> date:
    """The day on which GitHub stops the schedule, if nothing is committed before."""
    return _later(last_commit, PAUSE_DAYS)


def _later(day: date, days: int) -> date:
    """The day so many days later, at most the last one that there is: a clock may say anything."""
    return date.max if (date.max - day).days < days else day + timedelta(days=days)


def nearest(ends: Iterable[End]) -> End | None:
    """The end that comes first; None if there is none."""
    return min(ends, key=lambda end: (end.on, end.what), default=None)
