"""What differs between two texts of a record: the same songs as between the whole records."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playlist_archive.archive.differing import differing
from playlist_archive.archive.merge import difference
from playlist_archive.archive.model import Record, Track
from playlist_archive.archive.record_file import parse_front, record_text
from tests.builders import FIRST_DAY, record, track, track_uri


def counts(old: Record | None, new: Record) -> tuple[int, int]:
    found = difference(old, new)
    return len(found.added), len(found.removed)


def counts_by_lines(old: Record | None, new: Record) -> tuple[int, int]:
    found = differing(record_text(old) if old else None, record_text(new))
    before, after = parse_front(found.old, "old") if found.old else None, parse_front(found.new, "new")
    added, removed = counts(before, after)
    return added + found.added, removed


def a_track(number: int, fact: int) -> Track:
    """The song of a number; another `fact` is another name, and 2 another id of the song before it."""
    if fact == 2:
        return track(number, added=FIRST_DAY, uri=track_uri(900 + number))
    return track(number, added=FIRST_DAY, name=f"Song {number} {fact}")


tracks = st.lists(st.builds(a_track, st.integers(0, 6), st.integers(0, 2)), max_size=9)
local = st.sampled_from([[], [track(50, uri='spotify:local:a:b:"quoted":1')]])


@given(st.none() | tracks, tracks, local, local)
def test_the_songs_that_came_and_went_are_those_of_the_whole_records(
    old: Sequence[Track] | None, new: Sequence[Track], more: Sequence[Track], others: Sequence[Track]
) -> None:
    before = None if old is None else record([*old, *more], removed=[track(70, removed=FIRST_DAY)])
    after = record([*new, *others], removed=[track(71, removed=FIRST_DAY)])
    assert counts_by_lines(before, after) == counts(before, after)


def test_what_both_have_is_left_out_of_both() -> None:
    old, new = record([track(number) for number in range(50)]), record([track(number) for number in range(1, 51)])
    found = differing(record_text(old), record_text(new))
    assert found.old
    assert [len(parse_front(text, "x").tracks) for text in (found.old, found.new)] == [1, 1]
    assert parse_front(found.new, "x").name == new.name


def test_all_songs_of_a_new_record_are_counted() -> None:
    found = differing(None, record_text(record([track(1), track(2), track(1)])))
    assert (found.added, parse_front(found.new, "x").tracks) == (2, ())


@pytest.mark.parametrize("text", ["", "{", "[1, 2]", '{"tracks": []}', record_text(record([]))])
def test_what_is_no_such_text_stays_as_it_is(text: str) -> None:
    assert differing(text, text) == (text, text, 0)
    assert differing(None, text) == (None, text, 0)
