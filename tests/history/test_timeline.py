import gzip
import json
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playlist_archive.archive.model import Named, Record
from playlist_archive.archive.record_file import record_text
from playlist_archive.history.builder import Builder
from playlist_archive.history.timeline import (
    Presence,
    State,
    Timeline,
    as_of,
    day_ends,
    gaps,
    last_state,
    positions,
    presences,
    read_timeline,
    song_of,
    state_at,
    timeline_bytes,
)
from tests.builders import playlist_id, record, track

BEGIN = date(2026, 1, 1)


class Told(NamedTuple):
    """A version of a playlist: its day, counted from `BEGIN`, the numbers of its songs, and what is said of it."""

    day: int
    songs: Sequence[int]
    name: str = "Some Songs"
    likes: int | None = None
    title: str = "Song"


def as_record(told: Told) -> Record:
    tracks = [track(number, name=f"{told.title} {number}") for number in told.songs]
    return record(tracks, name=told.name, likes=told.likes, first_archived=BEGIN)


def timeline(*versions: Told) -> Timeline:
    return continued(None, versions)


def continued(known: Timeline | None, versions: Sequence[Told]) -> Timeline:
    builder = Builder(playlist_id(), known)
    begin = len(known.versions) if known else 0
    for number, told in enumerate(versions, start=begin):
        builder.add(BEGIN + timedelta(days=told.day), f"{number:040x}", record_text(as_record(told)).encode())
    return builder.timeline()


def said(state: State) -> tuple[Any, ...]:
    """What of a state can be told from a record alone."""
    return state.name, state.owner, state.alias, state.description, state.likes, state.unavailable, state.tracks


def expected(told: Told) -> tuple[Any, ...]:
    found = as_record(told)
    tracks = tuple(song_of(one) for one in found.tracks)
    return found.name, found.owner, found.alias, found.description, found.likes, None, tracks


