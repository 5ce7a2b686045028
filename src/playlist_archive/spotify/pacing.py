"""The pace of requests, the number of tries, the end of asking: constants, and the pacer that all requests share."""

import asyncio
from collections import deque
from collections.abc import Callable
from typing import Final

from tenacity import (
    AsyncRetrying,
    RetryCallState,
    retry_if_exception_type,
    wait_exponential,
    wait_random,
)

from .errors import RateLimited, Transient

IN_FLIGHT: Final = 8
"""The most requests under way at once: enough to keep the pace if answers take a second (our choice)."""

TRIES: Final = 4
"""The most tries of one request (docs/spotify.md, section 5)."""

TIMEOUT_SECONDS: Final = 30.0
"""The time limit of one request (the same section)."""

FIRST_RETRY_SECONDS: Final = 2.0
JITTER_SECONDS: Final = 2.0
"""The waits before the further tries are 2 to 4, 4 to 6 and 8 to 10 s: together within 30 (docs/design.md, "A run")."""

FAILURES_IN_A_ROW: Final = 10
"""After this many failed requests in a row, all tries included, the cause is an outage, not a playlist (our choice)."""

VAIN_SECONDS_OF_A_PLAYLIST: Final = 60.0
"""A playlist is given up after this much waiting for missing answers, over all tries (our choice)."""

VAIN_SECONDS_OF_A_RUN: Final = 600.0
"""After this much waiting for missing answers in a run, every request is tried only once (our choice)."""

RETRY_AFTER_SECONDS: Final = 5.0
"""The wait if Retry-After is missing or 0. It doubles with each further refusal (docs/spotify.md, section 4.3)."""

PATIENCE: Final = 5
"""Asking ends after this many refusals of one request, or after this many pauses in a row that end in a refusal."""

RESTRICTED_BUDGET: Final = 400
"""Requests per run of a restricted app (docs/spotify.md, section 4.2)."""

WINDOW_SECONDS: Final = 30.0
"""Spotify counts the requests of this many seconds (docs/spotify.md, section 4.1)."""

SAFE_SHARE: Final = 0.95
"""The rate after a refusal, as a share of the rate that Spotify accepted before it (our choice)."""

DEEPEST_CUT: Final = 1 / 4
"""One refusal cuts the rate to no less than this share, since others may have used up the limit (our choice)."""

SLOWEST_RATE: Final = 1 / WINDOW_SECONDS
"""The lowest rate, in requests per second: one request per window (our choice)."""

RECOVERY_ANSWERS: Final = 640
"""Good answers after a refusal until the rate has doubled. After 240 answers, it has risen by 5 % (our choice)."""


def retrying(is_worth_it: Callable[[], bool] = lambda: True) -> AsyncRetrying:
    """Tries a request again after errors that say nothing about the playlist, as long as `is_worth_it` is true.

    The last error is raised.
    """
    return AsyncRetrying(
        stop=lambda state: state.attempt_number >= TRIES or not is_worth_it(),
        wait=_wait,
        retry=retry_if_exception_type(Transient),
        sleep=asyncio.sleep,
        reraise=True,
    )


_growing = wait_exponential(multiplier=FIRST_RETRY_SECONDS) + wait_random(0, JITTER_SECONDS)


def _wait(state: RetryCallState) -> float:
    """Seconds until the next try: at least as long as Spotify asks for."""
    error = state.outcome and state.outcome.exception()
    if isinstance(error, RateLimited):
        return max(error.retry_after or RETRY_AFTER_SECONDS, _growing(state))
    return _growing(state)


class Pacer:
    """One even rate for all requests together. The pacer finds out which rate Spotify accepts.

    A refusal (429) stops all requests for as long as Spotify asks. Then the rate is just below the rate that Spotify
    accepted. It rises slowly at first, then faster. So a lasting limit is seldom exceeded again, and a past limit is
    soon forgotten.
    """

    def __init__(self, rate: float) -> None:
        """`rate` is the highest rate, in requests per second."""
        self.full_rate = self._learned_rate = rate
        self._good_answers = 0
        self._pauses_in_a_row = 0
        self._slowed_at = float("-inf")
        self._due = 0.0
        self._starts: deque[float] = deque()
        self._queue = asyncio.Lock()
        self._newcomers = asyncio.Lock()

    @property
    def rate(self) -> float:
        """The current rate, in requests per second."""
        return min(self.full_rate, self._learned_rate * (1 + (self._good_answers / RECOVERY_ANSWERS) ** 3))

    @property
    def out_of_patience(self) -> bool:
        """Whether too many pauses in a row ended in a refusal."""
        return self._pauses_in_a_row >= PATIENCE

    async def turn(self, *, begun: bool = False) -> float:
        """The start of the next request, in the order of the calls. The call waits until then.

        A further request of a playlist that was `begun` waits for one other request at most. So a long playlist is read
        before Spotify's quota ends the run.
        """
        if begun:
            return await self._turn()
        async with self._newcomers:
            return await self._turn()

    async def _turn(self) -> float:
        async with self._queue:
            while (wait := self._due - _now()) > 0:  # noqa: ASYNC110 - what is due moves while one sleeps
                await asyncio.sleep(wait)
            return self._start(_now())

    def accepted(self, start: float) -> None:
        """Counts an answer to the request that began at `start`, unless it began before the last refusal."""
        if start > self._slowed_at:
            self._good_answers += 1
            self._pauses_in_a_row = 0

    def refused(self, start: float, retry_after: float | None) -> None:
        """Slows down after a refusal of the request that began at `start`.

        `retry_after` is in seconds; None if unknown. Requests that were under way together are refused together. They
        slow down the pace only once.
        """
        self._starts.remove(start)
        if start > self._slowed_at:
            self._learned_rate = self._sustainable(start)
            self._good_answers = 0
            self._pauses_in_a_row += 1
            self._slowed_at = _now()
        self._due = max(self._due, _now() + self._pause(retry_after))

    def _start(self, now: float) -> float:
        """Takes the turn. A small delay of this start does not delay the next one."""
        gap = 1 / self.rate
        late = now - self._due
        self._due = now + gap - (late if late < gap else 0)
        self._starts.append(now)
        while self._starts[0] < now - 2 * WINDOW_SECONDS:
            self._starts.popleft()
        return now

    def _sustainable(self, start: float) -> float:
        """The rate after a refusal: just below the rate accepted in the window before the refused request."""
        accepted = sum(start - WINDOW_SECONDS < other <= start for other in self._starts)
        learned = max(accepted / WINDOW_SECONDS * SAFE_SHARE, self.rate * DEEPEST_CUT, SLOWEST_RATE)
        return min(learned, self.rate)

    def _pause(self, retry_after: float | None) -> float:
        """Seconds to wait: as long as Spotify asks, and longer after several refusals in a row."""
        grown = RETRY_AFTER_SECONDS * 2 ** (self._pauses_in_a_row - 1) if self._pauses_in_a_row > 1 else 0.0
        return max(retry_after or RETRY_AFTER_SECONDS, grown)


def _now() -> float:
    return asyncio.get_running_loop().time()
