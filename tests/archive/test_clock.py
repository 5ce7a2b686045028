"""A clock that was ahead is set right, and nothing else changes."""

from datetime import timedelta

from playlist_archive.archive.clock import set_right
from playlist_archive.archive.model import Reason, Span, Unavailable
from tests.builders import FIRST_DAY, record, track

TODAY = FIRST_DAY + timedelta(days=9)
TOMORROW = TODAY + timedelta(days=1)
FUTURE = TODAY + timedelta(days=365)


def test_days_of_the_future_become_today() -> None:
    ahead = record(
        [track(1, added=FUTURE, observed=[0]), track(2), track(3, added=FUTURE, spans=[Span(FIRST_DAY, FUTURE)])],
        removed=[track(4, removed=FUTURE)],
        unavailable=Unavailable(since=FUTURE, reason=Reason.CLOSED),
    )
    assert set_right(ahead, today=TODAY) == record(
        [track(1, added=TODAY, observed=[0]), track(2), track(3, added=TODAY, spans=[Span(FIRST_DAY, TODAY)])],
        removed=[track(4, removed=TODAY)],
        unavailable=Unavailable(since=TODAY, reason=Reason.CLOSED),
    )
    assert set_right(record(first_archived=FUTURE), today=TODAY).first_archived == TODAY


def test_a_record_without_such_days_is_the_very_same() -> None:
    right = record([track(1, added=TOMORROW)], removed=[track(2, removed=TODAY)])
    assert set_right(right, today=TODAY) is right
