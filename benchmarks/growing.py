"""One list that gets 20 new songs a day and loses as many, for years: its files, and what one more day costs."""

import resource
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, TypeVar

from playlist_archive.archive import layout
from playlist_archive.archive.ids import PlaylistId
from playlist_archive.archive.merge import merge
from playlist_archive.archive.model import Item, Named, Record, Snapshot, Track
from playlist_archive.archive.store import Store
from playlist_archive.git.repository import Git
from playlist_archive.outcome import Result
from playlist_archive.render.page import Repository
from playlist_archive.run.commit import commit_run
from playlist_archive.run.pages import pages
from spotify_simulator.catalogue import track as invented_song

from .packed import git, pack, pack_size
from .worlds import START, Row

YEARS: Final = (1, 3, 5, 10)
SONGS: Final = 100
A_DAY: Final = 20
"""Songs that are added on a day, and that are removed."""

CHANGES: Final = 5
"""Days that are archived and committed after the years, of which the mean counts."""

PLAYLIST: Final = PlaylistId("37i9dQZF1DX5LEXW9eXA0n")
REPOSITORY: Final = Repository("somebody/archive")
KB: Final = 1_000

ResultT = TypeVar("ResultT")


def measure() -> list[Row]:
    """A row for each number of years."""
    return [_measured(years) for years in YEARS]


def _measured(years: int) -> Row:
    days = years * 365
    with TemporaryDirectory(prefix="playlist-archive-bench-") as folder:
        root = Path(folder)
        git(root, "init", "--quiet", "--initial-branch=main")
        store = Store(root)
        record = grown(days)
        store.save(record, pages(record, REPOSITORY))
        _commit(root, days)
        pack(root)
        files = _files(root)
        before, steps, sent = pack_size(root), dict.fromkeys(_STEPS, 0.0), 0
        for day in range(days + 1, days + 1 + CHANGES):
            stored = pack_size(root)
            for step, seconds in zip(_STEPS, _day(root, day), strict=True):
                steps[step] += seconds / CHANGES
            sent += (pack_size(root) - stored) // CHANGES
        pack(root)
        return (
            {"years": years, "songs ever": SONGS + A_DAY * days}
            | files
            | {f"{k}, CPU s": v for k, v in steps.items()}
            | {
                "stored a change, KB": sent // KB,
                "packed a change, KB": (pack_size(root) - before) // CHANGES / KB,
            }
        )


_STEPS: Final = ("read", "merge", "render", "write", "commit")


def _day(root: Path, day: int) -> tuple[float, ...]:
    """Seconds of the processor for each step of one more day."""
    store = Store(root)
    record, reading = _timed(lambda: store.record(PLAYLIST))
    merged, merging = _timed(lambda: merge(record, _snapshot(day), today=_date(day)))
    texts, rendering = _timed(lambda: pages(merged, REPOSITORY))
    _, writing = _timed(lambda: store.save(merged, texts))
    _, committing = _timed(lambda: _commit(root, day))
    return reading, merging, rendering, writing, committing


def grown(days: int) -> Record:
    """The record after so many days."""
    first = A_DAY * days
    removed = sorted(
        (_track(number).model_copy(update={"removed_on": _date(number // A_DAY + 1)}) for number in range(first)),
        key=lambda track: (track.removed_on, track.uri),
    )
    seen = _snapshot(days)
    return merge(None, seen, today=START).model_copy(
        update={"tracks": tuple(map(_track, range(first, first + SONGS))), "removed": tuple(removed)}
    )


def _snapshot(day: int) -> Snapshot:
    """The list on a day: songs have gone in the order in which they came."""
    first = A_DAY * day
    items = tuple(map(_item, range(first, first + SONGS)))
    return Snapshot(PLAYLIST, "Grown", Named("somebody", "Somebody"), f"snapshot {day}", items)


def _item(number: int) -> Item:
    song = invented_song(number)
    return Item(
        song.uri,
        song.name,
        tuple(Named(artist.id, artist.name) for artist in song.artists),
        Named(song.album.id, song.album.name) if song.album else None,
        duration_ms=song.duration_ms,
        isrc=song.isrc,
        added_on=_date(max(0, (number - SONGS) // A_DAY + 1)),
    )


def _track(number: int) -> Track:
    *facts, added_on = _item(number)
    return Track(**dict(zip(Item._fields[:-1], facts, strict=True)), added_on=added_on)


def _date(day: int) -> date:
    return START + timedelta(days=day)


def _files(root: Path) -> Row:
    """Their sizes, of those in parts the largest and how many there are."""
    return {
        f"{folder.rsplit('/', 1)[-1]}, KB": _size(root / folder)
        for folder in (layout.DATA, layout.PRETTY, layout.CUMULATIVE)
    }


def _size(folder: Path) -> str:
    sizes = [path.stat().st_size // KB for path in folder.iterdir()]
    largest = f"{max(sizes):,}"
    return f"{largest} of {sum(sizes):,} in {len(sizes)}" if len(sizes) > 1 else largest


def _commit(root: Path, day: int) -> None:
    result = Result(_date(day), outcomes=(), problems=(), requests=0, written=())
    done = commit_run(Git(root, day=_date(day)), result, repository=Repository(None), is_pushed=False)
    assert not done.troubles


def _timed(work: Callable[[], ResultT]) -> tuple[ResultT, float]:
    before = _processor()
    return work(), _processor() - before


def _processor() -> float:
    """Seconds of the processor for this process, and for those that it waited for."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(times.ru_utime + times.ru_stime for times in used)
