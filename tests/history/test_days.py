from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playlist_archive.history.days import DayError, in_order, parse_day

TODAY = date(2026, 3, 31)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-03-05", date(2026, 3, 5)),
        (" 2026-03-05 ", date(2026, 3, 5)),
        ("20260305", date(2026, 3, 5)),
        ("today", TODAY),
        ("Yesterday", date(2026, 3, 30)),
        ("1 day ago", date(2026, 3, 30)),
        ("3 weeks ago", date(2026, 3, 10)),
        ("3  Weeks   Ago", date(2026, 3, 10)),
        ("a week ago", date(2026, 3, 24)),
        ("a month ago", date(2026, 2, 28)),
        ("4 months ago", date(2025, 11, 30)),
        ("3-months-ago", date(2025, 12, 31)),
        ("a year ago", date(2025, 3, 31)),
        ("25 months ago", date(2024, 2, 29)),
    ],
)
def test_a_day_is_understood_as_people_write_it(text: str, day: date) -> None:
    assert parse_day(text, today=TODAY) == day


@pytest.mark.parametrize(
    "text",
    ["last spring", "", "2026-02-30", "05/05/2026", "99999 years ago", "ago", "-1 days ago", "2026-03", "٣ days ago"],
)
def test_a_day_that_is_not_understood_is_refused_with_examples(text: str) -> None:
    with pytest.raises(DayError, match="is not understood: give it as 2026-05-05, today, yesterday, 3 days ago"):
        parse_day(text, today=TODAY)


def test_a_day_in_the_future_is_refused() -> None:
    with pytest.raises(DayError, match="2026-04-01 is in the future: give a day until 2026-03-31"):
        parse_day("2026-04-01", today=TODAY)


def test_right_clocks_are_believed() -> None:
    days = tuple(TODAY + timedelta(days=number // 2) for number in range(10))
    assert in_order(days) == days


@pytest.mark.parametrize("wrong", [date(1970, 1, 1), date(2099, 1, 1), date.min, date.max])
@pytest.mark.parametrize("at", range(5))
def test_a_commit_whose_clock_jumped_has_the_day_of_the_one_before(wrong: date, at: int) -> None:
    days = [TODAY + timedelta(days=number) for number in range(5)]
    expected = [*days]
    days[at] = wrong
    if (at, wrong > TODAY) != (4, True):  # nothing tells it from a long pause before the last one
        expected[at] = expected[at - 1] if at else expected[1]
        assert in_order(days) == tuple(expected)
    assert list(in_order(days)) == sorted(in_order(days))


@given(st.lists(st.dates(), max_size=12))
def test_no_day_is_before_the_one_of_its_parent(days: list[date]) -> None:
    found = in_order(days)
    assert list(found) == sorted(found)
    assert len(found) == len(days)
    assert set(found) <= set(days)
