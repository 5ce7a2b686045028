"""Where everything lies, and that no text of strangers becomes a path."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playlist_archive.archive import layout
from playlist_archive.archive.ids import parse_playlist_id

ID = parse_playlist_id("37i9dQZF1DX5LEXW9eXA0n")


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (layout.registry_entry(ID), "registry/37i9dQZF1DX5LEXW9eXA0n"),
        (layout.data(ID), "playlists/data/37i9dQZF1DX5LEXW9eXA0n.json"),
        (layout.plain(ID), "playlists/plain/37i9dQZF1DX5LEXW9eXA0n"),
        (layout.pretty(ID), "playlists/pretty/37i9dQZF1DX5LEXW9eXA0n.md"),
        (layout.cumulative(ID), "playlists/cumulative/37i9dQZF1DX5LEXW9eXA0n.md"),
        (layout.followers(date(2026, 2, 28)), "playlists/followers/2026-02.csv"),
        (layout.INDEX_PAGE, "playlists/index.md"),
        (layout.INDEX_DATA, "playlists/index.json"),
        (layout.index_part("a-2"), "playlists/index/a-2.md"),
    ],
)
def test_every_file_lies_where_the_formats_have_it(path: str, expected: str) -> None:
    assert path == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "37i9dQZF1DX5LEXW9eXA0",
        "37i9dQZF1DX5LEXW9eXA0nn",
        "37i9dQZF1DX5LEXW9eXA0n\n",
        " 7i9dQZF1DX5LEXW9eXA0n",
        "../../../../etc/passwd",
        "37i9dQZF1DX5LEXW9eX/..",
        "37i9dQZF1DX5LEXW9eXA0_",
        "37i9dQZF1DX5LEXW9eXA0é",
        "37i9dQZF1DX5LEXW9eXA0٣",
        "37i9dQZF1DX5LEXW9eXA\u202e0",
    ],
)
def test_what_is_no_id_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="22 characters"):
        parse_playlist_id(text)


@given(text=st.from_regex(r"[0-9A-Za-z]{22}", fullmatch=True))
def test_every_id_is_taken_as_it_is(text: str) -> None:
    assert parse_playlist_id(text) == text
