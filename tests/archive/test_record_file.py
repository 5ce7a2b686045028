"""A record that is too long for one file: its own file and its parts together are the record, or are told to be not."""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playlist_archive.archive import layout
from playlist_archive.archive.merge import leaving_order
from playlist_archive.archive.model import Named, Record, Track
from playlist_archive.archive.record_file import (
    SPLIT_ABOVE_BYTES,
    RecordError,
    parse_front,
    parse_record,
    record_text,
    record_texts,
    united,
)
from tests.builders import playlist_id, record, track
from tests.thorough import thorough

ID = playlist_id()
DATA = layout.data(ID)
HEAVY = 200_000
YEARS = ("2020", "2021", "2022", "2023", "2024", "2025", "2026")


def heavy(number: int, removed: date | None = None, *, size: int = HEAVY, **facts: object) -> Track:
    return track(number, album=Named(name="x" * size), added="2019-01-01", removed=removed, **facts)


def of(tracks: Iterable[Track]) -> Record:
    tracks = list(tracks)
    removed = sorted((one for one in tracks if one.removed_on), key=leaving_order)
    return record([one for one in tracks if not one.removed_on], removed=removed)


def grown(*more: Track) -> Record:
    """A record with a heavy song removed in each of the years."""
    return of([track(1), *more, *(heavy(year, date(year, 5, 1)) for year in map(int, YEARS))])


def names(texts: Mapping[str, str]) -> list[str]:
    return [path.removeprefix(f"playlists/data/{ID}.").removesuffix(".json") for path in texts if path != DATA]


def read(texts: Mapping[str, str]) -> Record:
    return parse_record(texts[DATA], DATA, lambda paths: map(texts.get, paths))


def lines(texts: Mapping[str, str]) -> list[str]:
    """The lines of songs in some texts."""
    return sorted(line.rstrip(",") for text in texts.values() for line in text.split("\n") if line.startswith('{"uri"'))


def filled(size: int) -> Record:
    """A record whose songs fill so many bytes."""
    removed = [heavy(1, date(2020, 1, 1)), heavy(2, date(2026, 1, 1))]
    whole = sum(len(line.encode()) + 1 for line in lines({"": record_text(of(removed))}))
    return of([removed[0], heavy(2, date(2026, 1, 1), size=HEAVY + size - whole)])


def test_up_to_the_limit_it_is_one_file_as_ever() -> None:
    assert record_texts(filled(SPLIT_ABOVE_BYTES)) == {DATA: record_text(filled(SPLIT_ABOVE_BYTES))}


def test_above_the_limit_it_has_parts() -> None:
    assert names(record_texts(filled(SPLIT_ABOVE_BYTES + 1))) == ["2020"]


def test_its_own_file_names_the_parts_and_how_many_songs_only_they_know() -> None:
    texts = record_texts(grown())
    front = json.loads(texts[DATA])
    assert front["parts"] == dict.fromkeys(reversed(YEARS[:-1]), 1)
    assert [song["removed"] for song in front["removed"]] == ["2026-05-01"]
    assert names(texts) == [*front["parts"]]
    part = json.loads(texts[layout.data_part(ID, "2022")])
    assert {key: part[key] for key in ("format", "id", "part")} == {"format": 1, "id": ID, "part": "2022"}
    assert [song["removed"] for song in part["removed"]] == ["2022-05-01"]


def test_a_year_that_is_too_much_is_told_by_month() -> None:
    assert names(record_texts(grown(*(heavy(number, date(2021, number, 3)) for number in range(1, 6))))) == [
        *("2025", "2024", "2023", "2022", "2021-05", "2021-04", "2021-03", "2021-02", "2021-01", "2020")
    ]


def test_songs_that_are_there_are_in_one_file_however_many_they_are() -> None:
    assert names(record_texts(of(map(heavy, range(7))))) == []


def test_a_song_that_is_removed_changes_no_part() -> None:
    before, after = record_texts(grown()), record_texts(grown(heavy(3, date(2026, 7, 1), size=1)))
    assert [path for path in after if before.get(path) != after[path]] == [DATA]


