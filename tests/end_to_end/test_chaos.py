"""Whatever goes wrong with Spotify: a playlist is as it was, or as an undisturbed run would have it; nothing else."""

from functools import cache
from itertools import pairwise
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Final

import pytest

from playlist_archive.archive.ids import parse_playlist_id
from playlist_archive.archive.model import Record
from playlist_archive.archive.store import Store
from playlist_archive.exit_code import ExitCode
from playlist_archive.render.page import Repository
from playlist_archive.run.pages import pages
from spotify_simulator.faults import Endpoint, Fault, Kind
from spotify_simulator.invented import InventedWorld
from tests.harness import Archive, spotify
from tests.worlds import START, day

SEEDS: Final = range(200)
BATCHES: Final = 20
DAYS: Final = 10
MINUTES: Final = (0, 0, 1, 3)
"""What a run may take, 0 for as long as it takes: some of the faults last for minutes."""
SITE: Final = Repository("somebody/archive", "main")

Essence = tuple[object, ...]
"""What a reader sees of the newest version, dates of first sight aside."""


@cache
def world() -> InventedWorld:
    return InventedWorld(seed=7, count=10, size=12, start=START, change_share=0.5, turnover=0.3)


def essence(record: Record | None) -> Essence | None:
    if record is None:
        return None
    rows = [(row.uri, row.name, row.artists, row.album, row.show, row.duration_ms) for row in record.tracks]
    return (record.name, record.description, record.owner, rows)


def essences(root: Path) -> dict[str, Essence | None]:
    store = Store(root)
    return {name: essence(store.record(parse_playlist_id(name))) for name in world().ids()}


@cache
def begun_on(number: int) -> dict[str, Essence | None]:
    """Playlist → what an archive holds that begins on a day."""
    with TemporaryDirectory() as folder:
        archive = Archive(Path(folder), spotify(world(), embedded_limit=5, day=day(number)))
        archive.register()
        archive.run()
        return essences(archive.root)


def stamps(root: Path) -> dict[Path, tuple[int, int]]:
    """When each file was written, and how long it is."""
    found = {path: path.stat() for path in root.rglob("*")}
    return {path: (stat.st_mtime_ns, stat.st_size) for path, stat in found.items() if path.is_file()}


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Essence | None]]:
    """Day → playlist → what an archive holds that met no trouble; one day more than are simulated."""
    archive = Archive(tmp_path_factory.mktemp("undisturbed"), spotify(world(), embedded_limit=5))
    archive.register()
    states = []
    for number in range(DAYS + 1):
        archive.simulator.day = day(number)
        archive.run(full=True)  # a song that Spotify empties shows in no snapshot id
        states.append(essences(archive.root))
    return states


def troubles(chance: Random) -> list[Fault]:
    """Between no and a dozen faults a day, of all kinds but those that no client could tell from the truth."""
    return [fault for number in range(DAYS) for fault in _troubles_of_a_day(chance, number)]


def _troubles_of_a_day(chance: Random, number: int) -> list[Fault]:
    """A snapshot id that lags behind a change in the midst of a read cannot be told from none: not both on a day."""
    faults = [_trouble(chance, number) for _ in range(chance.choice((0, 1, 3, 12)))]
    unwanted = chance.choice((Kind.CHANGED, Kind.STALE_SNAPSHOT))
    return [fault for fault in faults if fault.kind != unwanted]


def _trouble(chance: Random, number: int) -> Fault:
    kind = chance.choice([kind for kind in Kind if kind != Kind.STALE])
    return Fault(
        kind=kind,
        endpoint=None if kind == Kind.CHANGED else chance.choice([None, None, *Endpoint]),
        playlist=chance.choice([None, *world().ids()]),
        day=day(number),
        skip=chance.randrange(8),
        times=None if kind == Kind.CHANGED else chance.choice([1, 1, 2, 4, 40]),
        status=chance.choice([400, 401, 403, 404, 418, 429, 429, 500, 502, 503]),
        headers=chance.choice([{}, {"Retry-After": "3"}, {"Retry-After": "0"}, {"Retry-After": "9000"}]),
        body=chance.choice(["", '{"error":{"status":500,"message":"trouble"}}', "<html>", "null"]),
        seconds=chance.choice([1, 29, 31, 400]),
    )


