"""Others pushed before us: what they did, what we did, and our commits again on top of theirs."""

import os
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from ..archive import layout
from .commit import make
from .index import Files
from .objects import contents
from .repository import Blob, Git, GitError, some
from .versions import day_of_clock


class ConflictError(GitError):
    """Others pushed changes to the same files: theirs stand, and ours are commits that were not pushed."""


class Commit(NamedTuple):
    """One commit: the first of its parents, who made it when (`seconds` since 1970), and its message."""

    name: str
    parent: str
    author: Mapping[str, str]
    seconds: int
    message: str

    @property
    def day(self) -> date:
        """The day on which it was made, in UTC."""
        return day_of_clock(self.seconds)


class Race(NamedTuple):
    """Two who changed the same branch since the commit `base`: our commits and theirs, oldest first, and their last.

    `theirs` is empty where they rewrote the branch, for then their commits do not say what happened since `base`.
    """

    base: str
    ours: tuple[Commit, ...]
    tip: str
    theirs: tuple[Commit, ...]


Reconcile = Callable[[Race], str]
"""Makes our commits again on top of the tip of theirs, and returns the last one."""


def read_race(git: Git, *, known: str, tip: str) -> Race:
    """What was done since the branch was at `known`, and at nothing that others took back meanwhile.

    Raises:
        GitError: git refuses, or the branches have nothing in common.
    """
    base = git.line("merge-base", known, "HEAD", allowed=(0, 1))
    if not base:
        msg = "others pushed a branch that has no commit in common with ours: clone it anew"
        raise GitError(msg)
    is_rewritten = git.line("merge-base", base, tip, allowed=(0, 1)) != base
    return Race(base, commits(git, base, "HEAD"), tip, () if is_rewritten else commits(git, base, tip))


def commits(git: Git, base: str, tip: str) -> tuple[Commit, ...]:
    """The commits from one that is left out to another, oldest first, without those of merged branches.

    Raises:
        GitError: git refuses.
    """
    names = git.line("rev-list", "--reverse", "--first-parent", f"{base}..{tip}").split()
    return tuple(_commit(name, os.fsdecode(text)) for name, text in zip(names, contents(git, names), strict=True))


def _commit(name: str, text: str) -> Commit:
    head, _, message = text.partition("\n\n")
    facts = dict(line.partition(" ")[::2] for line in reversed(head.split("\n")))
    who, _, when = facts["author"].rpartition("> ")
    person, _, address = who.partition(" <")
    author = {"GIT_AUTHOR_NAME": person, "GIT_AUTHOR_EMAIL": address, "GIT_AUTHOR_DATE": f"@{when}"}
    return Commit(name, facts["parent"], author, int(when.split(" ")[0]), message)


def difference(git: Git, old: str, new: str) -> Files:
    """The files of a commit that are not the same in an older one, by their path from the archive's folder.

    Raises:
        GitError: one of them does not exist.
    """
    parts = iter(git.paths("diff-tree", "-r", "-z", "--no-renames", "--raw", old, new))
    return {git.relative(path): _new_blob(about) for about, path in zip(parts, parts, strict=True)}


def _new_blob(about: str) -> Blob | None:
    """`:100644 100644 1234… 5678… M` → what the file is now."""
    _, mode, _, name, status = about.split(" ")
    return None if status == "D" else Blob(mode, name)


def clashes(git: Git, race: Race) -> list[str]:
    """The files of the archive that both changed.

    Raises:
        GitError: git refuses.
    """
    theirs = git.changed(race.base, race.tip)
    ours = {path for commit in race.ours for path in git.changed(commit.parent, commit.name)}
    return sorted(path for path in ours & theirs if path.startswith(f"{layout.PLAYLISTS}/"))


def replay(git: Git, race: Race) -> str:
    """Our commits again, on top of theirs, where no file of the archive was changed by both.

    Raises:
        ConflictError: both changed another file.
        GitError: git refuses.
    """
    tip = race.tip
    for ours in race.ours:
        tip = put_on(git, tip, ours, files_of(git, race, ours))
    return tip


def files_of(git: Git, race: Race, ours: Commit) -> Files:
    """The files that a commit of ours changed.

    Raises:
        ConflictError: others changed a file that is none of the archive's, and otherwise.
        GitError: git refuses.
    """
    files, theirs = difference(git, ours.parent, ours.name), difference(git, race.base, race.tip)
    outside = [path for path in files if not path.startswith(f"{layout.PLAYLISTS}/")]
    both = sorted(path for path in outside if path in theirs and theirs[path] != files[path])
    if both:
        raise ConflictError(in_words(both))
    return files


def put_on(git: Git, tip: str, ours: Commit, files: Files) -> str:
    """A commit of ours again, on top of another one; that one where ours has nothing new.

    Raises:
        GitError: git refuses.
    """
    made = make(git, tip, files, ours.message, ours.author)
    is_empty = bool(files) and git.line("rev-parse", f"{made}^{{tree}}") == git.line("rev-parse", f"{tip}^{{tree}}")
    return tip if is_empty else made


def in_words(paths: Sequence[str]) -> str:
    """What a conflict says."""
    return f"others changed the same files, theirs stand and ours are not pushed: {some(paths)}"
