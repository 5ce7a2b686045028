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

READS_THE_REPOSITORY = ("Path(__file__).parents", "import ROOT", ", ROOT")
"""What stands in a test module that looks at files of the repository."""


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The tracked files without the example, and an archive of somebody's own."""
    root = tmp_path / "copy"
    for name in tracked():
        if not name.startswith((layout.PLAYLISTS, layout.REGISTRY)):
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, root / name)
    archive = Archive(root, spotify(daily([playlist(1, name="pypi.org"), playlist(2)]), day=START))
    archive.register()
    archive.run()
    for command in (("init", "--quiet"), ("add", "--all")):
        subprocess.run(("git", *command), cwd=root, check=True)
    return root


def modules() -> list[str]:
    paths = [
        name for name in tracked() if Path(name).name.startswith("test_") and not name.startswith("tests/workflows")
    ]
    texts = {name: (ROOT / name).read_text(encoding="utf-8") for name in paths if name != "tests/test_copy.py"}
    return [name for name, text in texts.items() if any(each in text for each in READS_THE_REPOSITORY)]


@pytest.mark.proof
def test_the_tests_that_look_at_the_repository_pass_in_a_copy(copy: Path) -> None:
    assert "tests/test_repository.py" in modules()
    assert list(copy.rglob(f"*{EXAMPLE}*")) == []
    command = (sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *modules())
    environment = os.environ | {"CI": "false", "PYTHONPATH": str(copy / "src"), "PYTHONDONTWRITEBYTECODE": "1"}

    done = subprocess.run(command, cwd=copy, env=environment, capture_output=True, encoding="utf-8", check=False)

    assert done.returncode == 0, done.stdout + done.stderr
    assert "the example is not archived here" in done.stdout
