"""Checks before a run whether its files can be committed."""

import os
from typing import Final

from ..archive import layout
from ..problem import Note
from .repository import Git, GitError, some

NO_BRANCH: Final = Note(
    "no branch is checked out, so what is committed would be lost", "check one out with `git switch`"
)

_UNDER_WAY: Final = {
    "MERGE_HEAD": "git merge --abort",
    "CHERRY_PICK_HEAD": "git cherry-pick --abort",
    "REVERT_HEAD": "git revert --abort",
    "rebase-merge": "git rebase --abort",
    "rebase-apply": "git rebase --abort",
    "BISECT_LOG": "git bisect reset",
}
"""File in git's folder during a merge, rebase or similar → the command that ends it."""


def check_complete(git: Git) -> None:
    """Checks that all records and tables of the last commit are here. A run would begin missing files anew.

    Raises:
        GitError: a file is missing, or git refuses.
    """
    head = git.head() if git.exists() else ""
    if not head:
        return
    kept = git.tree(head, layout.DATA, layout.FOLLOWERS)
    needed = [path for path in kept if layout.is_kept(path) and not layout.is_part(path)]  # a record names its parts
    missing = [path for path in needed if not os.path.lexists(git.root / path)]
    if missing:
        raise GitError(f"the last commit has what is missing here ({some(missing)})", "put it back with git restore")


def check_commit(git: Git) -> None:
    """Checks that a run can commit its files to a branch.

    A folder without a repository passes. The run then reports that nothing is committed.

    Raises:
        GitError: no branch is checked out, a merge or rebase is unfinished, or git refuses.
    """
    if not git.exists():
        return
    for name, end in _UNDER_WAY.items():
        if git.git_path(name).exists():
            raise GitError("something else is under way in the repository", f"finish it, or end it with `{end}`")
    if conflicts := git.paths("ls-files", "-z", "--unmerged", "--", layout.PLAYLISTS):
        message = f"{len(conflicts)} versions of files in {layout.PLAYLISTS}/ wait to be merged"
        raise GitError(message, "see `git status`")
    if not git.branch():
        raise GitError(*NO_BRANCH)
