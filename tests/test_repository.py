"""The repository itself: its own archive is what the product writes, and nothing in it names another place.

In a copy of it the archive is the copy's owner's: what holds for the example here is not asked there.
"""

import importlib.metadata
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from playlist_archive.archive import layout
from playlist_archive.archive.ids import PlaylistId, parse_playlist_id
from playlist_archive.archive.record_file import record_text
from playlist_archive.archive.registry import read_registry
from playlist_archive.archive.store import Store
from playlist_archive.init.example import EXAMPLE
from playlist_archive.render.page import Repository
from playlist_archive.run.pages import pages, render
from playlist_archive.upstream import UPSTREAM
from tests.conftest import missing

ROOT = Path(__file__).parents[1]
SITE = Repository(UPSTREAM, "main")

NO_EXAMPLE = "the example is not archived here, so this is a copy of the repository"
IS_A_COPY = not (ROOT / layout.data(EXAMPLE)).exists()
RECORDS = [] if IS_A_COPY else [parse_playlist_id(path.stem) for path in sorted((ROOT / layout.DATA).glob("*.json"))]


@pytest.fixture
def example() -> None:
    """Nothing; skips a test in a copy, and fails it in the gate, which runs on no copy."""
    if IS_A_COPY:
        missing(NO_EXAMPLE)


PICTURE = ".png"


def tracked() -> list[str]:
    done = subprocess.run(("git", "ls-files", "-z"), cwd=ROOT, check=True, capture_output=True, encoding="utf-8")
    return [name for name in done.stdout.split("\0") if name and (ROOT / name).is_file()]


@pytest.mark.usefixtures("example")
def test_a_real_playlist_is_archived_here() -> None:
    assert EXAMPLE in RECORDS
    assert EXAMPLE in read_registry(ROOT).aliases


@pytest.mark.parametrize("playlist", RECORDS)
def test_the_pages_here_are_what_the_product_writes(playlist: PlaylistId) -> None:
    record = Store(ROOT).record(playlist)
    assert record
    written = {path: (ROOT / path).read_text(encoding="utf-8") for path in pages(record, SITE)}
    assert written == pages(record, SITE)
    assert (ROOT / layout.data(playlist)).read_text(encoding="utf-8") == record_text(record)


@pytest.mark.usefixtures("example")
def test_the_index_here_is_what_the_product_writes(tmp_path: Path) -> None:
    for folder in (layout.PLAYLISTS, layout.REGISTRY):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    store = Store(tmp_path)

    assert render(store, SITE, read_registry(tmp_path)) == []
    assert store.written == set()


def test_no_file_names_a_package_registry_or_a_folder_of_somebodys_machine() -> None:
    elsewhere = re.compile(r"index-url|extra-index|find-links|pypi\.org|/home/[a-z]|/Users/[A-Za-z]")
    for name in tracked():
        if name == Path(__file__).relative_to(ROOT).as_posix() or name.startswith((layout.PLAYLISTS, layout.REGISTRY)):
            continue
        if name.endswith(PICTURE):
            continue
        for line in (ROOT / name).read_text(encoding="utf-8").splitlines():
            found = elsewhere.search(line)
            assert found is None or "--no-emit-index-url" in line, f"{name}: {line}"


@pytest.mark.parametrize("lock", ["requirements/runtime.txt", "requirements/dev.txt"])
def test_a_lock_pins_a_package_together_with_the_extras_that_are_asked_of_it(lock: str) -> None:
    """Else pip 23 takes the newest release for `name[extra]`, and refuses it for want of a hash."""
    pinned = re.findall(
        r"^([a-z0-9.-]+)(\[[A-Za-z0-9._,-]+\])?==", (ROOT / lock).read_text(encoding="utf-8"), re.MULTILINE
    )
    locked = {name: set(filter(None, extras.strip("[]").split(","))) for name, extras in pinned}
    assert {"httpx", "pydantic"} <= locked.keys()
    for name in locked:
        try:
            needs = [Requirement(line) for line in importlib.metadata.requires(name) or ()]
        except importlib.metadata.PackageNotFoundError:
            continue  # only for another system or Python
        for need in needs:
            if need.extras and (need.marker is None or need.marker.evaluate({"extra": ""})):
                assert need.extras <= locked[canonicalize_name(need.name)], f"{name} needs {need}"


def test_every_link_in_the_documents_leads_somewhere() -> None:
    archives = (layout.PLAYLISTS, "tests/fixtures/")
    documents = [name for name in tracked() if name.endswith(".md") and not name.startswith(archives)]
    assert len(documents) >= 5
    for name in documents:
        text = (ROOT / name).read_text(encoding="utf-8")
        for target in re.findall(r"\]\(([^)#\s]+)(?:#[\w-]*)?\)", text):
            leads_to_the_example = EXAMPLE in target or target.startswith((layout.PLAYLISTS, f"../{layout.PLAYLISTS}"))
            if "://" not in target and not target.startswith("../../") and not (IS_A_COPY and leads_to_the_example):
                assert (ROOT / name).parent.joinpath(target).exists(), f"{name} links to {target}"
