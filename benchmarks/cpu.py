"""Milliseconds of the processor that one more playlist of 100 tracks costs a run, Spotify's side not counted."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from .command import register, update
from .served import Served, served
from .worlds import Row, invented

FEW: Final = 20
MANY: Final = 220
TIMES: Final = 3
"""Runs of each size, of which the cheapest counts: whatever else the machine does only adds to it."""


def measure() -> list[Row]:
    """The slope between two sizes, so that the start of the program does not count."""
    kinds = {
        "new": _slope(day=0),
        "unchanged, and the library says so": _slope(day=1, as_user=True),
        "unchanged, read whole": _slope(day=1),
        "changed": _slope(day=1, change_share=1.0),
    }
    return [{"CPU of one more playlist": kind, "ms": milliseconds} for kind, milliseconds in kinds.items()]


def _slope(*, day: int, change_share: float = 0.0, as_user: bool = False) -> float:
    few, many = (_seconds(count, day, change_share, as_user=as_user) for count in (FEW, MANY))
    return (many - few) / (MANY - FEW) * 1000


def _seconds(count: int, day: int, change_share: float, *, as_user: bool) -> float:
    """Of the processor, for the last of the days up to `day`."""
    with served(count, change_share=change_share) as spotify:
        return min(_once(spotify, count, day, as_user=as_user) for _ in range(TIMES))


def _once(spotify: Served, count: int, day: int, *, as_user: bool) -> float:
    with TemporaryDirectory() as folder:
        root = Path(folder)
        register(root, invented(count).ids())
        for today in range(day + 1):
            spotify.on(today)
            cost = update(root, spotify.url, today, as_user=as_user)
    return cost.cpu
