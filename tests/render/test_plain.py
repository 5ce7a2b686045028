"""One line a track, sorted."""

from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playlist_archive.archive.model import Named
from playlist_archive.render.plain import one_line, plain
from tests.builders import record, track


def test_the_file_is_name_description_and_sorted_lines() -> None:
    written = record(
        [
            track(3, name="b", artists=(Named(name="Y"), Named(name="X"))),
            track(2, name="B", artists=()),
            track(1, name="a", album=None),
        ],
        description="Rock &amp;\n<b>Roll</b>",
    )
    assert plain(written) == "Some Songs\nRock & Roll\n\na -- Artist 1 -- \nB --  -- Album 2\nb -- Y, X -- Album 3\n"


def test_an_empty_playlist_is_its_head() -> None:
    assert plain(record(description="")) == "Some Songs\n\n\n"


def test_reordering_never_changes_the_file() -> None:
    songs = [track(1), track(2), track(2), track(3, name="song 1"), track(4, name="Song 1")]
    assert len({plain(record(shuffled)) for shuffled in permutations(songs)}) == 1


def test_a_song_listed_twice_is_two_lines() -> None:
    assert plain(record([track(1), track(1)])).count("Song 1 -- Artist 1 -- Album 1\n") == 2


def test_lines_equal_but_for_case_are_sorted_by_themselves() -> None:
    songs = [track(number, name=name, artists=(), album=None) for number, name in enumerate(["b", "a", "B", "A"])]
    assert plain(record(songs)).split("\n")[3:-1] == ["A --  -- ", "a --  -- ", "B --  -- ", "b --  -- "]


def test_an_episode_stands_with_its_show() -> None:
    episode = track(name="One", artists=(), album=None, show=Named(id="s", name="Talk"))
    assert plain(record([episode])).endswith("\n\nOne --  -- Talk\n")


def test_text_is_raw_and_the_alias_goes_first() -> None:
    written = record([track(name="*a* | \u202e[b] é😀", artists=(), album=None)], alias="1. Ours")
    assert plain(written) == "1. Ours\nSongs for tests\n\n*a* | \u202e[b] é😀 --  -- \n"


@pytest.mark.parametrize("end", ["\n", "\r", "\r\n", "\v", "\f", "\x1c", "\x1d", "\x1e", "\x85", "\u2028", "\u2029"])
def test_whatever_ends_a_line_is_a_space(end: str) -> None:
    text = f"a{end}b"
    written = record(
        [track(name=text, artists=(Named(name=text),), album=Named(name=text))], name=text, description=text
    )
    assert plain(written) == "a b\na b\n\na b -- a b -- a b\n"


@given(text=st.text())
def test_any_text_is_one_line_and_otherwise_unchanged(text: str) -> None:
    assert f"{one_line(text)}x" == " ".join(f"{text}x".splitlines())


@given(names=st.lists(st.text(max_size=3), max_size=6))
def test_any_songs_are_a_line_each(names: list[str]) -> None:
    tracks = [track(number, name=name) for number, name in enumerate(names)]
    assert len(plain(record(tracks)).splitlines()) == 3 + len(names)
