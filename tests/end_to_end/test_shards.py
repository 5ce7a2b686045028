"""Shards of a run: each writes only its playlists' files, and all together are one run, byte for byte."""

from collections.abc import Callable
from pathlib import Path

import pytest

from playlist_archive.archive import layout
from playlist_archive.archive.ids import parse_playlist_id
from playlist_archive.archive.model import Reason
from playlist_archive.exit_code import ExitCode
from playlist_archive.outcome import Kind, Outcome, Result
from playlist_archive.problem import Note
from playlist_archive.report.result_file import result_text
from playlist_archive.run.shards import Shard, read_result
from spotify_simulator.app import Simulator
from spotify_simulator.invented import InventedWorld
from spotify_simulator.world import World
from tests.end_to_end.conftest import Run
from tests.harness import Archive, kinds, spotify
from tests.worlds import START, daily, day, playlist, world_id

PARTS = 3
PATHS = (layout.data, layout.plain, layout.pretty, layout.cumulative)


def shard(archive: Archive, number: int, aside: Path) -> Result:
    """One shard, whose result goes through a file."""
    told = archive.run_job(archive.job()._replace(shard=Shard(number, PARTS)))
    aside.write_text(result_text(told), encoding="utf-8")
    read = read_result(aside)
    assert read == told
    return read


def in_shards(archive: Archive, aside: Path) -> Result:
    return archive.collect([shard(archive, number, aside) for number in range(1, PARTS + 1)])


def worlds() -> dict[str, World]:
    """All kinds of playlists; one that is lost and comes back; so many lost at once that no loss is believed."""
    whole = [playlist(number, range(number + 3)) for number in range(1, 9)]
    return {
        "of all kinds": InventedWorld(seed=1, count=24, size=12, start=START),
        "one lost": daily(whole, whole[1:], whole[1:], whole),
        "most lost": daily(whole, whole[6:], whole),
        "all lost": daily(whole, []),
    }


@pytest.mark.parametrize("name", worlds())
def test_shards_together_are_one_run(tmp_path: Path, name: str) -> None:
    world = worlds()[name]
    whole = Archive(tmp_path / "whole", spotify(world))
    parts = Archive(tmp_path / "parts", spotify(world))
    for archive in (whole, parts):
        archive.register()
    for number in range(4):
        whole.simulator.day = parts.simulator.day = day(number)
        expected, result = whole.run(), in_shards(parts, tmp_path / "result.json")
        assert result == expected
        assert parts.files() == whole.files()


def test_a_shard_writes_no_file_but_those_of_its_playlists(tmp_path: Path) -> None:
    archive = Archive(tmp_path / "archive", spotify(daily([playlist(number) for number in range(1, 8)])))
    archive.register()
    second = shard(archive, 2, tmp_path / "result.json")
    assert list(kinds(second)) == [world_id(2), world_id(5)]
    expected = {path(parse_playlist_id(name)) for name in kinds(second) for path in PATHS}
    assert set(archive.files()) == set(second.written) == expected


def test_a_shard_that_left_no_result_fails_its_playlists_alone(tmp_path: Path) -> None:
    archive = Archive(tmp_path / "archive", spotify(daily([playlist(number) for number in range(1, 4)])))
    archive.register()
    results = [shard(archive, number, tmp_path / "result.json") for number in (1, 3)]
    told = archive.collect(results)
    assert kinds(told) == {world_id(1): Kind.CREATED, world_id(2): Kind.FAILED, world_id(3): Kind.CREATED}
    assert [str(outcome.note) for outcome in told.of(Kind.FAILED)] == ["its shard left no result"]


