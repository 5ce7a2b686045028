"""Two records of one playlist become one."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playlist_archive.archive.join import Reading, join, put_on
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


# Readings in the order of their times


def reading(seen: Record, number: int) -> Reading:
    """A reading on the day of that number."""
    return Reading(seen, day(number), seconds=number)


def seen_on(base: Record | None, *days: tuple[int, tuple[int, ...]]) -> list[Reading]:
    """The readings of one bot: on which days it saw which songs."""
    readings = []
    for number, songs in days:
        base = merge(base, snapshot([item(song) for song in songs]), today=day(number), alias=None)
        readings.append(reading(base, number))
    return readings


def spans(found: Record | None, song: int) -> list[tuple[date, date]]:
    assert found
    (known,) = (known for known in (*found.tracks, *found.removed) if known.uri == item(song).uri)
    return [(span.added_on, span.removed_on) for span in known.spans]


def test_a_time_that_one_commit_of_ours_began_and_the_next_ended_is_kept() -> None:
    base = record([track(1), track(2)])
    ours = seen_on(base, (1, (1,)), (3, (1, 2)))
    theirs = seen_on(base, (2, (1, 2, 3)))
    both = join(base, theirs=theirs, ours=ours, alias=None)
    assert spans(both, 2) == [(FIRST_DAY, day(1))]
    assert both
    assert [known.uri for known in both.tracks] == [item(1).uri, item(2).uri]
    assert [known.uri for known in both.removed] == [item(3).uri]


def test_a_time_that_lies_within_one_commit_of_ours_is_kept_too() -> None:
    base = record([track(1), track(2)])
    ours = seen_on(base, (1, (1,)), (3, (1, 2)))[-1:]
    theirs = seen_on(base, (2, (1, 2, 3)))
    assert spans(join(base, theirs=theirs, ours=ours, alias=None), 2) == [(FIRST_DAY, day(1))]


def test_the_newest_reading_stands_whosever_it_is() -> None:
    base = record([track(1)])
    early, late = seen_on(base, (1, (1, 2))), seen_on(base, (5, (3,)))
    for both in (
        join(base, theirs=early, ours=late, alias=None),
        join(base, theirs=late, ours=early, alias=None),
    ):
        assert both
        assert [known.uri for known in both.tracks] == [item(3).uri]
        assert sorted(known.uri for known in both.removed) == [item(1).uri, item(2).uri]


def test_a_commit_that_was_made_again_later_is_as_new_as_those_before_it() -> None:
    base = record([track(1)])
    theirs = [*seen_on(base, (4, (1, 2))), reading(merge(base, snapshot([item(1), item(2)]), today=day(4)), 1)]
    ours = seen_on(base, (3, (1, 9)))
    both = join(base, theirs=theirs, ours=ours, alias=None)
    assert both
    assert [known.uri for known in both.tracks] == [item(1).uri, item(2).uri]


def test_a_playlist_that_both_saw_for_the_first_time_is_one() -> None:
    theirs, ours = seen_on(None, (1, (1, 2))), seen_on(None, (2, (2, 3)))
    both = join(None, theirs=theirs, ours=ours, alias="Mine")
    assert both
    assert both.alias == "Mine"
    assert [known.uri for known in both.tracks] == [item(2).uri, item(3).uri]
    assert both.first_archived == day(1)
    assert join(None, theirs=[], ours=[], alias=None) is None


songs = st.sets(st.integers(1, 3)).map(lambda found: tuple(sorted(found)))


@given(st.lists(st.tuples(st.booleans(), songs), min_size=1, max_size=8))
def test_no_song_and_no_absence_is_lost_whoever_saw_it(seen: list[tuple[bool, tuple[int, ...]]]) -> None:
    base = record([track(1), track(2)])
    days = [(is_ours, (number, found)) for number, (is_ours, found) in enumerate(seen, start=1)]
    ours = seen_on(base, *(what for is_ours, what in days if is_ours))
    theirs = seen_on(base, *(what for is_ours, what in days if not is_ours))
    both = join(base, theirs=theirs, ours=ours, alias=None)
    assert both
    assert sorted(known.uri for known in both.tracks) == [item(song).uri for song in seen[-1][1]]
    known = {track.uri: track for track in (*both.tracks, *both.removed)}
    for one in (*ours, *theirs):
        for found in (*one.record.tracks, *one.record.removed):
            assert found.uri in known
            assert len(known[found.uri].spans) >= min(len(found.spans), 1)
    for found in known.values():
        ends = [end for span in found.spans for end in span] + [found.added_on, *filter(None, [found.removed_on])]
        assert ends == sorted(ends)