@pytest.mark.no_cover  # it would take twice as long, and runs nothing that other tests do not
@pytest.mark.parametrize("batch", [pytest.param(batch, marks=pytest.mark.proof) for batch in range(BATCHES)])
def test_no_trouble_ever_makes_a_playlist_something_it_never_was(
    tmp_path: Path, undisturbed: list[dict[str, Essence | None]], batch: int
) -> None:
    for seed in SEEDS[batch::BATCHES]:
        _survive(tmp_path / str(seed), undisturbed, seed)


@pytest.mark.no_cover
@pytest.mark.parametrize("seed", [0, 1])
def test_some_trouble_makes_no_playlist_something_it_never_was(
    tmp_path: Path, undisturbed: list[dict[str, Essence | None]], seed: int
) -> None:
    _survive(tmp_path, undisturbed, seed)


def _survive(root: Path, undisturbed: list[dict[str, Essence | None]], seed: int) -> None:
    faults = troubles(Random(seed))
    archive = Archive(root, spotify(world(), *faults, embedded_limit=5), as_user=seed % 2 == 1)
    archive.register()
    before, ends = essences(root), Random(-1 - seed)
    for number in range(DAYS):
        archive.simulator.day, untouched = day(number), stamps(root)
        result = archive.run_watched(minutes=ends.choice(MINUTES), at=ends.choice([0, 0, 0, ends.randrange(1, 30)]))
        if result.exit_code == ExitCode.REFUSED:
            assert stamps(root) == untouched, f"seed {seed}, day {number}"
        after = essences(root)
        early = any(fault.kind == Kind.CHANGED and fault.day == day(number) for fault in faults)
        for name, now in after.items():
            allowed = [before[name], undisturbed[number][name], *([undisturbed[number + 1][name]] if early else [])]
            is_new = before[name] is None  # who never saw a song before Spotify emptied its row cannot keep it
            assert now in allowed or (is_new and now == begun_on(number)[name]), f"seed {seed}, day {number}, {name}"
        before = after
    _recovers(archive, undisturbed[DAYS - 1], seed)


def _recovers(archive: Archive, undisturbed: dict[str, Essence | None], seed: int) -> None:
    """One run without trouble, and all is as it should be, pages included."""
    archive.simulator = spotify(world(), embedded_limit=5, day=day(DAYS - 1))
    archive.run(full=True)
    final = essences(archive.root)
    for name in world().ids():
        if world().playlist(name, day(DAYS - 1)):
            assert final[name] == undisturbed[name], f"seed {seed}, playlist {name}"
    store = Store(archive.root)
    for name in store.records():
        record = store.record(name)
        assert record
        assert {path: archive.text(path) for path in pages(record, SITE)} == pages(record, SITE)
        assert bool(record.unavailable) == (world().playlist(name, day(DAYS - 1)) is None)


@pytest.mark.no_cover
def test_runs_end_before_their_time_in_all_ways(tmp_path: Path) -> None:
    late = [Fault(kind=Kind.DELAY, seconds=29, times=None)]
    for minutes, at, is_over in ((1, 0, False), (0, 5, True)):
        archive = Archive(tmp_path / str(minutes), spotify(world(), *late, embedded_limit=5))
        archive.register()
        result = archive.run_watched(minutes=minutes, at=at)
        assert result.ended
        assert result.interrupted is is_over


def test_the_world_of_the_test_changes_every_day(undisturbed: list[dict[str, Essence | None]]) -> None:
    assert all(yesterday != today for yesterday, today in pairwise(undisturbed))
