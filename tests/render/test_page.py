"""The proof for whole pages: what a person reads in each place of a page is exactly what Spotify has there."""

import html
import re
from collections import Counter
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from playlist_archive.archive.merge import merge
from playlist_archive.archive.model import Named, Track
from playlist_archive.render.page import Repository, links_line
from playlist_archive.render.pretty import pretty
from playlist_archive.spotify.convert import snapshot_of
from playlist_archive.spotify.responses import Page, Playlist
from tests.builders import playlist_id, record, track
from tests.render.github import EMOJI, Reader, expected, expected_label, nasty_text, read
from tests.render.one_page import cumulative
from tests.thorough import thorough

SITE = Repository("some/archive", "main")
ROWS_A_PAGE = 100

# What GitHub's mathematics could begin with: a dollar with no backslash before it, or only with an escaped one.
BARE_DOLLAR = re.compile(r"(?<!\\)(?:\\\\)*\$")
OUR_LINKS = ("https://open.spotify.com/", "/playlists/", "https://github.githistory.xyz/some/archive/")


class Row(NamedTuple):
    """A song, what a person reads in the cells of its texts, and how many links there are in them."""

    song: Track
    cells: tuple[str, str, str]
    links: int


def rows_of(number: int, text: str) -> tuple[Row, Row]:
    """A song of the catalogue with the text everywhere in it, and a local file with the text everywhere in it."""
    named, unlinked, shown = Named(id="someone", name=text), Named(name=text), expected(text)
    title, name = expected_label(text, f"{number:022}"), expected_label(text, "someone")
    song = track(number, name=text, artists=(named, named), album=named)
    file = track(number, uri=f"spotify:local:{number}", name=text, artists=(unlinked,), album=unlinked)
    return Row(song, (title, f"{name}, {name}", name), links=4), Row(file, (shown, shown, shown), links=0)


def assert_rows_shown(texts: Sequence[str]) -> None:
    rows = [row for number, text in enumerate(texts, start=1) for row in rows_of(number, text)]
    written = record(row.song.model_copy(update={"duration_ms": 61_000}) for row in rows)
    links = sum(row.links for row in rows)

    page = pretty(written, SITE)
    reader = read(page)
    assert cells(reader, width=5) == [(str(number), *row.cells, "1:01") for number, row in enumerate(rows, start=1)]
    assert_harmless(page, reader, {"td": 5 * len(rows), "a": links + 5, "tr": len(rows) + 1, "th": 5, "code": 1})

    page = cumulative(written, SITE)
    reader = read(page)
    shown = sorted((*row.cells, "1:01", "2026-11-02", "") for row in rows)
    assert sorted(cells(reader, width=6)) == shown
    assert_harmless(page, reader, {"td": 6 * len(rows), "a": links + 4, "tr": len(rows) + 1, "th": 6})


def cells(reader: Reader, *, width: int) -> list[tuple[str, ...]]:
    """The cells of the table, row by row."""
    texts = reader.texts["td"]
    return [tuple(texts[start : start + width]) for start in range(0, len(texts), width)]


def assert_head_shown(text: str, owner: Named) -> None:
    written = record(name=text, description=html.escape(text), owner=owner)
    page = pretty(written, SITE)
    reader = read(page)
    assert reader.texts["h3"] == [expected_label(text, playlist_id())]
    assert reader.texts["blockquote"] == [expected(text)]
    name = owner_label(owner)
    assert reader.texts["p"][1] == (f"{name} - " if name or owner.id else "") + "1,000 likes - 0 songs - 0 sec"
    assert_harmless(page, reader, {"a": 5 if owner.id else 4, "tr": 1, "th": 5, "code": 1})


def owner_label(owner: Named) -> str:
    if not owner.id:
        return expected(owner.name)
    return expected_label(owner.name, expected_label(owner.id, "untitled"))


def assert_harmless(page: str, reader: Reader, elements: dict[str, int]) -> None:
    """The page has these elements and no other, and links to nothing but Spotify and its own kind."""
    frame = {"h3": 1, "blockquote": 1, "table": 1, "thead": 1, "tbody": int("td" in elements)}
    found = Counter(element for element in reader.elements if element not in ("p", "br"))
    assert found == +Counter(frame | elements)
    assert {name for name, _ in reader.attributes} == {"href"}
    assert all(url and url.startswith(OUR_LINKS) for _, url in reader.attributes)
    assert not any(EMOJI.search(node) for node in reader.text_nodes)
    assert not BARE_DOLLAR.search(page)


def test_the_page_of_real_answers_is_the_golden_page(corpus: Path) -> None:
    seed = corpus / "seed"
    playlist = Playlist.model_validate_json((seed / "playlist.json").read_bytes())
    entries = Page.model_validate_json((seed / "items.json").read_bytes()).items
    assert entries is not None
    golden = (seed / "37i9dQZF1DX5LEXW9eXA0n.md").read_text(encoding="utf-8")
    archived = merge(None, snapshot_of(playlist, entries), today=date(2022, 2, 12))
    assert pretty(archived, Repository("mackorone/spotify-playlist-archive", "main")) == golden + "\n"


