"""The project's name on GitHub and the commit of its release stand in one place each; other files are held to that."""

import re
from collections.abc import Iterator

from playlist_archive.upstream import RELEASED_COMMIT, UPSTREAM
from tests.test_repository import ROOT, tracked

NAME = UPSTREAM.split("/")[1]
CONSTANTS = "src/playlist_archive/upstream.py"
NAMES_A_REPOSITORY = re.compile(rf"(?:github\.com/|uses: |['\"=])(?!refs/)([\w.-]+/{re.escape(NAME)})\b")
"""Where a text can name the project: in an address, behind `uses:`, or as a whole value."""

A_COMMIT_OF_ZEROS = re.compile(r"\b0{40}\b")


def texts() -> Iterator[tuple[str, str]]:
    """Path → text of every tracked file but the archive's and the lock files."""
    for path in tracked():
        if not path.startswith(("playlists/", "requirements")) and not path.endswith(("package-lock.json", ".png")):
            yield path, (ROOT / path).read_text(encoding="utf-8")


def test_every_file_that_names_the_project_names_the_same_one() -> None:
    named = {path: set(NAMES_A_REPOSITORY.findall(text)) for path, text in texts()}
    assert {path for path, names in named.items() if names - {UPSTREAM}} == set()
    assert named[CONSTANTS] == named["docs/setup.md"] == {UPSTREAM}


def test_no_program_has_the_name_written_in() -> None:
    code = [path for path, text in texts() if UPSTREAM in text and path.endswith((".py", ".sh", "action.yml"))]
    assert code == [CONSTANTS]


def test_the_commit_that_is_none_stands_in_one_place() -> None:
    assert [path for path, text in texts() if A_COMMIT_OF_ZEROS.search(text)] == [CONSTANTS]
    assert re.fullmatch("[0-9a-f]{40}", RELEASED_COMMIT)
