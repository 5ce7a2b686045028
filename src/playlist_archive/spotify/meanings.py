"""The error that each failed answer means (docs/spotify.md, sections 2.1 and 5)."""

import json
import math
import re
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Final, NamedTuple

from .errors import (
    AppRefused,
    Closed,
    ConsentExpired,
    CredentialsRefused,
    InvalidLimit,
    NotAllowlisted,
    NotFound,
    PremiumRequired,
    QuotaExceeded,
    RateLimited,
    Refused,
    ScopeMissing,
    ServerError,
    SpotifyError,
    TokenRejected,
    UnexpectedAnswer,
)
from .masking import masked

LONGEST_WAIT_SECONDS = 120
"""The longest Retry-After that a run waits for. A longer one ends the asking (docs/spotify.md, section 4.3)."""

LONGEST_TOLD_SECONDS = 30 * 24 * 3600
"""A longer Retry-After counts as this. The longest that was seen is a day (docs/spotify.md, section 4.2)."""

_TOLD_CHARACTERS = 200
"""The most characters of an error body that a message repeats (docs/spotify.md, section 5)."""

_READ_CHARACTERS = 20_000
"""The most characters of an error body that are examined."""


class _Details(NamedTuple):
    """The message and code of an error body. `code` is `reason` in the Web API and `error` at the token endpoint."""

    message: str
    code: str | None = None


def api_error(
    status: int, body: str, headers: Mapping[str, str], *, path: str, secrets: tuple[str, ...] = ()
) -> SpotifyError:
    """The error for an answer of the Web API with another status than 200. It contains none of the `secrets`."""
    details = _details(body, secrets)
    told = f"{status} {details.message}".strip()
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        return _too_many(details, headers, path)
    if _is_trouble(status) or (status in _MEANINGS and _is_page(body)):
        return ServerError(f"Spotify is in trouble, a later run may succeed ({told})", status=status, path=path)
    kind, sentence = _MEANINGS.get(status, _unexpected)(details)
    return kind(f"{sentence} ({told})", status=status, path=path)


def _is_page(body: str) -> bool:
    """Whether a proxy or firewall answered. Spotify's own refusals are JSON or a plain sentence (5)."""
    return body.lstrip().startswith("<")


def token_error(status: int, body: str, headers: Mapping[str, str]) -> SpotifyError:
    """The error for an answer of the token endpoint with another status than 200 (section 2.1).

    The error does not repeat the answer's words: a proxy may have put the request's secrets into them, in any spelling.
    """
    code = _details(body).code
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        return _too_many(_Details("", code), headers, path="")
    if _is_trouble(status) or _is_page(body):
        return ServerError(f"Spotify's accounts service is in trouble ({status})", status=status)
    told = f"{status} {code}" if code in _TOKEN_CODES else f"{status}"
    if code == "invalid_grant":
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


_TOKEN_CODES: Final = frozenset(
    {
        "invalid_client",
        "invalid_grant",
        "invalid_request",
        "invalid_scope",
        "unauthorized_client",
        "unsupported_grant_type",
    }
)
"""OAuth's error codes (RFC 6749, section 5.2), which a message may repeat."""


def seconds(retry_after: str | None) -> float | None:
    """Retry-After as seconds; None if it is missing, 0, a date or invalid (section 4.3)."""
    if retry_after is None or not _SECONDS.fullmatch(retry_after.strip()):
        return None
    return min(float(retry_after), LONGEST_TOLD_SECONDS) or None


_SECONDS = re.compile(r"[0-9]+(\.[0-9]+)?")


def _details(body: str, secrets: tuple[str, ...] = ()) -> _Details:
    """The message and code of an error body: from an object, a string or plain text, in this order (section 2.11)."""
    try:
        answer = json.loads(body)
        error = answer["error"]
    except (ValueError, TypeError, KeyError, RecursionError):
        return _Details(_short(body, secrets))
    if isinstance(error, dict):
        return _Details(_short(error.get("message"), secrets), error.get("reason"))
    return _Details(_short(answer.get("error_description") or error, secrets), str(error))


def _short(text: object, secrets: tuple[str, ...]) -> str:
    """One line of limited length. Secrets are masked before the text is cut."""
    return " ".join(masked(str(text or "")[:_READ_CHARACTERS], *secrets)[:_TOLD_CHARACTERS].split())


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
        return Refused, "Spotify refuses this playlist without a reason, which ended after some weeks in earlier cases"
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
    if message.rstrip(".") in _CLOSED:
        return (
            Closed,
            "its contents are closed to this app: have its owner make you a collaborator, or run this themselves",
        )
    return AppRefused, "Spotify refuses this app, this user or this place: its words say what to look at"


_CLOSED: Final = frozenset({"", "forbidden"})
"""Spotify's words if a playlist's contents are closed to the app (section 5). Other words concern the app or the
user."""


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
