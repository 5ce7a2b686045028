"""Milliseconds from the start of the program to its first request."""

import socket
import subprocess
import time
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Final

from .command import UPDATE, environment, register
from .worlds import Row, invented

TIMES: Final = 7


def measure() -> list[Row]:
    """The median and the slowest of some starts; one before them warms the disk's cache."""
    _milliseconds()
    taken = [_milliseconds() for _ in range(TIMES)]
    return [{"start": "to the first request", "median ms": median(taken), "slowest ms": max(taken)}]


def _milliseconds() -> float:
    with TemporaryDirectory() as folder, socket.create_server(("127.0.0.1", 0)) as listening:
        root = Path(folder)
        register(root, invented(1).ids())
        url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        began = time.perf_counter()
        process = subprocess.Popen(UPDATE, cwd=root, env=environment(url, 0), stdout=subprocess.DEVNULL)
        connection, _ = listening.accept()
        taken = (time.perf_counter() - began) * 1000
        connection.close()
        process.kill()
        process.wait()
    return taken
