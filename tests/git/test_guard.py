import subprocess
from pathlib import Path

import pytest

from playlist_archive.git.guard import check_commit, check_complete
from playlist_archive.git.repository import Git, GitError
from tests.git.repositories import PAGE, archived, git, write


def check(root: Path) -> None:
    """What a run with a commit looks at."""
    check_complete(Git(root))
    check_commit(Git(root))


def diverge(folder: Path) -> None:
    """Two more commits that change the page, and a branch `other` that changes it otherwise."""
    git(folder, "branch", "other")
    for text in ("second\n", "third\n"):
        write(folder, PAGE, text)
        git(folder, "commit", "--quiet", "--all", "--message", text)
    git(folder, "switch", "--quiet", "other")
    write(folder, PAGE, "other\n")
    git(folder, "commit", "--quiet", "--all", "--message", "Other")
    git(folder, "switch", "--quiet", "main")


@pytest.mark.parametrize(
    ("command", "end"),
    [
        ("merge other", "git merge --abort"),
        ("cherry-pick other", "git cherry-pick --abort"),
        ("revert --no-edit HEAD~1", "git revert --abort"),
        ("rebase other", "git rebase --abort"),
        ("rebase --apply other", "git rebase --abort"),
        ("bisect start HEAD HEAD~2", "git bisect reset"),
    ],
)
def test_what_is_under_way_is_told_before_a_run(archive: Path, command: str, end: str) -> None:
    diverge(archive)
    check(archive)
    subprocess.run(("git", *command.split()), cwd=archive, check=False, capture_output=True)
    before = git(archive, "status", "--porcelain")
    with pytest.raises(GitError, match=f"something else is under way .* end it with `{end}`"):
        check(archive)
    assert git(archive, "status", "--porcelain") == before
    git(archive, *end.split()[1:])
    check(archive)


def test_conflicts_that_wait_are_told_before_a_run(archive: Path) -> None:
    write(archive, PAGE, "ours\n")
    git(archive, "stash")
    write(archive, PAGE, "theirs\n")
    git(archive, "commit", "--quiet", "--all", "--message", "Theirs")
    subprocess.run(("git", "stash", "pop"), cwd=archive, check=False, capture_output=True)
    with pytest.raises(GitError, match="3 versions of files in playlists/ wait to be merged"):
        check(archive)


def test_that_no_branch_is_checked_out_is_told_before_a_run(archive: Path) -> None:
    git(archive, "switch", "--quiet", "--detach")
    with pytest.raises(GitError, match="no branch is checked out"):
        check(archive)


@pytest.mark.parametrize("path", ["playlists/data/record.json", "playlists/followers/2026-11.csv"])
def test_what_is_missing_is_told_before_a_run(archive: Path, path: str) -> None:
    write(archive, path, "x")
    assert archived(archive)
    (archive / path).unlink()
    with pytest.raises(GitError, match=rf"what is missing here \({path}\): put it back with git restore"):
        check(archive)
    git(archive, "restore", path)
    check(archive)
    git(archive, "sparse-checkout", "set", "registry")
    with pytest.raises(GitError, match=f"what is missing here.*{path}"):
        check(archive)


def test_what_is_missing_in_an_archive_in_a_folder_is_told_too(archive: Path) -> None:
    write(archive, f"music/{PAGE}", "x")
    write(archive, "music/playlists/data/record.json", "x")
    inner = archive / "music"
    assert archived(inner)
    check(inner)
    (inner / "playlists/data/record.json").unlink()
    with pytest.raises(GitError, match=r"\(playlists/data/record\.json\): put it back with git restore"):
        check(inner)


def test_a_missing_page_is_made_anew_and_so_not_told(archive: Path) -> None:
    (archive / PAGE).unlink()
    check(archive)


def test_without_a_repository_or_a_commit_nothing_is_told_before_a_run(tmp_path: Path) -> None:
    check(tmp_path)
    git(tmp_path, "init", "--quiet")
    check(tmp_path)
