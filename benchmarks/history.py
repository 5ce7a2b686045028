"""The growth of an archive of real playlists, where the corpus of them is there."""

import json
import os
from datetime import date
from pathlib import Path
from typing import Final

from spotify_simulator.app import Simulator
from spotify_simulator.history import DAYS, HistoryWorld

from .growth import grown
from .worlds import Row, bench

SHARED: Final = Path(os.environ.get("PLAYLIST_ARCHIVE_SHARED") or Path(__file__).parents[2] / "shared")
LONGEST: Final = 30
"""Days: as many as growth.py has."""


def measure() -> list[Row]:
    """The first observed days of the series; nothing without it."""
    folder = SHARED / "corpus" / "history"
    if not folder.is_dir():
        return [{"growth of real playlists": f"not measured: no {folder.name} of the corpus"}]
    observed = json.loads((folder / DAYS).read_text(encoding="utf-8"))["observed"]
    days = [date.fromisoformat(day) for day in observed[:LONGEST]]
    with bench(Simulator(HistoryWorld(folder), day=days[0])) as archive:
        return grown(archive, days)
