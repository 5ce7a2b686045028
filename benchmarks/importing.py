"""Imports the real old archive, if it is there: seconds to read it, to merge its days, to write, and to replay them."""

import os
import subprocess
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple, TypeVar

from playlist_archive.archive.registry import Registry
from playlist_archive.importer.adopt import Choice, Import, read_import
from playlist_archive.importer.keep import keep
from playlist_archive.render.page import Repository

from .worlds import Row

_SHARED = Path(os.environ.get("PLAYLIST_ARCHIVE_SHARED") or Path(__file__).parents[2] / "shared")
SOURCE = _SHARED / "corpus" / "old-archive" / "2019-2021.bundle"
NOTHING = Registry({}, ())

ResultT = TypeVar("ResultT")


def measure() -> list[Row]:
    """Seconds on the clock, and of the processor for this program and for git; none where the archive is missing."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        for command in (("init", "--quiet"), ("commit", "--quiet", "--allow-empty", "--message=Begin")):
            subprocess.run(("git", "-c", "user.name=A", "-c", "user.email=a@b", *command), cwd=root, check=True)
        found, reading = _timed(
            lambda: read_import(root, str(SOURCE), NOTHING, Choice(every=True), today=datetime.now(UTC).date())
        )
        _, replaying = _timed(lambda: keep(root, found, NOTHING, Repository(None), with_history=True))
    with tempfile.TemporaryDirectory() as folder:
        _, writing = _timed(lambda: keep(Path(folder), found, NOTHING, Repository(None)))
    return [_row("read and merge", found, reading), _row("write", found, writing), _row("replay", found, replaying)]


class _Cost(NamedTuple):
    """Seconds: on the clock, of the processor for this program, and for the programs that it started."""

    wall: float
    own: float
    git: float


def _now() -> _Cost:
    times = os.times()
    return _Cost(times.elapsed, times.user + times.system, times.children_user + times.children_system)


def _timed(work: Callable[[], ResultT]) -> tuple[ResultT, _Cost]:
    before = _now()
    result = work()
    return result, _Cost(*(after - begun for begun, after in zip(before, _now(), strict=True)))


def _row(what: str, found: Import, cost: _Cost) -> Row:
    counted: Row = {"step": what, "playlists": len(found.adopted), "versions": found.versions}
    return {**counted, "wall s": cost.wall, "cpu s": cost.own, "git cpu s": cost.git}
