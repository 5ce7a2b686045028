"""What the newest record alone tells of a day."""

from datetime import date

import pytest

from playlist_archive.archive.model import Span
from playlist_archive.history.membership import belonged, membership, record_events, record_presences, state_of
from tests.builders import record, track

FIRST, SECOND, THIRD, FOURTH = (date(2026, 11, day) for day in (2, 5, 9, 14))
STAYED = track(1, added=FIRST)
LEFT = track(2, added=FIRST, removed=THIRD)
CAME_BACK = track(3, added=THIRD, spans=(Span(FIRST, SECOND),))
RECORD = record([CAME_BACK, STAYED], removed=(LEFT,), first_archived=FIRST)


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2026, 11, 1), ()),
        (FIRST, (CAME_BACK, STAYED, LEFT)),
        (SECOND, (STAYED, LEFT)),
        (THIRD, (CAME_BACK, STAYED)),
        (FOURTH, (CAME_BACK, STAYED)),
    ],
)
def test_songs_belong_from_the_day_they_came_until_the_day_they_went(day: date, expected: tuple[object, ...]) -> None:
    assert [found for found in (CAME_BACK, STAYED, LEFT) if belonged(found, day)] == list(expected)
    found = membership(RECORD, day)
    assert [song.uri for song in found.tracks] == [one.uri for one in expected]  # type: ignore[attr-defined]
    assert (found.day, found.commit) == (day, None)


def test_the_state_of_now_is_as_new_as_the_newest_day_that_the_record_tells_of() -> None:
    assert state_of(RECORD).day == THIRD
    assert [song.uri for song in state_of(RECORD).tracks] == [CAME_BACK.uri, STAYED.uri]


def test_each_time_that_a_song_belonged_is_told() -> None:
    times = [(found.song.uri, found.added_on, found.removed_on) for found in record_presences(RECORD)]
    assert times == [
        (STAYED.uri, FIRST, None),
        (LEFT.uri, FIRST, THIRD),
        (CAME_BACK.uri, FIRST, SECOND),
        (CAME_BACK.uri, THIRD, None),
    ]


def test_the_days_of_changes_are_told_the_newest_first() -> None:
    told = [
        (event.day, [song.uri for song in event.difference.added], [song.uri for song in event.difference.removed])
        for event in record_events(RECORD)
    ]
    assert told == [
        (THIRD, [CAME_BACK.uri], [LEFT.uri]),
        (SECOND, [], [CAME_BACK.uri]),
        (FIRST, [STAYED.uri, LEFT.uri, CAME_BACK.uri], []),
    ]