versions = st.lists(
    st.builds(
        Told,
        day=st.just(0),
        songs=st.lists(st.integers(0, 9), max_size=9),
        name=st.sampled_from(["A", "B", ""]),
        likes=st.sampled_from([None, 0, 7]),
        title=st.sampled_from(["Song", "Lied"]),
    ),
    min_size=1,
    max_size=8,
).map(lambda found: [told._replace(day=number // 2) for number, told in enumerate(found)])


@given(versions)
def test_any_sequence_of_versions_replays_exactly(told: list[Told]) -> None:
    known = timeline(*told)
    for day in range(told[-1].day + 1):
        last = [version for version in told if version.day <= day][-1]
        state = as_of(known, BEGIN + timedelta(days=day))
        assert state
        assert said(state) == expected(last)
    assert said(last_state(known)) == expected(told[-1])


@given(versions)
def test_a_timeline_that_was_written_reads_back_and_gives_the_same_bytes(told: list[Told]) -> None:
    known = timeline(*told)
    assert read_timeline(timeline_bytes(known)) == known
    assert timeline_bytes(read_timeline(timeline_bytes(known))) == timeline_bytes(known)


@given(versions, st.data())
def test_a_timeline_that_is_continued_says_the_same_as_one_made_at_once(told: list[Told], data: st.DataObject) -> None:
    cut = data.draw(st.integers(1, len(told)))
    first = read_timeline(timeline_bytes(timeline(*told[:cut])))
    whole, grown = timeline(*told), continued(first, told[cut:])
    assert [said(state) for state in day_ends(grown)] == [said(state) for state in day_ends(whole)]
    assert grown.tracks == whole.tracks


@given(st.sets(st.integers(0, 50)))
def test_gaps_stand_for_positions(found: set[int]) -> None:
    assert positions(gaps(sorted(found))) == sorted(found)


def test_a_day_before_the_first_version_has_no_state() -> None:
    assert as_of(timeline(Told(3, [1])), BEGIN + timedelta(days=2)) is None


def test_a_day_without_a_version_is_as_the_one_before() -> None:
    state = as_of(timeline(Told(0, [1]), Told(9, [2])), BEGIN + timedelta(days=8))
    assert state
    assert (state.day, state.commit) == (BEGIN, "0" * 12)
    assert [song.name for song in state.tracks] == ["Song 1"]


def test_of_several_versions_of_a_day_the_last_one_counts() -> None:
    known = timeline(Told(0, [1]), Told(0, [2]), Told(0, [3]))
    state = as_of(known, BEGIN)
    assert state
    assert [song.name for song in state.tracks] == ["Song 3"]
    assert [song.name for song in state_at(known, 1).tracks] == ["Song 2"]
    assert len(list(day_ends(known))) == 1


def test_a_track_is_kept_once_for_each_wording() -> None:
    known = timeline(Told(0, [1, 2]), Told(1, [2, 1]), Told(2, [2, 1], title="Lied"), Told(3, [2, 1]))
    assert [song.name for song in known.tracks] == ["Song 1", "Song 2", "Lied 2", "Lied 1"]


def test_presences_are_the_times_that_each_song_belonged() -> None:
    days = [BEGIN + timedelta(days=number) for number in range(4)]
    known = timeline(Told(0, [1, 1]), Told(1, [1, 2]), Told(2, [2]), Told(3, [1], title="Lied"))
    one, two = song_of(track(1, name="Lied 1")), song_of(track(2))
    assert presences(known) == (
        Presence(one, days[0], days[2], upper_bound=True),
        Presence(two, days[1], days[3]),
        Presence(one, days[3], None),
    )


def test_texts_are_kept_where_they_change() -> None:
    known = timeline(Told(0, [1]), Told(1, [2]), Told(2, [2], name="B"), Told(3, [2], name="B", likes=5))
    assert known.texts.name == ((0, "Some Songs"), (2, "B"))
    assert known.texts.likes == ((0, None), (3, 5))
    assert known.texts.owner == ((0, Named("listener", "A Listener")),)


@pytest.mark.parametrize(
    ("number", "message"),
    [
        (0, "the timeline is of format 0, this program knows 1: delete it"),
        (2, "the timeline is of format 2, this program knows up to 1: update playlist-archive"),
    ],
)
def test_a_timeline_of_another_format_is_refused(number: int, message: str) -> None:
    said = json.loads(gzip.decompress(timeline_bytes(timeline(Told(0, [1])))))
    other = gzip.compress(json.dumps(said | {"format": number}).encode())
    with pytest.raises(ValueError, match=message):
        read_timeline(other)


@pytest.mark.parametrize(
    "content", [b"", b"nothing", gzip.compress(b"{}", mtime=0), timeline_bytes(timeline(Told(0, [1])))[:-9]]
)
def test_what_is_no_timeline_is_refused(content: bytes) -> None:
    with pytest.raises(ValueError, match=r"timeline|Timeline"):
        read_timeline(content)


@pytest.mark.parametrize(
    "damage",
    [
        {"versions": [["2026-01-01", "c", [], [0], [9]]]},
        {"versions": [["2026-01-01", "c", [], [0], [-2]]]},
        {"versions": [["2026-01-01", "c", [], [0, 0], [0]]]},
        {"versions": [["2026-01-01", "c", [], [7], [0]]]},
        {"versions": [["2026-01-01", "c", [7], [0], [0]]]},
        {"versions": [["2026-01-01", "c", [], [-1], [0]]]},
        {"texts": {}},
    ],
)
def test_a_timeline_whose_numbers_do_not_fit_is_refused(damage: dict[str, Any]) -> None:
    said = json.loads(gzip.decompress(timeline_bytes(timeline(Told(0, [1])))))
    with pytest.raises(ValueError, match="the timeline is damaged"):
        read_timeline(gzip.compress(json.dumps(said | damage).encode()))


def test_a_timeline_with_broken_bits_or_of_another_playlist_is_refused() -> None:
    content = timeline_bytes(timeline(Told(0, [1])))
    with pytest.raises(ValueError, match="cannot be unpacked"):
        read_timeline(content[:12] + b"\xff" * 4 + content[16:])
    assert read_timeline(content, of=playlist_id()).id == playlist_id()
    with pytest.raises(ValueError, match="the timeline is damaged"):
        read_timeline(content, of=playlist_id(2))
