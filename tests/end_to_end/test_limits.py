"""How many requests a run makes, how fast, and what it does when it may make no more."""

from pathlib import Path
from typing import Any

import pytest

from playlist_archive.exit_code import ExitCode
from playlist_archive.outcome import Kind
from playlist_archive.spotify.pacing import IN_FLIGHT
from spotify_simulator.bodies import AppClass
from spotify_simulator.faults import Endpoint, Fault
from spotify_simulator.faults import Kind as Wrong
from spotify_simulator.invented import InventedWorld
from tests.harness import Archive, kinds, spotify
from tests.worlds import START, daily, day, playlist, world_id


def crowd(root: Path, count: int, *, size: int = 5, as_user: bool = False, **options: Any) -> Archive:
    world = InventedWorld(seed=3, count=count, size=size, start=START, odd=False)
    archive = Archive(root, spotify(world, **options), as_user=as_user)
    archive.register()
    return archive


@pytest.mark.proof
def test_an_unchanged_library_costs_its_pages_and_a_seventh_in_full(tmp_path: Path) -> None:
    world = daily([playlist(number, range(100)) for number in range(1, 201)])
    archive = Archive(tmp_path, spotify(world), as_user=True)
    archive.register()
    archive.run()
    spent = []
    for number in range(1, 8):
        archive.simulator.day = day(number)
        spent.append(archive.run().requests)

    assert max(spent) <= 60
    assert sum(spent) == 7 * 4 + 200


@pytest.mark.proof
def test_public_playlists_of_a_page_cost_one_request_each(tmp_path: Path) -> None:
    archive = crowd(tmp_path, 200, size=100)
    archive.run()
    archive.simulator.day = day(1)

    assert archive.run().requests == 200


def test_a_long_playlist_that_did_not_change_costs_one_request(tmp_path: Path) -> None:
    archive = Archive(tmp_path, spotify(daily([playlist(1, range(450))])))
    archive.register()
    first = archive.run().requests
    spent = []
    for number in range(1, 8):
        archive.simulator.day = day(number)
        spent.append(archive.run().requests)

    assert first == 1 + 4 + 1
    assert sorted(spent) == [1] * 6 + [6]


def test_full_reads_everything_and_changes_nothing(tmp_path: Path) -> None:
    archive = Archive(tmp_path, spotify(daily([playlist(1, range(450))])), as_user=True)
    archive.register()
    archive.run()
    before = archive.files()

    again = archive.run(full=True)

    assert again.requests == 1 + 4 + 1
    assert archive.files() == before


def test_a_rename_that_the_snapshot_does_not_show_is_seen_within_a_week(tmp_path: Path) -> None:
    renamed = [playlist(1, range(150), name="Renamed", snapshot_id="always the same")]
    archive = Archive(tmp_path, spotify(daily([playlist(1, range(150), snapshot_id="always the same")], renamed)))
    archive.register()
    archive.run()
    seen: list[Kind] = []
    for number in range(1, 8):
        archive.simulator.day = day(number)
        seen += kinds(archive.run()).values()

    assert seen.count(Kind.UPDATED) == 1


def test_lists_of_spotifys_own_are_always_read(tmp_path: Path) -> None:
    world = InventedWorld(seed=1, count=10, size=150, start=START, change_share=0)
    own = [name for name in world.ids() if name.startswith("37i9")]
    archive = Archive(tmp_path, spotify(world))
    archive.register(*own)
    archive.run()
    for number in range(1, 8):
        archive.simulator.day = day(number)
        result = archive.run()
        assert kinds(result) == dict.fromkeys(own, Kind.UNCHANGED)
        assert result.requests == 4


def test_a_smaller_page_is_asked_for_where_spotify_refuses_a_large_one(tmp_path: Path) -> None:
    archive = Archive(tmp_path, spotify(daily([playlist(1, range(330))]), items_limit=50))
    archive.register()

    assert kinds(archive.run()) == {world_id(1): Kind.CREATED}
    assert archive.simulator.counted.by_status[400] == 1


def test_a_restricted_app_stops_at_400_requests_and_that_is_no_failure(tmp_path: Path) -> None:
    archive = crowd(tmp_path, 450, as_user=True, app_class=AppClass.RESTRICTED)

    result = archive.run(max_requests=None)

    assert result.requests == archive.simulator.counted.total == 400
    assert len(result.of(Kind.SKIPPED)) == 450 - 400
    assert result.exit_code == ExitCode.DONE
    assert "400" in str(result.ended)


