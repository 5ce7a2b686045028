"""Orders the playlists of a run, so that a limited run leaves none out for good, and spreads the weekly full reads."""

import asyncio
import math
import zlib
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from itertools import groupby
from typing import Final, NamedTuple, TypeVar

from ..archive.ids import PlaylistId
from ..spotify.budget import MOST, requests_for

_GOLDEN: Final = (math.sqrt(5) - 1) / 2

PROBES: Final = 1 / 4
"""The share of a budget for playlists without a record that cannot be archived today (our choice)."""

DAYS_OF_THE_NEW: Final = 3
"""The days of four that go to playlists without a record, if a run cannot pay for others too (our choice)."""

FULL_READ_DAYS: Final = 7
"""Days between full reads, since some changes do not change the snapshot id (docs/spotify.md, section 4.4)."""

AnyT = TypeVar("AnyT")


class Plan(NamedTuple):
    """The facts before the first request: the rows of each known playlist, and the most requests."""

    playlists: Iterable[PlaylistId]
    rows: Mapping[PlaylistId, int]
    limit: int | None
    today: date

    def cost(self, playlist_id: PlaylistId) -> int:
        """The most requests that the playlist may need."""
        return requests_for(self.rows[playlist_id]) if playlist_id in self.rows else MOST

    def after(self, spent: int) -> "Plan":
        """The plan for the requests that are left after `spent`."""
        return self if self.limit is None else self._replace(limit=max(self.limit - spent, 1))

    @property
    def largest(self) -> int:
        """The most requests that a playlist with a record may need, among those that a run can pay for."""
        costs = map(self.cost, self.rows)
        return max((cost for cost in costs if self.limit is None or cost <= self.limit), default=0)


class Schedule:
    """Gives the playlists one by one. `note` says which of them were archived.

    Without a limit, playlists are in the order of their ids, with another start each day. With a limit, playlists with
    a record are packed into runs. A run can pay for its playlists even if all of them changed, and each day another run
    is first. So every playlist is reached within as many days as there are runs. Playlists without a record have an
    unknown cost. They come first, until those that cannot be archived have used their share of the budget.
    """

    def __init__(self, plan: Plan) -> None:
        self._first: deque[PlaylistId] = deque()
        self._new: deque[PlaylistId] = deque()
        self._others: deque[PlaylistId] = deque()
        self._begun: set[PlaylistId] = set()
        self._probes = 0
        self._changed = asyncio.Event()
        order = sorted(plan.playlists)
        if plan.limit is None:
            self._others.extend(rotated(order, plan.today.toordinal()))
        else:
            self._probes = max(int(plan.limit * PROBES), 1)
            self._new.extend(name for name in rotated(order, plan.today.toordinal()) if name not in plan.rows)
            self._pack([name for name in order if name in plan.rows], plan, plan.limit, days=max(len(order), 1))

    def _pack(self, known: list[PlaylistId], plan: Plan, limit: int, *, days: int) -> None:
        """Queues the runs, with another run first each day.

        Large runs need requests that new playlists may use, so they have days of their own. On such a day, a large run
        comes before everything else. These days shift by one after every `days` days, so that they do not always hit
        the same new playlist.
        """
        room = limit - min(len(self._new), self._probes)
        runs = packed(known, plan.cost, room)
        small = [run for run in runs if sum(map(plan.cost, run)) <= room]
        large = [run for run in runs if sum(map(plan.cost, run)) > room]
        day = plan.today.toordinal()
        turn, rest = divmod(day + day // days, DAYS_OF_THE_NEW + 1)
        large = rotated(large, turn)
        if self._new and large and rest == 0:
            self._first.extend(large.pop(0))
        self._others.extend(name for run in (*rotated(small, day), *large) for name in run)

    async def next(self) -> PlaylistId | None:
        """The next playlist; None after the last. Waits if the outcomes of earlier playlists decide which is next."""
        while self._new and self._others and self._probes <= 0 and self._begun:
            self._changed.clear()
            await self._changed.wait()
        if self._first:
            return self._first.popleft()
        if self._new and (self._probes > 0 or not self._others):
            self._probes -= 1
            self._begun.add(self._new[0])
            return self._new.popleft()
        return self._others.popleft() if self._others else None

    def note(self, playlist_id: PlaylistId, *, is_archived: bool) -> None:
        """Notes the outcome of a playlist. Only a new playlist that is not archived uses the share of the budget."""
        if playlist_id in self._begun:
            self._begun.remove(playlist_id)
            self._probes += is_archived
            self._changed.set()


def is_due(playlist_id: PlaylistId, today: date) -> bool:
    """Whether the playlist is read in full today: once a week, spread by id (docs/design.md, "A run", step 2)."""
    return (today.toordinal() + zlib.crc32(playlist_id.encode())) % FULL_READ_DAYS == 0


def rotated(sequence: Sequence[AnyT], day: int) -> list[AnyT]:
    """The sequence with another start every day, without a stored state.

    Within `count` days, each element is first once.

    The starts are spread evenly, since each step is near the golden ratio.
    """
    count = len(sequence)
    start = day * _stride(count) % count if count else 0
    return [*sequence[start:], *sequence[:start]]


def _stride(count: int) -> int:
    """A number near the golden ratio of `count` that has no common divisor with `count`."""
    wanted = max(round(count * _GOLDEN), 1)
    return next(stride for stride in range(wanted, wanted + count + 1) if math.gcd(stride, count) == 1)


def packed(playlists: Iterable[PlaylistId], cost: Callable[[PlaylistId], int], room: int) -> list[list[PlaylistId]]:
    """The playlists in groups that cost at most `room` each; only a single larger playlist may cost more.

    The method is first fit, longest first. It makes at most 11/9 of the fewest groups, plus one.
    """
    groups: list[list[PlaylistId]] = []
    left: list[int] = []
    for needed, alike in groupby(sorted(playlists, key=lambda name: (-cost(name), name)), key=cost):
        place = 0
        for playlist_id in alike:
            while place < len(groups) and left[place] < needed:
                place += 1
            if place == len(groups):
                groups.append([])
                left.append(room)
            groups[place].append(playlist_id)
            left[place] -= needed
    return groups
