"""Two records of one playlist become one."""

import pytest

from playlist_archive.archive.join import put_on
from playlist_archive.archive.merge import mark_unavailable, merge
from playlist_archive.archive.model import Reason, Record, Unavailable
from tests.builders import FIRST_DAY, item, record, snapshot, track
from tests.worlds import day


@pytest.mark.parametrize(
    "base",
    [
        record([track(1), track(2)]),
        record([track(1, upper_bound=True), track(2, spans=((day(0), day(1)),), added=day(2))]),
        record([track(1)], removed=(track(2, removed=day(1)), track(3, removed=day(2), upper_bound=True))),
        record([track(1)], unavailable=Unavailable(since=day(1), reason=Reason.CLOSED)),
    ],
    ids=["plain", "bounds and spans", "returned", "served again"],
)
def test_ours_on_what_both_began_from_is_ours(base: Record) -> None:
    seen = snapshot([item(1), item(3), item(4, added_on=day(3)), item(2, added_on=FIRST_DAY)], snapshot_id="new")
    ours = merge(base, seen, today=day(5), alias="Mine")
    assert put_on(base, ours, today=day(5), alias="Mine") == ours


def test_a_day_that_is_only_a_bound_moves_no_day_of_theirs() -> None:
    theirs = record([track(1, added=day(3))])
    ours = record([track(1, added=day(1), upper_bound=True), track(2)])
    (first, second) = put_on(theirs, ours, today=day(5), alias=None).tracks
    assert (first.added_on, first.upper_bound) == (day(3), False)
    assert (second.added_on, second.upper_bound) == (FIRST_DAY, False)


def test_what_came_and_went_in_runs_that_were_not_pushed_is_kept() -> None:
    base = record([track(1)])
    first = merge(base, snapshot([item(1), item(2)]), today=day(1), alias=None)
    ours = merge(first, snapshot([item(1)]), today=day(2), alias=None)
    theirs = merge(base, snapshot([item(1)], name="Renamed"), today=day(1), alias=None)

    both = put_on(theirs, ours, today=day(2), alias=None)

    assert [gone.uri for gone in both.removed] == [gone.uri for gone in ours.removed] != []


def test_of_two_days_on_which_a_track_was_missed_the_earlier_stays() -> None:
    base = record([track(1), track(2), track(3)])
    ours = merge(base, snapshot([item(1), item(3)]), today=day(2), alias=None)
    ours = merge(ours, snapshot([item(1)]), today=day(5), alias=None)
    theirs = merge(base, snapshot([item(1)]), today=day(4), alias=None)

    both = put_on(theirs, ours, today=day(6), alias=None)

    assert {gone.uri: gone.removed_on for gone in both.removed} == {item(2).uri: day(2), item(3).uri: day(4)}


def test_a_track_that_came_back_for_others_is_no_more_gone_since_we_missed_it_before() -> None:
    base = record([track(1), track(2)])
    ours = merge(base, snapshot([item(1)]), today=day(2), alias=None)
    back = merge(ours, snapshot([item(1), item(2, added_on=day(3))]), today=day(3), alias=None)
    theirs = merge(back, snapshot([item(1)]), today=day(4), alias=None)

    both = put_on(theirs, ours, today=day(6), alias=None)

    assert [(gone.uri, gone.removed_on) for gone in both.removed] == [(item(2).uri, day(4))]


def test_what_we_saw_of_a_playlist_before_it_was_lost_is_kept() -> None:
    base = record([track(1)])
    seen = merge(base, snapshot([item(1), item(2)]), today=day(1), alias=None)
    ours = mark_unavailable(seen, today=day(2), reason=Reason.NOT_FOUND)

    both = put_on(base, ours, today=day(2), alias=None)

    assert both.unavailable == ours.unavailable
    assert both.tracks == base.tracks
    assert [(gone.uri, gone.removed_on) for gone in both.removed] == [(item(2).uri, day(2))]
