"""What other programs read: every title of the corpus comes through every format, and acts in none."""

import csv
import io
import json
import re
import unicodedata
from datetime import date
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given

from playlist_archive.archive.model import Named, Reason, Unavailable
from playlist_archive.export import shapes, tables
from playlist_archive.history.answers import Basis, Change, Compared, DayText, Logged, Shown
from playlist_archive.history.compare import Event, compare
from playlist_archive.history.timeline import Song, State, song_of
from playlist_archive.untrusted import UNPRINTABLE
from tests.builders import OWNER, playlist_id, track
from tests.hostile import texts

DAY = date(2026, 11, 2)
BASIS = Basis(day=DAY, commit="c" * 12)
FORMULA = re.compile(r"[=+\-@＝＋－＠\t\r]")
XSPF = "{http://xspf.org/ns/0/}"


def song(title: str, number: int = 1) -> Song:
    artist, album = Named("artist", title), Named("album", title)
    return song_of(track(number, name=title, artists=(artist,), album=album))


def state(*songs: Song, **facts: Any) -> State:
    given = {"playlist_id": playlist_id(), "day": DAY, "commit": "c" * 12, "name": "A", "owner": OWNER, "tracks": songs}
    return State(**{**given, **facts})


def one_line(text: str) -> str:
    return UNPRINTABLE.sub(" ", text).strip()


def is_quiet(text: str) -> bool:
    return not UNPRINTABLE.search(text.replace("\n", ""))


@pytest.fixture(scope="module")
def titles(corpus: Path) -> list[str]:
    return [json.loads(line) for line in (corpus / "titles.txt").read_text(encoding="utf-8").splitlines()]


@pytest.fixture(scope="module")
def hostile(titles: list[str]) -> State:
    return state(*(song(title, number) for number, title in enumerate(titles)), name=titles[0], description=titles[1])


def assert_csv_is_safe(text: str, expected: list[str]) -> None:
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    assert [row["title"].removeprefix("'") for row in rows] == [one_line(title).removeprefix("'") for title in expected]
    assert not [cell for row in rows for cell in row.values() if FORMULA.match(cell)]
    assert is_quiet(text)


def test_every_title_comes_through_csv_and_no_cell_is_a_formula(hostile: State, titles: list[str]) -> None:
    assert_csv_is_safe(tables.songs_csv(hostile.tracks), titles)


def test_a_title_that_a_spreadsheet_would_run_gets_an_apostrophe() -> None:
    begins = ("=1+1", "+1", "-", "@x", "\t=1", "＝1", "a=1")
    text = tables.songs_csv([song(title) for title in begins])
    titles = [row["title"] for row in csv.DictReader(io.StringIO(text))]
    assert titles == ["'=1+1", "'+1", "'-", "'@x", "'=1", "'＝1", "a=1"]


@given(texts.map(lambda text: text[:9_000]))
def test_any_title_comes_through_csv(title: str) -> None:
    assert_csv_is_safe(tables.songs_csv([song(title)]), [title])


def test_every_title_comes_through_json_as_it_is(hostile: State, titles: list[str]) -> None:
    text = shapes.json_text(shapes.shown_shape(Shown(hostile, BASIS)))
    assert [found["name"] for found in json.loads(text)["tracks"]] == titles
    assert is_quiet(text)


@given(texts)
def test_any_title_comes_through_json(title: str) -> None:
    text = shapes.json_text(shapes.song_shape(song(title)))
    assert json.loads(text)["name"] == title
    assert is_quiet(text)


def test_every_title_comes_through_xspf(hostile: State, titles: list[str]) -> None:
    root = ET.fromstring(tables.xspf(hostile))
    found = [track.findtext(f"{XSPF}title", "") for track in root.iter(f"{XSPF}track")]
    assert found == [one_line(title) for title in titles]
    assert root.findtext(f"{XSPF}title") == one_line(titles[0])


@given(texts)
def test_any_title_is_well_formed_xml(title: str) -> None:
    ET.fromstring(tables.xspf(state(song(title), name=title, description=title)).encode("utf-8", "surrogatepass"))


def test_every_title_is_one_line_of_m3u(hostile: State, titles: list[str]) -> None:
    lines = tables.m3u(hostile).split("\n")
    assert lines[:2] == ["#EXTM3U", "#EXTENC: UTF-8"]
    assert len(lines) == 3 + 2 * len(titles) + 1
    assert all(line.startswith("#EXTINF:") for line in lines[3:-1:2])
    assert all(line.startswith("https://open.spotify.com/track/") for line in lines[4:-1:2])


def test_links_are_one_a_line_in_order_and_name_what_has_none() -> None:
    local = song_of(track(3, uri="spotify:local:a:b:c:1"))
    unlinked = song_of(track(4, linked=False))
    songs = [song("A", 2), local, song("B", 1), unlinked, song("A", 2)]
    url = "https://open.spotify.com/track/{:022}\n".format
    assert tables.links(songs) == url(2) + url(1) + url(2)
    assert tables.without_link(songs) == [local, unlinked]


