"""Commits files of the archive byte for byte as they are, whatever git is told to make of them.

Git's own way from a file to a commit depends on attributes, ignore rules, filters, hooks, flags and locks of the user's
index. This module reads the files itself, and builds the commit in an index of its own. The user's index is brought in
line afterwards.
"""

import os
import stat
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final, NamedTuple

from ..archive import layout
from .index import Files, bring_in_line, copied_index, empty_index, put, written_at
from .objects import Hashing, store
from .repository import Blob, Git, GitError

LARGEST_BYTES: Final = 95_000_000
"""Larger files are not read: GitHub refuses a push with a file of more than 100 MB in it (docs/scale.md, "Limits")."""

_SKIPPED: Final = "S"
"""The tag of `git ls-files -v` for a file that a sparse checkout leaves out."""


class Changes(NamedTuple):
    """How the archive's files differ from those of the last commit.

    `written` are new or have other contents, `gone` are there no more, and `odd` is what lies where a plain file or a
    folder belongs, and is none.
    """

    written: tuple[str, ...]
    gone: tuple[str, ...]
    odd: tuple[str, ...]

    def __bool__(self) -> bool:
        """Whether there is something to commit."""
        return bool(self.written or self.gone)

    def without(self, paths: Collection[str]) -> "Changes":
        """The changes at all other paths."""
        written, gone = (tuple(path for path in found if path not in paths) for found in (self.written, self.gone))
        return self._replace(written=written, gone=gone)


def changes(git: Git, *, written: Iterable[str] = ()) -> Changes:
    """How the archive differs from the last commit; `written` are the paths that a run has just written.

    A file that only has other line ends than the last commit is no change, unless it was just written.

    Raises:
        GitError: git refuses.
        OSError: a file or folder cannot be read.
    """
    head = git.head()
    committed = {path: blob for path, blob in _tree(git, head).items() if layout.is_kept(path)}
    disk = _Disk(git.root)
    look = _look(git, head, disk) if committed else _Look(frozenset(), frozenset())
    just = frozenset(written)
    asked = sorted(disk.stamps.keys() & (just | look.suspects | (disk.stamps.keys() - committed.keys())))
    compare = _Comparison(git, committed, just)
    return Changes(
        written=tuple(filter(compare.differs, asked)),
        gone=tuple(sorted(path for path in committed if not disk.has(path) and path not in look.skipped)),
        odd=tuple(sorted(disk.odd)),
    )


def changes_at(git: Git, paths: Iterable[str]) -> Changes:
    """How the plain files at these paths differ from the last commit; others are not looked at.

    Raises:
        GitError: git refuses.
        OSError: a file cannot be read.
    """
    asked = sorted(set(paths))
    head, hashing = git.head(), Hashing(git)
    places = sorted({path.partition("/")[0] for path in asked})
    committed = git.tree(head, *places) if head and places else {}
    here = {path: git.root / path for path in asked if os.path.lexists(git.root / path)}
    names = {path: hashing.name(place.read_bytes()) for path, place in here.items()}
    return Changes(
        written=tuple(path for path, name in names.items() if path not in committed or committed[path].name != name),
        gone=tuple(path for path in asked if path not in here and path in committed),
        odd=(),
    )


@contextmanager
def committing(what: str) -> Iterator[None]:
    """Inside, `what` is written already, and is committed: a file that cannot be read becomes a refusal.

    Raises:
        GitError: a file cannot be read.
    """
    try:
        yield
    except OSError as error:
        message = f"{what} is written, but not committed ({error})"
        raise GitError(message, "look at the disk and your rights, then commit it with git") from error


def commit(git: Git, found: Changes, message: str) -> str:
    """Commits these changes and nothing else; returns what keeps the user's index from being in line, else nothing.

    Raises:
        GitError: git refuses.
        OSError: a file cannot be read.
    """
    head = git.head()
    files: Files = {**store(git, git.root, found.written), **dict.fromkeys(found.gone)}
    move(git, make(git, head, files, message), head)
    return bring_in_line(git, files, begins=not head)


def commit_nothing(git: Git, message: str) -> None:
    """An empty commit, a sign of life.

    Raises:
        GitError: git refuses.
    """
    head = git.head()
    move(git, make(git, head, {}, message), head)


