"""What grows with the number of playlists: time, memory, the checkout, the index, and git's own time."""

import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from playlist_archive.archive import layout
from playlist_archive.git.push import push
from playlist_archive.git.repository import Git
from playlist_archive.outcome import Result
from playlist_archive.render.page import Repository
from playlist_archive.run.commit import commit_run

from .command import Cost, register, update
from .packed import git
from .served import served
from .worlds import START, Row, invented

SIZES: Final = (100, 1_000, 10_000)
"""Playlists of 100 tracks."""

MB: Final = 1_000_000


def measure() -> list[Row]:
    return [_measured(count) for count in SIZES]


def _measured(count: int) -> Row:
    """A first run and its commit, then a day on which a fifth changed, and its commit and push."""
    with TemporaryDirectory() as folder, served(count) as spotify:
        root, origin = Path(folder, "archive"), Path(folder, "origin.git")
        root.mkdir()
        git(root, "init", "--quiet", "--initial-branch=main")
        register(root, invented(count).ids())
        first = update(root, spotify.url, 0)
        _commit(root, day=0)
        git(root, "clone", "--quiet", "--bare", str(root), str(origin))
        git(root, "remote", "add", "origin", str(origin))
        spotify.on(1)
        second = update(root, spotify.url, 1)
        return {"playlists": count} | _run("first", first) | _run("day", second) | _gits(root) | _files(root)


def _commit(root: Path, *, day: int) -> None:
    today = START + timedelta(days=day)
    result = Result(today, outcomes=(), problems=(), requests=0, written=())
    done = commit_run(Git(root, day=today), result, repository=Repository(None), is_pushed=False)
    assert not done.troubles


def _run(which: str, cost: Cost) -> Row:
    return {f"{which}, s": cost.seconds, f"{which}, CPU s": cost.cpu, f"{which}, peak MB": cost.peak_mb}


def _gits(root: Path) -> Row:
    """Seconds that git takes for the day's change."""
    return {
        "status, s": _seconds(lambda: git(root, "status", "--porcelain")),
        "commit, s": _seconds(lambda: _commit(root, day=1)),
        "push, s": _seconds(lambda: push(Git(root))),
    }


def _seconds(act: Callable[[], object]) -> float:
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


def _files(root: Path) -> Row:
    """The checkout, and the largest files of those that tell of all playlists."""
    files = [path for path in (root / layout.PLAYLISTS).rglob("*") if path.is_file()]
    pages = [root / layout.INDEX_PAGE, *(root / layout.INDEX_PARTS).glob("*")]
    followers = (root / layout.FOLLOWERS).glob("*.csv")
    return {
        "files": len(files),
        "checkout, MB": sum(path.stat().st_size for path in files) / MB,
        "index pages": len(pages),
        "largest, lines": max(len(path.read_bytes().splitlines()) for path in pages),
        "largest, bytes": max(path.stat().st_size for path in pages),
        "index.json, bytes": (root / layout.INDEX_DATA).stat().st_size,
        "followers, bytes after 2 days": sum(path.stat().st_size for path in followers),
    }
