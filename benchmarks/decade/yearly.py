"""What a year of the decade took: time, memory, requests, and the bytes that the repository grew by."""

import shutil
from collections import Counter
from pathlib import Path
from statistics import fmean
from tempfile import TemporaryDirectory
from typing import Final, NamedTuple

from playlist_archive.archive import layout
from spotify_simulator.app import Simulator
from spotify_simulator.serve import serving

from ..command import Cost, update
from ..packed import git, sizes
from ..worlds import Row
from .bot import Bot, Run

YEAR: Final = 365
MB: Final = 1_000_000

_TIGHT: Final = ("-c", "pack.compression=9", "repack", "-a", "-d", "-F", "-q")
"""As a host packs: no object stays as it was sent."""


class Year(NamedTuple):
    """`packed` are bytes in the packed origin by kind of file, empty where that was not measured.

    `cpu` are seconds of the processor a run, `whole` those of a run that commits and pushes, git's among them.
    `next_day` is the command on the morning after. `largest` are bytes of the largest file by folder.
    """

    requests: float
    cpu: float
    whole: float
    next_day: Cost
    largest: dict[str, int]
    packed: Counter[str]


def year_of(bot: Bot, year: int, *, is_sized: bool) -> Year:
    """The year that has just ended."""
    runs = [run for run in bot.diary if run.day // YEAR == year]
    return Year(
        requests=fmean(run.requests for run in runs) * 2,
        cpu=fmean(run.cpu for run in runs if not run.git),
        whole=fmean(run.cpu + run.git for run in runs if run.git),
        next_day=_next_day(bot, runs[-1]),
        largest={folder: _largest(bot.root / folder) for folder in (layout.DATA, layout.CUMULATIVE, layout.PRETTY)},
        packed=_packed(bot) if is_sized else Counter(),
    )


def rows_of(years: list[Year]) -> list[Row]:
    """The first year beside the last; bytes are what a year added."""
    first, last = years[0], years[-1]
    grown = last.packed - years[-2].packed if len(years) > 1 else last.packed
    rows: list[Row] = [
        _row("requests a day", first.requests, last.requests),
        _row("CPU s a run, without git", first.cpu, last.cpu),
        _row("CPU s a run with its commit and push", first.whole, last.whole),
        _row("the command, the next morning: CPU s", first.next_day.cpu, last.next_day.cpu),
        _row("the command, the next morning: peak MB", first.next_day.peak_mb, last.next_day.peak_mb),
        *(
            _row(f"largest file of {name}, MB", first.largest[name] / MB, last.largest[name] / MB)
            for name in last.largest
        ),
    ]
    kinds = sorted(last.packed, key=last.packed.__getitem__, reverse=True)
    packed = (
        _row(f"MB of {kind}", first.packed[kind] / MB, grown[kind] / MB, last.packed[kind] / MB) for kind in kinds
    )
    total = _row("MB in all", first.packed.total() / MB, grown.total() / MB, last.packed.total() / MB)
    return [*rows, *packed, total]


def _row(name: str, first: float, last: float, whole: float | None = None) -> Row:
    return {"ten years": name, "first year": first, "last year": last, "whole": whole}


def _next_day(bot: Bot, last: Run) -> Cost:
    """The command of the morning after, on a copy, with the simulator on a port."""
    simulator = Simulator(bot.truth, day=bot.simulator.day)
    with TemporaryDirectory() as folder, serving(simulator) as url:
        copy = Path(folder, "archive")
        shutil.copytree(bot.root, copy, ignore=shutil.ignore_patterns(".git"))
        simulator.day = simulator.day.fromordinal(simulator.day.toordinal() + 1)
        return update(copy, url, last.day + 1, as_user=True)


def _largest(folder: Path) -> int:
    return max((path.stat().st_size for path in folder.rglob("*") if path.is_file()), default=0)


def _packed(bot: Bot) -> Counter[str]:
    found: Counter[str] = Counter()
    git(bot.repository.origin, *_TIGHT)
    for kind, size in sizes(bot.repository.origin).items():
        found[kind.name] += size
    return found
