"""The documents are true where a reader relies on them without looking: commands to copy, and where things are."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "playlist_archive"
DOCUMENTS = sorted((ROOT / "docs").glob("*.md"))
FAMILIES = ("doctor", "export", "render", "report")
"""Folders to which somebody adds a module: a finding, a format, a page, an audience."""

COMMAND = re.compile(r"^    ((?:playlist-archive|git|gh) .*)$", re.MULTILINE)


def prose_behind_a_command(text: str) -> list[str]:
    """Commands with an explanation behind them that a shell takes for arguments."""
    return [line for line in COMMAND.findall(text) if re.search(r"\S {3,}[^#\s]", line)]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_a_command_can_be_copied_as_a_whole_line(document: Path) -> None:
    assert prose_behind_a_command(document.read_text(encoding="utf-8")) == []


def test_prose_behind_a_command_is_seen() -> None:
    text = "    playlist-archive site    # a comment\n    playlist-archive site    some prose\n"
    assert prose_behind_a_command(text) == ["playlist-archive site    some prose"]


@pytest.mark.parametrize("family", FAMILIES)
def test_the_table_of_places_names_every_module_of_a_family(family: str) -> None:
    rows = (ROOT / "docs" / "design.md").read_text(encoding="utf-8").splitlines()
    row = next(line for line in rows if re.search(rf"\| `{family}/`[:,]", line))
    modules = {path.name for path in (SOURCE / family).glob("[!_]*.py")}
    assert {name for name in modules if f"{name}`" not in row} == set()


def test_the_table_of_places_names_every_module() -> None:
    text = (ROOT / "docs" / "design.md").read_text(encoding="utf-8")
    modules = [path.relative_to(SOURCE) for path in SOURCE.rglob("[!_]*.py") if path.parent.name != "cli"]
    assert len(modules) > 100
    assert [str(path) for path in modules if f"{path.name}`" not in text] == []
