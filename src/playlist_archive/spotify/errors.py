"""What can go wrong with Spotify, and what each answer means (spotify-web-api.md, sections 2.1 and 5).

SpotifyError
├── Transient            try again: the answer says nothing about the playlist
│   ├── NoAnswer           network, time-out
│   ├── ServerError        5xx, 408
│   ├── BrokenAnswer       a body that is empty, cut off or not JSON, with a status that should have one
│   └── RateLimited        429 with a short wait
├── Unreadable           an answer: Spotify does not serve this playlist to this app
│   ├── NotFound           404
│   ├── Closed             403, 401 "user required", or no contents in the answer
│   └── Refused            400 with no body
├── UnexpectedAnswer     an answer that this program does not understand
│   ├── InvalidLimit       400 `Invalid limit`
│   └── NoSong             a row without the key of the song: the filter named the wrong dialect
├── Inconsistent         the pages of one playlist do not fit together
├── TokenRejected        401: one new token is worth a try
└── RunEnds              no further request of this run can succeed
    ├── CredentialsRefused, ConsentExpired, PremiumRequired, NotAllowlisted, ScopeMissing
    ├── NoToken            the accounts service gives no access token, after all tries
    └── AskingEnds         what was read is good, the rest waits for another day
        ├── QuotaExceeded    `QUOTA_EXCEEDED`, or a wait too long for a run
        ├── CeilingReached   the run's own ceiling of requests
        └── Outage           request after request fails
"""

import json
import math
import re
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import NamedTuple

from ..problem import ProblemError

LONGEST_WAIT_SECONDS = 120
"""A longer Retry-After ends the asking (spotify-web-api.md, section 4.3)."""

LONGEST_TOLD_SECONDS = 30 * 24 * 3600
"""A Retry-After beyond this counts as this: the longest seen is a day (spotify-web-api.md, section 4.2)."""

_TOLD_CHARACTERS = 200
"""How much of an error body is told (spotify-web-api.md, section 5)."""


class SpotifyError(ProblemError):
    """The base: a problem, and where known the status and the path that was asked for (never its query)."""

    def __init__(self, message: str, remedy: str = "", *, status: int | None = None, path: str = "") -> None:
        super().__init__(message, remedy)
        self.status = status
        self.path = path


class Transient(SpotifyError):
    """The answer says nothing about the playlist; the same request may succeed."""


class NoAnswer(Transient):
    """The connection failed or timed out."""


class ServerError(Transient):
    """5xx, or 408, which proxies send for a time-out."""


class BrokenAnswer(Transient):
    """The body is empty, cut off, or not JSON, with a status that should have one."""


class RateLimited(Transient):
    """429. `retry_after` is in seconds, None where the header is missing or makes no sense."""

    def __init__(self, message: str, *, retry_after: float | None, path: str = "") -> None:
        super().__init__(message, status=HTTPStatus.TOO_MANY_REQUESTS, path=path)
        self.retry_after = retry_after


class Unreadable(SpotifyError):
    """Spotify does not serve this playlist to this app."""


class NotFound(Unreadable):
    """404: deleted, private, or owned by Spotify: the answers are the same."""


class Closed(Unreadable):
    """The playlist exists, its contents are closed to this app."""


class Refused(Unreadable):
    """400 without a body: some playlists were broken like this for weeks."""


class UnexpectedAnswer(SpotifyError):
    """An answer that does not fit what is documented; asking again would not change it."""


class InvalidLimit(UnexpectedAnswer):
    """The page size asked for is not allowed."""


class NoSong(UnexpectedAnswer):
    """A row has neither `item` nor `track`: not a removed song, but a dialect that was not asked for (section 0.5)."""


class Inconsistent(SpotifyError):
    """Snapshot, total and rows of a playlist's pages do not agree: it changed while it was read."""


class TokenRejected(SpotifyError):
    """401 for the access token."""


class RunEnds(SpotifyError):
    """No further request of this run can succeed. The message says what to do."""


class CredentialsRefused(RunEnds):
    """The client id or secret is wrong, or fresh tokens are rejected."""


class ConsentExpired(RunEnds):
    """The refresh token expired (six months after the consent), was revoked, or is wrong."""


class NoToken(RunEnds):
    """Spotify's accounts service cannot be reached, or is in trouble."""


class PremiumRequired(RunEnds):
    """The owner of the app has no Premium subscription."""


class NotAllowlisted(RunEnds):
    """The user is not on the app's allowlist."""


class ScopeMissing(RunEnds):
    """The consent does not cover what is asked for."""


class AskingEnds(RunEnds):
    """Nothing is wrong with what was read; the rest waits for another day."""


class QuotaExceeded(AskingEnds):
    """The app's quota is used up. `retry_after` is in seconds, None where Spotify does not say."""

    def __init__(self, message: str, *, retry_after: float | None, path: str = "") -> None:
        super().__init__(message, status=HTTPStatus.TOO_MANY_REQUESTS, path=path)
        self.retry_after = retry_after


class Outage(AskingEnds):
    """Request after request fails: it is Spotify, or the way to it."""


class CeilingReached(AskingEnds):
    """The run has made as many requests as it may."""


class _Details(NamedTuple):
    """What an error body says. `code` is `reason` at the Web API and `error` at the token endpoint."""

    message: str
    code: str | None = None


