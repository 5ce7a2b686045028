"""Pushes the branch, and never by force. Where others were faster, our commits are put on top of theirs."""

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
"""Before each try to push again, so that five are rejected before it is given up."""

_AS_STORED: Final = {"pack.window": "0"}
"""Makes a push send what the commit stored instead of differences that it would have to search for. It sends ten times
the bytes, and a host that packs its repositories ends with fewer than otherwise (docs/scale.md, "Limits").
"""

_STALLED: Final = {"http.lowSpeedLimit": "1000", "http.lowSpeedTime": "60"}
"""Ends a transfer over HTTP that has come to a standstill."""

_RACE: Final = "[rejected]"
"""What git says of a branch that has moved; `[remote rejected]` is the other side's own decision."""

_BY_RULE: Final = re.compile(
    r"\bGH\d{3}\b|error: 40[13]|protected branch|repository rule|permission .*denied|denied to|write access|read-only"
    r"|refusing to allow|authentication failed|could not read (?:username|password)",
    re.IGNORECASE,
)
"""Words of a refusal that is the same tomorrow."""

Sleep = Callable[[float], None]


class RefusedError(GitError):
    """The other side does not take the push, now or later, whoever was faster."""


def push(git: Git, reconcile: Reconcile | None = None, *, sleep: Sleep = time.sleep) -> None:
    """Pushes the branch; when others were faster, puts our commits on top of theirs.

    Where others changed the same files of the archive, `reconcile` makes our commits again.

    Raises:
        ConflictError: ours do not fit on theirs.
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
    """Checks out a branch: the origin's where it has one of that name, else a new one that starts here.

    Raises:
        GitError: git refuses.
    """
    git.run("switch", "--quiet", "--force-create", branch, _fetched(git, branch) or "HEAD")


def push_file(git: Git, path: str, *, message: str) -> bool:
    """Commits one file to the branch that is checked out, and pushes that; False where it is there already.

    Raises:
        RefusedError: the other side does not take it by rule.
        GitError: git refuses.
        OSError: there is no such file.
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
    """Why the other side did not take it, None where it did.

    Raises:
        RefusedError: it never will.
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
    """What the branch is at the origin now; empty where that cannot be known."""
    if not git.over_network("fetch", "--no-tags", "origin", f"{BRANCHES}{branch}", settings=_STALLED).is_done:
        return ""
    return git.commit_of("FETCH_HEAD")


def _put_ours_on(git: Git, theirs: str, known: str, reconcile: Reconcile | None) -> None:
    """Puts on theirs what we did since `known`, and so nothing that they took back meanwhile."""
    race = read_race(git, known=known, tip=theirs)
    both = clashes(git, race)
    if both and not reconcile:
        raise ConflictError(in_words(both))
    follow(git, reconcile(race) if both and reconcile else replay(git, race))
