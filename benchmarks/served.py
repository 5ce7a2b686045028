"""The simulator in a process of its own, so that what is measured is the archive's process alone.

`python -m benchmarks.served COUNT SIZE SHARE LATENCY` serves, prints its address, and takes the number of the day from
each line that it reads; it ends with its input.
"""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import IO

from spotify_simulator.app import Simulator
from spotify_simulator.options import Options
from spotify_simulator.serve import serving

from .worlds import START, invented


class Served:
    """A simulated Spotify at `url`."""

    def __init__(self, orders: IO[str], answers: IO[str]) -> None:
        self._orders, self._answers = orders, answers
        self.url = answers.readline().strip()

    def on(self, day: int) -> None:
        """Goes to a day, counted from `START`."""
        print(day, file=self._orders, flush=True)
        self._answers.readline()


@contextmanager
def served(count: int, *, size: int = 100, change_share: float = 0.2, latency: float = 0.0) -> Iterator[Served]:
    """Serves `count` playlists of `size` tracks, with `latency` seconds before each answer."""
    numbers = map(str, (count, size, change_share, latency))
    command = (sys.executable, "-m", "benchmarks.served", *numbers)
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin
        assert process.stdout
        try:
            yield Served(process.stdin, process.stdout)
        finally:
            process.stdin.close()


def main(count: str, size: str, change_share: str, latency: str) -> None:
    world = invented(int(count), size=int(size), change_share=float(change_share))
    simulator = Simulator(world, day=START, options=Options(latency=float(latency)))
    with serving(simulator) as url:
        print(url, flush=True)
        for line in sys.stdin:
            simulator.day = START + timedelta(days=int(line))
            print(simulator.day, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
