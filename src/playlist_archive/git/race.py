"""Handles a push by others before ours: compares both sides, and makes our commits again on top of their commits."""

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
    """Others pushed changes to the same files. Their commits stay, and our commits are not pushed."""


class Commit(NamedTuple):
    """One commit: its first parent, its author and time (`seconds` since 1970), and its message."""

    name: str
    parent: str
    author: Mapping[str, str]
    seconds: int
    message: str

    @property
    def day(self) -> date:
        """The day of the commit, in UTC."""
        return day_of_clock(self.seconds)


class Race(NamedTuple):
    """Two sides that changed a branch since the commit `base`: our and their commits, oldest first, and their tip.

    `theirs` is empty if others rewrote the branch. Their commits then do not show the changes since `base`.
    """

    base: str
    ours: tuple[Commit, ...]
    tip: str
    theirs: tuple[Commit, ...]


Reconcile = Callable[[Race], str]
"""Makes our commits again on top of the others' tip, and returns the last new commit."""


def read_race(git: Git, *, known: str, tip: str) -> Race:
    """The commits of both sides since the branch was at `known`, without commits that others reverted meanwhile.

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
    """The commits after one commit up to another, oldest first, without commits of merged branches.

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
    """The files of a commit that differ in an older commit, by their path from the archive's folder.

    Raises:
        GitError: one of the commits does not exist.
    """
    parts = iter(git.paths("diff-tree", "-r", "-z", "--no-renames", "--raw", old, new))
    return {git.relative(path): _new_blob(about) for about, path in zip(parts, parts, strict=True)}


def _new_blob(about: str) -> Blob | None:
    """The new file in a line such as `:100644 100644 1234… 5678… M`."""
    _, mode, _, name, status = about.split(" ")
    return None if status == "D" else Blob(mode, name)


def clashes(git: Git, race: Race) -> list[str]:
    """The files of the archive that both sides changed.

    Raises:
        GitError: git refuses.
    """
    theirs = git.changed(race.base, race.tip)
    ours = {path for commit in race.ours for path in git.changed(commit.parent, commit.name)}
    return sorted(path for path in ours & theirs if path.startswith(f"{layout.PLAYLISTS}/"))


def replay(git: Git, race: Race) -> str:
    """Makes our commits again on top of their commits, if no file of the archive was changed by both sides.

    Raises:
        ConflictError: both sides changed a file outside the archive.
        GitError: git refuses.
    """
    tip = race.tip
    for ours in race.ours:
        tip = put_on(git, tip, ours, files_of(git, race, ours))
    return tip


def files_of(git: Git, race: Race, ours: Commit) -> Files:
    """The files that one of our commits changed.

    Raises:
        ConflictError: others changed the same file outside the archive differently.
        GitError: git refuses.
    """
    files, theirs = difference(git, ours.parent, ours.name), difference(git, race.base, race.tip)
    outside = [path for path in files if not path.startswith(f"{layout.PLAYLISTS}/")]
    both = sorted(path for path in outside if path in theirs and theirs[path] != files[path])
    if both:
        raise ConflictError(in_words(both))
    return files


def put_on(git: Git, tip: str, ours: Commit, files: Files) -> str:
    """The hash of our commit, made again on top of another commit. The other commit's hash if ours has nothing new.

    Raises:
        GitError: git refuses.
    """
    made = make(git, tip, files, ours.message, ours.author)
    is_empty = bool(files) and git.line("rev-parse", f"{made}^{{tree}}") == git.line("rev-parse", f"{tip}^{{tree}}")
    return tip if is_empty else made


def in_words(paths: Sequence[str]) -> str:
    """The message of a conflict."""
    return f"others changed the same files, theirs stand and ours are not pushed: {some(paths)}"
