"""Reading back: from git to timelines, with nothing new, with one playlist new, and the commands on a warm cache."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from playlist_archive.archive.ids import parse_playlist_id
from playlist_archive.archive.merge import merge
from playlist_archive.archive.model import Item, Named, Record, Snapshot
from playlist_archive.git.versions import place
from spotify_simulator.invented import InventedWorld
from spotify_simulator.world import Song
from tests.archives import Commit, archived, committed, files, git, noon
from tests.replayed import observed

from .worlds import START, Row, invented

SHARED: Final = Path(os.environ.get("PLAYLIST_ARCHIVE_SHARED") or Path(__file__).parents[2] / "shared")
INVENTED: Final = (100, 365)
"""Playlists of 100 songs, and days."""

BUILD: Final = "from pathlib import Path; from playlist_archive.history.cache import timelines; timelines(Path('.'))"
IMPORT: Final = BUILD.replace("timelines(Path('.'))", "")


def measure() -> list[Row]:
    """A row per world and question; real playlists only where the corpus of them is there."""
    with TemporaryDirectory(prefix="playlist-archive-bench-") as folder:
        world = f"{INVENTED[0]} invented × {INVENTED[1]} days"
        rows = list(_rows(world, committed(Path(folder, "invented"), _invented_days())))
        history = SHARED / "corpus" / "history"
        if history.is_dir():
            rows += _rows("60 real × 129 days", committed(Path(folder, "real"), archived(observed(history))))
        return rows


def _rows(world: str, root: Path) -> Iterator[Row]:
    git(root, "repack", "-adfq")
    yield _row(world, "start of Python and imports", root, "-c", IMPORT)
    yield _row(world, "all versions to timelines", root, "-c", BUILD)
    yield _row(world, "nothing new", root, "-c", BUILD)
    playlist = min((root / "playlists" / "data").iterdir()).stem
    day = git(root, "log", "-1", "--format=%as", "HEAD~20")
    yield _row(world, "show --at", root, "-m", "playlist_archive", "show", playlist, "--at", day)
    yield _row(world, "diff", root, "-m", "playlist_archive", "diff", playlist, day)
    yield _row(world, "log of all", root, "-m", "playlist_archive", "log")
    record = root / "playlists" / "data" / f"{playlist}.json"
    record.write_bytes(record.read_bytes().replace(b'"name": "', b'"name": "New ', 1))
    git(root, "commit", "--quiet", "--all", "--message=one changed")
    yield _row(world, "one changed playlist", root, "-c", BUILD)
    yield _row(world, "git log -p of one plain record", root, "-c", _git_log(record.relative_to(root)))
    size = sum(path.stat().st_size for path in (place(root).cache / "timelines").iterdir())
    yield {"world": world, "what": "KB of timelines", "seconds": None, "cpu": None, "MB": size / 1024}


def _git_log(path: Path) -> str:
    return f"import subprocess; subprocess.run(['git', 'log', '-p', '--', {str(path)!r}], stdout=subprocess.DEVNULL)"


def _row(world: str, what: str, root: Path, *arguments: str) -> Row:
    command = (sys.executable, "-m", "benchmarks.timed", sys.executable, *arguments)
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[1])}
    done = subprocess.run(command, cwd=root, env=environment, capture_output=True, check=True)
    figures = json.loads(done.stdout)
    if figures["code"]:
        raise RuntimeError(f"{what} ended with {figures['code']}")
    return {
        "world": world,
        "what": what,
        "seconds": figures["seconds"],
        "cpu": figures["cpu"],
        "MB": figures["peak_mb"],
    }


def _invented_days() -> Iterator[Commit]:
    """A commit a day of what `merge` makes of invented playlists."""
    count, days = INVENTED
    world = invented(count, moves=0.2)
    records: dict[str, Record] = {}
    for number in range(days):
        day = START + timedelta(days=number)
        changed = [found for name in world.ids() if (found := _merged(records, world, name, day))]
        yield Commit(noon(day), files(*changed))


def _merged(records: dict[str, Record], world: InventedWorld, name: str, day: date) -> Record | None:
    """The record of a playlist after a day; None where nothing changed."""
    seen = world.playlist(name, day)
    if seen is None:
        return None
    items = tuple(_item(row.song, day) for row in seen.rows if row.song)
    owner = Named(seen.owner.id, seen.owner.name or "")
    snapshot = Snapshot(parse_playlist_id(name), seen.name, owner, "", items, seen.description or "")
    before = records.get(name)
    records[name] = merge(before, snapshot, today=day)
    return None if records[name] is before else records[name]


def _item(song: Song, day: date) -> Item:
    artists = tuple(Named(artist.id, artist.name) for artist in song.artists)
    album = Named(song.album.id, song.album.name) if song.album else None
    return Item(song.uri, song.name, artists, album, duration_ms=song.duration_ms, added_on=day)