def test_every_real_text_is_shown_exactly_in_the_rows_of_a_page(titles: list[str]) -> None:
    for start in range(0, len(titles), ROWS_A_PAGE):
        assert_rows_shown(titles[start : start + ROWS_A_PAGE])


def test_every_real_text_is_shown_exactly_in_the_head_of_a_page(titles: list[str]) -> None:
    for title in titles:
        assert_head_shown(title, Named(id="someone", name=title))


def test_every_real_text_is_shown_exactly_as_an_owner_without_a_page(titles: list[str]) -> None:
    for title in titles:
        assert_head_shown("A Name", Named(name=title))


LONG = "a long [title] | with `everything` in it, " * 500
HOSTILE = (
    "\\",
    "|",
    "\\|",
    "a\\",
    "[^1]",
    "[^1]: note",
    "$$x$$",
    "\\$",
    "@someone",
    "#123",
    "5e8a4d4f9e0b1c2d3e4f5a6b7c8d9e0f1a2b3c4d",
    "GH-1 org/repo#2",
    "<!-- -->",
    "--> <!--",
    "<![CDATA[",
    "<?php ?>",
    ":heart:",
    "a:heart:b:smile:",
    "\u200d\u200b\ufeff",
    "\t",
    "\t\u2028\t",
    "\r",
    "\n",
    "\n\n> a\n",
    "\0",
    "[!WARNING]\nno",
    "- ",
    "+ x",
    "7.",
    "---",
    "===",
    "```\ncode",
    "~~~",
    "&#0;&#xD800;&nbsp",
    "|---|---|",
    "![image](https://a.b/c.png)",
    "<details><summary>",
    "\u202ereversed",
    "e\u0301\u0302\u0303" * 50,
    LONG,
)


def test_hostile_texts_are_shown_exactly_in_the_rows_of_one_page() -> None:
    assert_rows_shown(HOSTILE)


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("identity", ["someone", None])
def test_hostile_texts_are_shown_exactly_in_the_head_of_a_page(text: str, identity: str | None) -> None:
    assert_head_shown(text, Named(id=identity, name=text))


@thorough(150)
@given(texts=st.lists(nasty_text | st.text(), min_size=1, max_size=20))
def test_any_texts_are_shown_exactly_in_the_rows_of_a_page(texts: list[str]) -> None:
    assert_rows_shown(texts)


@thorough(500)
@given(text=nasty_text | st.text(), owner=st.builds(Named, id=st.none() | st.text(min_size=1), name=nasty_text))
@example(text="", owner=Named())
def test_any_text_is_shown_exactly_in_the_head_of_a_page(text: str, owner: Named) -> None:
    assert_head_shown(text, owner)


@pytest.mark.parametrize("page", [pretty, cumulative])
def test_the_alias_goes_before_the_name_of_spotify(page: type) -> None:
    reader = read(page(record(name="Theirs", alias="*Ours*"), SITE))
    assert reader.texts["h3"] == ["*Ours*"]


HISTORY = "[githistory](https://github.githistory.xyz/some/archive/blob/{}/playlists/plain/0000000000000000000001)"


@pytest.mark.parametrize(
    ("here", "first", "second"),
    [
        ("pretty", "pretty", "[cumulative](/playlists/cumulative/0000000000000000000001.md)"),
        ("cumulative", "[pretty](/playlists/pretty/0000000000000000000001.md)", "cumulative"),
    ],
)
def test_a_page_links_to_the_others_and_names_itself(here: str, first: str, second: str) -> None:
    plain = "[plain](/playlists/plain/0000000000000000000001)"
    assert links_line(record(), SITE, here=here) == " - ".join([first, second, plain, HISTORY.format("main")])


@pytest.mark.parametrize(
    ("repository", "ending"),
    [
        (Repository("some/archive", "a branch (old)"), HISTORY.format("a%20branch%20%28old%29")),
        (Repository("some/archive", "feature/x"), HISTORY.format("feature/x")),
        (Repository(None), "[plain](/playlists/plain/0000000000000000000001)"),
    ],
)
def test_the_history_link_is_of_the_repository_and_left_out_without_one(repository: Repository, ending: str) -> None:
    assert links_line(record(), repository, here="pretty").endswith(f" - {ending}")


@pytest.mark.parametrize("identity", ["../../registry/x", "", f"{playlist_id()}/", f"{playlist_id()}\n"])
def test_no_page_is_made_of_an_id_that_is_none(identity: str) -> None:
    with pytest.raises(ValueError, match="22 characters"):
        pretty(record(id=identity), SITE)
