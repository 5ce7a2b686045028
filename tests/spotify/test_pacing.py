"""The pace against a Spotify that counts the requests of a rolling 30 seconds, on virtual time."""

import asyncio
import math
from collections import deque
from collections.abc import Callable, Coroutine
from itertools import pairwise
from typing import Any

import httpx
import pytest
from tenacity import Future, RetryCallState

from playlist_archive.spotify.errors import RateLimited, ServerError, SpotifyError
from playlist_archive.spotify.pacing import TRIES, Pacer, retrying
from playlist_archive.spotify.responses import User
from tests.spotify.fake import client_of, now
from tests.virtual_time import run_virtual

RATE = 5.0
LATENCY_SECONDS = 0.25
WINDOW_SECONDS = 30.0
WORKERS = 8


class Window:
    """A Web API that accepts `limit` requests in any 30 seconds; `used` says how many others took before."""

    def __init__(self, limit: int, *, used: int = 0, tells: Callable[[float], str | None] = str) -> None:
        self.refused = 0
        self._limit = limit
        self._tells = tells
        self._accepted = deque([0.0] * used)

    async def answer(self, _: httpx.Request) -> httpx.Response:
        response = self._judge()
        await asyncio.sleep(LATENCY_SECONDS)
        return response

    def _judge(self) -> httpx.Response:
        while self._accepted and self._accepted[0] <= now() - WINDOW_SECONDS:
            self._accepted.popleft()
        if len(self._accepted) < self._limit:
            self._accepted.append(now())
            return httpx.Response(200, json={"id": "someone"})
        self.refused += 1
        told = self._tells(max(1, math.ceil(self._accepted[0] + WINDOW_SECONDS - now())))
        return httpx.Response(429, headers={"Retry-After": told} if told else {})


async def seconds_for(requests: int, window: Window) -> float:
    """How long so many requests take, as many at once as a run makes."""
    queue = iter(range(requests))

    async def work() -> None:
        for _ in queue:
            await client.get("/me", User)

    async with client_of(window.answer, requests_per_second=RATE) as client:
        await asyncio.gather(*(work() for _ in range(WORKERS)))
    return now()


@pytest.mark.proof
@pytest.mark.parametrize("requests", [300, 1200])
@pytest.mark.parametrize("limit", [60, 100, 150, 300])
def test_a_run_takes_hardly_longer_than_the_limit_allows_and_is_hardly_ever_refused(limit: int, requests: int) -> None:
    window = Window(limit)
    took = run_virtual(seconds_for(requests, window))
    assert took <= 1.15 * max(requests / RATE, requests * WINDOW_SECONDS / limit)
    assert window.refused < 0.01 * (requests + window.refused)


@pytest.mark.parametrize("told", [None, "0", "soon", "1"])
def test_a_wait_that_is_not_told_or_too_short_costs_little(told: str | None) -> None:
    window = Window(60, tells=lambda _: told)
    assert run_virtual(seconds_for(300, window)) <= 1.2 * 150
    assert window.refused <= 5


@pytest.mark.proof
def test_one_refusal_that_others_caused_is_forgotten() -> None:
    window = Window(150, used=140)
    assert run_virtual(seconds_for(3000, window)) <= 1.7 * 600
    assert window.refused <= 3


def paced(rate: float, use: Callable[[Pacer], Coroutine[Any, Any, None]]) -> None:
    async def run() -> None:
        await use(Pacer(rate))

    run_virtual(run())


def test_requests_start_at_an_even_rate_first_come_first_served() -> None:
    starts: list[tuple[int, float]] = []

    async def one(pacer: Pacer, number: int) -> None:
        starts.append((number, await pacer.turn()))

    async def use(pacer: Pacer) -> None:
        await asyncio.gather(*(one(pacer, number) for number in range(5)))

    paced(4, use)
    assert starts == [(0, 0), (1, 0.25), (2, 0.5), (3, 0.75), (4, 1)]


def test_what_was_begun_waits_for_one_other_at_most() -> None:
    order: list[str] = []

    async def ask(pacer: Pacer, name: str, *, begun: bool) -> None:
        await pacer.turn(begun=begun)
        order.append(name)

    async def use(pacer: Pacer) -> None:
        newcomers = [asyncio.create_task(ask(pacer, f"new {number}", begun=False)) for number in range(4)]
        await asyncio.sleep(0)
        await ask(pacer, "begun", begun=True)
        await asyncio.gather(*newcomers)

    paced(4, use)
    assert order == ["new 0", "new 1", "begun", "new 2", "new 3"]


