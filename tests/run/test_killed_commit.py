"""Killed while it commits: the repository is sound, and the next run commits what is missing."""

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

import pytest

from playlist_archive.archive import layout
from playlist_archive.archive.ids import parse_playlist_id
from playlist_archive.archive.store import Store
from playlist_archive.git.repository import Git
from playlist_archive.outcome import Result
from playlist_archive.render.page import Repository
from playlist_archive.run.commit import commit_run
from playlist_archive.run.pages import pages
from tests.builders import record, track
from tests.worlds import START, world_id

ONE: Final = parse_playlist_id(world_id(1))
SITE: Final = Repository(None)
FEW: Final = (3, 9, 11, 12, 14)
"""Before git looks, stores, builds the tree and the commit, moves the branch, and brings the user's index in line."""


def git(folder: Path, *arguments: str) -> str:
    done = subprocess.run(("git", *arguments), cwd=folder, check=True, capture_output=True, encoding="utf-8")
    return done.stdout.strip()


def archive(root: Path, *songs: int) -> None:
    store = Store(root)
    made = record([track(number) for number in songs], id=ONE)
    store.save(made, pages(made, SITE))
    store.finish()


def committed(root: Path) -> Result:
    result = Result(START, outcomes=(), problems=(), requests=0, written=())
    return commit_run(Git(root, day=START), result, repository=SITE, is_pushed=False)


@pytest.fixture(scope="module")
def seed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository with a commit, and with work of the user and of a run that is not committed."""
    root = tmp_path_factory.mktemp("seed")
    git(root, "init", "--quiet", "--initial-branch=main")
    archive(root, 1)
    assert not committed(root).troubles
    archive(root, 1, 2)
    return root


def commit_and_die(root: Path, point: int, number: int) -> int:
    """What becomes of a process that commits, and gets a signal when it starts git for the so-many-th time."""
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    count = 0

    def watch(event: str, _: Any) -> None:
        nonlocal count
        if event == "subprocess.Popen":
            count += 1
            if count == point:
                os.kill(os.getpid(), number)

    sys.addaudithook(watch)
    try:
        committed(root)
    finally:
        os._exit(0)


def survives(seed: Path, root: Path, point: int, number: int) -> bool:
    """Whether there was such a point, and all is well afterwards."""
    shutil.copytree(seed, root)
    code = commit_and_die(root, point, number)
    assert code in (0, -number)
    assert len(git(root, "log", "--format=%H").split()) in (1, 2)
    assert not committed(root).troubles
    for path in layout.files_of(ONE):
        assert git(root, "show", f"HEAD:{path}") == (root / path).read_text().strip()
    git(root, "fsck", "--strict")
    assert len(git(root, "log", "--format=%H").split()) == 2
    return code != 0


@pytest.mark.parametrize("point", FEW)
def test_a_commit_that_is_killed_is_made_by_the_next_run(seed: Path, tmp_path: Path, point: int) -> None:
    number = signal.SIGTERM if point % 2 else signal.SIGKILL
    assert survives(seed, tmp_path / "root", point, number)


@pytest.mark.proof
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_a_commit_that_is_killed_at_any_moment_is_made_by_the_next_run(
    seed: Path, tmp_path: Path, number: signal.Signals
) -> None:
    point = 1
    while survives(seed, tmp_path / str(point), point, number):
        point += 1
    assert point > len(FEW)
