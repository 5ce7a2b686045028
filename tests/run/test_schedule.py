"""Whatever a run may spend: no playlist that fits into it waits for longer than it takes to read all of them."""

import asyncio
from collections.abc import Callable, Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from datetime import date, timedelta
from random import Random

import pytest

from playlist_archive.archive.ids import PlaylistId
from playlist_archive.run.schedule import Plan, Schedule, packed, rotated
from playlist_archive.spotify.budget import Budget, requests_for
from playlist_archive.spotify.errors import BudgetSpent, LargerThanBudget
from tests.builders import playlist_id
from tests.virtual_time import run_virtual

START = date(2026, 11, 2)
WORKERS = 8
Lengths = Mapping[PlaylistId, int]


async def archived_in(plan: Plan, lengths: Lengths, *, changed: bool) -> set[PlaylistId]:
    """The playlists that one run reads whole; those with a record are `changed`, or cost one request."""
    assert plan.limit is not None
    schedule, budget, done = Schedule(plan), Budget(plan.limit), set[PlaylistId]()

    async def read(name: PlaylistId) -> None:
        await budget.take()
        await asyncio.sleep(0.1)
        if name not in lengths:
            return
        further = requests_for(lengths[name]) - 1 if changed or name not in plan.rows else 0
        await budget.reserve(further)
        for _ in range(further):
            await budget.take()
            await asyncio.sleep(0.1)
        done.add(name)

    async def work() -> None:
        while name := await schedule.next():
            try:
                with budget.share(plan.cost(name)):
                    await read(name)
            except (BudgetSpent, LargerThanBudget):
                pass
            schedule.note(name, is_archived=name in done)

    await asyncio.gather(*(work() for _ in range(WORKERS)))
    assert budget.spent <= plan.limit
    return done


def days_until_all(
    lengths: Lengths,
    limit: int,
    *,
    known: AbstractSet[PlaylistId],
    changed: bool,
    enough: int,
    closed: AbstractSet[PlaylistId] = frozenset(),
    begin: int = 0,
) -> int:
    """How many daily runs it takes until every playlist that fits into one was archived; `enough` if it takes more.

    The `closed` ones are registered too, and never served.
    """
    wanted = {name for name, rows in lengths.items() if requests_for(rows) <= limit}
    reached, records = set[PlaylistId](), set(known)
    for day in range(enough):
        if wanted <= reached:
            return day
        rows = {name: lengths[name] for name in records}
        plan = Plan([*lengths, *closed], rows, limit, START + timedelta(days=begin + day))
        done = run_virtual(archived_in(plan, lengths, changed=changed))
        reached |= done
        records |= done
    return enough


def needed(lengths: Lengths, limit: int) -> int:
    """How many runs a planner takes who knows every length: the longest first, each where it still fits."""
    runs: list[int] = []
    for cost in sorted(map(requests_for, lengths.values()), reverse=True):
        fitting = [number for number, spent in enumerate(runs) if spent + cost <= limit]
        if fitting:
            runs[fitting[0]] += cost
        else:
            runs.append(cost)
    return len(runs)


def libraries(count: int, *, oversized: bool) -> Iterator[tuple[Lengths, int]]:
    """Libraries of mixed lengths with budgets from 3 to 400, most of them tight."""
    chance = Random(18)
    for _ in range(count):
        limit = chance.choice([chance.randint(3, 20), chance.randint(3, 400)])
        yield library(chance, limit, oversized=oversized), limit


def library(chance: Random, limit: int, *, oversized: bool = False) -> Lengths:
    """Playlists of mixed lengths; none that is larger than the budget, unless such ones are asked for."""
    kinds: list[Callable[[], int]] = [
        lambda: chance.randint(0, 100),
        lambda: chance.randint(101, 600),
        lambda: chance.randint(0, 11_000),
    ]
    lengths = {playlist_id(number): chance.choice(kinds)() for number in range(chance.randint(1, 40))}
    fitting = {name: rows for name, rows in lengths.items() if oversized or requests_for(rows) <= limit}
    return fitting or {playlist_id(0): 50}


def test_every_playlist_is_archived_within_about_as_many_runs_as_the_whole_needs() -> None:
    for lengths, limit in libraries(40, oversized=False):
        most = 2 * needed(lengths, limit)
        assert days_until_all(lengths, limit, known=set(), changed=False, enough=most + 1) <= most


