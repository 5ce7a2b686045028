"""Moves the folder and its branch to another commit. Uncommitted work stays untouched."""

import os
from contextlib import suppress
from pathlib import Path
from typing import Final

from ..archive import layout
from .commit import move
from .index import bring_in_line, copied_index, written_at
from .objects import Hashing, write_out
from .race import difference
from .repository import Blob, Git, GitError

_MODULE: Final = "160000"
"""The mode of a submodule. A submodule is no file."""


def follow(git: Git, new: str) -> None:
    """Moves the current branch and the folder to a new commit.

    Files of the archive that differ from the last commit stay as they are, because the commit left them out.

    Raises:
        GitError: git refuses, or uncommitted work would be lost.
        OSError: a file cannot be written.
    """
    old = git.head()
    files = {path: blob for path, blob in difference(git, old, new).items() if not blob or blob.mode != _MODULE}
    work = _Work(git, old, new)
    busy = {path for path in files if not work.is_saved(path)}
    if not all(map(is_archived, busy)):
        raise GitError("others were faster, and there is work here that is not committed", "commit it, and push again")
    free = {path: blob for path, blob in files.items() if path not in busy}
    for path in (path for path, blob in free.items() if not blob):
        _remove(git.root, path)
    write_out(git, {path: blob for path, blob in free.items() if blob}, git.root)
    move(git, new, old)
    bring_in_line(git, files, begins=False)


class _Work:
    """The uncommitted work in the folder."""

    def __init__(self, git: Git, old: str, new: str) -> None:
        self._root = git.root
        self._hashing = Hashing(git)
        self._new, self._old = difference(git, old, new), difference(git, new, old)
        self._since = written_at(git)
        with copied_index(git) as index:
            touched = git.paths("diff-files", "-z", "--name-only", variables=index)
            staged = git.paths("diff-index", "--cached", "-z", "--name-only", old, variables=index)
        self._touched, self._staged = set(map(git.relative, touched)), set(map(git.relative, staged))

    def is_saved(self, path: str) -> bool:
        """Whether nothing is lost if the file gets the content of the new commit."""
        if path in self._staged and not is_archived(path):
            return False
        found = _content(self._root / path)
        name = None if found is None else self._hashing.name(found)
        if name in (_name(self._old[path]), _name(self._new[path])):
            return True
        if found is None or self._old[path] is None:
            return False
        is_clean = path not in self._touched and path not in self._staged and not self._is_racy(path)
        return is_clean or self._hashing.name(found.replace(b"\r\n", b"\n")) == _name(self._old[path])

    def _is_racy(self, path: str) -> bool:
        return (self._root / path).lstat().st_mtime >= self._since


def is_archived(path: str) -> bool:
    """Whether the path lies in the folder that the archive writes to."""
    return path.startswith(f"{layout.PLAYLISTS}/")


def _name(blob: Blob | None) -> str | None:
    return blob.name if blob else None


def _content(path: Path) -> bytes | None:
    """The content of a file, or the target of a link. A folder has neither."""
    if path.is_symlink():
        return os.fsencode(os.readlink(path))  # noqa: PTH115 - bytes, whatever they are
    return path.read_bytes() if path.is_file() else None


def _remove(root: Path, path: str) -> None:
    """Deletes a file, and the folders that are empty after that."""
    (root / path).unlink(missing_ok=True)
    with suppress(OSError):
        for parent in Path(path).parents:
            if parent != Path():
                (root / parent).rmdir()
