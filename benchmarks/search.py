"""A search over half a million songs, and the export of them: an archive without git, of invented names."""

import random
import tempfile
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Final

from playlist_archive.archive.ids import PlaylistId
from playlist_archive.archive.layout import data
from playlist_archive.archive.model import Named, Record, Track
from playlist_archive.archive.record_file import record_text
from playlist_archive.export.sqlite import export_sqlite
from playlist_archive.git.repository import Git
from playlist_archive.history.found import Query
from playlist_archive.history.search import search
from playlist_archive.history.whole import WholeArchive

from .worlds import Row

PLAYLISTS: Final = 500
SONGS: Final = 1_000
"""Of each playlist; no song is in two."""

COMMON: Final = 20
"""One title in so many has the common word."""

TIMES: Final = 5
_DAY: Final = date(2026, 11, 2)


def measure() -> list[Row]:
    """Seconds of the processor for the index, for searches with it, and for the export."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder, "archive")
        for number, record in enumerate(_records()):
            path = root / data(record.id)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(record_text(record), encoding="utf-8")
            if not number:
                Git(root).run("init", "--quiet")
        _committed(root)
        first = _seconds(root, "love", times=1)
        target = Path(folder, "archive.db")
        started = time.process_time()
        export_sqlite(WholeArchive(root), target)
        exported = time.process_time() - started
        return [
            {
                "songs": PLAYLISTS * SONGS,
                "index s": first,
                "common word ms": _seconds(root, "love") * 1_000,
                "two words ms": _seconds(root, "love w77") * 1_000,
                "rare word ms": _seconds(root, "w4711") * 1_000,
                "none ms": _seconds(root, "nowhere") * 1_000,
                "export s": exported,
                "export MB": target.stat().st_size / 1_000_000,
            }
        ]


def _seconds(root: Path, text: str, *, times: int = TIMES) -> float:
    """The best of some searches for a hundred songs."""
    return min(_once(root, text) for _ in range(times))


def _once(root: Path, text: str) -> float:
    started = time.process_time()
    search(root, Query(text, limit=100))
    return time.process_time() - started


def _committed(root: Path) -> None:
    git = Git(root)
    git.run("commit", "--quiet", "--allow-empty", "--message=Begin")


def _records() -> Iterator[Record]:
    chance = random.Random(0)
    for number in range(PLAYLISTS):
        tracks = tuple(_track(number * SONGS + place, chance) for place in range(SONGS))
        yield Record(
            id=PlaylistId(f"{number:022}"),
            name=f"Playlist {number}",
            owner=Named("owner", "Owner"),
            snapshot_id="x",
            first_archived=_DAY,
            tracks=tracks,
        )


def _track(number: int, chance: random.Random) -> Track:
    """Titles of three words of 20,000, the frequent ones often, as in languages."""
    words = [f"w{min(int(chance.paretovariate(0.6)), 20_000)}" for _ in range(3)]
    title = " ".join([*words, *(["Love"] if number % COMMON == 0 else [])])
    artist = number % 50_000
    return Track(
        uri=f"spotify:track:{number:022}",
        name=title,
        artists=(Named(f"{artist:022}", f"Artist {artist}"),),
        album=Named(f"{number // 12:022}", f"Album {number // 12}"),
        duration_ms=200_000,
        added_on=_DAY,
    )
