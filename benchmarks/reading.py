"""Reading back: from git to timelines, with nothing new, with one playlist new, and the commands on a warm cache.

Beside them stand `git log -p` of one plain page, and simonw's `git-history` of one record, if it can be installed.
"""

import json
import os
import shutil
import subprocess
import sys
import venv
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from playlist_archive.archive import layout
from playlist_archive.archive.ids import PlaylistId
from playlist_archive.git.versions import place
from tests.archives import git

from .histories import REAL, Day, invented_days, real_days, with_history
from .worlds import Row

INVENTED: Final = (100, 365)
"""Playlists of 100 songs, and days."""

IMPORT: Final = "import resource, sys; from pathlib import Path; from playlist_archive.history.cache import timelines"
OWN_MEMORY: Final = "; print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, file=sys.stderr)"
BUILD: Final = f"{IMPORT}; timelines(Path('.')){OWN_MEMORY}"

TRACKS: Final = "json.loads(content)['tracks']"
"""What `git-history` is to read of a record."""


def measure() -> list[Row]:
    """A row per archive and question; real playlists only if their corpus is there."""
    rows: list[Row] = []
    if REAL.is_dir():
        rows += measured("60 real × 129 days", real_days())
    return rows + measured(f"{INVENTED[0]} invented × {INVENTED[1]} days", invented_days(*INVENTED))


def measured(world: str, days: Iterator[Day]) -> list[Row]:
    """The rows of one archive, made of these days."""
    with TemporaryDirectory(prefix="playlist-archive-bench-") as folder:
        root = with_history(Path(folder, "archive"), days)
        playlist = PlaylistId(min((root / layout.PLAYLISTS / "plain").iterdir()).stem)
        rows = [*_timelines(root, playlist), *_others(root, playlist, Path(folder))]
        return [{"world": world, **row} for row in rows]


def _timelines(root: Path, playlist: PlaylistId) -> Iterator[Row]:
    yield _row("start of Python and imports", root, "-c", f"{IMPORT}{OWN_MEMORY}")
    yield _row("all versions to timelines", root, "-c", BUILD)
    yield _row("nothing new", root, "-c", BUILD)
    day = git(root, "log", "-1", "--format=%as", "HEAD~20")
    yield _row("show --at", root, "-m", "playlist_archive", "show", playlist, "--at", day)
    yield _row("diff", root, "-m", "playlist_archive", "diff", playlist, day)
    yield _row("log of all", root, "-m", "playlist_archive", "log")
    record = root / layout.data(playlist)
    record.write_bytes(record.read_bytes().replace(b'"name": "', b'"name": "New ', 1))
    last = git(root, "log", "-1", "--format=%aI")
    git(root, "commit", "--quiet", "--all", "--message=one changed", GIT_AUTHOR_DATE=last)
    yield _row("one changed playlist", root, "-c", BUILD)
    size = sum(path.stat().st_size for path in (place(root).cache / "timelines").iterdir())
    yield {"what": "KB of timelines", "seconds": None, "cpu": None, "MB": size / 1024, "Python MB": None}


def _others(root: Path, playlist: PlaylistId, folder: Path) -> Iterator[Row]:
    page = layout.plain(playlist)
    shown = f"import subprocess; subprocess.run(['git', 'log', '-p', '--', {page!r}], stdout=subprocess.DEVNULL)"
    yield _row("git log -p of one plain page", root, "-c", shown)
    if program := _git_history(folder / "venv"):
        options = ("--id", "uri", "--convert", TRACKS, "--import", "json", "--ignore-duplicate-ids", "--silent")
        database = str(folder / "one.db")
        yield _row("git-history of one record", root, program, "file", database, layout.data(playlist), *options)
        shutil.rmtree(folder / "venv")


def _git_history(folder: Path) -> str:
    """The path of `git-history` in an environment of its own. Empty if it cannot be installed."""
    venv.create(folder, with_pip=True)
    program = folder / "bin" / "git-history"
    install = (str(folder / "bin" / "pip"), "install", "--quiet", "git-history")
    if subprocess.run(install, check=False, capture_output=True).returncode:
        print("git-history is left out: the package index cannot be reached", file=sys.stderr)
        return ""
    return str(program)


def _row(what: str, root: Path, *arguments: str) -> Row:
    """What a program took. Options alone go to Python."""
    program = (sys.executable,) if arguments[0].startswith("-") else ()
    command = (sys.executable, "-m", "benchmarks.timed", *program, *arguments)
    today = git(root, "log", "-1", "--format=%as")
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[1]), "ARCHIVE_DATE": today}
    done = subprocess.run(command, cwd=root, env=environment, capture_output=True, check=True, text=True)
    figures = json.loads(done.stdout)
    if figures["code"]:
        raise RuntimeError(f"{what} ended with {figures['code']}: {done.stderr}")
    own = float(done.stderr) if OWN_MEMORY in arguments[-1] else None
    took = {"seconds": figures["seconds"], "cpu": figures["cpu"], "MB": figures["peak_mb"]}
    return {"what": what, **took, "Python MB": own}
