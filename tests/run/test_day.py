"""Whether the day of a run can be right."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from playlist_archive.archive import layout
from playlist_archive.archive.store import Store
from playlist_archive.run.day import DayGuard, WrongDay, newest_day
from tests.builders import playlist_id, record, track

TODAY = date(2026, 11, 23)


def moment(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}T23:00:00").replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("newest", "theirs"),
    [(None, None), ("2026-11-23", None), ("2026-11-22", "2026-11-22"), ("2020-01-01", "2030-01-01")],
)
def test_a_day_that_goes_forward_is_right(newest: str | None, theirs: str | None) -> None:
    guard = DayGuard(TODAY, date.fromisoformat(newest) if newest else None)
    assert guard.check(moment(theirs) if theirs else None) is False


@pytest.mark.parametrize(
    ("newest", "theirs", "says"),
    [
        ("2026-11-24", None, "is before the newest one archived, 2026-11-24"),
        ("2026-11-24", "2026-11-24", "is before the newest one archived"),
        ("2026-11-24", "2027-11-23", "is before the newest one archived"),
        ("2027-11-24", "2027-11-23", "is before the newest one archived"),
        (None, "2026-11-21", "is not there yet, for Spotify has 2026-11-21"),
        ("2026-11-20", "2025-11-23", "is not there yet"),
    ],
)
def test_a_day_that_cannot_be_right_is_refused(newest: str | None, theirs: str | None, says: str) -> None:
    guard = DayGuard(TODAY, date.fromisoformat(newest) if newest else None)
    with pytest.raises(WrongDay, match=says):
        guard.check(moment(theirs) if theirs else None)


def test_an_archive_that_is_ahead_of_spotify_is_set_right() -> None:
    assert DayGuard(TODAY, date(2027, 11, 23)).check(moment("2026-11-23")) is True


def test_the_newest_day_is_that_of_our_clock_in_any_record_or_table(tmp_path: Path) -> None:
    store = Store(tmp_path)
    assert newest_day(store, [playlist_id(1)]) is None
    hostile = '"removed":"2099-01-01", "first_archived": "2099-01-01"'
    songs = [track(1, name=hostile, added="2026-11-20")]
    store.save(record(songs, id=playlist_id(1), removed=[track(2, removed="2026-11-07")], name=hostile), {})
    store.save(record(id=playlist_id(2)), {})
    assert newest_day(store, [playlist_id(1), playlist_id(2)]) == date(2026, 11, 7)
    store.write(layout.followers(TODAY), "playlist,2026-11-02,2026-11-09\n")
    store.write(layout.followers(date(2026, 10, 1)), "playlist,2026-10-30\n")
    assert newest_day(store, []) == date(2026, 11, 9)
