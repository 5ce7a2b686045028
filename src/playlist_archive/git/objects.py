"""Reads and writes the contents of files in git's store, as bytes without any conversion."""

import hashlib
import os
import stat
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import IO, Final

from .repository import Blob, Git, GitError

LINK: Final = "120000"
PROGRAM: Final = "100755"
PLAIN: Final = "100644"

_ONE_PACK: Final = {"core.compression": "9", "fastimport.unpackLimit": "0", "pack.compression": "9"}
"""Stores all files of a commit as one pack, at zlib's highest level. `git gc` keeps these bytes for the newest version
of every file (docs/scale.md, "Bytes").
"""


class Hashing:
    """Computes the names that git gives contents in a repository."""

    def __init__(self, git: Git) -> None:
        self._algorithm = git.object_format

    @property
    def none(self) -> str:
        """The name that stands for no object."""
        return "0" * (2 * hashlib.new(self._algorithm, usedforsecurity=False).digest_size)

    def name(self, content: bytes) -> str:
        """The name of a file that has this content."""
        digest = hashlib.new(self._algorithm, b"blob %d\0" % len(content), usedforsecurity=False)
        digest.update(content)
        return digest.hexdigest()


def contents(git: Git, names: Iterable[str]) -> Iterator[bytes]:
    """The contents with these names, in order.

    Raises:
        GitError: git refuses, or lacks one of the contents.
    """
    asked = list(names)
    with git.reading("cat-file", "--batch", text="".join(f"{name}\n" for name in asked).encode()) as answers:
        for name in asked:
            head = answers.readline().split()
            if len(head) != 3:  # noqa: PLR2004 - name, kind, size
                msg = f"git has not got the contents {name}: see `git fsck`, or clone it anew"
                raise GitError(msg)
            yield answers.read(int(head[2]))
            answers.read(1)


def content(git: Git, commit: str, path: str) -> bytes | None:
    """The content of a file in a commit, None without such a file.

    Raises:
        GitError: git refuses.
    """
    blob = git.tree(commit, path).get(path)
    return next(iter(contents(git, [blob.name]))) if blob else None


def store(git: Git, folder: Path, paths: Iterable[str]) -> Mapping[str, Blob]:
    """Stores the files at these paths of a folder in git, and returns their modes and names.

    Raises:
        GitError: git refuses.
        OSError: a file cannot be read.
    """
    hashing, stored = Hashing(git), {}
    with git.writing("fast-import", "--quiet", "--depth=0", settings=_ONE_PACK) as sink:
        for path in paths:
            text = (folder / path).read_bytes()
            _send(sink, text)
            stored[path] = Blob(PLAIN, hashing.name(text))
    return stored


def _send(sink: IO[bytes], text: bytes) -> None:
    sink.write(b"blob\ndata %d\n" % len(text))
    sink.write(text)
    sink.write(b"\n")


def write_out(git: Git, files: Mapping[str, Blob], folder: Path) -> None:
    """Writes files of git's store into a folder, byte for byte. Existing files are replaced.

    Raises:
        GitError: git refuses.
        OSError: a file cannot be written.
    """
    plain = {path: blob for path, blob in files.items() if blob.mode in (PLAIN, PROGRAM, LINK)}
    names = [blob.name for blob in plain.values()]
    for (path, blob), text in zip(plain.items(), contents(git, names), strict=True):
        _write(folder / path, text, blob.mode)


def _write(target: Path, text: bytes, mode: str) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    with suppress(FileNotFoundError):
        target.unlink()
    if mode == LINK:
        target.symlink_to(os.fsdecode(text))
        return
    target.write_bytes(text)
    if mode == PROGRAM:
        target.chmod(target.stat().st_mode | stat.S_IXUSR | stat.S_IXGRP | stat.S_IXOTH)
