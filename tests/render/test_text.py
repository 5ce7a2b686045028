"""Counts, lengths and addresses are written as docs/formats.md has them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playlist_archive.archive.model import Named
from playlist_archive.render.text import counted, length, owner_link, total_length, track_cells, track_url, url
from tests.builders import track, track_uri

SECOND, MINUTE, HOUR, DAY = 1_000, 60_000, 3_600_000, 86_400_000


@pytest.mark.parametrize(
    ("number", "noun", "written"),
    [
        (0, "song", "0 songs"),
        (1, "song", "1 song"),
        (2, "song", "2 songs"),
        (1, "like", "1 like"),
        (297_817, "like", "297,817 likes"),
        (1_234_567, "like", "1,234,567 likes"),
        (None, "like", "??? likes"),
    ],
)
def test_a_count_has_separators_and_its_plural(number: int | None, noun: str, written: str) -> None:
    assert counted(number, noun) == written


@pytest.mark.parametrize(
    ("milliseconds", "written"),
    [
        (0, "0:00"),
        (7 * SECOND, "0:07"),
        (7 * SECOND + 999, "0:07"),
        (59 * SECOND + 999, "0:59"),
        (MINUTE, "1:00"),
        (3 * MINUTE + 53 * SECOND + 700, "3:53"),
        (HOUR - 1, "59:59"),
        (HOUR + 2 * MINUTE + 3 * SECOND, "1:02:03"),
        (DAY + HOUR, "25:00:00"),
    ],
)
def test_a_length_is_cut_to_seconds(milliseconds: int, written: str) -> None:
    assert length(milliseconds) == written


@pytest.mark.parametrize(
    ("milliseconds", "written"),
    [
        (0, "0 sec"),
        (999, "0 sec"),
        (45 * SECOND, "45 sec"),
        (MINUTE, "1 min 0 sec"),
        (13 * MINUTE + 5 * SECOND, "13 min 5 sec"),
        (HOUR - 1, "59 min 59 sec"),
        (HOUR, "1 hr 0 min"),
        (3 * HOUR + 14 * MINUTE + 59 * SECOND, "3 hr 14 min"),
        (DAY - 1, "23 hr 59 min"),
        (DAY, "1 day 0 hr 0 min"),
        (2 * DAY + 3 * HOUR + 4 * MINUTE, "2 day 3 hr 4 min"),
        (1_234 * DAY, "1,234 day 0 hr 0 min"),
    ],
)
def test_a_total_has_its_largest_units(milliseconds: int, written: str) -> None:
    assert total_length(milliseconds) == written


@given(milliseconds=st.integers(min_value=0, max_value=10**12))
def test_a_written_length_is_the_length_in_whole_seconds(milliseconds: int) -> None:
    seconds = 0
    for part in length(milliseconds).split(":"):
        seconds = 60 * seconds + int(part)
    assert seconds == milliseconds // SECOND


@pytest.mark.parametrize(
    ("identity", "address"),
    [
        ("spotify", "https://open.spotify.com/user/spotify"),
        ("a user/../x?y#z", "https://open.spotify.com/user/a%20user%2F..%2Fx%3Fy%23z"),
        ("(a)|b", "https://open.spotify.com/user/%28a%29%7Cb"),
        ("é", "https://open.spotify.com/user/%C3%A9"),
        ("", None),
        (None, None),
    ],
)
def test_an_address_takes_any_id_and_needs_one(identity: str | None, address: str | None) -> None:
    assert url("user", identity) == address


@pytest.mark.parametrize(
    ("uri", "address"),
    [
        (track_uri(), f"https://open.spotify.com/track/{1:022}"),
        ("spotify:episode:512ojhOuo1ktJprKbVcKyQ", "https://open.spotify.com/episode/512ojhOuo1ktJprKbVcKyQ"),
        ("spotify:chapter:0D5wENdkdwbqlrHoaJ9g29", "https://open.spotify.com/chapter/0D5wENdkdwbqlrHoaJ9g29"),
        ("spotify:local:Someone:Album:Title:187", None),
        ("spotify:local:187", None),
        ("spotify:track:../x", None),
        ("spotify:track:", None),
        (f"{track_uri()}\n", None),
        ("javascript:alert", None),
    ],
)
def test_the_address_of_a_song_comes_from_its_identity(uri: str, address: str | None) -> None:
    assert track_url(track(uri=uri)) == address
    assert track_url(track(uri=uri, linked=False)) is None


SONG = "[Song](https://open.spotify.com/track/0000000000000000000001)"
ALBUM = Named(id="abc", name="Album")


@pytest.mark.parametrize(
    ("facts", "cells"),
    [
        ({}, f"{SONG} | [A](https://open.spotify.com/artist/a) | [Album](https://open.spotify.com/album/abc) | 3:00"),
        ({"artists": ()}, f"{SONG} |  | [Album](https://open.spotify.com/album/abc) | 3:00"),
        (
            {"artists": (Named(name="B"), Named(id="a", name="A"))},
            f"{SONG} | B, [A](https://open.spotify.com/artist/a) | [Album](https://open.spotify.com/album/abc) | 3:00",
        ),
        ({"artists": (), "album": Named(name="Album")}, f"{SONG} |  | Album | 3:00"),
        ({"artists": (), "album": None}, f"{SONG} |  |  | 3:00"),
        (
            {"artists": (), "album": None, "show": Named(id="s", name="Show")},
            f"{SONG} |  | [Show](https://open.spotify.com/show/s) | 3:00",
        ),
        ({"artists": (), "linked": False}, "Song |  | [Album](https://open.spotify.com/album/abc) | 3:00"),
        ({"uri": "spotify:local:::Song:1", "artists": (), "album": None}, "Song |  |  | 3:00"),
    ],
)
def test_what_has_no_page_is_its_text_alone(facts: dict[str, object], cells: str) -> None:
    usual = {"name": "Song", "artists": (Named(id="a", name="A"),), "album": ALBUM, "duration_ms": 180_000}
    assert track_cells(track(**{**usual, **facts})) == cells


@pytest.mark.parametrize(
    ("owner", "written"),
    [
        (Named(id="me", name="My [name]"), r"[My \[name\]](https://open.spotify.com/user/me)"),
        (Named(id="me"), "[me](https://open.spotify.com/user/me)"),
        (Named(name="1. Someone"), r"1\. Someone"),
        (Named(name="+ Someone"), r"\+ Someone"),
        (Named(), ""),
    ],
)
def test_an_owner_is_a_link_where_there_is_one_and_never_a_list(owner: Named, written: str) -> None:
    assert owner_link(owner) == written
