import os
from pathlib import Path

import pytest

from playlist_archive.git.repository import Git, GitError
from tests.git.repositories import PAGE, SECRET, archived, git

# Where the archive lies


@pytest.mark.parametrize(
    ("remote", "repository"),
    [
        ("https://github.com/somebody/archive", "somebody/archive"),
        ("https://github.com/somebody/archive.git", "somebody/archive"),
        ("https://github.com/somebody/archive/", "somebody/archive"),
        ("https://GitHub.com/Some-Body/My.Archive_2.git", "Some-Body/My.Archive_2"),
        (f"https://x-access-token:{SECRET}@github.com/somebody/archive.git", "somebody/archive"),
        (f"https://{SECRET}@github.com/somebody/archive", "somebody/archive"),
        ("git@github.com:somebody/archive.git", "somebody/archive"),
        ("org-1234@github.com:somebody/archive.git", "somebody/archive"),
        ("github.com:somebody/archive", "somebody/archive"),
        ("ssh://git@github.com/somebody/archive.git", "somebody/archive"),
        ("ssh://git@ssh.github.com:443/somebody/archive.git", "somebody/archive"),
        ("git://github.com/somebody/archive.git", "somebody/archive"),
        ("https://gitlab.com/somebody/archive.git", None),
        ("git@gitlab.com:github.com/archive.git", None),
        ("https://github.com.example.org/somebody/archive", None),
        ("https://example.org/github.com/archive", None),
        ("https://notgithub.com/somebody/archive", None),
        ("https://github.com/somebody", None),
        ("https://github.com/somebody/archive/tree/main", None),
        ("https://github.com/some body/archive", None),
        ("/srv/git/archive.git", None),
    ],
)
def test_the_remote_tells_the_repository_on_github(archive: Path, remote: str, repository: str | None) -> None:
    git(archive, "remote", "add", "origin", remote)
    assert Git(archive).on_github() == repository


def test_without_a_remote_or_a_repository_none_is_told(archive: Path, tmp_path: Path) -> None:
    assert Git(archive).on_github() is None
    assert Git(tmp_path).on_github() is None
    assert Git(tmp_path).branch() is None
    assert Git(tmp_path / "gone").on_github() is None


def test_the_branch_is_told_by_its_whole_name(archive: Path) -> None:
    git(archive, "tag", "main")
    assert Git(archive).branch() == "main"
    git(archive, "switch", "--quiet", "--create", "feature/x")
    assert Git(archive).branch() == "feature/x"
    git(archive, "switch", "--quiet", "--detach")
    assert Git(archive).branch() is None


def test_a_branch_without_commits_is_told_too(tmp_path: Path) -> None:
    git(tmp_path, "init", "--quiet", "--initial-branch=trunk")
    assert Git(tmp_path).branch() == "trunk"


def test_a_tree_tells_every_file_and_what_it_is(archive: Path) -> None:
    (archive / "link").symlink_to("/etc/passwd")
    (archive / "a\n::error::b").touch()
    (archive / os.fsdecode(b"caf\xe9")).touch()
    git(archive, "add", ".")
    git(archive, "commit", "--quiet", "--message", "Odd names")
    tree = Git(archive).tree()
    assert tree.keys() == {PAGE, "notes", "link", "a\n::error::b", os.fsdecode(b"caf\xe9")}
    assert tree["link"].mode == "120000"
    assert tree["notes"] == ("100644", git(archive, "rev-parse", "HEAD:notes"))


def test_a_folder_that_is_no_repository_is_told(tmp_path: Path) -> None:
    with pytest.raises(GitError, match="git ls-tree: fatal: not a git repository"):
        Git(tmp_path).tree()


def test_a_folder_that_is_gone_is_told(tmp_path: Path) -> None:
    with pytest.raises(GitError, match="git cannot be started in the archive's folder: No such file or directory"):
        archived(tmp_path / "gone")


def test_a_machine_without_git_is_told(archive: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(archive))
    with pytest.raises(GitError, match="git cannot be started"):
        archived(archive)


def test_git_speaks_english_whatever_the_user_speaks(archive: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANGUAGE", "de")
    monkeypatch.setenv("LC_ALL", "de_DE.UTF-8")
    git(archive, "remote", "add", "origin", str(archive))
    with pytest.raises(GitError, match=r"^git ls-tree: fatal: Not a valid object name gone$"):
        Git(archive).tree("gone")
