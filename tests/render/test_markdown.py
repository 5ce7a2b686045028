"""The proof: GitHub's own renderer shows every text exactly as it is."""

import html
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from playlist_archive.render.markdown import UNTITLED, at_line_start, bare, description_text, inside_link, link, visible
from tests.render.github import EMOJI, expected, expected_label, nasty_text, read, rendered
from tests.thorough import thorough

URL = "https://open.spotify.com/track/1Y6W3Q07asHeQtXCBDAOrT"


def page(title: str, description: str) -> str:
    """A page with the title everywhere that a text of strangers can stand, and the description in the quote."""
    label, plain = link(title, URL), link(title, None)
    return "\n".join(
        (
            f"### {label}",
            "",
            f"> {at_line_start(description)}",
            "",
            f"### {plain}",
            "",
            "| Title | Artist(s) | Album |",
            "|---|---|---|",
            f"| {label} | {label}, {label} | {label} |",
            f"| {plain} | {label}, {plain} | {label}, {plain}, {label} |",
            "",
            "The end",
            "",
        )
    )


# What page() writes apart from paragraphs and line breaks: heading, quote, heading, three head cells, six cells.
STRUCTURE = "h3 a blockquote h3 table thead tr th th th tbody tr td a td a a td a tr td td a td a a"


def assert_shown_exactly(title: str, description: str) -> None:
    reader = read(page(title, description))
    shown, quoted, label = expected(title), expected(description), expected_label(title, UNTITLED)
    two = f"{label}, {shown}" if shown else f"{label},"  # the blank at the end of a cell is the page's, not the text's
    assert reader.texts["h3"] == [label, shown]
    assert reader.texts["blockquote"] == [quoted]
    assert reader.texts["td"] == [label, f"{label}, {label}", label, shown, two, f"{label}, {shown}, {label}"]
    assert " ".join(element for element in reader.elements if element not in ("p", "br")) == STRUCTURE
    assert reader.attributes == {("href", URL)}
    assert not any(EMOJI.search(node) for node in reader.text_nodes)


@pytest.mark.parametrize(
    ("markdown", "element"),
    [
        ("| a |\n|---|\n| b |", "table"),
        ("~~a~~", "del"),
        ("http://a.b", "a"),
        ("www.a.b", "a"),
        ("a\\@b.c", "a"),
        ("a<b>b</b>", "b"),
    ],
)
def test_the_renderer_of_the_proof_has_the_extensions_of_github(markdown: str, element: str) -> None:
    assert element in read(markdown).elements


def test_the_renderer_of_the_proof_filters_tags() -> None:
    assert "&lt;script>" in rendered("a <script>")


def test_every_real_text_is_shown_exactly(titles: list[str]) -> None:
    for title in titles:
        assert_shown_exactly(title, title)


def test_every_real_description_is_shown_as_spotify_shows_it(titles: list[str]) -> None:
    for raw in titles:
        assert_shown_exactly("", description_text(raw))


def test_every_real_text_survives_the_html_that_spotify_sends(titles: list[str]) -> None:
    for title in titles:
        assert description_text(html.escape(title)) == title


@thorough(500)
@given(title=st.text(), description=st.text())
def test_any_text_is_shown_exactly(title: str, description: str) -> None:
    assert_shown_exactly(title, description)


@thorough(3000)
@given(title=nasty_text, description=nasty_text)
def test_text_built_of_markdown_is_shown_exactly(title: str, description: str) -> None:
    assert_shown_exactly(title, description)


@thorough(500)
@given(text=st.text() | nasty_text)
@example(text="&amp;lt;")
def test_any_text_survives_the_html_that_spotify_sends(text: str) -> None:
    assert description_text(html.escape(text)) == text


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("Dr. Romantic 2 OST Part.1", r"Dr\. Romantic 2 OST Part.1"),
        ("Mellow & 'sentimental', \"1/2\"!?", "Mellow & 'sentimental', \"1/2\"!?"),
        ("R&B &#39; &", r"R\&B \&\#39; &"),
        ("A$AP <3", r"A\$AP \<3"),
        ("one\r\ntwo\nthree\rfour", "one<br/>two<br/>threefour"),
        ("\u202egpj\u2069.\0exe", "gpj.exe"),
        ("12:30:45 at 10:00", "12:30:45 at 10:00"),
        (":heart_eyes::+1:", r":<!-- -->heart\_eyes::<!-- -->+1:"),
    ],
)
def test_a_text_is_written_the_same_in_a_link_and_outside(text: str, written: str) -> None:
    assert inside_link(text) == bare(text) == at_line_start(text) == written


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("http://a.b", "http:<!-- -->//a.b"),
        ("HTTPS://a.b", "HTTPS:<!-- -->//a.b"),
        ("ftp://a.b", "ftp:<!-- -->//a.b"),
        ("www.a.b", "www<!-- -->.a.b"),
        ("mailto:a@b.c", "mailto:a@<!-- -->b.c"),
        ("mailto:@b.c", "mailto:@<!-- -->b.c"),
        ("xmpp:a@b/c.d", "xmpp:a@<!-- -->b/c.d"),
    ],
)
def test_only_text_outside_a_link_is_kept_from_becoming_one(text: str, written: str) -> None:
    assert bare(text) == written
    assert inside_link(text) == text


