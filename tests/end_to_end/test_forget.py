"""A bad day that was believed is taken back later, as if there had been no run on it."""

import re
from collections.abc import Iterable
from pathlib import Path

import pytest

from playlist_archive.archive.ids import PlaylistId
from playlist_archive.archive.registry import read_registry
from playlist_archive.git.repository import Git
from playlist_archive.render.page import Repository
from playlist_archive.run.forget import ForgetJob, Forgotten, forget
from playlist_archive.run.start import linked_repository
from spotify_simulator.world import World, WorldPlaylist
from tests.archives import git
from tests.bad_days import DAMAGES, WithBadDay
from tests.harness import Archive, settings_for, spotify
from tests.worlds import daily, day, playlist

SIZES = (30, 60, 120, 150)
BAD = 3
DAYS = 31
EDITED_ON = (1, 2, 5, 9, 20)
"""Days on which each list changes a little, and not on the bad one."""

_SNAPSHOT = re.compile(rb'"snapshot_id": "[^"]*"')


def lists(number: int) -> list[WorldPlaylist]:
    """The lists as they are on a day: each loses its first song and gets another one now and then; likes grow."""
    changes = sum(edited <= number for edited in EDITED_ON)
    return [
        playlist(place, range(1_000 * place + changes, 1_000 * place + changes + size), likes=1_000 + 4 * number)
        for place, size in enumerate(SIZES, start=1)
    ]


GOOD = daily(*map(lists, range(DAYS)))


def grown(root: Path, days: Iterable[int], world: World = GOOD) -> Archive:
    """An archive that believes all that it sees, with a commit a day."""
    archive = Archive(root, spotify(world))
    if not (root / ".git").exists():
        git(root, "init", "--quiet", "--initial-branch=main")
        archive.register()
    for number in days:
        archive.simulator.day = day(number)
        archive.run_job(archive.job()._replace(believes=True))
        Git(root, day=day(number)).commit(f"day {number}\n")
    return archive


def forgotten(archive: Archive, number: int = BAD, *only: str, dry_run: bool = False) -> Forgotten:
    return forget(
        ForgetJob(
            root=archive.root,
            day=day(number),
            registry=read_registry(archive.root),
            repository=repository(archive),
            playlists=frozenset(map(PlaylistId, only)),
            dry_run=dry_run,
        )
    )


def repository(archive: Archive) -> Repository:
    return linked_repository(settings_for(archive.simulator), Git(archive.root))


def without_ids(archive: Archive) -> dict[str, bytes]:
    """All files, without the ids of snapshots: a record keeps an old one where nothing else is new."""
    return {path: _SNAPSHOT.sub(b"", content) for path, content in archive.files().items()}


def assert_forgotten(tmp_path: Path, damage: str, *, last: int, edited: bool = True) -> None:
    bad = grown(tmp_path / "bad", range(last), WithBadDay(GOOD, day(BAD), DAMAGES[damage], edited=edited))
    good = grown(tmp_path / "good", [number for number in range(last) if number != BAD])
    assert without_ids(bad) != without_ids(good)
    forgotten(bad)
    assert without_ids(bad) == without_ids(good)
    assert git(bad.root, "status", "--porcelain", "--", "playlists") == ""


@pytest.mark.parametrize("damage", ["halved", "foreign"])
def test_a_bad_day_is_taken_back_a_day_later(tmp_path: Path, damage: str) -> None:
    assert_forgotten(tmp_path, damage, last=BAD + 2)


@pytest.mark.proof
@pytest.mark.parametrize("last", [BAD + 1, BAD + 2, DAYS])
@pytest.mark.parametrize("edited", [False, True], ids=["unedited", "edited"])
@pytest.mark.parametrize("damage", DAMAGES)
def test_no_kind_of_bad_day_leaves_anything_behind(tmp_path: Path, damage: str, last: int, *, edited: bool) -> None:
    assert_forgotten(tmp_path, damage, last=last, edited=edited)
