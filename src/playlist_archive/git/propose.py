"""Proposes or removes single files that are not the archive's own, and begins a repository."""

import os
from collections.abc import Sequence
from typing import Final, NamedTuple

from .repository import Git, GitError

_BRANCHES: Final = "refs/heads/"


class Change(NamedTuple):
    """A file to propose, and the branch for it."""

    branch: str
    path: str
    text: str


def begin(git: Git) -> None:
    """Makes the folder a repository with the branch `main`. An existing repository stays as it is.

    Raises:
        GitError: git refuses.
    """
    if not os.path.lexists(git.root / ".git"):
        git.run("init", "--quiet", "--initial-branch=main")


def proposes(git: Git, change: Change) -> bool:
    """Whether the origin has the branch of the change, with the same file.

    Into a shallow clone, only the last commit of the branch is fetched.

    Raises:
        GitError: git refuses to say whether the clone is shallow.
    """
    depth = ("--depth=1",) if git.line("rev-parse", "--is-shallow-repository") == "true" else ()
    try:
        git.run("fetch", *depth, "origin", f"{_BRANCHES}{change.branch}")
        return git.run("show", f"FETCH_HEAD:./{change.path}").strip() == change.text.strip().encode()
    except GitError:
        return False


def propose(git: Git, change: Change, *, message: str) -> None:
    """Commits one file to a new branch that starts here, and pushes it. An older branch of that name is replaced.

    Raises:
        GitError: git refuses, or somebody pushed to the branch at the same moment.
    """
    ref = f"{_BRANCHES}{change.branch}"
    old = git.line("ls-remote", "origin", ref).partition("\t")[0]
    git.run("switch", "--quiet", "--force-create", change.branch, "HEAD")
    file = git.root / change.path
    file.parent.mkdir(exist_ok=True)
    file.write_text(change.text, encoding="utf-8")
    git.run("add", "--force", "--", change.path)
    _commit(git, message, [change.path])
    git.run("push", f"--force-with-lease={ref}:{old}", "origin", f"HEAD:{ref}")


def remove(git: Git, paths: Sequence[str], *, message: str) -> None:
    """Removes committed files, and commits the removal.

    Raises:
        GitError: a file was changed since its commit, or git refuses.
    """
    git.run("rm", "--quiet", "--", *paths)
    _commit(git, message, paths)


def _commit(git: Git, message: str, paths: Sequence[str]) -> None:
    """Commits only these paths, whatever else is staged."""
    git.run("commit", "--quiet", "--cleanup=verbatim", "--file=-", "--only", "--", *paths, text=message.encode())