def api_error(status: int, body: str, headers: Mapping[str, str], *, path: str) -> SpotifyError:
    """The error that an answer of the Web API with a status other than 200 means."""
    details = _details(body)
    told = f"{status} {details.message}".strip()
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        return _too_many(details, headers, path)
    if _is_trouble(status) or (status in _MEANINGS and _is_page(body)):
        return ServerError(f"Spotify is in trouble, a later run may succeed ({told})", status=status, path=path)
    kind, sentence = _MEANINGS.get(status, _unexpected)(details)
    return kind(f"{sentence} ({told})", status=status, path=path)


def _is_page(body: str) -> bool:
    """Whether a proxy or firewall answers instead of Spotify, whose refusals are JSON or a plain sentence (5)."""
    return body.lstrip().startswith("<")


def token_error(status: int, body: str, headers: Mapping[str, str]) -> SpotifyError:
    """The error that an answer of the token endpoint with a status other than 200 means (section 2.1)."""
    details = _details(body)
    told = f"{status} {details.message}".strip()
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        return _too_many(details, headers, path="")
    if _is_trouble(status):
        return ServerError(f"Spotify's accounts service is in trouble ({told})", status=status)
    if details.code == "invalid_grant":
        return ConsentExpired(
            "the consent to read as a user was revoked or is over, as it is after six months: "
            f"run `playlist-archive login` and set SPOTIFY_REFRESH_TOKEN anew ({told})",
            status=status,
        )
    return CredentialsRefused(
        "Spotify refuses the app's credentials: compare SPOTIFY_CLIENT_ID and SPOTIFY_CLIENT_SECRET with the app's "
        f"page on developer.spotify.com/dashboard ({told})",
        status=status,
    )


def seconds(retry_after: str | None) -> float | None:
    """Retry-After as seconds; None where it is missing, 0, a date, or nonsense (section 4.3)."""
    if retry_after is None or not _SECONDS.fullmatch(retry_after.strip()):
        return None
    return min(float(retry_after), LONGEST_TOLD_SECONDS) or None


_SECONDS = re.compile(r"[0-9]+(\.[0-9]+)?")


def _details(body: str) -> _Details:
    """Message and code of an error body, in the order that section 5 gives: object, string, text."""
    try:
        answer = json.loads(body)
        error = answer["error"]
    except (ValueError, TypeError, KeyError, RecursionError):
        return _Details(_short(body))
    if isinstance(error, dict):
        return _Details(_short(error.get("message")), error.get("reason"))
    return _Details(_short(answer.get("error_description") or error), str(error))


def _short(text: object) -> str:
    """One line of limited length."""
    return " ".join(str(text or "")[:_TOLD_CHARACTERS].split())


def _is_trouble(status: int) -> bool:
    return status >= HTTPStatus.INTERNAL_SERVER_ERROR or status == HTTPStatus.REQUEST_TIMEOUT


def _too_many(details: _Details, headers: Mapping[str, str], path: str) -> SpotifyError:
    wait = seconds(headers.get("retry-after"))
    if details.code == "QUOTA_EXCEEDED" or (wait or 0) > LONGEST_WAIT_SECONDS:
        when = f"again in {_span(wait)}" if wait else "later"
        message = f"Spotify's quota for this app is used up: it serves the rest {when} (429 {details.message}".strip()
        return QuotaExceeded(f"{message})", retry_after=wait, path=path)
    message = f"Spotify asks to slow down (429 {details.message}".strip()
    return RateLimited(f"{message})", retry_after=wait, path=path)


def _span(seconds: float) -> str:
    """A time in words, rounded up: "2 minutes", "15 hours"."""
    unit, name = (3600, "hours") if seconds > 2 * 3600 else (60, "minutes")
    return f"{math.ceil(seconds / unit)} {name}"


_Meaning = tuple[type[SpotifyError], str]


def _bad_request(details: _Details) -> _Meaning:
    message = details.message.lower()
    if "invalid limit" in message:
        return InvalidLimit, "Spotify does not allow this page size"
    if "base62" in message:
        return UnexpectedAnswer, "this is no id of a playlist: correct it in the registry"
    if not message:
        return Refused, "Spotify refuses the request for it without a reason, which has passed after weeks before"
    return UnexpectedAnswer, "Spotify does not understand the request, which is a bug of this program: report it"


def _unauthorized(details: _Details) -> _Meaning:
    if "user authentication required" in details.message.lower():
        return Closed, "this app may read it for a logged-in user only: run `playlist-archive login`"
    return TokenRejected, "Spotify rejects the access token"


def _forbidden(details: _Details) -> _Meaning:
    message = details.message.lower()
    if "premium" in message:
        return (
            PremiumRequired,
            "the owner of the Spotify app needs a Premium subscription, which counts after some hours",
        )
    if "developer.spotify.com/dashboard" in message or "not be registered" in message:
        return NotAllowlisted, "the user is not on the app's allowlist: add them under User Management on the dashboard"
    if "scope" in message:
        return ScopeMissing, "the consent does not cover this: run `playlist-archive login` again"
    return Closed, "its contents are closed to this app: have its owner make you a collaborator, or run this themselves"


def _not_found(_: _Details) -> _Meaning:
    return NotFound, "Spotify does not find it: it was deleted, made private, or is one of Spotify's own"


def _unexpected(_: _Details) -> _Meaning:
    return UnexpectedAnswer, "Spotify gave an answer that is not documented: report it if it stays"


_MEANINGS: Mapping[int, Callable[[_Details], _Meaning]] = {
    HTTPStatus.BAD_REQUEST: _bad_request,
    HTTPStatus.UNAUTHORIZED: _unauthorized,
    HTTPStatus.FORBIDDEN: _forbidden,
    HTTPStatus.NOT_FOUND: _not_found,
}
