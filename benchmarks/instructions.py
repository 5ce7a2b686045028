"""Millions of instructions that one more playlist of 100 tracks costs a run, Spotify's side not counted.

Other work on the machine changes the seconds of `cpu.py`, but not these. Valgrind counts them.
"""

import os
import re
import shutil
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from .command import UPDATE, environment, register, update
from .served import served
from .worlds import Row, invented

FEW: Final = 10
MANY: Final = 40
"""Runs of two sizes, so that the start of the program does not count."""

COUNTING: Final = ("valgrind", "--tool=cachegrind", "--cache-sim=no", f"--cachegrind-out-file={os.devnull}")


def measure() -> list[Row]:
    """The slope between two sizes.

    Raises:
        RuntimeError: there is no valgrind, or a run did not end well.
    """
    if not shutil.which(COUNTING[0]):
        msg = "install valgrind to count instructions"
        raise RuntimeError(msg)
    kinds = {
        "unchanged, and the library says so": _slope(as_user=True),
        "unchanged, read whole": _slope(),
        "changed": _slope(change_share=1.0),
    }
    return [{"millions of instructions of one more playlist": kind, "M": number} for kind, number in kinds.items()]


def _slope(*, change_share: float = 0.0, as_user: bool = False) -> float:
    few, many = (_counted(count, change_share, as_user=as_user) for count in (FEW, MANY))
    return (many - few) / (MANY - FEW) / 1e6


def _counted(count: int, change_share: float, *, as_user: bool) -> int:
    """Instructions of the second day's run."""
    with served(count, change_share=change_share) as spotify, TemporaryDirectory() as folder:
        root = Path(folder)
        register(root, invented(count).ids())
        spotify.on(0)
        update(root, spotify.url, 0, as_user=as_user)
        spotify.on(1)
        variables = environment(spotify.url, 1, as_user=as_user) | {"PYTHONHASHSEED": "0"}
        command = (*COUNTING, *UPDATE, "--root", str(root))
        done = subprocess.run(command, env=variables, capture_output=True, text=True, check=False)
    found = re.search(r"I\s+refs:\s+([0-9,]+)", done.stderr)
    if done.returncode or not found:
        raise RuntimeError(f"the run ended with {done.returncode}: {done.stderr}")
    return int(found[1].replace(",", ""))
