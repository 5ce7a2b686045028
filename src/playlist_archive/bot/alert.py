"""Keeps one issue open while a problem lasts: opens, updates and closes the issue."""

from collections.abc import Iterable
from datetime import date
from typing import Final, NamedTuple

from .. import github
from ..ahead import consent_end
from ..archive.ids import PlaylistId
from ..github import Issue
from ..outcome import Kind, Result
from ..report.words import said
from ..untrusted import for_code

FAILURE: Final = "archive-failed"
CONSENT: Final = "archive-consent"
"""The labels by which the bot finds its issues. If a label is renamed, the bot no longer finds an open issue."""

WARN_DAYS: Final = 30
"""The warning begins this many days before the end of the consent (the same section)."""

DAILY_DAYS: Final = 3
"""People are notified daily during this many last days of the consent (our choice)."""

LISTED: Final = 50
"""The most problems listed in an issue, whose body holds 65,536 characters (our choice)."""


class Alert(NamedTuple):
    """The title and body of an issue. If `urgent`, a new title is also posted as a comment, to notify people again."""

    title: str
    body: str
    urgent: bool = False


def is_whole(result: Result | None, registered: Iterable[PlaylistId]) -> bool:
    """Whether a run covered every registered playlist. If not, its success says little about the other playlists."""
    return result is not None and {outcome.id for outcome in result.outcomes} >= set(registered)


def of_run(result: Result | None, *, run_url: str, settings_problem: str = "") -> Alert | None:
    """The alert for a failed run; None if all is well. Without a `result`, the run ended before it wrote one.

    `settings_problem` is a sentence about invalid settings.
    """
    if result and result.exit_code == 0 and not settings_problem:
        return None
    first = [f"- {for_code(settings_problem)}", "", _SET] if settings_problem else []
    lines = [_what(result), *(["", *first] if first else []), *(["", *_listed(result)] if result else [])]
    where = ["", f"The log of the last run: {run_url}"] if run_url else []
    return Alert("The archive's run failed", "\n".join([*lines, *where]) + _CLOSES)


def _what(result: Result | None) -> str:
    if result is None:
        return "The run ended before it could say what it archived. Its log says why."
    if result.exit_code == 0:
        return f"All was archived on {result.day}, but a setting makes no sense:"
    return f"{'Nothing' if result.refused else 'Not everything'} was archived on {result.day}:"


def _listed(result: Result) -> list[str]:
    """One line of Markdown per problem, and the number of problems beyond `LISTED`."""
    lines = [f"- {line}" for line in _wrong(result)]
    rest = [f"- and {len(lines) - LISTED} more"] if len(lines) > LISTED else []
    return [*lines[:LISTED], *rest]


def of_consent(authorized_on: date | None, *, today: date) -> Alert | None:
    """The alert for a consent that ends soon; None if more time is left or the day of the consent is unknown."""
    if authorized_on is None:
        return None
    left = (consent_end(authorized_on) - today).days
    if left > WARN_DAYS:
        return None
    title = f"Renew Spotify's consent: {_days(left)} left" if left > 0 else "Renew Spotify's consent: it has ended"
    return Alert(title, f"{_RENEW.format(day=authorized_on)}{_CLOSES}", urgent=left <= DAILY_DAYS)


def show(label: str, alert: Alert | None, *, may_close: bool = True) -> str:
    """Opens, updates or closes the issue with the label to match `alert`, and returns the action in words.

    Raises:
        GitHubError: `gh` refuses.
    """
    issue = github.find_issue(label)
    if alert and issue:
        return _rewrite(issue, alert)
    if alert:
        github.open_issue(label, title=alert.title, body=alert.body)
        return f"opened an issue: {alert.title}"
    if issue and may_close:
        github.close_issue(issue.number, body="It works again.")
        return f"closed issue #{issue.number}"
    return ""


def _rewrite(issue: Issue, alert: Alert) -> str:
    github.rewrite_issue(issue.number, title=alert.title, body=alert.body)
    if alert.urgent and alert.title != issue.title:
        github.comment(issue.number, alert.title)
    return f"brought issue #{issue.number} up to date"


_SET = "Correct this under Settings > Secrets and variables > Actions, and start the workflow again under Actions."

_CLOSES = "\n\nThis issue is kept up to date, and closed, by the bot."

_RENEW = (
    "You allowed the bot to read your playlists on {day}. Spotify ends this consent after six months. "
    "The bot can archive nothing after that.\n\n"
    "1. On your own computer, run `playlist-archive login`, and agree in the browser.\n"
    "2. Put the new `SPOTIFY_REFRESH_TOKEN` into this repository's secrets and the new `SPOTIFY_AUTHORIZED_ON` into "
    "its variables, under Settings > Secrets and variables > Actions."
)


def _wrong(result: Result) -> list[str]:
    """The problems, first those of the whole run. Strangers' text is code, so mentions and links do nothing."""
    run = [for_code(str(wrong)) for wrong in (result.refused, *result.troubles, result.ended) if wrong]
    entries = [f"{for_code(wrong.path)}: {for_code(wrong.sentence)}" for wrong in result.problems]
    playlists = [f"{for_code(lost.id)}: {for_code(said(lost))}" for lost in result.of(Kind.FAILED)]
    return run + entries + playlists


def _days(number: int) -> str:
    return f"{number} day{'' if number == 1 else 's'}"