def test_m3u_has_the_length_in_seconds_and_the_uri_of_what_has_no_link() -> None:
    local = song_of(track(3, uri="spotify:local:a:b:c:1", duration_ms=61_999))
    assert tables.m3u(state(local)).splitlines()[2:] == ["#PLAYLIST:A", "#EXTINF:61,Artist 3 - Song 3", local.uri]


def test_a_track_is_one_documented_shape() -> None:
    assert shapes.song_shape(song_of(track(1))) == {
        "uri": "spotify:track:0000000000000000000001",
        "name": "Song 1",
        "artists": [{"id": "artist1", "name": "Artist 1"}],
        "album": {"id": "album1", "name": "Album 1"},
        "show": None,
        "duration_ms": 181_000,
        "url": "https://open.spotify.com/track/0000000000000000000001",
    }


def compared() -> Compared:
    lost = Unavailable(since=DAY, reason=Reason.NOT_FOUND)
    before = state(song("=A", 1), song("B", 2), song("C", 3), song("D", 4), likes=5)
    after = state(song("C", 3), song("=A", 1), song("B*", 2), song("E", 5), name="=N", unavailable=lost, likes=6)
    return Compared(Shown(before, BASIS, DAY), Shown(after, BASIS), compare(before, after))


def test_a_difference_has_its_four_lists_and_the_texts() -> None:
    found = shapes.compared_shape(compared())
    assert [one["name"] for one in found["added"]] == ["E"]
    assert [one["name"] for one in found["removed"]] == ["D"]
    assert [(one["name"], one["from"], one["to"]) for one in found["moved"]] == [("C", 3, 1)]
    assert [(one["before"]["name"], one["after"]["name"]) for one in found["changed"]] == [("B", "B*")]
    assert found["texts"] == [
        {"key": "name", "before": "A", "after": "=N"},
        {"key": "likes", "before": 5, "after": 6},
        {
            "key": "unavailable",
            "before": None,
            "after": {"since": "2026-11-02", "reason": "not found: deleted, private, or closed to this app"},
        },
    ]
    assert found["from"] == {
        "day": "2026-11-02",
        "basis": {"day": "2026-11-02", "commit": "c" * 12, "ordered": True, "notes": []},
    }
    assert found["to"]["day"] is None
    assert found["playlist"]["owner"] == {"id": "listener", "name": "A Listener"}


def test_a_difference_as_csv_has_a_line_for_each_part() -> None:
    rows = list(csv.DictReader(io.StringIO(tables.difference_csv(compared()))))
    assert [(row["change"], row["from"], row["to"], row["title"]) for row in rows] == [
        ("name", "A", "'=N", ""),
        ("likes", "5", "6", ""),
        ("unavailable", "", "not served since 2026-11-02 (not found: deleted, private, or closed to this app)", ""),
        ("added", "", "", "E"),
        ("removed", "", "", "D"),
        ("moved", "3", "1", "C"),
        ("changed", "", "", "B*"),
    ]


def test_a_log_has_the_lines_of_each_difference_behind_its_day() -> None:
    event = Event(day=DAY, commit="c" * 12, title="=T", difference=compared().difference)
    change = Change(playlist_id(), event)
    logged = Logged((DayText(DAY, tables.change_text(change)),), BASIS)
    rows = list(csv.DictReader(io.StringIO("".join(tables.log_texts(logged)))))
    assert {(row["day"], row["playlist"], row["commit"]) for row in rows} == {("2026-11-02", "'=T", "c" * 12)}
    assert len(rows) == 7
    shape = json.loads("".join(shapes.log_texts(Logged((DayText(DAY, shapes.change_text(change)),), BASIS))))
    assert (shape["changes"][0]["first"], shape["changes"][0]["playlist"]["id"]) == (False, playlist_id())
    assert [one["name"] for one in shape["changes"][0]["added"]] == ["E"]


def test_a_log_as_json_is_the_json_of_the_whole_answer() -> None:
    event = Event(day=DAY, commit="c" * 12, title="T", difference=compared().difference)
    change = DayText(DAY, shapes.change_text(Change(playlist_id(), event)))
    for count in range(3):
        text = "".join(shapes.log_texts(Logged([change] * count, BASIS)))
        found = json.loads(text)
        assert len(found["changes"]) == count
        assert text == json.dumps(found, ensure_ascii=False, indent=1) + "\n"


def test_the_titles_of_the_corpus_are_worth_the_trouble(titles: list[str]) -> None:
    assert len(titles) == 3_000
    assert sum(bool(FORMULA.match(title)) for title in titles) > 10
    assert sum(any(unicodedata.category(sign) == "Cc" for sign in title) for title in titles) > 5
