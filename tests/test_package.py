"""The package as release.yml publishes it: built, checked, and installed from its wheel alone."""

import re
import shutil
import subprocess
import sys
import tomllib
import venv
import zipfile
from collections.abc import Sequence
from pathlib import Path

import pytest

from playlist_archive.init.files import TEMPLATES, WORKFLOW
from playlist_archive.upstream import RELEASED_COMMIT, UPSTREAM
from tests.test_repository import ROOT, tracked

COMMIT = "0123456789abcdef0123456789abcdef01234567"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
BIN = Path(sys.executable).parent


def run(folder: Path, *command: str | Path, code: int = 0) -> str:
    done = subprocess.run(tuple(map(str, command)), cwd=folder, capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout + done.stderr


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """What the package is made of, prepared for the commit as `make package` does it."""
    folder = tmp_path / "checkout"
    for path in tracked():
        if path.startswith(("src/", ".ci/")) or "/" not in path:
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / path, folder / path)
    run(folder, sys.executable, ".ci/prepare_package.py", COMMIT, ".")
    return folder


def names(wheel: Path) -> Sequence[str]:
    with zipfile.ZipFile(wheel) as archive:
        return archive.namelist()


def test_the_documents_install_the_version_that_the_package_has() -> None:
    page = (ROOT / "docs" / "setup.md").read_text(encoding="utf-8")
    assert set(re.findall(rf"{UPSTREAM}@v([\w.]+)", page)) == {PROJECT["version"]}


def test_a_prepared_checkout_has_the_commit_and_links_that_lead_somewhere_from_anywhere(checkout: Path) -> None:
    text = (checkout / "src/playlist_archive/upstream.py").read_text(encoding="utf-8")
    assert RELEASED_COMMIT not in text
    assert f'"{COMMIT}"' in text
    links = re.findall(r"\]\(([^)\s]+)\)", (checkout / "README.md").read_text(encoding="utf-8"))
    assert f"https://github.com/{UPSTREAM}/blob/{COMMIT}/docs/setup.md" in links
    assert f"https://github.com/{UPSTREAM}/new/main/registry" in links
    assert [link for link in links if not link.startswith(("https://", "#"))] == []


@pytest.mark.parametrize(
    ("commit", "sentence"), [("main", "is no commit"), (COMMIT, "has no place for the commit")], ids=["name", "twice"]
)
def test_a_checkout_is_prepared_once_and_for_a_commit(checkout: Path, commit: str, sentence: str) -> None:
    assert sentence in run(checkout, sys.executable, ".ci/prepare_package.py", commit, ".", code=1)


def test_a_tag_that_is_not_the_version_builds_nothing() -> None:
    told = run(ROOT, "make", "--old-file=.venv/.development", "package", "TAG=v99.0", f"COMMIT={COMMIT}", code=2)
    assert "the tag v99.0 is not v and the version in pyproject.toml" in told
    assert "hatchling" not in told


@pytest.mark.proof
def test_a_package_is_built_checked_installed_from_its_wheel_and_archives(checkout: Path, tmp_path: Path) -> None:
    dist = tmp_path / "dist"
    run(checkout, sys.executable, "-m", "hatchling", "build", "--directory", dist)
    (wheel,), (source,) = dist.glob("*.whl"), dist.glob("*.tar.gz")
    assert run(tmp_path, BIN / "twine", "check", "--strict", wheel, source).count("PASSED") == 2
    templates = {f"playlist_archive/init/templates/{name}" for name in TEMPLATES.values()}
    assert templates <= set(names(wheel))

    venv.create(tmp_path / "fresh", with_pip=True)
    fresh = tmp_path / "fresh" / "bin"
    run(tmp_path, fresh / "python", "-m", "pip", "install", "--quiet", f"{wheel}[demo]")

    assert run(tmp_path, fresh / "playlist-archive", "--version") == f"playlist-archive {PROJECT['version']}\n"
    assert "12 created" in run(tmp_path, fresh / "playlist-archive", "demo", "archived", "--days", "1")
    run(tmp_path, fresh / "playlist-archive", "init", "begun")
    pinned = f"uses: {UPSTREAM}@{COMMIT} # v{PROJECT['version']}\n"
    assert pinned in (tmp_path / "begun" / WORKFLOW).read_text(encoding="utf-8")
