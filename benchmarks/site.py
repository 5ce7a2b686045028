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
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from operator import attrgetter
from pathlib import Path
from shutil import rmtree
from typing import Any, Final, NamedTuple

from playlist_archive.archive.ids import PlaylistId
from playlist_archive.archive.model import Snapshot
from playlist_archive.history.timeline import positions
from playlist_archive.history.words import split_words
from playlist_archive.website.output import Output
from playlist_archive.website.paths import kind
from playlist_archive.website.search_index import SearchIndex, SongTime
from tests.archives import archived, committed
from tests.builders import item, playlist_id, snapshot

from .command import Cost
from .worlds import START, Row

FEW: Final = 10
MANY: Final = 40
"""Playlists of two archives: what the start costs, and what all share, does not count in the slope between them."""

TIMES: Final = 3
"""Builds of each kind, of which the cheapest counts: whatever else the machine does only adds to it."""

SIZE: Final = 100
DAYS: Final = 365
CHANGED: Final = 0.2
"""The share of the days on which a playlist changes; then up to a tenth of its songs leave, and as many come."""

SONGS: Final = 500_000
PRESENCES: Final = 1_000_000
WORDS: Final = 60_000
"""Different words in titles; some are in very many, most in few."""

QUERIES: Final = 200
SHOWN: Final = 25
"""Answers that the page shows at first (website/static/search.js)."""

SHORTEST_PREFIX: Final = 3
"""A word of so many letters may be the beginning of another word, and so may the last word of a search."""

MORE_SHARDS: Final = 5
"""The most shards after the first that the page loads for the beginning of a word."""


def measure() -> list[Row]:
    """What there is to measure, with the target of each figure."""
    return [*_build(), *_search()]


def _row(what: str, measured: float, target: str) -> Row:
    return {"what": what, "measured": round(measured, 2), "target": target}


class Site(NamedTuple):
    """What the website of an archive costs: from nothing, with its timelines at hand, once more; and its bytes."""

    first: Cost
    warm: Cost
    second: Cost
    sizes: dict[str, int]
    pages: list[int]
    assets: dict[str, bytes]


def _build() -> Iterator[Row]:
    few, many = _measured(FEW), _measured(MANY)

    def per_thousand(low: float, high: float) -> float:
        return (high - low) / (MANY - FEW) * 1_000

    yield _row("build, CPU seconds per 1,000 playlists and year", per_thousand(few.first.cpu, many.first.cpu), "")
    yield _row("the same with timelines at hand", per_thousand(few.warm.cpu, many.warm.cpu), "30")
    yield _row("second build, CPU seconds per 1,000", per_thousand(few.second.cpu, many.second.cpu), "")
    yield _row("second build of few, CPU seconds with start", few.second.cpu, "")
    yield _row("build, MB of memory", many.first.peak_mb, "60 + songs")
    sizes = {name: per_thousand(few.sizes[name], many.sizes[name]) / 1e6 for name in many.sizes}
    for name, size in sizes.items():
        yield _row(f"KB per playlist and year: {name}", size, "")
    yield _row("KB per playlist and year, without data", sum(sizes.values()) - sizes["data"], "80")
    yield _row("KB of a page of 100 songs, median", statistics.median(many.pages) / 1_000, "30")
    scripts = [len(gzip.compress(content)) for name, content in many.assets.items() if name.endswith(".js")]
    yield _row("KB of the scripts, gzipped", sum(scripts) / 1_000, "8")
    yield _row("KB of the style", len(many.assets["style.css"]) / 1_000, "5")


def _measured(playlists: int) -> Site:
    with tempfile.TemporaryDirectory() as folder:
        root, out = Path(folder, "archive"), Path(folder, "site")
        committed(root, archived(_series(playlists)))
        first = _site(root, out, without=root / ".git" / "playlist-archive")
        warm = _site(root, out, without=root / ".git" / "playlist-archive" / "website")
        second = _site(root, out)
        sizes: dict[str, int] = {}
        for path in (path for path in out.rglob("*") if path.is_file()):
            name = kind(path.relative_to(out).as_posix())
            sizes[name] = sizes.get(name, 0) + path.stat().st_size
        pages = [path.stat().st_size for path in out.glob("playlists/*.html")]
        assets = {path.name.partition("-")[2]: path.read_bytes() for path in out.glob("assets/*")}
    return Site(first, warm, second, sizes, pages, assets)


