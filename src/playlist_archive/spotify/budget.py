"""What a run may spend on asking: a number of requests, and time. Whole playlists are paid for, or not begun.

Every playlist has a `Share` of the budget. Before its first request the share holds as much as the playlist may cost;
once its first page tells, it keeps what is needed and gives back the rest. So a playlist that was begun is finished,
one that does not fit costs one request at most, and shorter ones go on.
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
    """What it costs to read a playlist of so many rows, of which `page` come with a request."""
    further = -(-max(rows - ROWS_EMBEDDED, 0) // page)
    return 1 + further + (further > 0)  # a long one is confirmed by one more request at its end


MOST: Final = requests_for(_LONGEST)
"""What a playlist of unknown length may cost."""


class Share:
    """What one playlist holds of the budget, and what it has spent."""

    def __init__(self, most: int, *, exact: bool) -> None:
        """`most` is what the playlist may cost; where that is `exact`, it is not begun for less."""
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
        """`minutes` is what the deadline is called in messages."""
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
        """Another limit, from now on."""
        self._limit = limit
        self._changed.set()

    def holds(self, requests: int) -> bool:
        """Whether a whole run has as many requests."""
        return self._limit is None or requests <= self._limit

    @contextmanager
    def share(self, most: int = MOST, *, exact: bool = False) -> Iterator[None]:
        """What the block asks for is one playlist, which may cost `most`; nothing is held before its first request."""
        share = Share(most, exact=exact)
        token = self._share.set(share)
        try:
            yield
        finally:
            self._share.reset(token)
            self._close(share)
            self._keep(share, 0)

    def wait_in_vain(self, seconds: float) -> None:
        """Counts the time of a request that brought no answer."""
        self._vain_seconds += seconds
        if share := self._share.get():
            share.vain_seconds += seconds

    @property
    def is_patient(self) -> bool:
        """Whether a request that brought no answer is to be tried again."""
        share = self._share.get()
        of_playlist = share.vain_seconds if share else 0.0
        return of_playlist < VAIN_SECONDS_OF_A_PLAYLIST and self._vain_seconds < VAIN_SECONDS_OF_A_RUN

    @property
    def is_under_way(self) -> bool:
        """Whether the request that was just taken is a further one of its playlist."""
        share = self._share.get()
        return share is not None and share.spent > 1

    async def take(self) -> None:
        """Takes one request.

        Raises:
            TimeSpent: the deadline has passed.
            BudgetSpent: there is none left for this playlist.
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
        """Makes the playlist's share hold exactly as many requests for what is still to come.

        Raises:
            LargerThanBudget: the playlist costs more than a whole run may.
            BudgetSpent: they are not there any more.
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
        """Holds what the playlist may cost, in the order in which playlists come.

        All that is left is enough where no other playlist may still need a part of it.
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
        """Waits for as many to be free, as long as some may be given back."""
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
        """What is neither spent nor held."""
        return math.inf if self._limit is None else self._limit - self.spent - self._held

    def _check_time(self) -> None:
        if self.deadline is not None and asyncio.get_running_loop().time() >= self.deadline:
            self.left_out = True
            raise TimeSpent(f"the run has gone on for the {self._minutes} minutes that it may", GOES_ON)

    def _nothing_left(self) -> BudgetSpent:
        self.left_out = True
        return self.spent_error()

    def spent_error(self) -> BudgetSpent:
        """What is said of whatever does not fit any more."""
        msg = f"the {self._limit} requests that a run may make reach no further"
        return BudgetSpent(msg, GOES_ON)

    def _too_large(self, requests: int) -> LargerThanBudget:
        message = f"it takes {requests} requests, and a run may make {self._limit}"
        return LargerThanBudget(message, f"set SPOTIFY_MAX_REQUESTS to {requests} or more")
