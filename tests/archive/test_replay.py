from datetime import date, timedelta

import pytest

from playlist_archive.archive.merge import mark_unavailable, merge
from playlist_archive.archive.model import Reason, Record
from playlist_archive.archive.replay import Observation, replayed, snapshot_day
from tests.builders import FIRST_DAY, item, snapshot

DATED = FIRST_DAY - timedelta(days=100)


def day(number: int) -> date:
    return FIRST_DAY + timedelta(days=number)


def seen(record: Record | None, number: int, *songs: int, likes: int = 1_000) -> Record:
    return merge(record, snapshot([item(song, added_on=DATED) for song in songs], likes=likes), today=day(number))


def test_what_was_seen_on_other_days_gives_the_record_that_never_saw_the_bad_one() -> None:
    before = seen(None, 0, 1, 2, 3)
    bad = seen(before, 1, 9)
    after = seen(bad, 2, 1, 2, 4)
    assert replayed(before, [Observation(day(2), after)], without=day(1)) == seen(before, 2, 1, 2, 4)
    assert after != seen(before, 2, 1, 2, 4)


def test_where_nothing_else_changed_the_record_is_that_of_before() -> None:
    before = seen(None, 0, 1, 2)
    after = seen(seen(before, 1), 2, 1, 2)
    assert replayed(before, [Observation(day(2), after)], without=day(1)) is before
    assert replayed(before, [], without=day(1)) is before


def test_likes_that_were_observed_win_over_those_of_the_record() -> None:
    before = seen(None, 0, 1)
    after = replayed(before, [Observation(day(2), before, likes=2_000)], without=day(1))
    assert after
    assert after.likes == 2_000


def test_a_playlist_that_was_not_served_is_marked_with_the_day_on_which_that_was_seen() -> None:
    before = seen(None, 0, 1)
    lost = mark_unavailable(before, today=day(1), reason=Reason.NOT_FOUND)
    assert replayed(before, [Observation(day(2), lost)], without=day(1)) == mark_unavailable(
        before, today=day(2), reason=Reason.NOT_FOUND
    )
    assert replayed(before, [Observation(day(3), lost)], without=day(2)) == lost
    assert replayed(None, [Observation(day(2), lost)], without=day(1)) is None


@pytest.mark.parametrize(("dated", "expected"), [(1, 1), (2, 2), (5, 2)])
def test_the_day_of_a_version_is_that_of_the_losses_and_not_after_its_commit(dated: int, expected: int) -> None:
    before = seen(None, 0, 1, 2)
    assert snapshot_day(before, seen(before, dated, 1), day(2)) == day(expected)


def test_the_day_of_a_version_without_a_day_of_our_clock_is_that_of_its_commit() -> None:
    before = seen(None, 0, 1)
    assert snapshot_day(before, seen(before, 1, 1, 2), day(2)) == day(2)
    assert snapshot_day(None, before, day(2)) == day(2)