def _site(root: Path, out: Path, *, without: Path | None = None) -> Cost:
    """The cheapest of some builds. If `without` is given, each begins without this folder and without a website."""
    build = (sys.executable, "-m", "playlist_archive", "site", "--root", str(root), "--out", str(out))
    costs = []
    for _ in range(TIMES):
        if without:
            rmtree(without, ignore_errors=True)
            rmtree(out, ignore_errors=True)
        done = subprocess.run((sys.executable, "-m", "benchmarks.timed", *build), capture_output=True, check=True)
        figures = json.loads(done.stdout)
        if figures.pop("code"):
            raise RuntimeError(done.stderr.decode())
        costs.append(Cost(**figures))
    return min(costs, key=attrgetter("cpu"))


def _series(playlists: int) -> Iterator[tuple[date, Snapshot]]:
    generator = random.Random(7)
    now = {number: [number * 10_000 + place for place in range(SIZE)] for number in range(1, playlists + 1)}
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
    with tempfile.TemporaryDirectory() as folder:
        output = Output(Path(folder, "site"))
        output.begin()
        generator, began = random.Random(11), time.process_time()
        for _ in range(PRESENCES // 200):
            list(_songs(generator))
        invented = time.process_time() - began
        generator, began = random.Random(11), time.process_time()
        with SearchIndex() as index:
            for number in range(PRESENCES // 200):
                index.add(PlaylistId(f"{number:022}"), f"Playlist {number}", list(_songs(generator)))
            count = index.write(lambda path, content: output.write(f"search/{path}", content), "build")
        seconds = time.process_time() - began - invented
        search = Path(folder, "site", "search")
        sizes = [path.stat().st_size for path in search.rglob("*.gz")]
        queries = [_query(search, number) for number in range(QUERIES)]
    scale = SONGS / count
    yield _row("search index, songs", count, "500,000")
    yield _row("search index, CPU seconds for 500,000 songs", seconds * scale, "45")
    yield _row("search index, MB, gzipped", sum(sizes) * scale / 1e6, "85")
    yield _row("search index, files", len(sizes) * scale, "8,100")
    for name, values, target in (("KB", [kb for _, kb in queries], "120"), ("requests", [n for n, _ in queries], "12")):
        yield _row(f"first query of two words, median {name}", statistics.median(values), target)
        yield _row(f"first query of two words, 19 of 20 are below: {name}", _high(values), target)


def _high(values: Sequence[float]) -> float:
    return statistics.quantiles(values, n=20)[-1]


def _query(search: Path, seed: int) -> tuple[int, float]:
    """Requests and KB of a first search for a word of a title and one of its artist, as the script asks for them."""
    generator = random.Random(seed)
    song = next(_songs(generator))
    title, artist = (generator.choice(split_words(text)) for text in (song.name, song.artists))
    manifest = search / "manifest.json"
    known = json.loads(manifest.read_text(encoding="utf-8"))
    some = [_found(search, known["shards"], title, is_prefix=len(title) >= SHORTEST_PREFIX)]
    some.append(_found(search, known["shards"], artist, is_prefix=True))
    (_, titles), (_, artists) = some
    best = sorted(titles.keys() & artists.keys(), key=lambda number: (titles[number] + artists[number], number))
    paths = {path for shards, _ in some for path in shards}
    paths |= {search / f"build/songs/{number // known['per_file']}.json.gz" for number in best[:SHOWN]}
    size = len(gzip.compress(manifest.read_bytes())) + sum(path.stat().st_size for path in paths)
    return 1 + len(paths), size / 1_000


def _found(search: Path, firsts: list[str], word: str, *, is_prefix: bool) -> tuple[list[Path], dict[int, int]]:
    """The shards for a word, and its songs: 0 if a song has the word, 1 if one of its words begins with it."""
    first, last = (max(bisect_right(firsts, end) - 1, 0) for end in (word, f"{word}\U0010ffff" if is_prefix else word))
    shards = [search / f"build/words/{shard}.json.gz" for shard in range(first, min(last, first + MORE_SHARDS) + 1)]
    songs: dict[int, int] = {}
    for shard in shards:
        words: dict[str, Any] = json.loads(gzip.decompress(shard.read_bytes()))
        for other in (known for known in words if known == word or (is_prefix and known.startswith(word))):
            for number in positions(words[other]):
                songs[number] = min(songs.get(number, 1), int(other != word))
    return shards, songs


def _songs(generator: random.Random) -> Iterator[SongTime]:
    for _ in range(200):
        number = int(generator.random() ** 1.3 * SONGS)
        own = random.Random(number)
        name = " ".join(f"w{int(own.random() ** 3 * WORDS):x}" for _ in range(3))
        artist = f"a{number % 40_000:x} b{number % 9_000:x}"
        yield SongTime(f"spotify:track:{number:022}", name, artist, name, START.isoformat(), "")
