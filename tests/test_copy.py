"""A copy of this repository in which somebody archives: what CI asks of the code holds there too."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from playlist_archive.archive import layout
from playlist_archive.init.example import EXAMPLE
from tests.harness import Archive, spotify
from tests.test_repository import ROOT, tracked
from tests.worlds import START, daily, playlist

LOOK_AT_THE_REPOSITORY = (
    "tests/init/test_begin.py",
    "tests/init/test_example.py",
    "tests/test_dependencies.py",
    "tests/test_package.py",
    "tests/test_repository.py",
    "tests/test_upstream.py",
    "tests/test_words.py",
)

OF_AN_OWNER = f"pypi{chr(46)}org"
"""What no file of ours may name; a playlist may."""


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The tracked files without the example, and an archive of somebody's own."""
    root = tmp_path / "copy"
    for name in tracked():
        if not name.startswith((layout.PLAYLISTS, layout.REGISTRY)):
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, root / name)
    archive = Archive(root, spotify(daily([playlist(1, name=OF_AN_OWNER), playlist(2)]), day=START))
    archive.register()
    archive.run()
    for command in (("init", "--quiet"), ("add", "--all")):
        subprocess.run(("git", *command), cwd=root, check=True)
    return root


@pytest.mark.proof
def test_the_tests_that_look_at_the_repository_pass_in_a_copy(copy: Path) -> None:
    assert list(copy.rglob(f"*{EXAMPLE}*")) == []
    command = (sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *LOOK_AT_THE_REPOSITORY)
    environment = os.environ | {"CI": "false", "PYTHONPATH": str(copy / "src"), "PYTHONDONTWRITEBYTECODE": "1"}

    done = subprocess.run(command, cwd=copy, env=environment, capture_output=True, encoding="utf-8", check=False)

    assert done.returncode == 0, done.stdout + done.stderr
    assert "the example is not archived here" in done.stdout
