# ruff: noqa: A005 - it is called by its name behind `python -m benchmarks`, and never imported alone
"""The website: time and bytes of a build, of a second one, of pages, and of the search in half a million songs."""

import gzip
import json
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import date, timedelta
from importlib.resources import files
from pathlib import Path
from typing import Final

from playlist_archive.archive.ids import PlaylistId
from playlist_archive.archive.model import Named, Snapshot
from playlist_archive.history.timeline import Presence, Song
from playlist_archive.website.output import Output
from playlist_archive.website.paths import kind
from playlist_archive.website.search_index import SearchIndex
from tests.archives import archived, committed
from tests.builders import item, playlist_id, snapshot

from .command import Cost
from .worlds import START, Row

PLAYLISTS: Final = 10
SIZE: Final = 100
DAYS: Final = 365
CHANGED: Final = 0.2
"""The share of the days on which a playlist changes; then up to a tenth of its songs leave, and as many come."""

SONGS: Final = 500_000
PRESENCES: Final = 1_000_000
WORDS: Final = 60_000
"""Different words in titles; some are in very many, most in few."""


def measure() -> list[Row]:
    """What there is to measure, with the target of each figure."""
    return [*_build(), *_search()]


def _row(what: str, measured: float, target: str) -> Row:
    return {"what": what, "measured": round(measured, 2), "target": target}


def _build() -> Iterator[Row]:
    with tempfile.TemporaryDirectory() as folder:
        root, out = Path(folder, "archive"), Path(folder, "site")
        committed(root, archived(_series()))
        first, second = _site(root, out), _site(root, out)
        scale = 1_000 / PLAYLISTS
        sizes: dict[str, int] = {}
        for path in (path for path in out.rglob("*") if path.is_file()):
            name = kind(path.relative_to(out).as_posix())
            sizes[name] = sizes.get(name, 0) + path.stat().st_size
        pages = [path.stat().st_size for path in out.glob("playlists/*.html")]
    yield _row("build, CPU seconds per 1,000 playlists and year", first.cpu * scale, "30")
    yield _row("second build, CPU seconds per 1,000", second.cpu * scale, "")
    yield _row("build, MB of memory", first.peak_mb, "60 + songs")
    for name, size in sizes.items():
        yield _row(f"KB per playlist and year: {name}", size / PLAYLISTS / 1_000, "")
    yield _row("KB per playlist and year, without data", _kilobytes(sizes) / PLAYLISTS, "80")
    yield _row("KB of a page of 100 songs, median", statistics.median(pages) / 1_000, "30")
    yield _row("KB of the scripts, gzipped", _gzipped("playlist.js", "search.js"), "8")
    yield _row("KB of the style", len(_static("style.css")) / 1_000, "5")


def _site(root: Path, out: Path) -> Cost:
    build = (sys.executable, "-m", "playlist_archive", "site", "--root", str(root), "--out", str(out))
    done = subprocess.run((sys.executable, "-m", "benchmarks.timed", *build), capture_output=True, check=True)
    figures = json.loads(done.stdout)
    if figures.pop("code"):
        raise RuntimeError(done.stderr.decode())
    return Cost(**figures)


def _kilobytes(sizes: dict[str, int]) -> float:
    return sum(size for name, size in sizes.items() if name != "data") / 1_000


def _static(name: str) -> bytes:
    return (files("playlist_archive.website") / "static" / name).read_bytes()


def _gzipped(*names: str) -> float:
    return sum(len(gzip.compress(_static(name))) for name in names) / 1_000


def _series() -> Iterator[tuple[date, Snapshot]]:
    generator = random.Random(7)
    now = {number: [number * 10_000 + place for place in range(SIZE)] for number in range(1, PLAYLISTS + 1)}
    following = dict.fromkeys(now, SIZE)
    for day in range(DAYS):
        for number, songs in now.items():
            if day and generator.random() > CHANGED:
                continue
            for place in generator.sample(range(SIZE), generator.randrange(1, SIZE // 10) if day else 0):
                songs[place] = number * 10_000 + following[number]
                following[number] += 1
            facts = {"id": playlist_id(number), "name": f"Playlist {number}", "likes": 1_000 + day}
            yield START + timedelta(days=day), snapshot(map(item, songs), **facts)


def _search() -> Iterator[Row]:
    generator = random.Random(11)
    with tempfile.TemporaryDirectory() as folder:
        output = Output(Path(folder, "site"))
        output.begin()
        began = time.process_time()
        with SearchIndex() as index:
            for number in range(PRESENCES // 200):
                index.add(PlaylistId(f"{number:022}"), f"Playlist {number}", list(_presences(generator)))
            index.write(lambda path, text: output.write(f"search/{path}", text))
        seconds = time.process_time() - began
        search = Path(folder, "site", "search")
        found = list(search.rglob("*.json"))
        manifest = json.loads((search / "manifest.json").read_text(encoding="utf-8"))
        words = [len(gzip.compress(path.read_bytes())) for path in found if path.parent.name == "words"]
        songs = [len(gzip.compress(path.read_bytes())) for path in found[:200] if path.parent.name == "songs"]
        head = len(gzip.compress((search / "manifest.json").read_bytes()))
        total = sum(path.stat().st_size for path in found)
    scale = SONGS / manifest["songs"]
    yield _row("search index, songs", manifest["songs"], "500,000")
    yield _row("search index, CPU seconds for 500,000 songs", seconds * scale, "45")
    yield _row("search index, MB", total * scale / 1e6, "85")
    yield _row("search index, files", len(found) * scale, "8,100")
    first = (head + 2 * statistics.mean(words) + 5 * statistics.mean(songs)) / 1_000
    yield _row("first query of two words, KB gzipped in 8 requests", first, "120 in 12")


def _presences(generator: random.Random) -> Iterator[Presence]:
    for _ in range(200):
        number = int(generator.random() ** 1.3 * SONGS)
        own = random.Random(number)
        name = " ".join(f"w{int(own.random() ** 3 * WORDS):x}" for _ in range(3))
        artist = Named(id=None, name=f"a{number % 40_000:x} b{number % 9_000:x}")
        song = Song(uri=f"spotify:track:{number:022}", name=name, artists=(artist,), album=Named(id=None, name=name))
        yield Presence(song, START, None)
