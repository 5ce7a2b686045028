"""Looks, before a run begins, whether its work can be kept."""

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
"""What git keeps in its folder while it does more than one command's work → what ends that."""


def check_complete(git: Git) -> None:
    """Looks whether all records and tables of the last commit are here, for a run would begin missing ones anew.

    Raises:
        GitError: some are missing, or git refuses to say.
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
    """Looks whether what a run archives can be committed to a branch.

    Without a repository the run is good all the same, and then says that it is not committed.

    Raises:
        GitError: no branch is checked out, something else is under way, or git refuses.
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
