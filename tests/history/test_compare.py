from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from playlist_archive.archive.model import Named, Reason, Unavailable
from playlist_archive.history.compare import Changed, Difference, Moved, TextChange, compare, events, value_text
from playlist_archive.history.timeline import Song, State, song_of
from tests.builders import OWNER, playlist_id, track
from tests.history.test_timeline import BEGIN, Told, timeline


def song(number: int, title: str = "Song") -> Song:
    return song_of(track(number, name=f"{title} {number}"))


def state(songs: Sequence[Song], **facts: Any) -> State:
    given = {"playlist_id": playlist_id(), "day": date(2026, 1, 1), "commit": None, "name": "A", "owner": OWNER}
    return State(**{**given, "tracks": tuple(songs), **facts})


songs = st.lists(st.builds(song, st.integers(0, 6), st.sampled_from(["Song", "Lied"])), max_size=9)
states = st.builds(state, songs, name=st.sampled_from("AB"), likes=st.sampled_from([None, 0, 5]))


def mirrored(found: Difference) -> Difference:
    moved = (Moved(moved.song, moved.to_position, moved.from_position) for moved in found.moved)
    return Difference(
        added=found.removed,
        removed=found.added,
        moved=tuple(moved),
        changed=tuple(Changed(after, before) for before, after in found.changed),
        texts=tuple(TextChange(key, after, before) for key, before, after in found.texts),
    )


def without_facts(found: Difference) -> tuple[Any, ...]:
    moved = sorted((moved.song.uri, moved.from_position, moved.to_position) for moved in found.moved)
    return found.added, found.removed, moved, found.changed, found.texts


@given(states, states)
def test_mirrored_it_is_the_comparison_the_other_way_round(a: State, b: State) -> None:
    assert without_facts(mirrored(compare(a, b))) == without_facts(compare(b, a))


@given(states)
def test_nothing_differs_from_itself(a: State) -> None:
    assert not compare(a, a)


@given(states, states)
def test_songs_are_counted_by_row(a: State, b: State) -> None:
    before, after = (Counter(song.uri for song in found.tracks) for found in (a, b))
    found = compare(a, b)
    assert Counter(song.uri for song in found.added) == after - before
    assert Counter(song.uri for song in found.removed) == before - after


@given(states, states)
def test_whatever_differs_is_said(a: State, b: State) -> None:
    same = (a.tracks, a.name, a.likes) == (b.tracks, b.name, b.likes)
    assert bool(compare(a, b)) == (not same)


def test_a_song_that_moved_is_told_with_both_positions() -> None:
    found = compare(state([song(1), song(2), song(3)]), state([song(2), song(3), song(1)]))
    assert found == Difference(moved=(Moved(song(1), 1, 3),))


def test_a_second_copy_is_an_added_song() -> None:
    assert compare(state([song(1)]), state([song(1), song(1)])) == Difference(added=(song(1),))


def test_a_corrected_title_is_neither_added_nor_removed() -> None:
    found = compare(state([song(1)]), state([song(1, "Lied")]))
    assert found == Difference(changed=(Changed(song(1), song(1, "Lied")),))


def test_what_is_said_of_the_playlist_is_compared() -> None:
    lost = Unavailable(since=date(2026, 1, 2), reason=Reason.NOT_FOUND)
    other = Named("b", "")
    found = compare(state([]), state([], description="x", owner=other, unavailable=lost))
    assert [change.key for change in found.texts] == ["description", "owner", "unavailable"]
    assert found.text("owner") == TextChange("owner", OWNER, other)
    assert found.text("name") is None
    assert [value_text(change.after) for change in found.texts] == [
        "x",
        "b",
        "not served since 2026-01-02 (not found: deleted, private, or closed to this app)",
    ]


def days(found: Sequence[int]) -> list[date]:
    return [BEGIN + timedelta(days=number) for number in found]


def test_the_days_of_events_are_those_on_which_something_differed_the_newest_first() -> None:
    known = timeline(Told(0, [1]), Told(2, [2]), Told(4, [2], name="B"), Told(4, [2], name="B", likes=3))
    found = list(events(known))
    assert [event.day for event in found] == days([4, 2, 0])
    assert [event.is_first for event in found] == [False, False, True]
    assert [change.key for change in found[0].difference.texts] == ["name", "likes"]
    assert [event.title for event in found] == ["B", "Some Songs", "Some Songs"]


def test_a_day_that_ends_as_it_began_is_no_event() -> None:
    known = timeline(Told(0, [1]), Told(2, [2]), Told(2, [1]))
    assert [event.day for event in events(known)] == days([0])


def test_events_may_be_asked_for_a_time() -> None:
    known = timeline(*(Told(number, [number]) for number in range(6)))
    found = events(known, since=BEGIN + timedelta(days=2), until=BEGIN + timedelta(days=3))
    assert [event.day for event in found] == days([3, 2])


def test_the_first_version_of_a_history_that_was_cut_is_no_event() -> None:
    known = timeline(Told(40, [1]), Told(41, [2]))
    assert known.is_cut
    assert [event.day for event in events(known)] == days([41])
