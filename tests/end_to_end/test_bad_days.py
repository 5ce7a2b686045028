"""A day on which every answer is wrong in one way leaves nothing in the archive, and does not stop it for long."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from shutil import copytree

import pytest

from playlist_archive.archive import layout
from playlist_archive.exit_code import ExitCode
from playlist_archive.outcome import Kind, Result
from spotify_simulator.world import WorldPlaylist
from tests.bad_days import DAMAGES, WithBadDay
from tests.harness import Archive, spotify
from tests.worlds import daily, day, playlist

SIZES = (30, 60, 90, 100, 120, 150, 200, 250)
BAD = 5
"""A day on which two of the lists have their weekly turn to be read in full."""
DAYS = 13
EDITED_ON = (1, 2, 7)
"""Days on which each list changes a little, and not on the bad one."""


def lists(number: int) -> list[WorldPlaylist]:
    """The eight lists as they are on a day: each loses its first song and gets another one now and then."""
    changes = sum(edited <= number for edited in EDITED_ON)
    return [
        playlist(place, range(1_000 * place + changes, 1_000 * place + changes + size))
        for place, size in enumerate(SIZES, start=1)
    ]


GOOD = daily(*map(lists, range(DAYS)))


def run_on(archive: Archive, days: Iterable[int]) -> list[Result]:
    results = []
    for number in days:
        archive.simulator.day = day(number)
        results.append(archive.run())
    return results


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> Callable[[bool], Path]:
    """A folder with an archive of the days before the bad one, as the app or as a user."""
    return cache(lambda as_user: grown(tmp_path_factory.mktemp("before"), range(BAD), as_user=as_user).root)


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory) -> Callable[[bool], dict[str, bytes]]:
    """What is archived when there is no run on the bad day."""
    days = [number for number in range(DAYS) if number != BAD]
    return cache(lambda as_user: lasting(grown(tmp_path_factory.mktemp("without"), days, as_user=as_user)))


def grown(root: Path, days: Iterable[int], *, as_user: bool) -> Archive:
    archive = Archive(root, spotify(GOOD), as_user=as_user)
    archive.register()
    run_on(archive, days)
    return archive


def lasting(archive: Archive) -> dict[str, bytes]:
    """All files but the table of likes, which has a column for the bad day."""
    return {path: content for path, content in archive.files().items() if not path.startswith(layout.FOLLOWERS)}


@dataclass(frozen=True)
class Kept:
    """What the days around the bad one leave in an archive."""

    before: Callable[[bool], Path]
    expected: Callable[[bool], dict[str, bytes]]

    def check(self, root: Path, damage: str, *, as_user: bool, edited: bool) -> Result:
        """Goes through the bad day, and gives its result."""
        copytree(self.before(as_user), root / "archive")
        world = WithBadDay(GOOD, day(BAD), DAMAGES[damage], edited=edited)
        archive = Archive(root / "archive", spotify(world), as_user=as_user)
        bad, _, *later = run_on(archive, range(BAD, DAYS))
        assert lasting(archive) == self.expected(as_user)
        assert [result.exit_code for result in later] == [ExitCode.DONE] * len(later)
        return bad


@pytest.fixture(scope="module")
def kept(before: Callable[[bool], Path], expected: Callable[[bool], dict[str, bytes]]) -> Kept:
    return Kept(before, expected)


@pytest.mark.parametrize(("damage", "as_user"), [("foreign", False), ("halved", True)])
def test_a_bad_day_leaves_nothing_in_the_archive(tmp_path: Path, kept: Kept, damage: str, *, as_user: bool) -> None:
    bad = kept.check(tmp_path, damage, as_user=as_user, edited=False)
    assert bad.exit_code == ExitCode.PARTIAL
    assert bad.of(Kind.DOUBTED)


@pytest.mark.proof
@pytest.mark.parametrize("edited", [False, True], ids=["unedited", "edited"])
@pytest.mark.parametrize("as_user", [False, True], ids=["as the app", "as a user"])
@pytest.mark.parametrize("damage", DAMAGES)
def test_no_kind_of_bad_day_leaves_anything_in_the_archive(
    tmp_path: Path, kept: Kept, damage: str, *, as_user: bool, edited: bool
) -> None:
    kept.check(tmp_path, damage, as_user=as_user, edited=edited)
