"""Which playlist somebody means by a link, an id or a name."""

from pathlib import Path

import pytest

from playlist_archive.archive import layout
from playlist_archive.archive.record_file import record_texts
from playlist_archive.history.names import Titles, UnknownError, find_playlist, parse_song, read_titles
from tests.builders import playlist_id, record

ONE, TWO, THREE, BROKEN = map(playlist_id, range(1, 5))
SONG = "spotify:track:1Y6W3Q07asHeQtXCBDAOrT"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Three records, two of one name, and one that does not parse."""
    records = (
        record([], id=ONE, name="Morning  Songs"),
        record([], id=TWO, name="Évening", alias="Late"),
        record([], id=THREE, name="late"),
    )
    texts = {layout.data(BROKEN): "{"}
    for found in records:
        texts |= record_texts(found)
    for name, text in texts.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (ONE, ONE),
        (f"https://open.spotify.com/playlist/{TWO}?si=x", TWO),
        (f"spotify:playlist:{playlist_id(9)}", playlist_id(9)),
        ("morning songs", ONE),
        ("  MORNING SONGS ", ONE),
        ("évening", TWO),
    ],
)
def test_a_playlist_is_meant_by_link_uri_id_or_name(root: Path, text: str, found: str) -> None:
    assert find_playlist(root, text) == found


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("late", f"2 playlists are named 'late': give the id of one ({TWO}, {THREE})"),
        ("songs", "did you mean 'Morning  Songs'"),
        ("nothing", "no playlist of this archive is 'nothing'"),
        (playlist_id(9), f"no playlist of this archive is '{playlist_id(9)}'"),
        ("", "no playlist of this archive is ''"),
        ("https://open.spotify.com/album/x", "album"),
    ],
)
def test_what_means_none_or_several_is_answered_with_a_sentence(root: Path, text: str, sentence: str) -> None:
    with pytest.raises(UnknownError) as raised:
        find_playlist(root, text)
    assert sentence in str(raised.value)


@pytest.mark.parametrize("text", ["songs", playlist_id(9)])
def test_a_folder_without_an_archive_is_told_from_an_unknown_playlist(tmp_path: Path, text: str) -> None:
    with pytest.raises(UnknownError, match=r"no playlist is archived in this folder: .* name it with --root"):
        find_playlist(tmp_path, text)


def test_the_titles_are_those_of_the_records_that_can_be_read(root: Path) -> None:
    assert dict(read_titles(root)) == {
        ONE: Titles("Morning  Songs", None),
        TWO: Titles("Évening", "Late"),
        THREE: Titles("late", None),
    }


@pytest.mark.parametrize(
    "text", [SONG, f" {SONG}", "https://open.spotify.com/intl-de/track/1Y6W3Q07asHeQtXCBDAOrT?si=x"]
)
def test_a_song_is_meant_by_link_or_uri(text: str) -> None:
    assert parse_song(text) == SONG


def test_what_is_no_song_is_refused() -> None:
    with pytest.raises(UnknownError, match="'love' is no song"):
        parse_song("love")
