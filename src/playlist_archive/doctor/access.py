"""Findings on access to Spotify: network, credentials, consent, limits, and the error that ended the asking."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Final, NamedTuple

from ..ahead import consent_end
from ..bot.alert import WARN_DAYS
from ..problem import ProblemError
from ..spotify.errors import (
    AppRefused,
    BudgetSpent,
    ConsentExpired,
    CredentialsRefused,
    NotAllowlisted,
    NoToken,
    NoWay,
    PremiumRequired,
    QuotaExceeded,
    ScopeMissing,
    SpotifyError,
    TimeSpent,
    Transient,
    Untrusted,
)
from ..spotify.proxies import trusted
from .ask import Answers
from .findings import Finding, Mark

LOGIN: Final = "run `playlist-archive login`, and set what it gives"
_LATER: Final = "run this again later"
_DASHBOARD: Final = "developer.spotify.com/dashboard"

_TOKEN_TOPICS: Final = {
    "network": "Spotify answers",
    "credentials": "Spotify takes SPOTIFY_CLIENT_ID and SPOTIFY_CLIENT_SECRET",
    "consent": "",
}
"""The topics that a token proves, in order, with a message each. The findings on the consent are more detailed."""


class _Meaning(NamedTuple):
    """The topic of an error, with its words. If `message` is empty, the error's own message is shown."""

    topic: str
    message: str
    remedy: str


_NETWORK: Final = _Meaning("network", "", "look at your connection, and try again later")
_MEANINGS: Final[Mapping[type[SpotifyError], _Meaning]] = {
    NoToken: _NETWORK,
    Transient: _NETWORK,
    CredentialsRefused: _Meaning(
        "credentials",
        "Spotify refuses SPOTIFY_CLIENT_ID and SPOTIFY_CLIENT_SECRET",
        f"compare both with the app's page on {_DASHBOARD}",
    ),
    ConsentExpired: _Meaning("consent", "it was revoked or is over, as it is after six months", LOGIN),
    PremiumRequired: _Meaning(
        "Premium", "the owner of the app has none", "subscribe with the owner's account, and wait some hours"
    ),
    NotAllowlisted: _Meaning("allowlist", "the user is not on it", f"add them under User Management on {_DASHBOARD}"),
    ScopeMissing: _Meaning("scope", "the consent does not cover this", LOGIN),
    QuotaExceeded: _Meaning("quota", "", "wait; lower SPOTIFY_MAX_REQUESTS if it happens again"),
    TimeSpent: _Meaning("time", "", "raise ARCHIVE_MAX_MINUTES"),
    BudgetSpent: _Meaning("budget", "", "raise SPOTIFY_MAX_REQUESTS if the app's quota allows it"),
    NoWay: _Meaning("network", "", ""),
    AppRefused: _Meaning("access", "", ""),
}


def findings(answers: Answers) -> Iterator[Finding]:
    """Findings on the token first, since all else depends on it; then on the limits and the class of the app."""
    ended = _ended(answers)
    if isinstance(answers.error, Untrusted) and (certificates := trusted()):
        message = f"{certificates} is set, and no other certificates are trusted"
        yield Finding("network", Mark.NOTE, message, "unset it, unless a proxy of your network needs it")
    yield from _token(answers, ended)
    if answers.is_answered:
        yield from _limits(answers, ended)
        yield _app_class(answers)
    elif ended is None:
        remedy = "register a playlist, and leave out --no-playlists"
        yield Finding("access", Mark.NOTE, "not known: nothing was asked", remedy)
    elif ended.topic not in _TOKEN_TOPICS:
        yield ended


def not_asked(error: ProblemError) -> Iterator[Finding]:
    """The reason why Spotify could not be asked: a setting is missing, or the connection cannot be set up."""
    yield Finding("settings", Mark.STOPS, error.message, error.remedy)


def has_stopped(answers: Answers) -> bool:
    """Whether an error ended the asking before Spotify served any playlist."""
    ended = _ended(answers)
    return ended is not None and ended.mark == Mark.STOPS