def make(git: Git, parent: str, files: Files, message: str, variables: Mapping[str, str] | None = None) -> str:
    """A commit on top of its parent, if there is one, in which these files differ. No branch has it yet.

    Raises:
        GitError: git refuses.
    """
    with empty_index() as index:
        if parent:
            git.run("read-tree", parent, variables=index)
        put(git, files, index)
        tree = git.line("write-tree", "--missing-ok", variables=index)
    parents = ("-p", parent) if parent else ()
    answer = git.run("commit-tree", tree, *parents, text=message.encode("utf-8", "replace"), variables=variables)
    return answer.decode().strip()


def move(git: Git, new: str, old: str) -> None:
    """Moves the branch that is checked out to a new commit, if it is still at the old one, or there was none.

    Raises:
        GitError: git refuses.
    """
    git.run("update-ref", "-m", "archive", "HEAD", new, old or Hashing(git).none)


def _tree(git: Git, head: str) -> Mapping[str, Blob]:
    return git.tree(head, layout.PLAYLISTS) if head else {}


class _Disk:
    """The archive's plain files with the time of their last change, and what is odd."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self.stamps: dict[str, float] = {}
        self.odd: set[str] = set()
        if self._is_folder(layout.PLAYLISTS):
            for folder in layout.FOLDERS:
                self._list(folder)
            for path in layout.FILES:
                self._sort(path)

    def has(self, path: str) -> bool:
        """Whether something is there: the file, or what is odd."""
        return path in self.stamps or any(place in self.odd for place in (path, *map(str, Path(path).parents)))

    def _is_folder(self, path: str) -> bool:
        place = self._root / path
        is_folder = place.is_dir() and not place.is_symlink()
        if not is_folder and os.path.lexists(place):
            self.odd.add(path)
        return is_folder

    def _list(self, folder: str) -> None:
        if self._is_folder(folder):
            for name in os.listdir(self._root / folder):  # noqa: PTH208 - a tenth of the time
                path = f"{folder}/{name}"
                if layout.is_kept(path):
                    self._sort(path)

    def _sort(self, path: str) -> None:
        try:
            found = os.lstat(f"{self._root}/{path}")  # a path object for each of 40,000 files takes a second
        except FileNotFoundError:
            return
        if stat.S_ISREG(found.st_mode):
            self.stamps[path] = found.st_mtime
        else:
            self.odd.add(path)


class _Look(NamedTuple):
    """What git's index says: files that may differ from the last commit, and those that the checkout leaves out."""

    suspects: frozenset[str]
    skipped: frozenset[str]


def _look(git: Git, head: str, disk: _Disk) -> _Look:
    """Compares the stamps of the files with the index, without opening one."""
    here = ("--", layout.PLAYLISTS)
    names = ("-z", "--name-only", "--relative")
    with copied_index(git) as index:
        touched = git.paths("diff-files", *names, *here, variables=index)
        staged = git.paths("diff-index", "--cached", *names, head, *here, variables=index)
        tagged = [line.partition(" ") for line in git.paths("ls-files", "-z", "-v", *here, variables=index)]
    since = written_at(git)
    racy = (path for path, stamp in disk.stamps.items() if stamp >= since)
    unwatched = (path for tag, _, path in tagged if tag.islower() or tag == _SKIPPED)
    skipped = (path for tag, _, path in tagged if tag.upper() == _SKIPPED)
    return _Look(frozenset((*touched, *staged, *racy, *unwatched)), frozenset(skipped))


class _Comparison:
    """Compares files with those of the last commit, byte for byte."""

    def __init__(self, git: Git, committed: Mapping[str, Blob], just_written: Collection[str]) -> None:
        self._root = git.root
        self._committed = committed
        self._just_written = just_written
        self._hashing = Hashing(git)

    def differs(self, path: str) -> bool:
        """Whether the file is to be committed."""
        known = self._committed.get(path)
        if (self._root / path).stat().st_size > LARGEST_BYTES:
            return True
        content = (self._root / path).read_bytes()
        if known is None or self._hashing.name(content) != known.name:
            return known is None or not self._has_only_other_line_ends(path, content, known)
        return False

    def _has_only_other_line_ends(self, path: str, content: bytes, known: Blob) -> bool:
        if path in self._just_written or b"\r\n" not in content:
            return False
        return self._hashing.name(content.replace(b"\r\n", b"\n")) == known.name
