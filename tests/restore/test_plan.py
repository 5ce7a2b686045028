from datetime import date

import pytest

from playlist_archive.archive.model import Span
from playlist_archive.history.membership import state_of
from playlist_archive.restore.plan import (
    LOCAL,
    TOO_MANY,
    UNKNOWN_KIND,
    Chosen,
    Song,
    SongsError,
    ever,
    now,
    on_day,
    parse_songs,
    plan,
    playlist_name,
)
from tests.builders import FIRST_DAY, playlist_id, record, track, track_uri

LINK = "https://open.spotify.com/track/"


def uris(chosen: Chosen | None) -> list[str]:
    assert chosen
    return [song.uri for song in chosen.songs]


def numbered(*numbers: int) -> list[str]:
    return [track_uri(number) for number in numbers]


def test_the_newest_snapshot_keeps_its_order_and_its_repeats() -> None:
    assert uris(now(record([track(3), track(1), track(3)]))) == numbered(3, 1, 3)


def test_all_that_ever_belonged_comes_once_in_the_order_of_its_first_day() -> None:
    early, late = date(2026, 11, 1), date(2026, 11, 9)
    gone = track(2, added=late, removed=late, spans=[Span(early, FIRST_DAY)])
    found = record([track(3), track(3), track(1, added=late)], removed=[gone])
    assert uris(ever(found)) == numbered(2, 3, 1)


def test_the_songs_of_a_day_keep_the_order_of_that_day() -> None:
    chosen = on_day(state_of(record([track(2), track(1), track(2)])), FIRST_DAY, basis="as archived")
    assert uris(chosen) == numbered(2, 1, 2)
    assert (chosen.basis, chosen.occasion) == (f"{playlist_id()} on 2026-11-02, as archived", "2026-11-02")
    assert chosen.songs[0].label == "Song 2 - Artist 2"


def test_what_spotify_cannot_add_is_left_out_with_its_reason() -> None:
    songs = [Song(uri) for uri in (track_uri(1), "spotify:local:A:B:C:9", "spotify:chapter:x", "", track_uri(2))]
    made = plan(Chosen(tuple(songs), "", ""), name="A", description="B", most=1)
    assert [song.uri for song in made.songs] == numbered(1)
    assert [song.reason for song in made.left_out] == [LOCAL, UNKNOWN_KIND, UNKNOWN_KIND, TOO_MANY]


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Songs", "Songs (2026-05-05)"),
        ("two\nlines \x00", "two lines (2026-05-05)"),
        ("\u200b", "Restored (2026-05-05)"),
        ("x" * 200, "x" * 87 + " (2026-05-05)"),
    ],
)
def test_the_name_is_one_line_of_at_most_a_hundred_characters(title: str, expected: str) -> None:
    assert playlist_name(title, "2026-05-05", longest=100) == expected
    assert len(expected) <= 100


@pytest.mark.parametrize(
    "text",
    [
        f"{LINK}{1:022}\n{LINK}{2:022}?si=abc\n",
        f"\ufeffhttps://open.spotify.com/intl-de/track/{1:022}\n\n# a remark\n{track_uri(2)}",
        f"{1:022}\r\n{2:022}\r\n",
        f'Track URI,Track Name,Album URI\n{track_uri(1)},"A, B",spotify:album:{9:022}\n{track_uri(2)},C,\n',
        f'title;url\nOne;{LINK}{1:022}\n"{LINK}{7:022}";{LINK}{2:022}\n',
    ],
)
def test_links_and_tables_name_songs(text: str) -> None:
    assert uris(parse_songs(text, source="a file")) == numbered(1, 2)


def test_episodes_and_local_files_are_named_too() -> None:
    text = f"https://open.spotify.com/episode/{1:022}\nspotify:local:A:B:C:9"
    assert uris(parse_songs(text, source="x")) == [f"spotify:episode:{1:022}", "spotify:local:A:B:C:9"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "x names no song"),
        ("\n# nothing\n", "x names no song"),
        (f"{track_uri(1)}\nhello", "line 2 has no link to a song"),
        (f"uri,name\n{track_uri(1)},A\n,B", "line 3 has no link to a song"),
        (f"https://open.spotify.com/album/{1:022}", "line 1 has no link to a song"),
    ],
)
def test_a_line_that_names_no_song_is_told(text: str, message: str) -> None:
    with pytest.raises(SongsError, match=message):
        parse_songs(text, source="x")


def test_a_table_that_cannot_be_read_is_told() -> None:
    with pytest.raises(SongsError, match="the table cannot be read"):
        parse_songs(f"uri\n{'x' * 200_000}\n", source="a test")


def test_titles_that_hold_line_separators_and_formulas_are_only_titles() -> None:
    uri = track_uri(1)
    text = f'sep=;\r\nTitle;Track URI\r\nA\u2028B\x85;{uri}\r\n=HYPERLINK(1);{uri}\r\n"C\nD";{uri}\r\n'
    assert [song.uri for song in parse_songs(text, source="a test").songs] == [uri] * 3
