import pytest
from hypothesis import given

from playlist_archive.archive.registry import Problem
from playlist_archive.outcome import Kind, Result
from playlist_archive.problem import Note
from playlist_archive.report import annotations
from tests.builders import playlist_id
from tests.github_runner import is_obeyed, read_command
from tests.report.results import outcome, result, results


def test_what_is_wrong_is_annotated_the_worst_first() -> None:
    told = result(
        outcome(1),
        outcome(2, Kind.UNAVAILABLE, note=Note("not found")),
        outcome(3, Kind.FAILED, note=Note("no answer")),
        outcome(4, Kind.SKIPPED, note=Note("no more")),
        problems=(Problem("registry/x", "it is bad", "rename it", line=2),),
        refused=Note("no token"),
        troubles=(Note("trouble"),),
        ended=Note("quota"),
        cut_short=True,
    )
    assert annotations.of_run(told) == [
        "::error::nothing was written: no token",
        "::error::trouble",
        "::error::quota",
        "::error file=registry/x,line=2,title=Bad registry entry::it is bad: rename it",
        f"::error::{playlist_id(3)}: no answer",
        f"::warning::{playlist_id(2)}: not found",
    ]


def test_a_run_that_ended_as_planned_is_no_error() -> None:
    told = result(ended=Note("the ceiling of 400 requests"))
    assert annotations.of_run(told) == ["::notice::the ceiling of 400 requests"]


@pytest.mark.parametrize(("wrong", "printed"), [(0, 0), (1, 1), (9, 9), (10, 10), (500, 10)])
def test_github_shows_all_annotations_that_are_printed(wrong: int, printed: int) -> None:
    told = result(*(outcome(number, Kind.FAILED, note=Note("no answer")) for number in range(1, wrong + 1)))
    lines = annotations.of_run(told)
    assert len(lines) == printed
    if wrong > annotations.MOST_ANNOTATIONS:
        assert lines[-1] == f"::warning::and {wrong - annotations.MOST_ANNOTATIONS} more, see the run's summary"


@given(results)
def test_an_annotation_is_one_command_of_ours(told: Result) -> None:
    for line in annotations.of_run(told):
        command = read_command(line)
        assert command.name in {"error", "warning", "notice"}
        assert command.properties.keys() <= {"file", "line", "title"}
        assert not is_obeyed(line.removeprefix("::"))