def _ended(answers: Answers) -> Finding | None:
    """The finding on the error that ended the asking. The finding is milder if Spotify served a playlist before."""
    error = answers.error
    if error is None:
        return None
    meaning = next((meaning for kind, meaning in _MEANINGS.items() if isinstance(error, kind)), None)
    if meaning is None:
        return Finding("account", Mark.NOTE, error.message, error.remedy or _LATER)
    worst = Mark.WRONG if answers.is_served else Mark.STOPS
    mark = Mark.NOTE if isinstance(error, BudgetSpent) else worst
    return Finding(meaning.topic, mark, meaning.message or error.message, meaning.remedy or error.remedy)


def _token(answers: Answers, ended: Finding | None) -> Iterator[Finding]:
    """The findings on the steps to a token, up to the step that fails."""
    for topic, message in _TOKEN_TOPICS.items():
        if ended and ended.topic == topic:
            yield ended
            return
        if message:
            yield Finding(topic, Mark.GOOD, message)
    yield from _consent(answers)


def _consent(answers: Answers) -> Iterator[Finding]:
    if not answers.for_user:
        yield Finding("user", Mark.GOOD, "none: reads as the app alone, which sees public playlists")
        return
    yield Finding("user", Mark.GOOD, f"reads as {answers.user}" if answers.user else "reads as a user")
    yield _days_left(answers.authorized_on, answers.today)
    if answers.has_other_token:
        message = "Spotify replaced the refresh token, and the next run may fail with the old one"
        yield Finding("consent", Mark.WRONG, message, LOGIN)
    if writing := answers.writing_scopes:
        message = f"the token can write to your account ({' and '.join(writing)}), which an archive never needs"
        yield Finding("scope", Mark.WRONG, message, LOGIN)
    if missing := answers.missing_scopes:
        message = f"the consent lacks {' and '.join(missing)}: Spotify silently leaves out playlists that need it"
        yield Finding("scope", Mark.NOTE, message, LOGIN)


def _days_left(authorized_on: date | None, today: date) -> Finding:
    if authorized_on is None:
        message = "SPOTIFY_AUTHORIZED_ON is not set, so nothing warns you before the consent ends"
        return Finding("consent", Mark.NOTE, message, "set it to the day of your last `playlist-archive login`")
    left = (consent_end(authorized_on) - today).days
    if left <= 0:
        return Finding("consent", Mark.NOTE, f"of {authorized_on}, and over any day now", LOGIN)
    message = f"of {authorized_on}, {left} day{'' if left == 1 else 's'} left"
    return Finding("consent", *((Mark.NOTE, message, LOGIN) if left <= WARN_DAYS else (Mark.GOOD, message)))


def _limits(answers: Answers, ended: Finding | None) -> Iterator[Finding]:
    """The findings that an answer proves, and the finding on the error that ended the asking."""
    good = {
        "Premium": "no complaint about the subscription of the app's owner",
        "allowlist": "the user may use the app" if answers.for_user else "",
        "quota": "not used up",
    }
    for topic, message in good.items():
        if message and not (ended and ended.topic == topic):
            yield Finding(topic, Mark.GOOD, message)
    if ended:
        yield ended
    yield _rate(answers)


def _rate(answers: Answers) -> Finding:
    if answers.was_slowed:
        remedy = "set SPOTIFY_REQUESTS_PER_SECOND lower if runs take long"
        return Finding("rate", Mark.NOTE, "Spotify asked to slow down", remedy)
    return Finding("rate", Mark.GOOD, "Spotify did not ask to slow down")


def _app_class(answers: Answers) -> Finding:
    if answers.restricted is None:
        message = "not known: no playlist was seen that shows it"
        return Finding("app class", Mark.NOTE, message, "register a playlist")
    if not answers.restricted:
        message = "extended or legacy: it reads every public playlist that a person made"
        return Finding("app class", Mark.GOOD, message)
    if answers.for_user:
        message = "restricted: it reads only playlists that its user owns or collaborates on"
        return Finding("app class", Mark.NOTE, message, "have the owner of another playlist make you a collaborator")
    return Finding("app class", Mark.NOTE, "restricted: it reads no playlist without a user", LOGIN)