@pytest.mark.parametrize("text", ["Chub@by", "@atutowy", "www", "http:/a", "awww.so", "M.I.A."])
def test_what_only_resembles_an_address_is_left_alone(text: str) -> None:
    assert bare(text) == text


def test_blanks_at_the_ends_are_kept_where_the_renderer_would_strip_them() -> None:
    assert bare("  a\t") == "&#32; a&#9;"
    assert inside_link("  a\t") == "  a\t"


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("+ one", r"\+ one"),
        ("+", r"\+"),
        ("7.", r"7\."),
        ("7.\tone", "7\\.\tone"),
        ("7. one", r"7\. one"),
        ("7) one", r"7\) one"),
        ("+Linda", "+Linda"),
        ("7.5", "7.5"),
        ("==", r"\=="),
    ],
)
def test_what_would_be_a_list_stays_text_at_the_start_of_a_line(text: str, written: str) -> None:
    assert at_line_start(text) == written


@pytest.mark.parametrize(
    ("raw", "seen"),
    [
        (None, ""),
        ("", ""),
        ("Rock &amp; Roll&#x27;s", "Rock & Roll's"),
        ('Cover: <a href="spotify:artist:1">Feng Suave</a>!', "Cover: Feng Suave!"),
        ("teddy<3, a < b > c", "teddy<3, a < b > c"),
        ("&lt;b&gt; &amp;lt;", "<b> &lt;"),
    ],
)
def test_a_description_is_what_a_person_sees(raw: str | None, seen: str) -> None:
    assert description_text(raw) == seen


@given(st.text(st.characters(max_codepoint=0x2FF), max_size=4) | nasty_text)
def test_the_quick_look_at_a_label_changes_nothing(text: str) -> None:
    assert link(text, URL) == f"[{inside_link(visible(text, UNTITLED))}]({URL})"


def test_the_golden_page_is_written_as_it_stands(corpus: Path) -> None:
    golden = (corpus / "seed" / "37i9dQZF1DX5LEXW9eXA0n.md").read_text(encoding="utf-8").splitlines()
    playlist = json.loads((corpus / "seed" / "playlist.json").read_text(encoding="utf-8"))
    items = json.loads((corpus / "seed" / "items.json").read_text(encoding="utf-8"))["items"]
    assert golden[2] == f"### {linked(playlist)}"
    assert golden[4] == f"> {at_line_start(description_text(playlist['description']))}"
    for row, track in zip(golden[10:-2], [item["track"] for item in items], strict=True):
        artists = ", ".join(linked(artist) for artist in track["artists"])
        assert row.split(" | ")[1:-1] == [linked(track), artists, linked(track["album"])]


@pytest.mark.parametrize(
    "text", ["", " ", "\n", "\u200b\u200d", "\ufeff", "\u3164", "\u2800", "\ufe0f", "\u202e\u2069", "\0"]
)
def test_a_link_whose_text_shows_nothing_has_another_label(text: str) -> None:
    assert link(text, URL, otherwise="the id") == f"[the id]({URL})"
    assert link(text, URL, otherwise=text) == f"[untitled]({URL})"


@pytest.mark.parametrize("text", ["a", " a", "!", "\u0e31", "한", "🎧", "\u200da", "\ue000"])
def test_a_link_whose_text_shows_anything_keeps_it(text: str) -> None:
    assert link(text, URL, otherwise="the id") == f"[{inside_link(text)}]({URL})"


def linked(fact: dict[str, Any]) -> str:
    return link(fact["name"], fact["external_urls"]["spotify"])
