"""The budget of a run: a number of requests, and a time. A playlist is read completely, or not begun.

Every playlist has a `Share` of the budget. Before the first request, the share holds the most that the playlist may
cost. The first page shows the real cost, and the share gives back the rest. So every playlist that was begun is
finished. A playlist that does not fit costs one request at most, and shorter playlists go on.
"""

import asyncio
import math
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final

from .errors import BudgetSpent, LargerThanBudget, TimeSpent
from .pacing import VAIN_SECONDS_OF_A_PLAYLIST, VAIN_SECONDS_OF_A_RUN

ROWS_EMBEDDED: Final = 100
"""Rows that come with the playlist itself (docs/spotify.md, section 2.2)."""

GOES_ON: Final = "the next run goes on with the others"

_LONGEST: Final = 11_000
"""Rows of the longest playlist that Spotify allows (docs/spotify.md, section 3.3)."""


def requests_for(rows: int, *, page: int = ROWS_EMBEDDED) -> int:
    """The requests that a playlist with so many rows costs, if each further request brings `page` rows."""
    further = -(-max(rows - ROWS_EMBEDDED, 0) // page)
    return 1 + further + (further > 0)  # a long playlist needs one more request at its end, as a check


MOST: Final = requests_for(_LONGEST)
"""The highest cost of a playlist of unknown length."""


class Share:
    """The requests that one playlist holds and has spent."""

    def __init__(self, most: int, *, exact: bool) -> None:
        """`most` is the highest cost of the playlist. If `exact`, the playlist is not begun with fewer requests."""
        self.most = most
        self.exact = exact
        self.held = 0
        self.spent = 0
        self.vain_seconds = 0.0
        self.is_open = False
        """Whether the playlist was begun, but its first page has not yet shown its cost."""


class Budget:
    """The requests of a run. `limit` is the most, None for no limit; `deadline` is a time of the event loop."""

    def __init__(self, limit: int | None = None, *, deadline: float | None = None, minutes: int = 0) -> None:
        """`minutes` is the time limit as named in messages."""
        self._limit = limit
        self.deadline = deadline
        self.spent = 0
        self.left_out = False
        """Whether a request was left out because it did not fit."""
        self._minutes = minutes
        self._vain_seconds = 0.0
        self._held = 0
        self._open = 0
        self._share: ContextVar[Share | None] = ContextVar("share", default=None)
        self._entrance = asyncio.Lock()
        self._changed = asyncio.Event()

    @property
    def limit(self) -> int | None:
        """The most requests of the run; None for no limit."""
        return self._limit

    def set_limit(self, limit: int | None) -> None:
        """Replaces the limit from now on."""
        self._limit = limit
        self._changed.set()

    def holds(self, requests: int) -> bool:
        """Whether so many requests are within the limit of a whole run."""
        return self._limit is None or requests <= self._limit

    @contextmanager
    def share(self, most: int = MOST, *, exact: bool = False) -> Iterator[None]:
        """Counts all requests in the block for one playlist, which costs `most` at most.

        Nothing is held before the first.
        """
        share = Share(most, exact=exact)
        token = self._share.set(share)
        try:
            yield
        finally:
            self._share.reset(token)
            self._close(share)
            self._keep(share, 0)

    def wait_in_vain(self, seconds: float) -> None:
        """Counts the seconds of a request that brought no answer."""
        self._vain_seconds += seconds
        if share := self._share.get():
            share.vain_seconds += seconds

    @property
    def is_patient(self) -> bool:
        """Whether a request without an answer may be tried again."""
        share = self._share.get()
        of_playlist = share.vain_seconds if share else 0.0
        return of_playlist < VAIN_SECONDS_OF_A_PLAYLIST and self._vain_seconds < VAIN_SECONDS_OF_A_RUN

    @property
    def is_under_way(self) -> bool:
        """Whether the last request was not the first of its playlist."""
        share = self._share.get()
        return share is not None and share.spent > 1

    async def take(self) -> None:
        """Takes one request from the budget.

        Raises:
            TimeSpent: the deadline has passed.
            BudgetSpent: no request is left for this playlist.
        """
        self._check_time()
        share = self._share.get()
        if share and not share.spent:
            await self._begin(share)
        if share and share.held:
            self._keep(share, share.held - 1)
        elif self._free < 1:
            raise self._nothing_left()
        if share:
            share.spent += 1
        self.spent += 1

    async def reserve(self, requests: int) -> None:
        """Makes the playlist's share hold exactly this number of further requests.

        Raises:
            LargerThanBudget: the playlist costs more than a whole run may.
            BudgetSpent: so many requests are not left.
        """
        share = self._share.get()
        if share is None:
            return
        self._close(share)
        if not self.holds(1 + requests):
            raise self._too_large(1 + requests)
        await self._wait_for(requests - share.held)
        if requests - share.held > self._free:
            raise self._nothing_left()
        self._keep(share, requests)

    async def _begin(self, share: Share) -> None:
        """Makes the share hold the highest cost of the playlist. Playlists get their shares in their order.

        If no other playlist may still give requests back, the share takes all that are left.
        """
        async with self._entrance:
            await self._wait_for(share.most)
            needed = share.most if share.exact and self.holds(share.most) else 1
            if self._free < needed:
                raise self._nothing_left()
            share.is_open = True
            self._open += 1
            self._keep(share, int(min(share.most, self._free)))

    async def _wait_for(self, requests: int) -> None:
        """Waits until so many requests are free, or until no share may give any back."""
        while self._free < requests and self._open:
            self._changed.clear()
            await self._changed.wait()

    def _close(self, share: Share) -> None:
        if share.is_open:
            share.is_open = False
            self._open -= 1

    def _keep(self, share: Share, requests: int) -> None:
        self._held += requests - share.held
        share.held = requests
        self._changed.set()

    @property
    def _free(self) -> float:
        """The requests that are neither spent nor held."""
        return math.inf if self._limit is None else self._limit - self.spent - self._held

    def _check_time(self) -> None:
        if self.deadline is not None and asyncio.get_running_loop().time() >= self.deadline:
            self.left_out = True
            raise TimeSpent(f"the run has gone on for the {self._minutes} minutes that it may", GOES_ON)

    def _nothing_left(self) -> BudgetSpent:
        self.left_out = True
        return self.spent_error()

    def spent_error(self) -> BudgetSpent:
        """The error for a playlist that does not fit any more."""
        msg = f"the {self._limit} requests that a run may make reach no further"
        return BudgetSpent(msg, GOES_ON)

    def _too_large(self, requests: int) -> LargerThanBudget:
        message = f"it takes {requests} requests, and a run may make {self._limit}"
        return LargerThanBudget(message, f"set SPOTIFY_MAX_REQUESTS to {requests} or more")
