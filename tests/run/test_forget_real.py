"""A bad day among real ones is taken back: what is left is what an archive has that never saw the day."""

from collections.abc import Collection, Iterator
from datetime import date
from pathlib import Path

import pytest

from playlist_archive.archive.layout import DATA
from playlist_archive.archive.model import Snapshot
from playlist_archive.archive.registry import read_registry
from playlist_archive.git.repository import Git
from playlist_archive.run.forget import ForgetJob, forget
from playlist_archive.run.linked import linked_repository
from playlist_archive.settings import Settings
from tests.answers import told
from tests.archives import archived, committed
from tests.replayed import observed, recorded_ids

Days = list[tuple[date, Snapshot]]


def damaged(days: Days, bad: date) -> Iterator[tuple[date, Snapshot]]:
    """The days, on one of which every playlist has lost two thirds of its rows, and the others are backwards."""
    for day, seen in days:
        yield day, seen._replace(items=seen.items[::-3]) if day == bad else seen


def records(root: Path) -> dict[str, str]:
    return {path.name: path.read_text(encoding="utf-8") for path in (root / DATA).glob("*.json")}


def assert_forgotten(history: Path, tmp_path: Path, only: Collection[str], number: int) -> None:
    days = list(observed(history, only))
    bad = sorted({day for day, _ in days})[number]
    root = committed(tmp_path / "bad", archived(damaged(days, bad)))
    good = committed(tmp_path / "good", archived((day, seen) for day, seen in days if day != bad))
    assert records(root) != records(good)
    where = linked_repository(Settings(), Git(root))
    forget(ForgetJob(root=root, day=bad, registry=read_registry(root), repository=where))
    assert records(root) == records(good)
    before, after = told(good), told(root)
    assert [name for name in before.keys() | after.keys() if before.get(name) != after.get(name)] == []


@pytest.mark.proof
def test_a_bad_day_in_the_middle_of_real_ones_is_taken_back(corpus: Path, tmp_path: Path) -> None:
    history = corpus / "history"
    assert_forgotten(history, tmp_path, recorded_ids(history)[:12], 60)


@pytest.mark.proof
@pytest.mark.parametrize("number", [1, 40, 90, 126])
def test_a_bad_day_of_sixty_real_playlists_is_taken_back(corpus: Path, tmp_path: Path, number: int) -> None:
    assert_forgotten(corpus / "history", tmp_path, (), number)