def test_every_playlist_is_in_exactly_one_shard() -> None:
    playlists = [parse_playlist_id(world_id(number)) for number in range(50)]
    found = [name for number in range(1, 9) for name in Shard(number, 8).of(reversed(playlists))]
    assert sorted(found) == playlists


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (("--shard", "3/8"), "--shard needs --result"),
        (("--shard", "3/8", "--result", "r.json", "--push"), "leaves --commit and --push to --collect"),
        (("--shard", "9/8", "--result", "r.json"), "write the third of eight as 3/8"),
        (("--shard", "0/8", "--result", "r.json"), "write the third of eight as 3/8"),
        (("--shard", "third", "--result", "r.json"), "write the third of eight as 3/8"),
    ],
)
def test_what_is_no_shard_is_told(command: Run, arguments: tuple[str, ...], why: str) -> None:
    done = command("update", *arguments, SPOTIFY_CLIENT_ID="id", SPOTIFY_CLIENT_SECRET="secret")
    assert done.returncode == ExitCode.USAGE
    assert why in done.stderr


@pytest.mark.proof
def test_the_command_collects_what_its_shards_left(
    tmp_path: Path, served: Callable[[Simulator], dict[str, str]], command: Run
) -> None:
    world = daily([playlist(number) for number in range(1, 6)])
    environment = served(Simulator(world, day=START))
    Archive(tmp_path, spotify(world)).register()
    (tmp_path / "results").mkdir()
    for part in ("1/2", "2/2"):
        done = command("update", "--shard", part, "--result", f"results/{part[0]}.json", **environment)
        assert done.returncode == ExitCode.DONE, done.stderr
    done = command("update", "--collect", "results", ARCHIVE_DATE=START.isoformat())
    assert (done.returncode, done.stdout) == (ExitCode.DONE, "5 created; 5 requests\n")
    assert (tmp_path / layout.INDEX_PAGE).exists()

    (tmp_path / "results/2.json").unlink()
    done = command("update", "--collect", "results", ARCHIVE_DATE=START.isoformat())
    assert done.returncode == ExitCode.PARTIAL
    assert done.stdout.count("its shard left no result") == 2
    done = command("update", "--shard", "1/2", "--result", "nowhere/1.json", **environment)
    assert (done.returncode, done.stderr.splitlines()) == (
        ExitCode.PARTIAL,
        [
            "this run archives as of 2026-11-02: unset ARCHIVE_DATE to archive what is seen today",
            "error: nowhere/1.json cannot be written (No such file or directory)",
        ],
    )


def test_a_playlist_whose_files_did_not_arrive_has_failed(tmp_path: Path) -> None:
    archive = Archive(tmp_path / "archive", spotify(daily([playlist(number) for number in range(1, 7)])))
    archive.register()
    told = [shard(archive, number, tmp_path / "told") for number in range(1, PARTS + 1)]
    for path in PATHS:
        (archive.root / path(parse_playlist_id(world_id(1)))).unlink()

    result = archive.collect(told)

    assert [name for name, kind in kinds(result).items() if kind == Kind.FAILED] == [world_id(1)]
    assert result.exit_code == ExitCode.PARTIAL


def test_what_a_shard_tells_of_a_playlist_that_is_not_here_is_not_believed(tmp_path: Path) -> None:
    archive = Archive(tmp_path / "archive", spotify(daily([playlist(number) for number in range(1, 4)])))
    archive.register()
    told = [shard(archive, number, tmp_path / "told") for number in range(1, PARTS + 1)]
    stranger, failed = parse_playlist_id(world_id(8)), parse_playlist_id(world_id(9))
    lies = (
        Outcome(stranger, Kind.UNAVAILABLE, note=Note("gone"), lost=Reason.NOT_FOUND, was_served=True),
        Outcome(failed, Kind.FAILED, note=Note("broken"), likes=99),
    )
    told[0] = told[0]._replace(outcomes=(*told[0].outcomes, *lies))

    result = archive.collect(told)

    assert {name for name, kind in kinds(result).items() if kind == Kind.FAILED} == {stranger, failed}
    table = archive.text(layout.followers(day(0)))
    assert world_id(1) in table
    assert failed not in table
