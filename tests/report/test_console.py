import pytest
from hypothesis import given

from playlist_archive.archive.ids import PlaylistId
from playlist_archive.archive.registry import Registry
from playlist_archive.outcome import Kind, Outcome, Result
from playlist_archive.problem import Note
from playlist_archive.report import console
from playlist_archive.report.words import UNKNOWN
from tests.builders import playlist_id
from tests.github_runner import is_obeyed
from tests.report.results import outcome, result, results


@pytest.mark.parametrize(
    ("told", "line"),
    [
        (outcome(1, Kind.CREATED, added=50), f"created     {playlist_id(1)} Songs +50 −0"),
        (outcome(1, Kind.UPDATED, added=1_234, removed=1), f"updated     {playlist_id(1)} Songs +1,234 −1"),
        (outcome(1, Kind.UNCHANGED), f"unchanged   {playlist_id(1)} Songs"),
        (outcome(1, Kind.FAILED, title="", note=Note("no answer")), f"failed      {playlist_id(1)} (no answer)"),
        (outcome(1, Kind.UNAVAILABLE, note=Note("not found")), f"unavailable {playlist_id(1)} Songs (not found)"),
        (outcome(1, Kind.SKIPPED, title="\n", note=Note("no more")), f"skipped     {playlist_id(1)} (no more)"),
    ],
)
def test_a_playlist_is_one_line_on_the_console(told: Outcome, line: str) -> None:
    assert console.of_outcome(told) == line


def test_the_totals_count_and_tell_what_is_wrong() -> None:
    told = result(
        outcome(1, null_items=2),
        outcome(2, Kind.FAILED),
        outcome(3),
        troubles=(Note("trouble"),),
        ended=Note("the end"),
    )
    assert console.of_run(told) == [
        "2 updated, 1 failed; 12 requests",
        "2 removed by Spotify from its catalogue: such rows are counted, not shown",
        "trouble",
        "the end",
    ]


def test_the_totals_of_nothing_say_so() -> None:
    assert console.of_run(result(requests=1)) == ["nothing to archive; 1 request"]


def test_a_refused_run_says_that_nothing_was_written() -> None:
    assert console.of_run(result(refused=Note("no token")))[-1] == "nothing was written: no token"


@given(results)
def test_no_line_on_the_console_is_a_command(told: Result) -> None:
    lines = [
        *map(console.of_outcome, told.outcomes),
        *console.of_run(told),
        *map(console.of_problem, told.problems),
        *console.of_other_files([problem.path for problem in told.problems], [o.title for o in told.outcomes]),
        *console.of_titles(Registry(dict.fromkeys(ids(told)), ()), dict(zip(ids(told), titles(told), strict=True))),
    ]
    for line in lines:
        assert not is_obeyed(line)
        assert len(line.splitlines()) <= 1
        assert line.encode("utf-8").decode("utf-8") == line


def ids(told: Result) -> list[PlaylistId]:
    return [outcome.id for outcome in told.outcomes]


def titles(told: Result) -> list[str]:
    return [outcome.title for outcome in told.outcomes]


def test_a_check_tells_the_titles_that_were_asked_for() -> None:
    registry = Registry({playlist_id(1): None, playlist_id(2): "Mine", playlist_id(3): None}, ())
    assert console.of_titles(registry, {playlist_id(1): "Songs", playlist_id(3): None}) == [
        f"{playlist_id(1)}: Songs",
        f"{playlist_id(3)}: {UNKNOWN}",
    ]
    assert console.of_titles(registry, {}) == []


def test_a_proposal_tells_what_else_it_does() -> None:
    assert console.of_other_files([f"registry/{playlist_id()}"], [".github/x.yml"]) == [
        f"removes     registry/{playlist_id()}",
        "touches     .github/x.yml: no entry of the registry, look at it yourself",
    ]
