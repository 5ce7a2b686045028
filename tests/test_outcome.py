from datetime import date, timedelta
from pathlib import Path

import pytest

from playlist_archive.archive.ids import PlaylistId
from playlist_archive.archive.registry import Problem
from playlist_archive.outcome import ExitCode, Kind, Outcome, Result, read_result, result_text, together
from tests.builders import playlist_id

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
        (result(Kind.SKIPPED)._replace(ended="the ceiling"), ExitCode.DONE),
        (result(Kind.SKIPPED)._replace(ended="quota", cut_short=True), ExitCode.PARTIAL),
        (result(Kind.CREATED, Kind.FAILED), ExitCode.PARTIAL),
        (result(Kind.CREATED)._replace(problems=(PROBLEM,)), ExitCode.PARTIAL),
        (result(Kind.UNAVAILABLE)._replace(troubles=("too many at once",)), ExitCode.PARTIAL),
        (result(Kind.FAILED)._replace(refused="no token", problems=(PROBLEM,)), ExitCode.REFUSED),
    ],
)
def test_the_exit_code_tells_how_far_a_run_came(told: Result, code: int) -> None:
    assert told.exit_code == code


def test_outcomes_of_a_kind_keep_their_order() -> None:
    told = result(Kind.FAILED, Kind.CREATED, Kind.UPDATED, Kind.FAILED)
    assert [outcome.id for outcome in told.of(Kind.FAILED, Kind.UPDATED)] == [playlist_id(n) for n in (0, 2, 3)]


def test_a_result_reads_back_as_it_was(tmp_path: Path) -> None:
    told = result(Kind.CREATED)._replace(
        outcomes=(Outcome(playlist_id(1), Kind.UPDATED, "東京\u2028", added=1, likes=2, why="x", marked=True),),
        problems=(PROBLEM,),
        written=("playlists/index.md",),
        troubles=("trouble",),
        ended="the end",
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


def test_of_two_results_of_a_playlist_the_newer_counts_in_whatever_order() -> None:
    new = result(Kind.UPDATED)
    old = result(Kind.CREATED)._replace(day=new.day - timedelta(days=1))
    for results in ([old, new], [new, old]):
        (outcome,) = together(results, [], today=new.day).outcomes
        assert outcome.kind == Kind.UPDATED


def test_without_a_file_there_is_no_result(tmp_path: Path) -> None:
    assert read_result(tmp_path / "result.json") is None


def test_shards_together_have_every_outcome_in_order_and_every_file_once() -> None:
    first = result(Kind.CREATED)._replace(written=("b", "c"), requests=2, troubles=("x",), problems=(PROBLEM,))
    second = first._replace(outcomes=(Outcome(playlist_id(1), Kind.UPDATED),), written=("a", "b"), cut_short=True)
    told = together([second, first], [playlist_id(n) for n in range(3)], today=date(2026, 11, 24))
    assert [(outcome.id, outcome.kind) for outcome in told.outcomes] == [
        (playlist_id(0), Kind.CREATED),
        (playlist_id(1), Kind.UPDATED),
        (playlist_id(2), Kind.FAILED),
    ]
    assert told.written == ("a", "b", "c")
    assert (told.requests, told.cut_short, told.troubles, told.problems) == (4, True, ("x",), (PROBLEM,))
    assert told.day == first.day


def test_no_shards_at_all_fail_every_playlist_of_today() -> None:
    told = together([], [playlist_id(1)], today=date(2026, 11, 24))
    assert (told.day, [outcome.kind for outcome in told.outcomes]) == (date(2026, 11, 24), [Kind.FAILED])
