"""The outline of a record says what the whole record says, and refuses a file that is not whole."""

import json
import re
from collections.abc import Iterable
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playlist_archive.archive import layout
from playlist_archive.archive.merge import leaving_order
from playlist_archive.archive.model import Head, Record
from playlist_archive.archive.outline import Outline, parse_outline
from playlist_archive.archive.record_file import RecordError, parse_record, record_text, record_texts
from tests.archive.test_model import records
from tests.builders import FIRST_DAY, outline, playlist_id, record, track
from tests.thorough import thorough

ID = playlist_id()
DATA = layout.data(ID)
TEXT = record_text(record([track(1), track(2)], removed=[track(3, removed=FIRST_DAY)], null_items=2))


def assert_is_of(found: Outline, known: Record, days: Iterable[date]) -> None:
    assert [getattr(found, name) for name in Head.model_fields] == [getattr(known, name) for name in Head.model_fields]
    assert found.present() == json.loads(record_text(known))["tracks"]
    assert (found.songs, found.rows) == (len(known.tracks), len(known.tracks) + known.null_items)
    for day in days:
        left = [song for song in known.removed if song.removed_on and song.removed_on >= day]
        assert found.left_since(day) == len(left)


def parsed(text: str) -> Outline:
    return parse_outline(text, DATA, lambda _: ())


@thorough(300)
@given(records)
def test_an_outline_says_what_the_record_says(known: Record) -> None:
    assert_is_of(outline(known), known, {date.min, *(song.removed_on for song in known.removed if song.removed_on)})


@given(st.text())
def test_no_text_is_taken_for_a_line_of_the_file(text: str) -> None:
    hostile = [
        f'\n"tracks": [\n{text}',
        '\n{"uri":',
        '"removed":"2020-01-01"',
        "\n}\n",
        '\n"removed": [',
        '","removed":"',
    ]
    songs = [track(number, name=name) for number, name in enumerate(hostile)]
    gone = [track(10 + number, name=name, removed=FIRST_DAY) for number, name in enumerate(hostile)]
    known = record(songs, removed=gone, name=text, description="".join(hostile))
    assert_is_of(outline(known), known, [FIRST_DAY, FIRST_DAY + timedelta(days=1)])


def test_of_a_split_record_the_newest_days_are_there() -> None:
    days = [FIRST_DAY + timedelta(days=20 * number) for number in range(40)]
    heavy = [track(number, name="x" * 90_000, removed=day) for number, day in enumerate(days)]
    known = record([track(99)], removed=sorted(heavy, key=leaving_order))
    assert len(record_texts(known)) > 2
    assert_is_of(outline(known), known, [max(days) - timedelta(days=40), max(days)])
    assert outline(known).left_since(date.min) < len(heavy)


@pytest.mark.parametrize("indent", [None, 0, 2])
def test_a_file_that_was_written_by_others_is_read_too(indent: int | None) -> None:
    found = parsed(json.dumps(json.loads(TEXT), indent=indent))
    assert (found.rows, found.left_since(FIRST_DAY)) == (4, 1)


@pytest.mark.parametrize("cut", range(0, len(TEXT) - 1, 7))
def test_a_file_that_was_cut_off_is_refused(cut: int) -> None:
    with pytest.raises(RecordError, match="does not parse"):
        parsed(TEXT[:cut])


@pytest.mark.parametrize("number", range(TEXT.count("\n") + 1))
@pytest.mark.parametrize("other", [[], [""], ["<<<<<<< HEAD"], ["{"], ["]"], ["],"], ['"removed": [']])
def test_other_lines_than_those_of_songs_are_seen(number: int, other: list[str]) -> None:
    """Conflicts of a merge, for example, and lines that were lost."""
    lines = TEXT.split("\n")
    for rest in (lines[number:], lines[number + 1 :]):
        text = "\n".join([*lines[:number], *other, *rest])
        try:
            known = parse_record(text, DATA, lambda _: ())
        except RecordError:
            with pytest.raises(RecordError):
                parsed(text)
        else:
            assert_is_of(parsed(text), known, [date.min])


@pytest.mark.parametrize("key", json.loads(TEXT))
def test_the_order_of_keys_does_not_matter(key: str) -> None:
    lines = dict(re.findall(r'^"(\w+)": ((?:\[\n.*?\n\])|.*?),?$', TEXT, re.MULTILINE | re.DOTALL))
    others = [name for name in lines if name != key]
    for order in ([key, *others], [*others, key]):
        text = "{\n" + ",\n".join(f'"{name}": {lines[name]}' for name in order) + "\n}\n"
        assert_is_of(parsed(text), parse_record(text, DATA, lambda _: ()), [date.min])


def test_a_newer_format_is_named() -> None:
    with pytest.raises(RecordError, match="is of format 2"):
        parsed(TEXT.replace('"format": 1', '"format": 2'))


def test_of_broken_songs_none_is_present() -> None:
    assert len(parsed(TEXT).present()) == 2
    assert parsed(TEXT.replace('"name":"Song 2"', '"name":')).present() == []
