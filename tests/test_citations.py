"""Every document that the code cites is in the project, and has the heading that is cited."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FOLDERS = ("src", "tests", "benchmarks", ".github")
SOURCES = sorted(path for name in FOLDERS for path in (ROOT / name).rglob("*") if path.suffix in (".py", ".yml", ".sh"))

CITED = re.compile(r"([\w./-]*\w\.md)\b(?:,\s+(?:sections?\s+([0-9., and]+[0-9])|\"([^\"]+)\"))?")


def citations(text: str) -> Iterator[tuple[str, list[str]]]:
    """Document and headings of each citation in comments and docstrings; line ends and comment signs are blanks."""
    flat = re.sub(r"\s*\n\s*#?\s*", " ", text)
    for name, numbers, title in CITED.findall(flat):
        yield name, re.findall(r"[0-9]+(?:\.[0-9]+)?", numbers) or ([title] if title else [])


def headings(document: str) -> set[str]:
    """The headings of a document, their numbers, and the words in bold that begin a paragraph."""
    text = (ROOT / document).read_text(encoding="utf-8")
    titles = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    numbers = [found[1] for title in titles if (found := re.match(r"([0-9]+(?:\.[0-9]+)?)\.? ", title))]
    return {*titles, *numbers, *re.findall(r"^\*\*([^*]+?)\.?\*\*", text, re.MULTILINE)}


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_what_is_cited_is_there(path: Path) -> None:
    cited = [(name, found) for name, found in citations(path.read_text(encoding="utf-8")) if name.startswith("docs/")]
    missing = [(name, title) for name, titles in cited for title in titles if title not in headings(name)]
    assert missing == []


ELSEWHERE = re.compile(r"(?<![\w/.-])(?:design|formats|reading|spotify-web-api|github-actions|style)\.md, ")
"""A document of ours is cited with its folder."""


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_no_document_is_cited_that_is_not_here(path: Path) -> None:
    assert ELSEWHERE.findall(path.read_text(encoding="utf-8")) == []


def test_a_citation_is_found() -> None:
    text = '"""As Spotify says (docs/spotify.md,\n    sections 2.1 and 6); docs/formats.md, "The record"."""'
    assert [*citations(text)] == [("docs/spotify.md", ["2.1", "6"]), ("docs/formats.md", ["The record"])]
    assert {"The record", "The index"} <= headings("docs/formats.md")
