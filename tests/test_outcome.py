from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from playlist_archive.archive.doubt import Sign, Suspect
from playlist_archive.archive.ids import PlaylistId
from playlist_archive.archive.registry import Problem
from playlist_archive.exit_code import ExitCode
from playlist_archive.outcome import Kind, Outcome, Result
from playlist_archive.problem import Note
from playlist_archive.report.result_file import result_text
from playlist_archive.run.shards import read_result
from tests.builders import FIRST_DAY, item, playlist_id, snapshot

PROBLEM = Problem("registry/x", "it is bad")


def result(*kinds: Kind) -> Result:
    outcomes = tuple(Outcome(playlist_id(number), kind) for number, kind in enumerate(kinds))
    return Result(date(2026, 11, 23), outcomes, problems=(), requests=1, written=())


@pytest.mark.parametrize(
    ("told", "code"),
    [
        (result(), ExitCode.DONE),
        (result(Kind.CREATED, Kind.UPDATED, Kind.UNCHANGED), ExitCode.DONE),
        (result(Kind.UNAVAILABLE), ExitCode.DONE),
        (result(Kind.SKIPPED), ExitCode.DONE),
        (result(Kind.SKIPPED)._replace(ended=Note("the ceiling", "wait")), ExitCode.DONE),
        (result(Kind.SKIPPED)._replace(ended=Note("quota", "wait"), cut_short=True), ExitCode.PARTIAL),
        (result(Kind.CREATED, Kind.FAILED), ExitCode.PARTIAL),
        (result(Kind.CREATED, Kind.DOUBTED), ExitCode.PARTIAL),
        (result(Kind.CREATED)._replace(problems=(PROBLEM,)), ExitCode.PARTIAL),
        (result(Kind.UNAVAILABLE)._replace(troubles=(Note("too many at once"),)), ExitCode.PARTIAL),
        (result(Kind.FAILED)._replace(refused=Note("no token"), problems=(PROBLEM,)), ExitCode.REFUSED),
    ],
)
def test_the_exit_code_tells_how_far_a_run_came(told: Result, code: int) -> None:
    assert told.exit_code == code


def test_outcomes_of_a_kind_keep_their_order() -> None:
    told = result(Kind.FAILED, Kind.CREATED, Kind.UPDATED, Kind.FAILED)
    assert [outcome.id for outcome in told.of(Kind.FAILED, Kind.UPDATED)] == [playlist_id(n) for n in (0, 2, 3)]


def test_a_result_reads_back_as_it_was(tmp_path: Path) -> None:
    told = result(Kind.CREATED)._replace(
        outcomes=(
            Outcome(playlist_id(1), Kind.UPDATED, "東京\u2028", added=1, likes=2, note=Note("x", "do y"), marked=True),
        ),
        problems=(PROBLEM,),
        written=("playlists/index.md",),
        troubles=(Note("trouble"),),
        ended=Note("the end", "wait"),
        suspects=(Suspect(playlist_id(), snapshot([item(added_on=FIRST_DAY, isrc="X")]), (Sign.LOST,), "0" * 16),),
        at=datetime(2026, 11, 23, 4, 17, tzinfo=UTC),
    )
    (tmp_path / "result.json").write_text(result_text(told), encoding="utf-8")
    assert read_result(tmp_path / "result.json") == told


@pytest.mark.parametrize("content", ["", "{}", "[]", result_text(result(Kind.FAILED))[:-20]])
def test_a_result_that_is_not_whole_is_none(tmp_path: Path, content: str) -> None:
    (tmp_path / "result.json").write_text(content, encoding="utf-8")
    assert read_result(tmp_path / "result.json") is None


@pytest.mark.parametrize("name", ["", "evil,1\n=cmd|x", "../../../../../../tmp/xx", "0" * 23])
def test_a_result_of_what_is_no_playlist_is_none(tmp_path: Path, name: str) -> None:
    told = result(Kind.CREATED)._replace(outcomes=(Outcome(PlaylistId(name), Kind.CREATED),))
    (tmp_path / "result.json").write_text(result_text(told), encoding="utf-8")
    assert read_result(tmp_path / "result.json") is None


@pytest.mark.parametrize("number", [2, 3])
def test_a_result_whose_suspect_is_another_playlist_is_none(tmp_path: Path, number: int) -> None:
    suspect = Suspect(playlist_id(2), snapshot(id=playlist_id(number)), (), "")
    (tmp_path / "result.json").write_text(result_text(result()._replace(suspects=(suspect,))), encoding="utf-8")
    assert (read_result(tmp_path / "result.json") is None) is (number != 2)


def test_without_a_file_there_is_no_result(tmp_path: Path) -> None:
    assert read_result(tmp_path / "result.json") is None
