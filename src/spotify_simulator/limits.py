"""Spotify's two limits: requests in 30 seconds, and requests per day (docs/spotify.md, section 4.1)."""

import math
from collections import deque
from collections.abc import Callable
from datetime import date
from http import HTTPStatus
from typing import Final

from .messages import Answer, Refusal, api_error

WINDOW_SECONDS: Final = 30
"""The rolling window of the rate limit (section 4.1)."""

QUOTA_SECONDS: Final = 24 * 60 * 60
"""The quota returns a day after the first request (sections 4.1 and 4.2)."""


class Limits:
    """Counts requests against both limits.

    `rate` is requests in 30 seconds, `quota` requests per day; None means no limit.
    """

    def __init__(self, *, rate: int | None, quota: int | None, clock: Callable[[], float]) -> None:
        self.rate = rate
        self.quota = quota
        self._clock = clock
        self._recent: deque[float] = deque()
        self._day: date | None = None
        self._day_began = 0.0
        self._today = 0

    def admit(self, day: date) -> None:
        """Counts one request on the simulated day.

        Raises:
            Refusal: 429, with the seconds to wait in Retry-After. Such a request counts for neither limit.
        """
        now = self._clock()
        self._check_rate(now)
        self._check_quota(now, day)
        self._recent.append(now)
        self._today += 1

    def _check_rate(self, now: float) -> None:
        while self._recent and self._recent[0] <= now - WINDOW_SECONDS:
            self._recent.popleft()
        if self.rate is not None and len(self._recent) >= self.rate:
            free_at = self._recent[-self.rate] + WINDOW_SECONDS if self.rate else now + WINDOW_SECONDS
            raise Refusal(rate_limited(math.ceil(free_at - now)))

    def _check_quota(self, now: float, day: date) -> None:
        if self._day != day or now - self._day_began >= QUOTA_SECONDS:
            self._day, self._day_began, self._today = day, now, 0
        if self.quota is not None and self._today >= self.quota:
            raise Refusal(quota_exceeded(math.ceil(self._day_began + QUOTA_SECONDS - now)))


def rate_limited(seconds: int) -> Answer:
    """The 429 of the rate limit."""
    headers = {"retry-after": str(max(seconds, 1))}
    return api_error(HTTPStatus.TOO_MANY_REQUESTS, "API rate limit exceeded", headers=headers)


def quota_exceeded(seconds: int) -> Answer:
    """The 429 of the quota, with a wait of hours."""
    headers = {"retry-after": str(seconds)}
    return api_error(HTTPStatus.TOO_MANY_REQUESTS, "Too many requests", reason="QUOTA_EXCEEDED", headers=headers)
