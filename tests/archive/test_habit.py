"""What a record tells of the habits of its list."""

from datetime import date, timedelta

import pytest

from playlist_archive.archive.habit import is_replaced_now_and_then, lost_much
from playlist_archive.archive.model import Span, Track
from tests.builders import FIRST_DAY, outline, record, track


def day(number: int) -> date:
    return FIRST_DAY + timedelta(days=number)


def there(count: int, since: int) -> list[Track]:
    return [track(number, added=day(since)) for number in range(count)]


def left(count: int, on: int) -> list[Track]:
    return [track(100 + number, removed=day(on)) for number in range(count)]


@pytest.mark.parametrize(
    ("now", "before", "is_habit"),
    [
        (there(10, 7), left(10, 7), True),
        (there(10, 5), left(10, 7), True),
        (there(10, 9), left(10, 7), True),
        (there(10, 2), left(10, 7), False),
        (there(5, 7), left(10, 7), True),
        (there(4, 7), left(10, 7), False),
        (there(10, 0), left(9, 7), False),
        ([], left(10, 7), False),
        (there(1, 7), left(1, 7), False),
        (there(10, 20), [*left(10, 7), *left(3, 9)], False),
        (there(10, 7), left(10, (date.max - FIRST_DAY).days), False),
        (there(10, 7), left(10, (date.min - FIRST_DAY).days), False),
        ([track(number, added=day(7), spans=[Span(day(0), day(3))]) for number in range(9)], [], False),
    ],
)
def test_a_list_is_replaced_now_and_then_if_most_went_and_as_much_came(
    now: list[Track], before: list[Track], *, is_habit: bool
) -> None:
    assert is_replaced_now_and_then(record(now, removed=before)) is is_habit


@pytest.mark.parametrize(
    ("stayed", "went", "on", "expected"), [(5, 6, 9, True), (5, 6, 8, False), (6, 6, 9, False), (0, 1, 9, False)]
)
def test_a_list_lost_much_if_more_went_than_stayed(stayed: int, went: int, on: int, *, expected: bool) -> None:
    known = outline(record(there(stayed, 0), removed=left(went, on)))
    assert lost_much(known, since=day(9)) is expected