@pytest.mark.proof
def test_a_permissive_app_has_no_budget_unless_one_is_set(tmp_path: Path) -> None:
    archive = crowd(tmp_path, 420)

    assert archive.run(max_requests=None).requests == 420
    archive.simulator.day = day(1)
    assert archive.run(max_requests=7).requests == 7


def test_runs_that_reach_a_part_reach_all_in_turn(tmp_path: Path) -> None:
    archive = crowd(tmp_path, 40)
    reached: set[str] = set()
    for number in range(8):
        archive.simulator.day = day(number)
        result = archive.run(max_requests=10)
        reached |= {name for name, kind in kinds(result).items() if kind != Kind.SKIPPED}

    assert reached == set(archive.simulator.world.ids())


def test_a_used_up_quota_keeps_what_is_whole_and_says_when_to_come_back(tmp_path: Path) -> None:
    archive = crowd(tmp_path, 20, quota=8)

    result = archive.run()

    assert len(result.of(Kind.CREATED)) == 8
    assert len(result.of(Kind.SKIPPED)) == 12
    assert result.exit_code == ExitCode.PARTIAL
    assert "hours" in str(result.ended)
    assert archive.simulator.counted.by_status[429] <= IN_FLIGHT


def test_skipped_playlists_keep_every_byte(tmp_path: Path) -> None:
    archive = crowd(tmp_path, 20)
    archive.run()
    before = archive.files()
    archive.simulator.day = day(1)

    result = archive.run(max_requests=5)

    untouched = {name for name, kind in kinds(result).items() if kind == Kind.SKIPPED}
    assert len(untouched) == 15
    after = archive.files()
    for path, content in before.items():
        if any(name in path for name in untouched):
            assert after[path] == content


def test_under_a_quota_that_ends_every_run_a_long_playlist_comes_round_too(tmp_path: Path) -> None:
    """It takes 7 requests one after the other, and eight playlists are asked for at once."""
    lists = [playlist(1, range(500)), *(playlist(number, range(3)) for number in range(2, 22))]
    archive = Archive(tmp_path, spotify(daily(lists)))
    archive.register()
    archive.run()
    archive.simulator.limits.quota = 22
    served = []
    for number in range(1, 22):
        archive.simulator.day = day(number)
        result = archive.run(full=True)
        assert result.cut_short
        served.append(kinds(result)[world_id(1)])

    assert Kind.UNCHANGED in served


@pytest.mark.parametrize("headers", [{}, {"Retry-After": "0"}, {"Retry-After": "soon"}, {"Retry-After": "7"}])
def test_a_429_is_waited_out_whatever_its_header(tmp_path: Path, headers: dict[str, str]) -> None:
    slow = Fault(kind=Wrong.STATUS, endpoint=Endpoint.PLAYLIST, status=429, headers=headers, times=2)
    archive = Archive(tmp_path, spotify(daily([playlist(1), playlist(2)]), slow))
    archive.register()

    assert set(kinds(archive.run()).values()) == {Kind.CREATED}


def test_an_absurd_wait_ends_the_asking(tmp_path: Path) -> None:
    hours = Fault(kind=Wrong.STATUS, status=429, headers={"Retry-After": "52531"}, skip=3, times=None)
    archive = crowd(tmp_path, 20)
    archive.simulator = spotify(archive.simulator.world, hours)

    result = archive.run()

    assert len(result.of(Kind.CREATED)) == 3
    assert "15 hours" in str(result.ended)
    assert result.exit_code == ExitCode.PARTIAL


@pytest.mark.proof
@pytest.mark.parametrize("rate", [60, 100, 150, 300])
def test_a_run_keeps_the_pace_that_spotify_allows(tmp_path: Path, rate: int) -> None:
    """300 playlists, 5 requests a second, and a limit of `rate` requests in a rolling window of 30 seconds."""
    archive = crowd(tmp_path, 300, size=3, rate=rate)

    seconds = archive.seconds()

    simulator = archive.simulator
    assert simulator.counted.by_status[200] == 300
    assert simulator.counted.by_status[429] < simulator.counted.total / 100
    assert seconds <= 1.15 * max(300 / 5, 300 * 30 / rate)


@pytest.mark.proof
@pytest.mark.parametrize("token_seconds", [20, 90])
def test_a_token_that_ends_during_the_run_is_renewed(tmp_path: Path, token_seconds: int) -> None:
    archive = crowd(tmp_path, 500, token_seconds=token_seconds)  # 500 requests take 100 seconds

    result = archive.run()

    assert set(kinds(result).values()) == {Kind.CREATED}
    assert archive.simulator.counted.tokens > 1
