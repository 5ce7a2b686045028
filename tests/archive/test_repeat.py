"""What counts as a repetition is never a change: `merge` would give the record itself, and nothing would be doubted."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playlist_archive.archive.compare import may_be_foreign
from playlist_archive.archive.doubt import signs
from playlist_archive.archive.merge import merge
from playlist_archive.archive.model import Named, Reason, Record, Snapshot, Unavailable
from playlist_archive.archive.repeat import repeats
from tests.builders import FIRST_DAY, item, outline, record, snapshot, track

GIVEN = date(2026, 1, 2)
ROWS = tuple(item(number, added_on=GIVEN) for number in range(4))
SEEN = snapshot(ROWS, likes=1_000, description="A text")
KNOWN = merge(None, SEEN, today=FIRST_DAY)


def test_the_same_again_is_a_repetition() -> None:
    assert repeats(outline(KNOWN), SEEN, alias=None)
    assert repeats(outline(KNOWN), SEEN._replace(likes=1_005, snapshot_id="another"), alias=None)
    assert repeats(outline(KNOWN), SEEN._replace(likes=None, private=False), alias=None)


def test_rows_without_days_repeat_those_that_only_our_clock_dates() -> None:
    seen = SEEN._replace(items=tuple(row._replace(added_on=None) for row in ROWS))
    known = merge(None, seen, today=FIRST_DAY)
    assert repeats(outline(known), seen, alias=None)
    assert not repeats(outline(known), SEEN, alias=None)


OTHERS: list[tuple[Record, Snapshot, str | None]] = [
    (KNOWN, SEEN._replace(name="Another"), None),
    (KNOWN, SEEN._replace(description=""), None),
    (KNOWN, SEEN._replace(owner=KNOWN.owner._replace(name="Another")), None),
    (KNOWN, SEEN._replace(likes=1_010), None),
    (KNOWN, SEEN._replace(null_items=1), None),
    (KNOWN, SEEN._replace(private=True), None),
    (KNOWN, SEEN, "An alias"),
    (KNOWN, SEEN._replace(items=ROWS[:-1]), None),
    (KNOWN, SEEN._replace(items=ROWS[::-1]), None),
    (KNOWN, SEEN._replace(items=(*ROWS[:-1], ROWS[0])), None),
    (KNOWN, SEEN._replace(items=(*ROWS, item(9))), None),
    (KNOWN, SEEN._replace(items=(ROWS[0]._replace(name="Another"), *ROWS[1:])), None),
    (KNOWN, SEEN._replace(items=(ROWS[0]._replace(isrc="X"), *ROWS[1:])), None),
    (KNOWN, SEEN._replace(items=tuple(row._replace(added_on=date(2025, 1, 1)) for row in ROWS)), None),
    (KNOWN.model_copy(update={"unavailable": Unavailable(since=FIRST_DAY, reason=Reason.CLOSED)}), SEEN, None),
    (record([track(1, added=GIVEN, upper_bound=True)]), snapshot([item(1, added_on=GIVEN)]), None),
    (
        record([track(1, added=GIVEN)]).model_copy(update={"tracks": (track(1, added=GIVEN, removed=GIVEN),)}),
        snapshot([item(1, added_on=GIVEN)]),
        None,
    ),
    (record([track(1, added=GIVEN, observed=(0,))]), snapshot([item(1, added_on=GIVEN)]), None),
]


@pytest.mark.parametrize(("known", "seen", "alias"), OTHERS)
def test_whatever_may_be_a_change_is_none(known: Record, seen: Snapshot, alias: str | None) -> None:
    assert not repeats(outline(known), seen, alias=alias)


def test_songs_that_cannot_be_read_are_no_repetition() -> None:
    known = outline(KNOWN)
    for broken in (known.tracks[:-2], known.tracks.replace('"name"', '"title"'), known.tracks.replace(":181000", ":")):
        assert broken != known.tracks
        assert not repeats(known.model_copy(update={"tracks": broken}), SEEN, alias=None)


@pytest.mark.parametrize("more", ['"extra":1', '"removed":"2026-01-03"', '"observed":[0]', '"linked":false'])
def test_a_song_with_more_than_the_row_is_no_repetition(more: str) -> None:
    known = outline(KNOWN)
    changed = known.tracks.replace(',"added"', f',{more},"added"', 1)
    assert changed != known.tracks
    assert not repeats(known.model_copy(update={"tracks": changed}), SEEN, alias=None)


def test_a_song_that_says_it_is_linked_does_not_repeat_an_unlinked_row() -> None:
    known = outline(KNOWN)
    changed = known.model_copy(update={"tracks": known.tracks.replace(',"added"', ',"linked":true,"added"', 1)})
    assert repeats(changed, SEEN, alias=None)
    unlinked = SEEN._replace(items=(ROWS[0]._replace(linked=False), *ROWS[1:]))
    assert not repeats(changed, unlinked, alias=None)


rows = st.builds(
    item,
    st.integers(min_value=1, max_value=3),
    name=st.sampled_from(["", "One"]),
    album=st.sampled_from([None, Named("x", "Ex")]),
    isrc=st.sampled_from([None, "X"]),
    added_on=st.sampled_from([None, GIVEN, FIRST_DAY]),
)
days = st.lists(
    st.builds(snapshot, st.lists(rows, max_size=3), snapshot_id=st.sampled_from("ab")), min_size=1, max_size=5
)


@given(days=days)
def test_a_repetition_is_never_a_change_and_never_doubted(days: list[Snapshot]) -> None:
    archived = None
    for number, seen in enumerate(days):
        archived = merge(archived, seen, today=FIRST_DAY + timedelta(days=number))
        for other in (seen, *days):
            if repeats(outline(archived), other, alias=None):
                assert merge(archived, other, today=FIRST_DAY + timedelta(days=9)) is archived
                assert not signs(archived, other)
                assert not may_be_foreign(archived, other)
