from datetime import date, timedelta

import pytest

from playlist_archive.ahead import (
    GIGABYTE,
    IMAGES,
    RECOMMENDED_BYTES,
    End,
    Size,
    consent_end,
    images,
    nearest,
    pause_day,
)

TODAY = date(2026, 11, 27)
MB = 1_000_000


@pytest.mark.parametrize(
    ("size", "days"),
    [
        (Size(900 * MB, 1.0 * MB), 100),
        (Size(900 * MB, 0.9 * MB), 111),
        (Size(RECOMMENDED_BYTES, 0.0), 0),
        (Size(2 * GIGABYTE), 0),
        (Size(0, 0.0), None),
        (Size(0, -1.0), None),
        (Size(0), None),
        (Size(0, 1.0), None),
    ],
)
def test_a_size_reaches_its_limit_at_its_rate_or_never(size: Size, days: int | None) -> None:
    expected = None if days is None else TODAY + timedelta(days=days)
    assert size.reaches(RECOMMENDED_BYTES, today=TODAY) == expected


def test_a_rate_that_needs_centuries_is_never() -> None:
    assert Size(0, 27_397.0).reaches(GIGABYTE, today=TODAY) is None
    assert Size(0, 27_398.0).reaches(GIGABYTE, today=TODAY)


def test_the_images_of_a_workflow_are_found_each_once() -> None:
    text = """
    jobs:
      a:
        runs-on: ubuntu-latest
      b:
        runs-on: "ubuntu-24.04" # why
      c:
        # runs-on: ubuntu-18.04
        runs-on: ubuntu-latest
    """
    assert images(text) == ("ubuntu-latest", "ubuntu-24.04")
    assert images("") == ()


def test_the_days_that_are_counted_from_another_day() -> None:
    assert consent_end(date(2026, 1, 1)) == date(2026, 6, 30)
    assert pause_day(date(2026, 1, 1)) == date(2026, 3, 2)
    assert End("x", TODAY).days_left(TODAY + timedelta(days=9)) == 0
    assert End("x", TODAY).days_left(TODAY - timedelta(days=9)) == 9


def test_a_day_at_the_end_of_all_days_has_no_later_one() -> None:
    assert consent_end(date.max) == pause_day(date.max) == date.max
    assert Size(0, 1e9).reaches(10**12, today=date.max) == date.max


def test_what_ends_first_is_the_nearest() -> None:
    first, later = End("b", TODAY), End("a", TODAY + timedelta(days=1))
    assert nearest([later, first]) == first
    assert nearest([]) is None


def test_every_image_has_a_later_end_than_the_one_before() -> None:
    assert sorted(IMAGES) == sorted(IMAGES, key=lambda image: IMAGES[image])
