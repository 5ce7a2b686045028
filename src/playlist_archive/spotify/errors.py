"""The classes of errors from Spotify. meanings.py chooses the class for an answer.

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
├── LargerThanBudget     one playlist costs more requests than a run may make
├── TokenRejected        401: one new token is worth a try
└── RunEnds              no further request of this run can succeed
    ├── CredentialsRefused, ConsentExpired, PremiumRequired, NotAllowlisted, ScopeMissing
    ├── AppRefused         403 that speaks of the app, the user or the place
    ├── NoToken            the accounts service gives no access token, after all tries
    ├── NoWay              no request can leave: host name, proxy
    │   └── Untrusted        the certificate of what answers is not to be trusted
    └── AskingEnds         what was read is good, the rest waits for another day
        ├── QuotaExceeded    `QUOTA_EXCEEDED`, or a wait too long for a run
        ├── BudgetSpent      the run has no requests left for this
        │   └── TimeSpent      the run has no time left
        ├── Interrupted      somebody stops the run
        └── Outage           request after request fails
"""

from http import HTTPStatus

from ..problem import ProblemError


class SpotifyError(ProblemError):
    """The base class: a problem, and if known the status and the requested path (never its query)."""

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
    """429. `retry_after` is in seconds; None if the header is missing or invalid."""

    def __init__(self, message: str, *, retry_after: float | None, path: str = "") -> None:
        super().__init__(message, status=HTTPStatus.TOO_MANY_REQUESTS, path=path)
        self.retry_after = retry_after


class Unreadable(SpotifyError):
    """Spotify does not serve this playlist to this app."""


class NotFound(Unreadable):
    """404. The playlist is deleted, private, or owned by Spotify; all three get the same answer."""


class Closed(Unreadable):
    """The playlist exists, but its contents are closed to this app."""


class Refused(Unreadable):
    """400 without a body: some playlists were broken like this for weeks."""


class UnexpectedAnswer(SpotifyError):
    """An answer that differs from the documentation. Asking again would not change it."""


class InvalidLimit(UnexpectedAnswer):
    """Spotify does not allow the requested page size."""


class NoSong(UnexpectedAnswer):
    """A row has neither `item` nor `track`: `fields` named the wrong dialect (docs/spotify.md, section 2.4)."""


class Inconsistent(SpotifyError):
    """The pages of a playlist disagree on snapshot, total or rows: the playlist changed during the read."""


class LargerThanBudget(SpotifyError):
    """One playlist costs more requests than a whole run may make."""


class TokenRejected(SpotifyError):
    """401 for the access token."""


class RunEnds(SpotifyError):
    """No further request of this run can succeed."""


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
    """The consent lacks the scope for a request."""


class AppRefused(RunEnds):
    """Spotify refuses because of the app, the user or the country, not because of the playlist."""


class NoWay(RunEnds):
    """No request can reach Spotify from here, and trying again would not help."""


class Untrusted(NoWay):
    """What answers shows a certificate that nobody here vouches for."""


class AskingEnds(RunEnds):
    """The run asks for nothing more. Its answers so far are good; the other playlists wait for another day."""


class QuotaExceeded(AskingEnds):
    """The app's quota is used up. `retry_after` is in seconds; None if Spotify gives no time."""

    def __init__(self, message: str, remedy: str = "", *, retry_after: float | None, path: str = "") -> None:
        super().__init__(message, remedy, status=HTTPStatus.TOO_MANY_REQUESTS, path=path)
        self.retry_after = retry_after


class Outage(AskingEnds):
    """Request after request fails, because of Spotify or the connection to Spotify."""


class BudgetSpent(AskingEnds):
    """The run has too few requests left for this playlist. A shorter playlist may still fit."""


class TimeSpent(BudgetSpent):
    """The run has reached its time limit."""


class Interrupted(AskingEnds):
    """Somebody stops the run, or the machine does."""