def test_whatever_changes_in_a_part_changes_the_records_own_file() -> None:
    made = grown()
    first, *others = made.removed
    other = made.model_copy(update={"removed": (first.model_copy(update={"name": "Corrected"}), *others)})
    before, after = record_texts(made), record_texts(other)
    assert [path for path in after if before[path] != after[path]] == [DATA, layout.data_part(ID, "2020")]


DAYS = st.dates(date(2024, 1, 1), date(2026, 12, 31))
TRACKS = st.lists(
    st.builds(heavy, st.integers(0, 99), st.none() | DAYS, size=st.sampled_from((1, HEAVY)), name=st.text()),
    max_size=20,
    unique_by=lambda one: one.uri,
)


@thorough(60)
@given(tracks=TRACKS)
def test_the_files_together_are_the_record(tracks: list[Track]) -> None:
    made = of(tracks)
    texts = record_texts(made)
    assert read(texts) == made
    assert read({DATA: record_text(made)}) == made
    assert lines(texts) == lines({DATA: record_text(made)})
    assert all(layout.is_part(path) for path in texts if path != DATA)
    assert parse_front(texts[DATA], DATA).tracks == made.tracks


def test_a_song_that_stands_twice_in_a_record_is_read_once() -> None:
    """No run writes that; a hand may."""
    twice = grown(track(2020))
    assert read(record_texts(twice)) == twice.model_copy(update={"removed": twice.removed[1:]})


# What is no whole set


def changed(path: str, change: Callable[[str], str]) -> dict[str, str]:
    texts = record_texts(grown())
    return {**texts, path: change(texts[path])}


PART = layout.data_part(ID, "2022")
OTHER = record_texts(record([], id=playlist_id(2), removed=grown().removed))


@pytest.mark.parametrize(
    ("texts", "says"),
    [
        ({DATA: record_texts(grown())[DATA]}, r"2025\.json is missing, though the record names it"),
        (changed(PART, lambda text: re.sub(r"\n\{.*\n", "\n", text)), r"2022\.json has 0 songs, .* says 1"),
        (changed(PART, lambda _: OTHER[layout.data_part(playlist_id(2), "2022")]), "is the part 2022 of '0+2'"),
        (changed(PART, lambda text: text.replace('"part": "2022"', '"part": "2021"')), "is the part 2021 of '0+1'"),
        (changed(PART, lambda text: text.replace('"format": 1', '"format": 2')), "is of format 2"),
        (changed(PART, lambda text: text.replace(',"removed":"2022-05-01"', "")), "`removed` must hold"),
        (changed(PART, lambda text: text[:-5]), r"2022\.json does not parse"),
        (changed(PART, lambda text: text.replace('"part"', '"extra": 1, "part"')), "Extra inputs"),
        (changed(DATA, lambda text: text.replace('"2022": 1', '"../../x": 1')), r"does not parse \(parts"),
        (changed(DATA, lambda text: text.replace('"2022": 1', '"2022\\n": 1')), r"does not parse \(parts"),
        (changed(DATA, lambda text: text.replace('"2022": 1', '"2022": -1')), r"does not parse \(parts"),
        (changed(DATA, lambda text: text.replace('"2022": 1', '"2022": 2')), r"2022\.json has 1 songs, .* says 2"),
    ],
)
def test_what_is_no_whole_set_is_told(texts: Mapping[str, str], says: str) -> None:
    with pytest.raises(RecordError, match=says):
        read(texts)


# Between the writing of two files


def test_between_two_files_a_part_has_the_songs_of_both_states() -> None:
    old = record_texts(grown())[PART]
    assert united(old, old, PART) == old
    gained = old.replace(
        '"removed": [\n', '"removed": [\n' + track(7, removed=date(2022, 1, 1)).model_dump_json() + ",\n"
    )
    both = json.loads(united(old, gained, PART))["removed"]
    assert [song["uri"] for song in both] == [track(7).uri, track(2022).uri]
    assert json.loads(united(gained, old, PART))["removed"] == both


def test_a_part_that_cannot_be_read_adds_nothing() -> None:
    new = record_texts(grown())[PART]
    assert united("{", new, PART) == new
    assert united(None, new, PART) == new
