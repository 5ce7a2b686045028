"""What a website that is too large leaves out."""

from datetime import date, timedelta

import pytest

from playlist_archive.archive.record_file import record_text
from playlist_archive.history.builder import Builder
from playlist_archive.history.timeline import Timeline, as_of, read_timeline, timeline_bytes
from playlist_archive.website.budget import KEPT_DAYS, MAX_BYTES, STEPS, is_too_large, shortened
from tests.builders import FIRST_DAY, playlist_id, record, track


def timeline(*days: tuple[int, tuple[int, ...]]) -> Timeline:
    """The days, and the numbers of the songs on each; the name is that of the day."""
    builder = Builder(playlist_id())
    for number, songs in days:
        text = record_text(record(map(track, songs), name=f"Day {number}"))
        builder.add(FIRST_DAY + timedelta(days=number), f"{number:040}", text.encode())
    return builder.timeline()


LONG = timeline((0, (1, 2)), (100, (3, 2)), (200, (4, 3)), (900, (4, 5)), (1_000, (5, 4, 6)))


@pytest.mark.parametrize("number", [270, 500, 899, 900, 999, 1_000, 2_000])
def test_the_days_that_are_kept_are_as_they_were(number: int) -> None:
    when = FIRST_DAY + timedelta(days=number)
    before, after = as_of(LONG, when), as_of(shortened(LONG), when)
    assert before is not None
    assert before == after


def test_what_is_older_is_gone_with_its_songs_and_the_timeline_says_so() -> None:
    found = read_timeline(timeline_bytes(shortened(LONG)))
    assert found.is_cut
    assert as_of(found, FIRST_DAY + timedelta(days=199)) is None
    assert [song.name for song in found.tracks] == ["Song 3", "Song 4", "Song 5", "Song 6"]
    assert found.days[0] == FIRST_DAY + timedelta(days=200)


def test_a_timeline_of_two_years_stays_as_it_is() -> None:
    young = timeline((0, (1,)), (KEPT_DAYS, (2,)))
    assert shortened(young) is young


def test_each_step_leaves_out_one_thing_more() -> None:
    assert [len(step.left_out) for step in STEPS] == [0, 1, 2, 3]
    assert not is_too_large({"pages": MAX_BYTES})
    assert is_too_large({"pages": MAX_BYTES, "feeds": 1})
    assert isinstance(FIRST_DAY, date)
