"""What a repository at the host grows by: of pushes of what was stored, as the archive does it, and of differences."""

import subprocess
from datetime import timedelta
from pathlib import Path
from typing import Final

from spotify_simulator.app import Simulator

from .growth import commit
from .packed import git, pack, pack_size
from .worlds import START, Bench, Row, bench, invented

PLAYLISTS: Final = 300
"""Of 100 tracks; a fifth of them changes a day."""

DAYS: Final = 14
WINDOWS: Final = {"as stored": 0, "as differences": 10}
"""Way of pushing → the files with which git compares each in search of differences."""


def measure() -> list[Row]:
    """Bytes of the days after the first one; the host packs in git's usual way, once after all days or every day."""
    with bench(Simulator(invented(PLAYLISTS), day=START)) as archive:
        git(archive.root, "init", "--quiet", "--initial-branch=main")
        commit(archive, START)
        hosts = [_Host(archive, pushed) for pushed in WINDOWS]
        for day in range(1, DAYS + 1):
            commit(archive, START + timedelta(days=day))
            for host in hosts:
                host.receive()
        return [host.row() for host in hosts]


class _Host:
    """Two repositories that get the same pushes: one packs every day, the other does not."""

    def __init__(self, archive: Bench, pushed: str) -> None:
        self._pushed, self._source, self._sent = pushed, archive.root, 0
        self._idle, self._tidy = (archive.root / ".git" / f"{pushed}, {habit}" for habit in ("idle", "tidy"))
        for repository in (self._idle, self._tidy):
            git(self._source, "clone", "--quiet", "--bare", "--no-local", str(self._source), str(repository))
        self._before = pack_size(self._idle)

    def receive(self) -> None:
        window = f"pack.window={WINDOWS[self._pushed]}"
        self._sent += _bytes_to_send(self._source, window)
        for repository in (self._idle, self._tidy):
            git(self._source, "-c", window, "push", "--quiet", str(repository), "main")
        git(self._tidy, "gc", "--quiet")

    def row(self) -> Row:
        grown = pack_size(self._idle) - self._before
        git(self._idle, "gc", "--quiet")
        row: Row = {
            "pushed": self._pushed,
            "sent a day": self._sent // DAYS,
            "kept a day until it packs": grown // DAYS,
            "all, packed once": pack_size(self._idle),
            "all, packed every day": pack_size(self._tidy),
        }
        pack(self._idle)
        return row | {"all, packed aggressively": pack_size(self._idle)}


def _bytes_to_send(root: Path, window: str) -> int:
    """What a push of the last commit sends."""
    command = ("git", "-c", window, "pack-objects", "--quiet", "--revs", "--thin", "--delta-base-offset", "--stdout")
    done = subprocess.run(command, cwd=root, input=b"HEAD\n^HEAD~1\n", capture_output=True, check=True)
    return len(done.stdout)
