"""Single files: proposed on a branch of their own, and removed."""

import os
import subprocess
from pathlib import Path

import pytest

from playlist_archive.git.propose import Change, propose, proposes, remove
from playlist_archive.git.repository import Git, GitError

PAGE = "playlists/plain/page"
ENTRY = "registry/entry"

Repositories = tuple[Path, Path, Path]


@pytest.fixture(autouse=True)
def user_config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The configuration of somebody who has git as it comes."""
    config = tmp_path / "gitconfig"
    config.write_text("[user]\nname = Somebody\nemail = somebody@example.org\n[init]\ndefaultBranch = main\n")
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(config))
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    return config


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """A repository with one commit."""
    folder = tmp_path / "archive"
    folder.mkdir()
    git(folder, "init", "--quiet")
    write(folder, PAGE, "first\n")
    write(folder, "notes", "notes\n")
    git(folder, "add", ".")
    git(folder, "commit", "--quiet", "--message", "First")
    return folder


@pytest.fixture
def shared(tmp_path: Path, archive: Path) -> Repositories:
    """The archive, the bare repository that it pushes to, and somebody else's clone of that."""
    origin, others = tmp_path / "origin.git", tmp_path / "others"
    git(tmp_path, "clone", "--quiet", "--bare", str(archive), str(origin))
    git(archive, "remote", "add", "origin", str(origin))
    git(archive, "fetch", "--quiet", "origin")
    git(tmp_path, "clone", "--quiet", str(origin), str(others))
    return archive, origin, others


def git(folder: Path, *arguments: str) -> str:
    done = subprocess.run(("git", *arguments), cwd=folder, check=True, capture_output=True, text=True)
    return done.stdout.strip()


def write(folder: Path, path: str, text: str) -> None:
    (folder / path).parent.mkdir(parents=True, exist_ok=True)
    (folder / path).write_text(text, encoding="utf-8")


def subjects(folder: Path, commit: str = "HEAD") -> list[str]:
    return git(folder, "log", "--format=%s", commit).splitlines()


def files(folder: Path, commit: str = "HEAD") -> dict[str, str]:
    paths = git(folder, "ls-tree", "-r", "--name-only", commit).splitlines()
    return {path: git(folder, "show", f"{commit}:{path}") for path in paths}


def clone(origin: Path, folder: Path) -> Path:
    """A clone as a runner makes it: of the last commit alone."""
    git(folder.parent, "clone", "--quiet", "--depth=1", "--branch", "main", f"file://{origin}", str(folder))
    return folder


ADDED = Change("add/entry", ENTRY, "My Songs\n")


def test_a_proposed_file_goes_to_a_branch_of_its_own(shared: Repositories) -> None:
    ours, origin, _ = shared
    write(ours, "untracked", "mine\n")
    propose(Git(ours), ADDED, message="Add\n")
    assert subjects(origin, "add/entry") == ["Add", "First"]
    assert files(origin, "add/entry") == {PAGE: "first", "notes": "notes", ENTRY: "My Songs"}
    assert subjects(origin, "main") == ["First"]


def test_a_proposal_is_found_again_with_the_text_that_it_has_and_no_other(shared: Repositories, tmp_path: Path) -> None:
    ours, origin, _ = shared
    assert not proposes(Git(ours), ADDED)
    propose(Git(ours), ADDED, message="Add\n")
    later = Git(clone(origin, tmp_path / "later"))
    assert proposes(later, ADDED)
    assert not proposes(later, ADDED._replace(text="Your Songs\n"))
    assert not proposes(later, ADDED._replace(path="registry/other"))


def test_a_branch_that_an_older_proposal_left_behind_is_started_anew(shared: Repositories, tmp_path: Path) -> None:
    ours, origin, _ = shared
    propose(Git(ours), ADDED, message="Add\n")
    git(ours, "switch", "--quiet", "main")
    for number in range(5):
        write(ours, "notes", f"{number}\n")
        git(ours, "commit", "--quiet", "--all", "--message", f"Note {number}")
    git(ours, "push", "--quiet", "origin", "main")
    later = clone(origin, tmp_path / "later")

    assert proposes(Git(later), ADDED)
    propose(Git(later), ADDED._replace(text=""), message="Add again\n")

    assert subjects(origin, "add/entry")[:3] == ["Add again", "Note 4", "Note 3"]
    assert files(origin, "add/entry")[ENTRY] == ""
    assert subjects(later, "HEAD") == ["Add again", "Note 4"], "history was fetched"


def test_a_whole_clone_stays_whole_when_it_looks_at_a_proposal(shared: Repositories, tmp_path: Path) -> None:
    ours, origin, _ = shared
    propose(Git(ours), ADDED, message="Add\n")
    whole = tmp_path / "whole"
    git(tmp_path, "clone", "--quiet", "--branch", "main", f"file://{origin}", str(whole))
    assert proposes(Git(whole), ADDED)
    assert not (whole / ".git" / "shallow").exists()


def test_only_files_that_are_as_they_were_committed_are_removed(archive: Path) -> None:
    write(archive, "other", "other\n")
    git(archive, "add", "other")
    remove(Git(archive), [PAGE], message="Remove\n")
    assert subjects(archive) == ["Remove", "First"]
    assert not (archive / PAGE).exists()
    assert "other" not in files(archive, "main")

    write(archive, "notes", "changed\n")
    with pytest.raises(GitError, match="local modifications"):
        remove(Git(archive), ["notes"], message="Remove\n")
    assert subjects(archive) == ["Remove", "First"]
    assert (archive / "notes").read_text() == "changed\n"
