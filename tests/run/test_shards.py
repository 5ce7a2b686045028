"""Parts of a run, and what they did as one result. How they write is in end_to_end/test_shards.py."""

from datetime import date, timedelta

from playlist_archive.archive.registry import Problem
from playlist_archive.outcome import Kind, Outcome, Result
from playlist_archive.problem import Note
from playlist_archive.run.shards import together
from tests.builders import playlist_id

PROBLEM = Problem("registry/x", "it is bad")


def result(*kinds: Kind) -> Result:
    outcomes = tuple(Outcome(playlist_id(number), kind) for number, kind in enumerate(kinds))
    return Result(date(2026, 11, 23), outcomes, problems=(), requests=1, written=())


def test_of_two_results_of_a_playlist_the_newer_counts_in_whatever_order() -> None:
    new = result(Kind.UPDATED)
    old = result(Kind.CREATED)._replace(day=new.day - timedelta(days=1))
    for results in ([old, new], [new, old]):
        (outcome,) = together(results, [], today=new.day).outcomes
        assert outcome.kind == Kind.UPDATED


def test_shards_together_have_every_outcome_in_order_and_every_file_once() -> None:
    first = result(Kind.CREATED)._replace(written=("b", "c"), requests=2, troubles=(Note("x"),), problems=(PROBLEM,))
    second = first._replace(outcomes=(Outcome(playlist_id(1), Kind.UPDATED),), written=("a", "b"), cut_short=True)
    told = together([second, first], [playlist_id(n) for n in range(3)], today=date(2026, 11, 24))
    assert [(outcome.id, outcome.kind) for outcome in told.outcomes] == [
        (playlist_id(0), Kind.CREATED),
        (playlist_id(1), Kind.UPDATED),
        (playlist_id(2), Kind.FAILED),
    ]
    assert told.written == ("a", "b", "c")
    assert (told.requests, told.cut_short, told.troubles, told.problems) == (4, True, (Note("x"),), (PROBLEM,))
    assert told.day == first.day


def test_no_shards_at_all_fail_every_playlist_of_today() -> None:
    told = together([], [playlist_id(1)], today=date(2026, 11, 24))
    assert (told.day, [outcome.kind for outcome in told.outcomes]) == (date(2026, 11, 24), [Kind.FAILED])
