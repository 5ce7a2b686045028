"""What ends one day, and when: consent, runner's image, schedule, the room for repository and website. Pure."""

import re
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Final, NamedTuple

CONSENT_DAYS: Final = 180
"""Six months of a user's consent, counted on nothing beyond (docs/spotify.md, section 6.4)."""

PAUSE_DAYS: Final = 60
"""Without a commit for so long, GitHub stops the schedules of a public repository (docs/github.md)."""

QUIET_DAYS: Final = 40
"""After so many days without a change the bot makes an empty commit, so that the schedule goes on."""

IMAGES: Final[Mapping[str, date]] = {
    "ubuntu-22.04": date(2027, 4, 17),
    "ubuntu-24.04": date(2029, 4, 17),
    "ubuntu-26.04": date(2031, 4, 17),
}
"""Until when GitHub has an image (docs/github.md, "The runner's image", which says what of it is expected only)."""

GIGABYTE: Final = 1_000_000_000
RECOMMENDED_BYTES: Final = GIGABYTE
MOST_BYTES: Final = 5 * GIGABYTE
"""What GitHub recommends for a repository, and what it asks not to pass (docs/scale.md, "Limits")."""

SITE_BYTES: Final = 800_000_000
"""From here on the website leaves something out (docs/website.md, "How large it may be")."""

FAR_DAYS: Final = 100 * 365
"""What is farther away is never."""

_RUNS_ON: Final = re.compile(r"^\s*runs-on:\s*[\"']?([\w.-]+)", re.MULTILINE)


class End(NamedTuple):
    """Something that ends: `what` is a sentence without its day."""

    what: str
    on: date

    def days_left(self, today: date) -> int:
        """The days until then; 0 where it is over."""
        return max((self.on - today).days, 0)


class Size(NamedTuple):
    """The bytes of something that grows, and how many come a day; None where that is not known."""

    total: int
    a_day: float | None = None

    def reaches(self, limit: int, *, today: date) -> date | None:
        """The day on which it reaches a limit at this rate; None for never, or where the rate is not known."""
        if self.total >= limit:
            return today
        if not self.a_day or self.a_day <= 0:
            return None
        days = (limit - self.total) / self.a_day
        return today + timedelta(days=int(days)) if days <= FAR_DAYS else None


def consent_end(authorized_on: date) -> date:
    """When a consent of that day ends."""
    return authorized_on + timedelta(days=CONSENT_DAYS)


def images(workflow: str) -> tuple[str, ...]:
    """The runner images that a workflow asks for, each once."""
    return tuple(dict.fromkeys(_RUNS_ON.findall(workflow)))


def pause_day(last_commit: date) -> date:
    """When GitHub stops the schedule, if nothing is committed until then."""
    return last_commit + timedelta(days=PAUSE_DAYS)


def nearest(ends: Iterable[End]) -> End | None:
    """What ends first."""
    return min(ends, key=lambda end: (end.on, end.what), default=None)
