"""Runs that may spend little: requests, time, or the patience of whoever stops them."""

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from playlist_archive.archive.store import Store
from playlist_archive.exit_code import ExitCode
from playlist_archive.outcome import Kind, Result
from playlist_archive.problem import Note
from playlist_archive.report.result_file import result_text
from playlist_archive.run.interrupt import Interruption
from playlist_archive.run.start import archive_into
from spotify_simulator.faults import Endpoint, Fault
from spotify_simulator.faults import Kind as Wrong
from spotify_simulator.transport import SimulatorTransport
from tests.harness import Archive, Replacing, kinds, settings_for, spotify
from tests.virtual_time import run_virtual
from tests.worlds import START, daily, day, playlist, world_id

NEVER = 10_000.0
"""Seconds: longer than anybody waits."""


def archive_of(root: Path, lengths: list[int], *faults: Fault, as_user: bool = False, **options: Any) -> Archive:
    """Playlists of these lengths, none of which ever changes."""
    world = daily([playlist(number, range(length)) for number, length in enumerate(lengths, start=1)])
    archive = Archive(root, spotify(world, *faults, **options), as_user=as_user)
    archive.register()
    return archive


def days_until_all_have_records(archive: Archive, max_requests: int, *, enough: int = 10) -> int:
    wanted = set(archive.simulator.world.ids())
    for number in range(enough):
        if wanted == set(Store(archive.root).records()):
            return number
        archive.simulator.day = day(number)
        assert archive.run(max_requests=max_requests).requests <= max_requests
    return enough


# Requests


def test_ten_long_playlists_are_archived_within_two_runs_that_hold_six_of_them(tmp_path: Path) -> None:
    assert days_until_all_have_records(archive_of(tmp_path, [300] * 10), 26) == 2


@pytest.mark.proof
def test_ten_playlists_of_6000_rows_are_archived_within_two_runs_of_400_requests(tmp_path: Path) -> None:
    assert days_until_all_have_records(archive_of(tmp_path, [6_000] * 10), 400) == 2


@pytest.mark.parametrize("max_requests", [3, 9])
def test_twelve_playlists_of_two_pages_are_archived_three_requests_each(tmp_path: Path, max_requests: int) -> None:
    days = days_until_all_have_records(archive_of(tmp_path, [150] * 12), max_requests, enough=14)
    assert days <= 12 * 3 / max_requests * 4 / 3 + 1


def test_a_playlist_that_is_larger_than_the_budget_fails_with_the_number_to_set(tmp_path: Path) -> None:
    archive = archive_of(tmp_path, [1_000, 50])

    result = archive.run(max_requests=8)

    assert kinds(result) == {world_id(1): Kind.FAILED, world_id(2): Kind.CREATED}
    message = "it takes 11 requests, and a run may make 8"
    assert result.outcomes[0].note == Note(message, "set SPOTIFY_MAX_REQUESTS to 11 or more")
    assert result.requests <= 3


def test_a_large_playlist_that_is_archived_and_unchanged_is_unchanged_under_any_budget(tmp_path: Path) -> None:
    archive = archive_of(tmp_path, [1_000])
    archive.run()
    for number in range(1, 8):
        archive.simulator.day = day(number)
        result = archive.run(max_requests=2)
        assert (kinds(result), result.requests) == ({world_id(1): Kind.UNCHANGED}, 1)


def test_a_library_that_could_not_spare_what_it_costs_is_not_read(tmp_path: Path) -> None:
    world = daily([playlist(number, range(5)) for number in range(1, 601)])
    archive = Archive(tmp_path, spotify(world), as_user=True)
    archive.register(*(world_id(number) for number in range(1, 6)))
    archive.run(max_requests=10)
    archive.simulator.day = day(1)

    result = archive.run(max_requests=10)

    assert kinds(result) == {world_id(number): Kind.UNCHANGED for number in range(1, 6)}
    assert archive.simulator.counted.by_endpoint[Endpoint.LIBRARY] == 1
    assert result.requests <= 6


def test_a_library_takes_no_more_than_half_of_the_budget(tmp_path: Path) -> None:
    archive = archive_of(tmp_path, [3] * 101, as_user=True)
    archive.run()
    before = archive.simulator.counted.by_endpoint[Endpoint.LIBRARY]
    archive.simulator.day = day(1)

    archive.run(max_requests=4)

    assert archive.simulator.counted.by_endpoint[Endpoint.LIBRARY] - before == 2


def test_what_does_not_fit_is_told_and_is_no_failure(tmp_path: Path) -> None:
    result = archive_of(tmp_path, [150, 150, 20]).run(max_requests=5)

    assert sorted(kinds(result).values()) == [Kind.CREATED, Kind.CREATED, Kind.SKIPPED]
    message = "the 5 requests that a run may make reach no further"
    assert result.ended == Note(message, "the next run goes on with the others")
    assert result.exit_code == ExitCode.DONE


# Time


def run_with(archive: Archive, *, minutes: int) -> tuple[Result, float]:
    """The result of a run with a deadline, and the seconds that it took."""

    async def timed() -> tuple[Result, float]:
        settings = settings_for(archive.simulator).model_copy(update={"archive_max_minutes": minutes})
        transport = SimulatorTransport(archive.simulator)
        result = await archive_into(Store(archive.root), settings, archive.job(), transport=transport)
        return result, asyncio.get_running_loop().time()

    return run_virtual(timed())


