"""How long a run takes where every answer takes 50 ms and nothing holds it back."""

import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from spotify_simulator.app import Simulator
from spotify_simulator.options import Options

from .command import register, update
from .served import Served, served
from .worlds import START, Row, bench, invented

COUNT: Final = 300
LATENCY: Final = 0.05
"""Seconds."""


def measure() -> list[Row]:
    """Seconds of a first run, and of a day on which a fifth changed; the command includes the start of the program."""
    inside, command = _inside(), _command()
    return [
        {"300 playlists, 50 ms an answer": "first run", "the run alone, s": inside[0], "the command, s": command[0]},
        {"300 playlists, 50 ms an answer": "the next day", "the run alone, s": inside[1], "the command, s": command[1]},
    ]


def _inside() -> list[float]:
    """Without sockets; the simulator's own work is in the time."""
    with bench(Simulator(invented(COUNT), day=START, options=Options(latency=LATENCY))) as archive:
        return [_seconds(archive.run, day) for day in range(2)]


def _command() -> list[float]:
    """Over sockets, the simulator in another process."""
    with TemporaryDirectory() as folder, served(COUNT, latency=LATENCY) as spotify:
        root = Path(folder)
        register(root, invented(COUNT).ids())
        return [_day(root, spotify, day) for day in range(2)]


def _day(root: Path, spotify: Served, day: int) -> float:
    spotify.on(day)
    return update(root, spotify.url, day).seconds


def _seconds(run: Callable[[int], object], day: int) -> float:
    began = time.perf_counter()
    run(day)
    return time.perf_counter() - began
