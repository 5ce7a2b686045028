"""How fast to ask, how often to try again, when to stop: policy as data, and the one clock that all requests share."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Final

from tenacity import AsyncRetrying, retry_if_exception_type, stop_after_attempt, wait_exponential_jitter

from .errors import Transient

IN_FLIGHT: Final = 6
"""Requests under way at once: enough to keep the pace when answers take a second (our choice)."""

TRIES: Final = 4
"""Tries of one request (spotify-web-api.md, section 5, "500, 502, 503, 504")."""

TIMEOUT_SECONDS: Final = 30.0
"""For one request (the same row)."""

FIRST_RETRY_SECONDS: Final = 1.0
LONGEST_RETRY_SECONDS: Final = 30.0

RETRY_AFTER_SECONDS: Final = 5.0
"""Assumed where Retry-After is missing or 0, doubling while it happens again (spotify-web-api.md, section 4.3)."""

PATIENCE: Final = 5
"""How often one request may be told to slow down before the asking ends."""

RESTRICTED_CEILING: Final = 400
"""Requests a run of a restricted app (spotify-web-api.md, section 4.2, "Safe conduct")."""

RECOVERY_ANSWERS: Final = 20
"""Good answers in a row after which a halved rate doubles again (our choice)."""

Sleep = Callable[[float], Awaitable[None]]


def retrying(sleep: Sleep) -> AsyncRetrying:
    """Tries a request again after errors that say nothing about the playlist; the last error is let through."""
    return AsyncRetrying(
        stop=stop_after_attempt(TRIES),
        wait=wait_exponential_jitter(initial=FIRST_RETRY_SECONDS, max=LONGEST_RETRY_SECONDS),
        retry=retry_if_exception_type(Transient),
        sleep=sleep,
        reraise=True,
    )


class Pacer:
    """One steady rate for all requests together, in requests a second; slows down for all when one is told to."""

    def __init__(
        self, rate: float, *, clock: Callable[[], float] = time.monotonic, sleep: Sleep = asyncio.sleep
    ) -> None:
        self.rate = rate
        self._full_rate = rate
        self._clock = clock
        self._sleep = sleep
        self._next = 0.0
        self._good_answers = 0

    async def turn(self) -> None:
        """Waits until the next request may start."""
        while (wait := self._take_slot()) > 0:
            await self._sleep(wait)

    def slow_down(self, seconds: float) -> None:
        """Nothing is asked for `seconds`, and then at half the rate."""
        self._next = max(self._next, self._clock() + seconds)
        self.rate = max(self.rate / 2, self._full_rate / 16)
        self._good_answers = 0

    def answered(self) -> None:
        """Counts a good answer: after some in a row the rate recovers."""
        self._good_answers += 1
        if self._good_answers >= RECOVERY_ANSWERS and self.rate < self._full_rate:
            self.rate = min(self.rate * 2, self._full_rate)
            self._good_answers = 0

    def _take_slot(self) -> float:
        """0 when the slot that is due was taken, else how long to wait, in seconds."""
        now = self._clock()
        if now < self._next:
            return self._next - now
        self._next = max(self._next, now - 1 / self.rate) + 1 / self.rate
        return 0.0
