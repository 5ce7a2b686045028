"""Single files: proposed on a branch of their own, and removed."""

from pathlib import Path

import pytest

from playlist_archive.git.propose import Change, propose, proposes, remove
from playlist_archive.git.repository import Git, GitError
from tests.git.repositories import ENTRY, PAGE, Repositories, git, write


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
