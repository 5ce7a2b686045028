"""How many bytes a day adds to a repository that is packed aggressively, and what they are of."""

from collections import Counter
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Final

from playlist_archive.git.repository import Git
from playlist_archive.render.page import Repository
from playlist_archive.run.commit import commit_run
from spotify_simulator.app import Simulator
from spotify_simulator.invented import MOVES

from .packed import Kind, git, pack, pack_size, sizes
from .worlds import START, Bench, Row, bench, invented

DAYS: Final = 29


def measure() -> list[Row]:
    """The days after the first one, of 100 playlists of 100 tracks of which a fifth changes a day."""
    return [*_of("all with new tracks", moves=0), *_of("a fifth of the changes only a move", moves=MOVES)]


def _of(what: str, *, moves: float) -> list[Row]:
    with bench(Simulator(invented(100, moves=moves), day=START)) as archive:
        rows = grown(archive, [START + timedelta(days=number) for number in range(DAYS + 1)])
        return [{"100 playlists": what} | row for row in rows]


def grown(archive: Bench, days: Iterable[date]) -> list[Row]:
    """Bytes a day by kind of file: what is in the last commit, and what is only in earlier ones."""
    git(archive.root, "init", "--quiet", "--initial-branch=main")
    first, *others = days
    commit(archive, first)
    size, before = _packed(archive)
    for day in others:
        commit(archive, day)
    grown_size, after = _packed(archive)
    rows = [_row(name, before, after, len(others)) for name in sorted({kind.name for kind in after})]
    whole = {"last": None, "old": None, "bytes a day": (grown_size - size) // len(others)}
    return [*rows, {f"growth, {len(others)} days": "the pack file", **whole}]


def commit(archive: Bench, day: date) -> None:
    """A run on a day, and its commit."""
    result = archive.run_on(day)
    done = commit_run(Git(archive.root, day=day), result, repository=Repository(None), is_pushed=False)
    assert not done.troubles


def _packed(archive: Bench) -> tuple[int, Counter[Kind]]:
    pack(archive.root)
    return pack_size(archive.root), sizes(archive.root)


def _row(name: str, before: Counter[Kind], after: Counter[Kind], days: int) -> Row:
    last, old = ((after[Kind(name, is_tip)] - before[Kind(name, is_tip)]) // days for is_tip in (True, False))
    return {f"growth, {days} days": name, "last": last, "old": old, "bytes a day": last + old}