def test_time_without_requests_is_not_made_up_for() -> None:
    async def use(pacer: Pacer) -> None:
        await pacer.turn()
        await asyncio.sleep(100)
        assert [await pacer.turn() for _ in range(3)] == [100, 100.25, 100.5]

    paced(4, use)


def test_a_late_wake_up_does_not_put_off_those_after_it() -> None:
    async def use(pacer: Pacer) -> None:
        await pacer.turn()
        await asyncio.sleep(0.3)
        assert [await pacer.turn() for _ in range(2)] == [0.3, 0.5]

    paced(4, use)


def test_one_refusal_holds_up_those_who_wait_already() -> None:
    async def use(pacer: Pacer) -> None:
        start = await pacer.turn()
        waiting = asyncio.create_task(pacer.turn())
        await asyncio.sleep(0.1)
        pacer.refused(start, 60)
        assert await waiting == pytest.approx(60.1)

    paced(4, use)


def test_requests_refused_together_slow_down_once() -> None:
    async def use(pacer: Pacer) -> None:
        for _ in range(100):
            pacer.accepted(await pacer.turn())
        together = [await pacer.turn() for _ in range(6)]
        pacer.refused(together[0], 1)
        rate = pacer.rate
        for start in together[1:]:
            pacer.refused(start, 3)
        assert pacer.rate == rate
        assert not pacer.out_of_patience
        assert await pacer.turn() == together[-1] + 3

    paced(4, use)


def test_an_answer_to_a_request_from_before_a_refusal_does_not_speed_up() -> None:
    async def use(pacer: Pacer) -> None:
        starts = [await pacer.turn() for _ in range(300)]
        pacer.refused(starts.pop(), 1)
        rate = pacer.rate
        for start in starts:
            pacer.accepted(start)
        assert pacer.rate == rate

    paced(4, use)


def test_the_rate_after_a_refusal_is_just_below_what_was_accepted() -> None:
    async def use(pacer: Pacer) -> None:
        for _ in range(60):
            pacer.accepted(await pacer.turn())
        pacer.refused(await pacer.turn(), 20)
        assert pacer.rate == pytest.approx(0.95 * 60 / 30)

    paced(5, use)


def test_one_refusal_never_slows_down_to_less_than_a_quarter() -> None:
    async def use(pacer: Pacer) -> None:
        pacer.refused(await pacer.turn(), 20)
        assert pacer.rate == 5 / 4

    paced(5, use)


def test_refusal_after_refusal_still_leaves_one_request_in_a_window() -> None:
    async def use(pacer: Pacer) -> None:
        for _ in range(50):
            pacer.refused(await pacer.turn(), 1)
            pacer.accepted(await pacer.turn())
        assert pacer.rate == pytest.approx(1 / 30, rel=0.01)

    paced(5, use)


def test_waits_that_are_not_told_grow_until_the_patience_ends() -> None:
    async def use(pacer: Pacer) -> None:
        waits = []
        while not pacer.out_of_patience:
            start = await pacer.turn()
            waits.append(start)
            pacer.refused(start, None)
        assert [after - before for before, after in pairwise(waits)] == [5, 10, 20, 40]

    paced(5, use)


def test_a_good_answer_renews_the_patience() -> None:
    async def use(pacer: Pacer) -> None:
        for _ in range(20):
            pacer.refused(await pacer.turn(), None)
            pacer.accepted(await pacer.turn())
            assert not pacer.out_of_patience

    paced(5, use)


def waits_after(error: SpotifyError) -> list[float]:
    """The waits before each further try of a request that fails with `error`."""
    policy = retrying()
    waits = []
    for attempt in range(1, TRIES):
        state = RetryCallState(policy, None, (), {})
        state.attempt_number = attempt
        state.outcome = Future.construct(attempt, error, has_exception=True)
        waits.append(policy.wait(state))
    return waits


def test_the_retries_of_a_request_wait_longer_each_time_and_at_most_30_seconds_together() -> None:
    for _ in range(100):
        waits = waits_after(ServerError("502"))
        assert waits == sorted(waits)
        assert sum(waits) <= 30


def test_retries_of_many_requests_spread() -> None:
    assert len({waits_after(ServerError("502"))[0] for _ in range(20)}) > 10


def test_what_spotify_asks_for_goes_before() -> None:
    assert waits_after(RateLimited("429", retry_after=100)) == [100, 100, 100]
