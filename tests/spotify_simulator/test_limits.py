from datetime import timedelta

import pytest

from spotify_simulator.limits import Limits
from spotify_simulator.messages import Refusal
from tests.spotify_simulator.asking import DAY, asking, message, read


class Clock:
    """A clock that is set by hand, in seconds."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def refused(limits: Limits) -> str | None:
    """Retry-After of a refusal, None when the request is admitted."""
    try:
        limits.admit(DAY)
    except Refusal as refusal:
        return refusal.answer.headers["retry-after"]
    return None


def test_the_rate_counts_the_last_thirty_seconds_and_says_when_the_next_request_fits() -> None:
    limits = Limits(rate=2, quota=None, clock=(clock := Clock()))
    assert [refused(limits)] == [None]
    clock.now = 10
    assert [refused(limits), refused(limits)] == [None, "20"]
    clock.now = 29.5
    assert refused(limits) == "1"
    clock.now = 30
    assert [refused(limits), refused(limits)] == [None, "10"]


def test_the_quota_says_hours_and_comes_back_on_the_next_day() -> None:
    limits = Limits(rate=None, quota=1, clock=(clock := Clock()))
    assert refused(limits) is None
    clock.now = 3600
    assert refused(limits) == str(23 * 3600)
    limits.admit(DAY + timedelta(days=1))


def test_the_quota_comes_back_a_day_after_its_first_request_too() -> None:
    limits = Limits(rate=None, quota=1, clock=(clock := Clock()))
    assert refused(limits) is None
    clock.now = 24 * 3600
    assert refused(limits) is None


@pytest.mark.parametrize("limit", ["rate", "quota"])
def test_a_limit_of_nothing_admits_nothing(limit: str) -> None:
    limits = Limits(**({"rate": None, "quota": None} | {limit: 0}), clock=Clock())
    assert refused(limits) is not None


def test_the_two_limits_answer_with_their_own_bodies() -> None:
    by_rate, by_quota = asking(rate=0).get("me"), asking(quota=0).get("me")
    assert message(by_rate) == (429, "API rate limit exceeded")
    assert message(by_quota) == (429, "Too many requests")
    assert read(by_quota)["error"]["reason"] == "QUOTA_EXCEEDED"
    assert "reason" not in read(by_rate)["error"]
