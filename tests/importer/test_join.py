from collections.abc import Sequence
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from playlist_archive.archive.merge import merge
from playlist_archive.archive.model import Record, Snapshot, Span
from playlist_archive.importer.fold import Fold
from playlist_archive.importer.join import precede
from tests.builders import item, record, snapshot, track, track_uri

FIRST = date(2021, 3, 1)
Day = tuple[date, Snapshot]


def replayed(days: Sequence[Day]) -> Record:
    """The record of an archive that saw these days."""
    found: Record | None = None
    for day, seen in days:
        found = merge(found, seen, today=day)
    assert found
    return found


def spans(found: Record) -> dict[str, object]:
    """What a record says of when each track belonged."""
    return {
        track.uri: (track.spans, track.added_on, track.removed_on, track.upper_bound)
        for track in (*found.tracks, *found.removed)
    }


SONGS = st.lists(st.integers(1, 6), max_size=6)
GAPS = st.integers(1, 40)


@st.composite
def histories(draw: st.DrawFn) -> list[Day]:
    """Days in order, each with the songs that were there; of a third Spotify always says when they were added, of a
    third never, and of the others on some days.
    """
    day, days, came = FIRST, list[Day](), dict[int, date]()
    for numbers in draw(st.lists(SONGS, min_size=2, max_size=8)):
        came = {number: came.get(number, day) for number in numbers}
        said = {0: False, 1: True, 2: draw(st.booleans())}
        items = [item(number, added_on=came[number] if said[number % 3] else None) for number in numbers]
        days.append((day, snapshot(items, likes=None)))
        day += timedelta(days=draw(GAPS))
    return days


@given(histories(), st.data())
def test_two_records_joined_say_what_one_archive_of_all_days_says(days: list[Day], data: st.DataObject) -> None:
    cut = data.draw(st.integers(1, len(days) - 1))
    joined = precede(replayed(days[:cut]), replayed(days[cut:]))
    whole = replayed(days)
    assert spans(joined) == spans(whole)
    assert (joined.tracks, joined.removed, joined.first_archived) == (whole.tracks, whole.removed, whole.first_archived)


@given(histories())
def test_a_fold_of_versions_is_the_merge_of_all_of_them(days: list[Day]) -> None:
    fold = Fold()
    for number, (day, seen) in enumerate(days, 1):
        fold.add(seen, today=day)
        assert fold.record() == replayed(days[:number])


@given(histories())
def test_a_fold_takes_likes_and_snapshot_ids_as_the_merge_does(days: list[Day]) -> None:
    changing = [
        (day, seen._replace(likes=1_000 + 7 * number, snapshot_id=f"s{number // 2}", null_items=number // 3))
        for number, (day, seen) in enumerate(days)
    ]
    fold = Fold()
    for number, (day, seen) in enumerate(changing, 1):
        fold.add(seen, today=day)
        assert fold.record() == replayed(changing[:number])


def test_what_is_ours_alone_stays() -> None:
    ours = record([track(1)], name="New Name", alias="Ours", likes=5, unavailable=None)
    older = record([track(1, added=FIRST)], first_archived=FIRST, name="Old Name", likes=None)
    joined = precede(older, ours)
    assert (joined.name, joined.alias, joined.likes, joined.first_archived) == ("New Name", "Ours", 5, FIRST)


def test_a_gap_between_the_archives_ends_on_our_first_day() -> None:
    older = record([track(1, added=FIRST)], first_archived=FIRST)
    ours = record([track(2)])
    joined = precede(older, ours)
    assert [(found.uri, found.removed_on) for found in joined.removed] == [(track_uri(1), ours.first_archived)]


def test_a_song_that_came_back_in_ours_has_both_times() -> None:
    gone, back = date(2021, 5, 1), date(2026, 11, 20)
    older = record([], first_archived=FIRST, removed=[track(1, added=FIRST, removed=gone)])
    joined = precede(older, record([track(1, added=back), track(2)]))
    (found, _) = joined.tracks
    assert (found.spans, found.added_on) == ((Span(FIRST, gone),), back)
