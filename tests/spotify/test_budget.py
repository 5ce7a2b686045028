"""What a run spends: whole playlists, in the order in which they come."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from playlist_archive.spotify.budget import MOST, Budget, requests_for
from playlist_archive.spotify.errors import BudgetSpent, LargerThanBudget, TimeSpent
from tests.virtual_time import run_virtual


@pytest.mark.parametrize(
    ("rows", "requests"), [(0, 1), (100, 1), (101, 3), (200, 3), (201, 4), (6_000, 61), (11_000, MOST)]
)
def test_a_long_playlist_costs_its_pages_and_a_look_at_the_end(rows: int, requests: int) -> None:
    assert requests_for(rows) == requests


def read(budget: Budget, cost: int, done: list[int]) -> Callable[[], Awaitable[None]]:
    """Reads a playlist of unknown length that turns out to take `cost` requests."""

    async def run() -> None:
        with budget.share():
            await budget.take()
            await asyncio.sleep(1)
            await budget.reserve(cost - 1)
            for _ in range(cost - 1):
                await budget.take()
                await asyncio.sleep(1)
            done.append(cost)

    return run


def spend(limit: int, *costs: int) -> tuple[list[int], list[type[BaseException]], int]:
    """What is read whole, how the others fail, and what is spent, where all are begun at once."""

    async def run() -> tuple[list[int], list[type[BaseException]], int]:
        budget, done = Budget(limit), list[int]()
        ended = await asyncio.gather(*(read(budget, cost, done)() for cost in costs), return_exceptions=True)
        return done, [type(error) for error in ended if isinstance(error, BaseException)], budget.spent

    return run_virtual(run())


def test_the_first_that_is_begun_is_finished_though_it_takes_all() -> None:
    assert spend(61, *[61] * 10) == ([61], [BudgetSpent] * 9, 61)


def test_what_does_not_fit_costs_one_request_and_shorter_ones_go_on() -> None:
    done, failed, spent = spend(70, 61, 61, 3, 3)
    assert sorted(done) == [3, 3, 61]
    assert (failed, spent) == ([BudgetSpent], 61 + 1 + 6)


def test_what_is_larger_than_the_budget_is_told_apart_with_the_number_to_set() -> None:
    assert spend(10, 20)[1] == [LargerThanBudget]

    async def run() -> None:
        with pytest.raises(LargerThanBudget, match="set SPOTIFY_MAX_REQUESTS to 20 or more"):
            await read(Budget(10), 20, [])()

    run_virtual(run())


def test_what_is_certain_to_cost_more_than_is_left_costs_nothing() -> None:
    async def run() -> None:
        budget = Budget(10)
        for _ in range(4):
            await budget.take()
        with budget.share(7, exact=True), pytest.raises(BudgetSpent):
            await budget.take()
        assert budget.spent == 4

    run_virtual(run())


def test_what_a_playlist_held_and_did_not_need_comes_back() -> None:
    async def run() -> None:
        budget = Budget(10)
        with budget.share(10):
            await budget.take()
        for _ in range(9):
            await budget.take()
        with pytest.raises(BudgetSpent):
            await budget.take()

    run_virtual(run())


def test_after_the_deadline_nothing_is_asked_for() -> None:
    async def run() -> None:
        budget = Budget(deadline=60, minutes=1)
        await budget.take()
        await asyncio.sleep(60)
        with pytest.raises(TimeSpent, match="the 1 minutes"):
            await budget.take()

    run_virtual(run())


def test_a_playlist_that_waits_in_vain_loses_patience_for_itself_first_and_at_last_for_all() -> None:
    async def run() -> None:
        budget = Budget()
        with budget.share():
            budget.wait_in_vain(59)
            assert budget.is_patient
            budget.wait_in_vain(1)
            assert not budget.is_patient
        with budget.share():
            assert budget.is_patient
            budget.wait_in_vain(540)
        assert not budget.is_patient

    run_virtual(run())
