"""What becomes of a record when a playlist is seen again."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from playlist_archive.archive.facts import with_withdrawn_rows
from playlist_archive.archive.merge import difference, mark_unavailable, merge, merge_unchanged
from playlist_archive.archive.model import Item, Named, Reason, Record, Snapshot, Track, Unavailable
from playlist_archive.spotify.convert import item_of
from playlist_archive.spotify.responses import PlaylistItem
from tests.builders import FIRST_DAY, OWNER, item, record, snapshot, track, track_uri

EARLIER: Final = date(2024, 3, 28)
ABSENT: Final = "absent"
ROW: Final = TypeAdapter(PlaylistItem)


def day(number: int) -> date:
    """The first day is that on which the playlist was first archived."""
    return FIRST_DAY + timedelta(days=number - 1)


def merged(old: Record, new: Snapshot) -> Record:
    return merge(old, new, today=day(2))


def replayed(days: Iterable[Snapshot]) -> Record:
    """The record after a run a day."""
    archived = None
    for number, seen in enumerate(days, start=1):
        archived = merge(archived, seen, today=day(number))
    assert archived is not None
    return archived


def only_track(archived: Record) -> Track:
    [found] = (*archived.tracks, *archived.removed)
    return found


def test_the_first_snapshot_becomes_a_record() -> None:
    seen = snapshot([item(2), item(1), item(2)], null_items=1)
    assert merge(None, seen, today=FIRST_DAY, alias="Ours") == record(
        [track(number, upper_bound=True) for number in (2, 1, 2)], null_items=1, alias="Ours"
    )


@pytest.mark.parametrize(
    ("given_days", "expected"),
    [
        # Spotify says nothing: the day of the first sight, which for the first snapshot may be late.
        ([None], {"added": day(1), "upper_bound": True}),
        ([ABSENT, None], {"added": day(2), "observed": [0]}),
        ([None, None, None], {"added": day(1), "upper_bound": True}),
        # Spotify says when.
        ([EARLIER], {"added": EARLIER}),
        ([ABSENT, EARLIER], {"added": EARLIER}),
        ([EARLIER, None], {"added": EARLIER}),
        # A day of Spotify's replaces one of our clock, be it earlier or later; the first of Spotify's stays.
        ([None, EARLIER], {"added": EARLIER}),
        ([None, day(1)], {"added": day(1)}),
        ([None, day(2)], {"added": day(2)}),
        ([ABSENT, None, EARLIER], {"added": EARLIER}),
        ([ABSENT, None, day(3)], {"added": day(3)}),
        ([EARLIER, day(2)], {"added": EARLIER}),
        ([day(1), EARLIER], {"added": day(1)}),
        ([day(1), None, EARLIER], {"added": day(1)}),
        # It left: the day of the first snapshot without it.
        ([None, ABSENT], {"added": day(1), "upper_bound": True, "removed": day(2)}),
        ([EARLIER, None, ABSENT, ABSENT], {"added": EARLIER, "removed": day(3)}),
        # It came back: the earlier times are kept.
        (
            [None, ABSENT, None],
            {"added": day(3), "upper_bound": True, "observed": [1], "spans": [(day(1), day(2))]},
        ),
        ([EARLIER, ABSENT, ABSENT, day(3)], {"added": day(3), "spans": [(EARLIER, day(2))]}),
        ([EARLIER, ABSENT, day(2)], {"added": day(2), "spans": [(EARLIER, day(2))]}),
        ([EARLIER, ABSENT, day(4)], {"added": day(4), "spans": [(EARLIER, day(2))]}),
        # It came back with a day from before it left: Spotify dropped it for a while and kept its date.
        ([EARLIER, ABSENT, EARLIER], {"added": day(3), "observed": [1], "spans": [(EARLIER, day(2))]}),
        ([None, ABSENT, EARLIER], {"added": day(3), "observed": [1], "spans": [(EARLIER, day(2))]}),
        ([None, ABSENT, day(1)], {"added": day(3), "observed": [1], "spans": [(day(1), day(2))]}),
        ([EARLIER, ABSENT, day(1)], {"added": day(3), "observed": [1], "spans": [(EARLIER, day(2))]}),
        # What Spotify says only later of a track that came back.
        ([EARLIER, ABSENT, ABSENT, None, day(3)], {"added": day(3), "spans": [(EARLIER, day(2))]}),
        ([EARLIER, ABSENT, None, day(9)], {"added": day(3), "observed": [1], "spans": [(EARLIER, day(2))]}),
        ([None, ABSENT, None, EARLIER], {"added": day(3), "observed": [1], "spans": [(EARLIER, day(2))]}),
        ([EARLIER, ABSENT, None, day(4)], {"added": day(4), "spans": [(EARLIER, day(2))]}),
        # It came and went several times.
        (
            [EARLIER, ABSENT, None, ABSENT],
            {"added": day(3), "removed": day(4), "observed": [1], "spans": [(EARLIER, day(2))]},
        ),
        (
            [EARLIER, ABSENT, None, ABSENT, None],
            {"added": day(5), "observed": [1, 2], "spans": [(EARLIER, day(2)), (day(3), day(4))]},
        ),
        # The day after that of the run, as at midnight: it never went before it came.
        ([day(2)], {"added": day(2)}),
        ([day(2), ABSENT], {"added": day(2), "removed": day(2)}),
        ([day(2), ABSENT, None], {"added": day(3), "observed": [1], "spans": [(day(2), day(2))]}),
        # Nothing was added after it was seen: such a day is as good as none.
        ([day(3)], {"added": day(1), "upper_bound": True}),
        ([day(9), ABSENT], {"added": day(1), "upper_bound": True, "removed": day(2)}),
        ([EARLIER, ABSENT, date(9999, 12, 31)], {"added": day(3), "observed": [1], "spans": [(EARLIER, day(2))]}),
    ],
)
def test_a_track_has_the_days_it_came_and_went(
    given_days: Sequence[date | str | None], expected: dict[str, object]
) -> None:
    days = [snapshot([] if given == ABSENT else [item(added_on=given)]) for given in given_days]
    assert only_track(replayed(days)) == track(**expected)


@pytest.mark.parametrize("added_at", [None, "1970-01-01T00:00:00Z"])
def test_a_day_that_spotify_does_not_know_is_none(added_at: str | None) -> None:
    row = {"added_at": added_at, "track": {"uri": track_uri(), "name": "Song"}}
    seen = item_of(ROW.validate_python(row))
    assert seen is not None
    assert only_track(merge(None, snapshot([seen]), today=day(1))).upper_bound


def test_a_track_listed_twice_has_the_earliest_day_and_both_rows() -> None:
    seen = snapshot([item(added_on=day(1)), item(added_on=None), item(added_on=EARLIER)])
    assert merge(None, seen, today=day(1)).tracks == (track(added=EARLIER),) * 3


def test_a_track_listed_twice_that_loses_a_row_is_still_there() -> None:
    archived = replayed([snapshot([item(), item()]), snapshot([item()])])
    assert archived.tracks == (track(upper_bound=True),)
    assert archived.removed == ()


def test_local_files_that_share_an_identity_keep_their_rows_and_leave_as_one() -> None:
    one, other = item(1, uri="spotify:local:::x:1"), item(2, uri="spotify:local:::x:1")
    there = snapshot([one, other])
    assert [row.name for row in replayed([there]).tracks] == ["Song 1", "Song 2"]
    gone = [replayed([snapshot(files), snapshot()]).removed for files in ([one, other], [other, one])]
    assert gone == [(track(1, uri=one.uri, upper_bound=True, removed=day(2)),)] * 2


def test_the_newest_facts_win_and_a_removed_track_keeps_its_last() -> None:
    correct = {"name": "Correct", "artists": (Named(name="New"),), "album": Named(name="New"), "duration_ms": 1}
    corrected = item(**correct, isrc="X", linked=False)
    archived = replayed([snapshot([item()]), snapshot([corrected]), snapshot()])
    assert archived.removed == (track(**correct, isrc="X", linked=False, upper_bound=True, removed=day(3)),)


def test_tracks_that_left_stand_in_the_order_of_leaving_and_of_identity() -> None:
    archived = replayed([snapshot(map(item, (4, 3, 2, 1))), snapshot(map(item, (4, 1))), snapshot([item(4)])])
    assert [(gone.uri, gone.removed_on) for gone in archived.removed] == [
        (track_uri(2), day(2)),
        (track_uri(3), day(2)),
        (track_uri(1), day(3)),
    ]


NOT_FOUND = Unavailable(since=day(1), reason=Reason.NOT_FOUND)
SEEN = [item(1, added_on=FIRST_DAY), item(2, added_on=FIRST_DAY)]
ARCHIVED = record([track(1), track(2)])


@pytest.mark.parametrize(
    "facts",
    [
        {},
        {"snapshot_id": "another"},
        {"null_items": 7},
        {"likes": 1_009},
        {"likes": 991},
        {"likes": None},
        {"snapshot_id": "another", "null_items": 7, "likes": 1_001},
        {"items": [*(item(number, added_on=None) for number in (1, 2))]},
        {"items": [*(item(number, added_on=day(2)) for number in (1, 2))]},
    ],
)
def test_what_no_reader_would_see_leaves_the_very_same_record(facts: dict[str, object]) -> None:
    assert merged(ARCHIVED, snapshot(**{"items": SEEN, **facts})) is ARCHIVED


@pytest.mark.parametrize(
    ("facts", "change"),
    [
        ({"name": "Renamed"}, {"name": "Renamed"}),
        ({"description": "New"}, {"description": "New"}),
        ({"owner": Named(id="other", name="Other")}, {"owner": Named(id="other", name="Other")}),
        ({"owner": Named(id="listener", name="New Name")}, {"owner": Named(id="listener", name="New Name")}),
        ({"likes": 1_010}, {"likes": 1_010}),
        ({"likes": 990}, {"likes": 990}),
        ({"items": SEEN[::-1]}, {"tracks": ARCHIVED.tracks[::-1]}),
        ({"items": [*SEEN, SEEN[0]]}, {"tracks": (*ARCHIVED.tracks, track(1))}),
        ({"items": [*SEEN, item(3)]}, {"tracks": (*ARCHIVED.tracks, track(3, added=day(2), observed=[0]))}),
        ({"items": SEEN[:1]}, {"tracks": (track(1),), "removed": (track(2, removed=day(2)),)}),
        ({"items": []}, {"tracks": (), "removed": (track(1, removed=day(2)), track(2, removed=day(2)))}),
        (
            {"name": "Renamed", "snapshot_id": "another", "null_items": 1, "likes": 1_001},
            {"name": "Renamed", "snapshot_id": "another", "null_items": 1, "likes": 1_001},
        ),
    ],
)
def test_what_a_reader_would_see_is_in_the_new_record(facts: dict[str, object], change: dict[str, object]) -> None:
    assert merged(ARCHIVED, snapshot(**{"items": SEEN, **facts})) == ARCHIVED.model_copy(update=change)


def test_a_playlist_that_is_served_again_loses_its_mark() -> None:
    marked = ARCHIVED.model_copy(update={"unavailable": NOT_FOUND})
    assert merged(marked, snapshot(SEEN)) == ARCHIVED


LIKES = [
    (1_000, 1_000, False),
    (1_000, 1_009, False),
    (1_000, 1_010, True),
    (1_000, 991, False),
    (1_000, 990, True),
    (150, 151, False),
    (150, 152, True),
    (99, 100, True),
    (0, 0, False),
    (0, 1, True),
    (1, 0, True),
    (None, None, False),
    (None, 0, True),
    (None, 5, True),
    (5, None, False),
    (0, None, False),
]


@pytest.mark.parametrize(("shown", "now", "drifted"), LIKES)
def test_likes_are_a_change_from_one_percent_of_the_number_shown(
    shown: int | None, now: int | None, *, drifted: bool
) -> None:
    old = record(likes=shown)
    expected = record(likes=now) if drifted else old
    assert merged(old, snapshot(likes=now)) == expected
    assert merge_unchanged(old, likes=now, alias=None) == expected
    assert (merged(old, snapshot(likes=now)) is old) is not drifted
    assert (merge_unchanged(old, likes=now, alias=None) is old) is not drifted


@pytest.mark.parametrize(("old", "new"), [(None, "Ours"), ("Ours", None), ("Ours", "Mine")])
def test_another_alias_is_a_change(old: str | None, new: str | None) -> None:
    archived = record(alias=old)
    assert merge(archived, snapshot(), today=day(2), alias=new) == record(alias=new)
    assert merge_unchanged(archived, likes=None, alias=new) == record(alias=new)
    assert merge_unchanged(archived, likes=None, alias=old) is archived


def test_a_mark_keeps_everything_and_its_first_day() -> None:
    marked = mark_unavailable(ARCHIVED, today=day(1), reason=Reason.NOT_FOUND)
    assert marked == ARCHIVED.model_copy(update={"unavailable": NOT_FOUND})
    assert mark_unavailable(marked, today=day(5), reason=Reason.CLOSED) is marked


def test_a_difference_tells_each_identity_once() -> None:
    new = record([track(3), track(2), track(3), track(4)])
    assert difference(ARCHIVED, new) == ((track(3), track(4)), (track(1),))
    assert difference(None, ARCHIVED) == (ARCHIVED.tracks, ())
    assert difference(ARCHIVED, record([track(2), track(1)])) == ((), ())


songs = st.builds(
    item,
    st.integers(min_value=1, max_value=4),
    name=st.sampled_from(["One", "Two"]),
    added_on=st.none() | st.dates(min_value=EARLIER, max_value=FIRST_DAY - timedelta(days=10)),
    added_by=st.sampled_from([None, OWNER.id, "guest"]),
)
snapshots = st.builds(
    snapshot,
    st.lists(songs, max_size=6),
    likes=st.sampled_from([None, 0, 1_000, 1_009, 1_010]),
    null_items=st.integers(min_value=0, max_value=2),
    snapshot_id=st.sampled_from("ab"),
)
runs = st.lists(st.tuples(st.integers(min_value=-1, max_value=3), snapshots), min_size=1, max_size=8)


def times(found: Track) -> list[date]:
    """The days at which a track came and went, in turn."""
    ends = [found.removed_on] if found.removed_on else []
    return [*(end for span in found.spans for end in span), found.added_on, *ends]


@given(runs=runs)
def test_whatever_happens_nothing_is_lost_and_the_days_are_in_order(runs: list[tuple[int, Snapshot]]) -> None:
    archived, today, seen = None, FIRST_DAY, set[str]()
    for days_later, new in runs:
        today += timedelta(days=days_later)
        before, archived = archived, merge(archived, new, today=today)
        rows = with_withdrawn_rows(before, new).items
        there = {row.uri for row in rows}
        seen |= there
        assert [(row.uri, row.name) for row in archived.tracks] == [(row.uri, row.name) for row in rows]
        assert sorted(row.uri for row in archived.removed) == sorted(seen - there)
        assert all(times(row) == sorted(times(row)) for row in (*archived.tracks, *archived.removed))


@given(runs=runs, days_later=st.integers(min_value=0, max_value=50))
def test_seeing_the_same_again_is_no_change_on_any_day(runs: list[tuple[int, Snapshot]], days_later: int) -> None:
    archived, today = None, FIRST_DAY
    for days, new in runs:
        today += timedelta(days=days)
        archived = merge(archived, new, today=today)
        assert merge(archived, new, today=today + timedelta(days=days_later)) is archived


@given(runs=runs)
def test_the_first_day_that_spotify_gives_stays(runs: list[tuple[int, Snapshot]]) -> None:
    archived, today, first = None, FIRST_DAY, dict[str, date]()
    for days, new in runs:
        today += timedelta(days=days)
        archived = merge(archived, new, today=today)
        for row in (*archived.tracks, *archived.removed):
            if not (row.upper_bound or 0 in row.observed):
                assert row.first_added == first.setdefault(row.uri, row.first_added)


@given(runs=runs, years=st.sampled_from([-1, 1]))
def test_a_day_of_spotifys_heals_a_clock_that_was_a_year_wrong(runs: list[tuple[int, Snapshot]], years: int) -> None:
    (_, first), *_ = runs
    right = merge(merge(None, first, today=day(1)), first, today=day(1))
    wrong = merge(merge(None, first, today=day(1) + timedelta(days=365 * years)), first, today=day(1))
    told = {row.uri for row in first.items if row.added_on}
    assert [row for row in wrong.tracks if row.uri in told] == [row for row in right.tracks if row.uri in told]


EMPTY: Final = {"name": "", "artists": (), "album": None, "duration_ms": 0, "isrc": None}


@pytest.mark.parametrize(
    "withdrawn",
    [
        {},
        {"artists": (Named(id="artist1"),)},
        {"album": Named(id="album1")},
        {"artists": (Named(), Named())},
    ],
)
def test_a_song_that_spotify_withdraws_keeps_what_is_known_of_it(withdrawn: dict[str, object]) -> None:
    whole, emptied = item(1, isrc="X"), item(1, **{**EMPTY, **withdrawn})
    archived = replayed([snapshot([whole]), snapshot([emptied]), snapshot([emptied]), snapshot()])
    assert archived.removed == (track(1, isrc="X", upper_bound=True, removed=day(4)),)


def test_a_song_that_comes_back_withdrawn_keeps_what_was_known_of_it() -> None:
    archived = replayed([snapshot([item(1)]), snapshot(), snapshot([item(1, **EMPTY)])])
    assert [row.name for row in archived.tracks] == ["Song 1"]


def test_a_nameless_artist_keeps_the_known_name_beside_new_ones() -> None:
    known = (Named("a", "Ann"), Named("b", "Ben"))
    archived = replayed([snapshot([item(artists=known)]), snapshot([item(artists=(Named("b"), Named("c", "Cy")))])])
    assert archived.tracks[0].artists == (Named("b", "Ben"), Named("c", "Cy"))


@pytest.mark.parametrize(
    ("seen", "expected"),
    [
        ({"name": ""}, {}),
        ({"owner": Named(id="listener")}, {}),
        ({"owner": Named(id="listener", name="listener")}, {}),
        ({"owner": Named()}, {}),
        ({"owner": Named(id="other", name="other")}, {"owner": Named(id="other", name="other")}),
        ({"description": ""}, {"description": ""}),
    ],
)
def test_a_playlist_keeps_the_name_and_the_owner_that_are_known(
    seen: dict[str, object], expected: dict[str, object]
) -> None:
    assert merged(ARCHIVED, snapshot(**{"items": SEEN, **seen})) == ARCHIVED.model_copy(update=expected)


faded = st.builds(
    item,
    st.integers(min_value=1, max_value=3),
    name=st.sampled_from(["", "One", "Two"]),
    artists=st.sampled_from([(), (Named("a"),), (Named("a", "Ann"),), (Named("b", "Ben"),)]),
    album=st.sampled_from([None, Named("x"), Named("x", "Ex"), Named("y", "Why")]),
    duration_ms=st.sampled_from([0, 1, 2]),
    isrc=st.sampled_from([None, "X", "Y"]),
)
fading = st.lists(st.builds(snapshot, st.lists(faded, max_size=4)), min_size=1, max_size=6)


def known_facts(rows: Iterable[Item | Track]) -> set[tuple[str, str]]:
    """What is known of anything, as pairs of identity and fact."""
    return {(row.uri, name) for row in rows for name, fact in told(row).items() if fact}


def told(row: Item | Track) -> dict[str, object]:
    return {
        "name": row.name,
        "artists": "".join(artist.name for artist in row.artists),
        "album": row.album and row.album.name,
        "length": row.duration_ms,
        "isrc": row.isrc,
    }


@given(days=fading)
def test_no_order_of_answers_loses_a_title_or_any_other_fact(days: list[Snapshot]) -> None:
    archived = replayed(days)
    seen = [row for new in days for row in new.items]
    assert known_facts((*archived.tracks, *archived.removed)) == known_facts(seen)


@given(days=fading)
def test_seeing_faded_songs_again_is_no_change(days: list[Snapshot]) -> None:
    archived = replayed(days)
    assert merge(archived, days[-1], today=day(len(days) + 1)) is archived


SAME_DAY: Final = {"added_on": EARLIER}


@pytest.mark.parametrize(
    ("known", "facts"),
    [
        ({"isrc": "X"}, {"isrc": "X", "name": "Remastered", "duration_ms": 1}),
        ({}, {"duration_ms": 181_999}),
        ({"isrc": "X"}, {"isrc": None}),
    ],
)
def test_a_row_whose_song_has_another_id_is_the_same_song(known: dict[str, object], facts: dict[str, object]) -> None:
    old, new = item(1, **SAME_DAY, **known), item(1, **SAME_DAY, **facts, uri=track_uri(9))
    before = replayed([snapshot([old])])
    after = merge(before, snapshot([new]), today=day(2))
    assert [(row.uri, row.added_on, row.spans) for row in after.tracks] == [(track_uri(9), EARLIER, ())]
    assert after.removed == ()
    assert difference(before, after) == ((), ())
    assert merge(after, snapshot([old]), today=day(3)).tracks[0].uri == track_uri(1)


@pytest.mark.parametrize(
    "facts",
    [{"added_on": FIRST_DAY}, {"added_on": None}, {"name": "Another"}, {"duration_ms": 1}],
    ids=["another day", "no day", "another name", "another length"],
)
def test_another_song_is_another_song(facts: dict[str, object]) -> None:
    new = item(1, **{**SAME_DAY, **facts}, uri=track_uri(9))
    archived = replayed([snapshot([item(1, **SAME_DAY)]), snapshot([new])])
    assert [row.uri for row in archived.tracks] == [track_uri(9)]
    assert [row.uri for row in archived.removed] == [track_uri(1)]


def test_each_of_two_alike_songs_goes_on_under_one_new_id() -> None:
    twins = [item(1, **SAME_DAY, uri=track_uri(number)) for number in (1, 2)]
    again = [item(1, **SAME_DAY, uri=track_uri(number)) for number in (8, 9, 7)]
    archived = replayed([snapshot(twins), snapshot(again)])
    assert [row.uri for row in archived.tracks] == [track_uri(8), track_uri(9), track_uri(7)]
    assert archived.removed == ()


def test_null_rows_under_the_same_snapshot_id_remove_nothing() -> None:
    archived = replayed([snapshot(map(item, (1, 2, 3))), snapshot([item(1), item(3)], null_items=1)])
    assert archived == replayed([snapshot(map(item, (1, 2, 3)))])


@pytest.mark.parametrize(
    "seen",
    [
        snapshot([item(1), item(3)], null_items=1, snapshot_id="another"),
        snapshot([item(1)], null_items=1),
        snapshot([item(3), item(1)], null_items=1),
    ],
    ids=["edited", "more are missing than null", "moved"],
)
def test_what_null_rows_do_not_explain_is_removed(seen: Snapshot) -> None:
    archived = replayed([snapshot(map(item, (1, 2, 3))), seen])
    assert track_uri(2) in [row.uri for row in archived.removed]


def example(folder: Path, name: str) -> Item:
    found = item_of(ROW.validate_json((folder / name).read_bytes()))
    assert found is not None
    return found


def test_the_recorded_song_that_was_withdrawn_keeps_its_title(examples: Path) -> None:
    known, withdrawn = example(examples, "entry-track.json"), example(examples, "doubtful/entry-withdrawn.json")
    assert (known.uri, withdrawn.name) == (withdrawn.uri, "")
    archived = replayed([snapshot([known]), snapshot([withdrawn]), snapshot()])
    (found,) = archived.removed
    assert (found.name, found.artists, found.album, found.duration_ms) == (*known[1:4], known.duration_ms)


def test_the_recorded_song_that_got_a_new_id_is_the_same_song(examples: Path) -> None:
    known, renewed = example(examples, "entry-track.json"), example(examples, "doubtful/entry-track-new-id.json")
    assert known.uri != renewed.uri
    archived = replayed([snapshot([known]), snapshot([renewed]), snapshot([known])])
    assert [(row.uri, row.spans) for row in archived.tracks] == [(known.uri, ())]
    assert archived.removed == ()
