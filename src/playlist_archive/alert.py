"""One issue while something is wrong: opened, kept up to date, closed when it is over."""

from datetime import date
from typing import Final, NamedTuple

from . import github
from .outcome import Kind, Result
from .untrusted import for_code

FAILURE: Final = "archive-failed"
CONSENT: Final = "archive-consent"
"""The labels by which the bot finds its issues again; renaming one orphans an open issue."""

CONSENT_DAYS: Final = 180
"""Six months of a user's consent, counted on nothing beyond (spotify-web-api.md, section 6.4)."""

WARN_DAYS: Final = 30
"""Before the end of the consent (the same section)."""

DAILY_DAYS: Final = 3
"""Before the end, every run says so again."""

LISTED: Final = 50
"""Playlists named in an issue (our choice: a body holds 65,536 characters)."""


class Alert(NamedTuple):
    """What an issue says. `urgent` comments on an issue that is open already, so that somebody is notified again."""

    title: str
    body: str
    urgent: bool = False


def of_run(result: Result | None, *, run_url: str) -> Alert | None:
    """What is wrong with a run; None where all is well. No `result` means that it ended before it could tell."""
    if result and result.exit_code == 0:
        return None
    where = f"\n\nThe log of the last run: {run_url}" if run_url else ""
    if result is None:
        told = "The run ended before it could say what it archived. Its log tells why."
        return Alert("The archive's run failed", told + where + _CLOSES)
    lines = [f"- {line}" for line in _wrong(result)]
    rest = [f"- and {len(lines) - LISTED} more"] if len(lines) > LISTED else []
    what = "Nothing was archived" if result.refused else "Some playlists could not be archived; all others were"
    told = "\n".join([f"{what} on {result.day}:", "", *lines[:LISTED], *rest])
    return Alert("The archive's run failed", told + where + _CLOSES)


def of_consent(authorized_on: date | None, *, today: date) -> Alert | None:
    """That the user's consent ends soon; None where there is time, or where its day is not known."""
    if authorized_on is None:
        return None
    left = CONSENT_DAYS - (today - authorized_on).days
    if left > WARN_DAYS:
        return None
    title = f"Renew Spotify's consent: {_days(left)} left" if left > 0 else "Renew Spotify's consent: it has ended"
    return Alert(title, f"{_RENEW.format(day=authorized_on)}{_CLOSES}", urgent=left <= DAILY_DAYS)


def show(label: str, alert: Alert | None) -> str:
    """Makes the issue with the label say what `alert` says, and returns what was done, in words.

    Raises:
        GitHubError: `gh` refuses.
    """
    number = github.find_issue(label)
    if alert is None:
        if number is None:
            return ""
        github.close_issue(number, body="It works again.")
        return f"closed issue #{number}"
    if number is None:
        github.open_issue(label, title=alert.title, body=alert.body)
        return f"opened an issue: {alert.title}"
    github.rewrite_issue(number, title=alert.title, body=alert.body)
    if alert.urgent:
        github.comment(number, alert.title)
    return f"brought issue #{number} up to date"


_CLOSES = "\n\nThis issue is kept up to date, and closed, by the bot."

_RENEW = (
    "The consent by which the bot reads your playlists was given on {day}. Spotify lets it end after six months, "
    "and then nothing can be archived.\n\n"
    "1. On your own computer, run `playlist-archive login`, and agree in the browser.\n"
    "2. Put the new `SPOTIFY_REFRESH_TOKEN` into this repository's secrets and the new `SPOTIFY_AUTHORIZED_ON` into "
    "its variables, under Settings > Secrets and variables > Actions."
)


def _wrong(result: Result) -> list[str]:
    """What is wrong, the whole run first; strangers' text stands in code, where no mention and no link acts."""
    run = [for_code(wrong) for wrong in (result.refused, *result.troubles, result.ended) if wrong]
    entries = [f"{for_code(wrong.path)}: {for_code(wrong.sentence)}" for wrong in result.problems]
    playlists = [f"{for_code(lost.id)}: {for_code(lost.why)}" for lost in result.of(Kind.FAILED)]
    return run + entries + playlists


def _days(number: int) -> str:
    return f"{number} day{'' if number == 1 else 's'}"