def test_at_its_deadline_a_run_keeps_what_is_whole_and_leaves_the_rest_to_the_next(tmp_path: Path) -> None:
    archive = archive_of(tmp_path, [5] * 40, latency=29.0)

    result, seconds = run_with(archive, minutes=1)

    assert 60 <= seconds <= 100
    assert len(result.of(Kind.CREATED)) == len(list(Store(archive.root).records())) > 8
    assert len(result.of(Kind.SKIPPED)) + len(result.of(Kind.CREATED)) == 40
    assert result.exit_code == ExitCode.DONE
    assert "the 1 minutes that it may" in str(result.ended)


def test_playlists_that_never_answer_do_not_take_the_run_from_the_others(tmp_path: Path) -> None:
    dead = [world_id(number) for number in range(2, 61, 2)]
    silent = [Fault(kind=Wrong.DELAY, playlist=name, seconds=NEVER, times=None) for name in dead]
    archive = archive_of(tmp_path, [3] * 60, *silent)

    result, seconds = run_with(archive, minutes=150)

    assert {outcome.id for outcome in result.of(Kind.FAILED)} == set(dead)
    assert len(result.of(Kind.CREATED)) == 30
    assert seconds < 5 * 60


def test_a_long_playlist_whose_pages_come_late_is_given_up_after_a_minute_in_vain(tmp_path: Path) -> None:
    late = [
        Fault(kind=Wrong.DELAY, endpoint=Endpoint.ITEMS, offset=offset, seconds=NEVER)
        for offset in range(100, 3000, 100)
    ]
    result, seconds = run_with(archive_of(tmp_path, [3_000], *late), minutes=150)

    assert list(kinds(result).values()) == [Kind.FAILED]
    assert seconds < 2 * 60


# What Spotify hands over


def test_a_refresh_token_that_was_replaced_is_told_and_not_shown(tmp_path: Path) -> None:
    archive = archive_of(tmp_path, [3], as_user=True)

    async def run() -> Result:
        settings = settings_for(archive.simulator, as_user=True)
        return await archive_into(Store(tmp_path), settings, archive.job(), transport=Replacing(archive.simulator))

    result = run_virtual(run())
    assert result.exit_code == ExitCode.PARTIAL
    assert "Spotify replaced the refresh token" in str(result.troubles[0])
    assert "nobody may see" not in result_text(result)


def test_words_that_speak_of_the_place_end_the_run_after_one_request(tmp_path: Path, examples: Path) -> None:
    body = (examples / "doubtful/error-403-country.json").read_text(encoding="utf-8")
    archive = archive_of(tmp_path, [3] * 20, Fault(kind=Wrong.STATUS, status=403, body=body, times=None))

    result = archive.run()

    assert result.exit_code == ExitCode.REFUSED
    assert "unavailable in this country" in str(result.refused)
    assert result.requests <= 8
    assert archive.files() == {}


# Whoever stops it


class Stopped(SimulatorTransport):
    """Asks for the end of the run while the answer to one of its requests is on its way."""

    def __init__(self, archive: Archive, interruption: Interruption, at: int) -> None:
        super().__init__(archive.simulator)
        self._interruption = interruption
        self._left = at

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self._left -= 1
        if self._left == 0:
            self._interruption.request()
        await asyncio.sleep(1)
        return await super().handle_async_request(request)


@pytest.mark.parametrize("at", [1, 2, 9, 30, 40])
def test_a_stopped_run_keeps_what_is_whole_and_ends_at_once(tmp_path: Path, at: int) -> None:
    archive = archive_of(tmp_path, [3, 150] * 10, as_user=True)
    interruption = Interruption()

    async def run() -> Result:
        transport = Stopped(archive, interruption, at)
        settings = settings_for(archive.simulator, as_user=True)
        store = Store(archive.root)
        return await archive_into(store, settings, archive.job(), transport=transport, interruption=interruption)

    result = run_virtual(run())

    records = {outcome.id for outcome in result.of(Kind.CREATED)}
    assert records == set(Store(archive.root).records())
    assert {outcome.kind for outcome in result.outcomes} <= {Kind.CREATED, Kind.SKIPPED}
    assert result.interrupted
    assert result.exit_code == ExitCode.INTERRUPTED
    archive.simulator.day = START + timedelta(days=1)
    assert len(archive.run().outcomes) == len(list(Store(archive.root).records())) == 20


def test_what_was_stopped_before_it_began_asks_for_nothing(tmp_path: Path) -> None:
    archive = archive_of(tmp_path, [3] * 3, as_user=True)
    interruption = Interruption()
    interruption.request()

    async def run() -> Result:
        settings = settings_for(archive.simulator, as_user=True)
        transport = SimulatorTransport(archive.simulator)
        store = Store(archive.root)
        return await archive_into(store, settings, archive.job(), transport=transport, interruption=interruption)

    result = run_virtual(run())
    assert (result.requests, result.exit_code) == (0, ExitCode.INTERRUPTED)
    assert archive.files() == {}
