"""The growth of a repository, by git's own counts."""

import secrets
from datetime import date, timedelta
from pathlib import Path

import pytest

from playlist_archive.git.growth import Growth, growth
from playlist_archive.git.repository import Git
from tests.git.repositories import archived, git, write

BEGIN = date(2026, 1, 1)
BYTES = 100_000
ID = "0000000000000000000001"


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository whose first commit has no record, and is of the day before `BEGIN`."""
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "none"))
    root = tmp_path / "root"
    root.mkdir()
    git(root, "init", "--quiet", "--initial-branch=main")
    write(root, "playlists/plain/page", "first\n")
    archived(root, day=BEGIN - timedelta(days=1))
    return root


def grow(root: Path, day: int) -> None:
    """A commit with that many bytes that nothing makes smaller, and a few more."""
    write(root, f"playlists/data/{ID}.json", secrets.token_hex(BYTES))
    archived(root, day=BEGIN + timedelta(days=day))


def seen(root: Path, day: int) -> Growth:
    found = growth(Git(root), BEGIN + timedelta(days=day))
    assert found
    return found


def test_before_there_are_records_only_the_size_is_known(root: Path) -> None:
    assert seen(root, 5)._replace(total=0) == Growth(0)


def test_the_first_commit_with_records_is_no_growth(root: Path) -> None:
    grow(root, 0)
    assert seen(root, 6)._replace(total=0) == Growth(0, None, BEGIN)
    assert seen(root, 10).a_day == 0
    grow(root, 4)
    rate = seen(root, 10).a_day
    assert rate
    assert rate == pytest.approx(BYTES / 10, rel=0.2)
    assert seen(root, 10).total >= 2 * BYTES


def test_in_an_older_archive_only_the_last_ninety_days_count(root: Path) -> None:
    for day in (0, 1, 2, 3, 200):
        grow(root, day)
    rate = seen(root, 203).a_day
    assert rate
    assert rate == pytest.approx(BYTES / 200, rel=0.2)


def test_a_clone_without_older_commits_or_files_knows_nothing(root: Path, tmp_path: Path) -> None:
    grow(root, 0)
    grow(root, 1)
    git(root, "config", "uploadpack.allowFilter", "true")
    for name, option in (("shallow", "--depth=1"), ("partial", "--filter=blob:none")):
        git(tmp_path, "clone", "--quiet", option, root.as_uri(), name)
        assert growth(Git(tmp_path / name), BEGIN) is None


def test_without_a_repository_or_a_commit_there_is_no_growth(tmp_path: Path) -> None:
    assert growth(Git(tmp_path), BEGIN) is None
    git(tmp_path, "init", "--quiet")
    assert growth(Git(tmp_path), BEGIN) is None


@pytest.mark.parametrize("seconds", [99_999_999_999_999, 2**62])
def test_a_clock_that_said_anything_is_no_bug(root: Path, monkeypatch: pytest.MonkeyPatch, seconds: int) -> None:
    monkeypatch.setenv("GIT_COMMITTER_DATE", f"@{seconds} +0000")
    write(root, f"playlists/data/{ID}.json", "{}")
    git(root, "add", "--all")
    git(root, "-c", "user.name=Nobody", "-c", "user.email=nobody@example.org", "commit", "--quiet", "--message=late")
    assert seen(root, 5).a_day is None
    assert Git(root).last_day() == date.max
