"""Pushes the branch, never by force. If others pushed first, our commits are put on top of their commits."""

import re
import time
from collections.abc import Callable
from typing import Final

from .checkout import follow
from .commit import make, move
from .guard import NO_BRANCH
from .index import bring_in_line
from .objects import store
from .race import ConflictError, Reconcile, clashes, in_words, read_race, replay
from .repository import BRANCHES, Git, GitError

PAUSES_SECONDS: Final = (0, 5, 10, 15)
"""The waits before each retry of a push. So a push is given up after five rejections."""

_AS_STORED: Final = {"pack.window": "0"}
"""Makes a push send the stored pack, without a search for differences. A push sends ten times the bytes, but a host
that packs its repositories ends with fewer bytes (docs/scale.md, "Limits").
"""

_STALLED: Final = {"http.lowSpeedLimit": "1000", "http.lowSpeedTime": "60"}
"""Ends an HTTP transfer that stalls."""

_RACE: Final = "[rejected]"
"""Git's words for a branch that has moved. `[remote rejected]` is a decision of the remote."""

_BY_RULE: Final = re.compile(
    r"\bGH\d{3}\b|error: 40[13]|protected branch|repository rule|permission .*denied|denied to|write access|read-only"
    r"|refusing to allow|authentication failed|could not read (?:username|password)",
    re.IGNORECASE,
)
"""Words of a permanent refusal."""

Sleep = Callable[[float], None]


class RefusedError(GitError):
    """The remote refuses the push permanently, even if nobody else pushed."""


def push(git: Git, reconcile: Reconcile | None = None, *, sleep: Sleep = time.sleep) -> None:
    """Pushes the branch. If others pushed first, puts our commits on top of their commits.

    If others changed the same files of the archive, `reconcile` makes our commits again.

    Raises:
        ConflictError: our commits do not fit on top of their commits.
        RefusedError: the other side does not take it by rule.
        GitError: git refuses.
    """
    branch = _branch_to_push(git)
    known = git.commit_of(f"refs/remotes/origin/{branch}")
    for pause in PAUSES_SECONDS:
        refusal = _push_to(git, branch)
        if not refusal:
            return
        sleep(pause)
        theirs = _fetched(git, branch)
        if not theirs:
            raise refusal
        if git.line("merge-base", theirs, "HEAD", allowed=(0, 1)) != theirs:
            _put_ours_on(git, theirs, known or theirs, reconcile)
        known = theirs
    if refusal := _push_to(git, branch):
        raise refusal


def switch_to(git: Git, branch: str) -> None:
    """Checks out the origin's branch of that name, or else a new branch that starts here.

    Raises:
        GitError: git refuses.
    """
    git.run("switch", "--quiet", "--force-create", branch, _fetched(git, branch) or "HEAD")


def push_file(git: Git, path: str, *, message: str) -> bool:
    """Commits one file to the current branch, and pushes it. False if the branch has the file already.

    Raises:
        RefusedError: the other side does not take it by rule.
        GitError: git refuses.
        OSError: the file does not exist.
    """
    branch, head = _branch_to_push(git), git.head()
    files = store(git, git.root, [path])
    known = git.tree(head, path).get(path) if head else None
    is_new = known is None or known.name != files[path].name
    if is_new:
        move(git, make(git, head, files, message), head)
        bring_in_line(git, files, begins=not head)
    if refusal := _push_to(git, branch):
        raise refusal
    return is_new


def _branch_to_push(git: Git) -> str:
    if not git.has_origin():
        raise GitError("there is nowhere to push to", "name the repository with `git remote add origin URL`")
    branch = git.branch()
    if branch is None:
        raise GitError(*NO_BRANCH)
    return branch


def _push_to(git: Git, branch: str) -> GitError | None:
    """Why the remote refused the push, None after success.

    Raises:
        RefusedError: the refusal is permanent.
    """
    settings = {**_AS_STORED, **_STALLED}
    answer = git.over_network("push", "--porcelain", "origin", f"HEAD:{BRANCHES}{branch}", settings=settings)
    if answer.is_done:
        return None
    error = answer.error()
    if _RACE not in answer.text and _BY_RULE.search(str(error)):
        remedy = "allow the bot to push, or give it a deploy key that may"
        raise RefusedError(f"committed here, not pushed: {error}", remedy)
    return error


def _fetched(git: Git, branch: str) -> str:
    """The branch's commit at the origin now. Empty if unknown."""
    if not git.over_network("fetch", "--no-tags", "origin", f"{BRANCHES}{branch}", settings=_STALLED).is_done:
        return ""
    return git.commit_of("FETCH_HEAD")


def _put_ours_on(git: Git, theirs: str, known: str, reconcile: Reconcile | None) -> None:
    """Puts our commits since `known` on top of their commits, without anything that others reverted meanwhile."""
    race = read_race(git, known=known, tip=theirs)
    both = clashes(git, race)
    if both and not reconcile:
        raise ConflictError(in_words(both))
    follow(git, reconcile(race) if both and reconcile else replay(git, race))
