"""How fast to ask, how often to try again, when to stop: policy as data, and the one pace that all requests share."""

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
"""Requests under way at once: enough to keep the pace when answers take a second (our choice)."""

TRIES: Final = 4
"""Tries of one request (docs/spotify.md, section 5)."""

TIMEOUT_SECONDS: Final = 30.0
"""For one request (the same row)."""

FIRST_RETRY_SECONDS: Final = 2.0
JITTER_SECONDS: Final = 2.0
"""The waits before the further tries are 2 to 4, 4 to 6 and 8 to 10 s: together within 30 (docs/design.md, "A run")."""

FAILURES_IN_A_ROW: Final = 10
"""So many requests one after the other that failed all their tries are an outage, not playlists (our choice)."""

VAIN_SECONDS_OF_A_PLAYLIST: Final = 60.0
"""So long is waited for answers that do not come, in all tries for one playlist, before it is given up (our choice)."""

VAIN_SECONDS_OF_A_RUN: Final = 600.0
"""So long in all, for playlist after playlist, and then every request is tried once (our choice)."""

RETRY_AFTER_SECONDS: Final = 5.0
"""Assumed where Retry-After is missing or 0, doubling while it happens again (docs/spotify.md, section 4.3)."""

PATIENCE: Final = 5
"""So many refusals of one request, or pauses in a row after which the first request is refused, end the asking."""

RESTRICTED_BUDGET: Final = 400
"""Requests a run of a restricted app (docs/spotify.md, section 4.2)."""

WINDOW_SECONDS: Final = 30.0
"""Spotify counts the requests of so many seconds (docs/spotify.md, section 4.1)."""

SAFE_SHARE: Final = 0.95
"""How much of the rate that Spotify was seen to accept is asked for after a refusal (our choice)."""

DEEPEST_CUT: Final = 1 / 4
"""One refusal slows down to no less than this share: others may have filled the window before us (our choice)."""

SLOWEST_RATE: Final = 1 / WINDOW_SECONDS
"""Requests a second, whatever is learned: one in a window (our choice)."""

RECOVERY_ANSWERS: Final = 640
"""Good answers after a refusal until the rate has doubled: 5 % come back in 240, 100 % in 640 (our choice)."""


def retrying(is_worth_it: Callable[[], bool] = lambda: True) -> AsyncRetrying:
    """Tries a request again after errors that say nothing about the playlist, as long as `is_worth_it`.

    The last error is let through.
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
    """Seconds until the next try; what Spotify asks for goes before."""
    error = state.outcome and state.outcome.exception()
    if isinstance(error, RateLimited):
        return max(error.retry_after or RETRY_AFTER_SECONDS, _growing(state))
    return _growing(state)


class Pacer:
    """One even rate for all requests together, which finds out how much Spotify takes.

    A refusal (429) stops all requests for as long as Spotify asks, then they go on at a rate just below that of the
    requests that were accepted. From there the rate rises slowly first, then ever faster: a limit that lasts is
    seldom met, one that passed is soon forgotten.
    """

    def __init__(self, rate: float) -> None:
        """`rate` is the highest, in requests a second."""
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
        """The rate of now, in requests a second."""
        return min(self.full_rate, self._learned_rate * (1 + (self._good_answers / RECOVERY_ANSWERS) ** 3))

    @property
    def out_of_patience(self) -> bool:
        """Whether pause after pause was followed by a refusal."""
        return self._pauses_in_a_row >= PATIENCE

    async def turn(self, *, begun: bool = False) -> float:
        """Waits, first come first served, until the next request may start; returns the time of its start.

        What was `begun` waits for one other at most, so that a long playlist is read before a quota ends the run.
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
        """The request that began at `start` got an answer; one from before the last refusal tells nothing new."""
        if start > self._slowed_at:
            self._good_answers += 1
            self._pauses_in_a_row = 0

    def refused(self, start: float, retry_after: float | None) -> None:
        """The request that began at `start` came too early. `retry_after` is in seconds, None where not told.

        Requests that were under way together are refused together: that is one slowing down.
        """
        self._starts.remove(start)
        if start > self._slowed_at:
            self._learned_rate = self._sustainable(start)
            self._good_answers = 0
            self._pauses_in_a_row += 1
            self._slowed_at = _now()
        self._due = max(self._due, _now() + self._pause(retry_after))

    def _start(self, now: float) -> float:
        """Takes the turn. A wake-up that comes a little late does not put off the next one."""
        gap = 1 / self.rate
        late = now - self._due
        self._due = now + gap - (late if late < gap else 0)
        self._starts.append(now)
        while self._starts[0] < now - 2 * WINDOW_SECONDS:
            self._starts.popleft()
        return now

    def _sustainable(self, start: float) -> float:
        """The rate to go on with: what was accepted in the window before the refused request, less a little."""
        accepted = sum(start - WINDOW_SECONDS < other <= start for other in self._starts)
        learned = max(accepted / WINDOW_SECONDS * SAFE_SHARE, self.rate * DEEPEST_CUT, SLOWEST_RATE)
        return min(learned, self.rate)

    def _pause(self, retry_after: float | None) -> float:
        """Seconds: what was told, and more if that turned out to be too little."""
        grown = RETRY_AFTER_SECONDS * 2 ** (self._pauses_in_a_row - 1) if self._pauses_in_a_row > 1 else 0.0
        return max(retry_after or RETRY_AFTER_SECONDS, grown)


def _now() -> float:
    return asyncio.get_running_loop().time()
