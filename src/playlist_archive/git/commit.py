"""Commits files of the archive byte for byte, whatever the settings of git say.

Git's own commits depend on attributes, ignore rules, filters and hooks, and on flags and locks of the user's index.
This module reads the files itself, and builds the commit in a separate index. It updates the user's index afterwards.
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
"""The largest file that is read. GitHub refuses a push with a file of more than 100 MB (docs/scale.md, "Limits")."""

_SKIPPED: Final = "S"
"""The tag of `git ls-files -v` for a file that a sparse checkout leaves out."""


class Changes(NamedTuple):
    """How the archive's files differ from those of the last commit.

    `written` files are new or have other contents, and `gone` files are deleted. `odd` are paths at which something
    else lies than a plain file or a folder.
    """

    written: tuple[str, ...]
    gone: tuple[str, ...]
    odd: tuple[str, ...]

    def __bool__(self) -> bool:
        """Whether anything needs a commit."""
        return bool(self.written or self.gone)

    def without(self, paths: Collection[str]) -> "Changes":
        """The changes at all other paths."""
        written, gone = (tuple(path for path in found if path not in paths) for found in (self.written, self.gone))
        return self._replace(written=written, gone=gone)


def changes(git: Git, *, written: Iterable[str] = ()) -> Changes:
    """The differences of the archive from the last commit. `written` are the paths that a run has just written.

    A file that differs only in its line ends counts as unchanged, unless a run has just written it.

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
    """The differences of the plain files at these paths from the last commit. Other files are not looked at.

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
    """Turns an unreadable file into a `GitError`, for a block that commits `what`.

    Raises:
        GitError: a file cannot be read.
    """
    try:
        yield
    except OSError as error:
        message = f"{what} is written, but not committed ({error})"
        raise GitError(message, "look at the disk and your rights, then commit it with git") from error


def commit(git: Git, found: Changes, message: str) -> str:
    """Commits only these changes. Returns the reason if the user's index could not be updated, else an empty text.

    Raises:
        GitError: git refuses.
        OSError: a file cannot be read.
    """
    head = git.head()
    files: Files = {**store(git, git.root, found.written), **dict.fromkeys(found.gone)}
    move(git, make(git, head, files, message), head)
    return bring_in_line(git, files, begins=not head)


def commit_nothing(git: Git, message: str) -> None:
    """Makes an empty commit, as a sign of life.

    Raises:
        GitError: git refuses.
    """
    head = git.head()
    move(git, make(git, head, {}, message), head)


def make(git: Git, parent: str, files: Files, message: str, variables: Mapping[str, str] | None = None) -> str:
    """The hash of a new commit that changes these files. It follows its parent, if any, and is on no branch yet.

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
    """Moves the current branch to a new commit, if it still is at the old commit, or was empty.

    Raises:
        GitError: git refuses.
    """
    git.run("update-ref", "-m", "archive", "HEAD", new, old or Hashing(git).none)


def _tree(git: Git, head: str) -> Mapping[str, Blob]:
    return git.tree(head, layout.PLAYLISTS) if head else {}


class _Disk:
    """The archive's plain files with the time of their last change, and the odd paths."""

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
        """Whether the path exists, as a file or as something odd."""
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
            found = os.lstat(f"{self._root}/{path}")  # path objects for 40,000 files would take a second
        except FileNotFoundError:
            return
        if stat.S_ISREG(found.st_mode):
            self.stamps[path] = found.st_mtime
        else:
            self.odd.add(path)


class _Look(NamedTuple):
    """The files that may differ from the last commit, and the files that the checkout leaves out, by git's index."""

    suspects: frozenset[str]
    skipped: frozenset[str]


def _look(git: Git, head: str, disk: _Disk) -> _Look:
    """Compares the timestamps of the files with the index, without opening a file."""
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
        """Whether the file needs a commit."""
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