@pytest.mark.parametrize("budgets", [range(3, 41), range(41, 401, 9)])
def test_every_playlist_that_changes_daily_is_archived_again_within_as_many_runs_as_the_whole_needs(
    budgets: Iterable[int],
) -> None:
    chance = Random(19)
    for limit in budgets:
        lengths = library(chance, limit)
        most = needed(lengths, limit)
        assert days_until_all(lengths, limit, known=lengths.keys(), changed=True, enough=most + 1) <= most


@pytest.mark.proof
def test_so_it_is_under_any_budget_from_3_to_400_from_any_day_on() -> None:
    chance = Random(20)
    for limit in range(3, 401):
        lengths = library(chance, limit)
        most = needed(lengths, limit)
        names, begin = lengths.keys(), chance.randrange(1_000)
        assert days_until_all(lengths, limit, known=names, changed=True, enough=most + 1, begin=begin) <= most


@pytest.mark.parametrize("dead", [1, 30])
def test_entries_that_cannot_be_archived_cost_the_others_a_quarter_of_the_budget_at_most(dead: int) -> None:
    chance = Random(21)
    for limit in range(4, 100, 9):
        lengths = library(chance, limit * 3 // 4)
        closed = {playlist_id(number) for number in range(100, 100 + dead)}
        most = needed(lengths, limit - max(limit // 4, 1))
        names = lengths.keys()
        assert days_until_all(lengths, limit, known=names, changed=True, closed=closed, enough=most + 1) <= most


def test_playlists_that_are_too_large_for_any_run_starve_no_other() -> None:
    for lengths, limit in libraries(20, oversized=True):
        most = len(lengths) + 2 * needed(lengths, limit)
        assert days_until_all(lengths, limit, known=set(), changed=False, enough=most + 1) <= most


def test_a_hundred_entries_that_spotify_does_not_serve_leave_three_quarters_to_the_others() -> None:
    known = {playlist_id(number): 50 for number in range(100)}
    dead = [playlist_id(number) for number in range(100, 200)]
    asked: set[PlaylistId] = set()

    async def run(day: date) -> None:
        schedule = Schedule(Plan([*known, *dead], known, 20, day))
        for _ in range(20):
            name = await schedule.next()
            assert name
            asked.add(name)
            schedule.note(name, is_archived=name in known)

    for number in range(14):
        asyncio.run(run(START + timedelta(days=number)))
    assert known.keys() <= asked


def test_without_a_budget_each_playlist_comes_once_whatever_is_known_of_it() -> None:
    names = [playlist_id(number) for number in range(20)]

    async def all_of() -> list[PlaylistId]:
        schedule = Schedule(Plan(names, {}, None, START))
        given = [await schedule.next() for _ in range(len(names) + 1)]
        assert given[-1] is None
        return [name for name in given if name]

    assert sorted(asyncio.run(all_of())) == sorted(names)


@pytest.mark.parametrize("count", [1, 2, 3, 7, 12, 40, 97, 360])
def test_each_one_is_the_first_on_one_of_as_many_days(count: int) -> None:
    firsts = {rotated(range(count), START.toordinal() + day)[0] for day in range(count)}
    assert firsts == set(range(count))


@pytest.mark.parametrize("reach", [0.1, 0.25, 0.4])
def test_runs_that_reach_a_part_reach_all_in_about_as_few_days_as_can_be(reach: float) -> None:
    seen: set[int] = set()
    days = 0
    while len(seen) < 200:
        seen |= set(rotated(range(200), START.toordinal() + days)[: int(200 * reach)])
        days += 1
    assert days <= 2 / reach


def test_playlists_are_packed_into_runs_that_can_pay_for_them() -> None:
    costs = {playlist_id(number): cost for number, cost in enumerate([3, 3, 3, 9, 1, 1])}
    groups = packed(costs, costs.__getitem__, 7)
    assert [[costs[name] for name in group] for group in groups] == [[9], [3, 3, 1], [3, 1]]


def test_packing_takes_as_few_runs_as_first_fit_with_the_longest_first() -> None:
    for lengths, limit in libraries(60, oversized=True):
        groups = packed(lengths, lambda name, of=lengths: requests_for(of[name]), limit)  # type: ignore[misc]
        assert len(groups) == needed(lengths, limit)
        assert sorted(name for group in groups for name in group) == sorted(lengths)
