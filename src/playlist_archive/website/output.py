"""The folder of the website: writes only what differs, knows what was written, takes away the rest."""

import os
from collections import Counter
from collections.abc import Mapping
from hashlib import blake2b
from pathlib import Path
from typing import Final

from .paths import kind

MARK: Final = ".playlist-archive-site"
"""Lies in a folder that holds a website of ours: in no other is anything deleted."""

Files = Mapping[str, str]
"""Path of a file → the digest of its content."""


class OutputError(Exception):
    """The folder cannot take the website."""


class Output:
    """A folder that holds a website. `written` are the files that are new or differ; `sizes` counts bytes by kind."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.written: list[str] = []
        self.sizes: Counter[str] = Counter()
        self._paths: set[str] = set()

    def begin(self) -> None:
        """Makes the folder, or looks whether it holds a website.

        Raises:
            OutputError: it holds something else.
        """
        if self.folder.exists() and not self._is_ours():
            msg = f"{self.folder} holds other files than a website: name an empty folder, or a new one"
            raise OutputError(msg)
        self.write(MARK, "")

    def _is_ours(self) -> bool:
        if not self.folder.is_dir():
            return False
        return (self.folder / MARK).is_file() or not any(self.folder.iterdir())

    def write(self, path: str, content: str | bytes) -> str:
        """Puts a file below the folder, if it is not there as it should be; `path` has forward slashes.

        Returns the digest of the content.
        """
        data = content.encode() if isinstance(content, str) else content
        target = self.folder / path
        self._count(path, len(data))
        if _content(target, len(data)) != data:
            target.parent.mkdir(parents=True, exist_ok=True)
            beside = target.with_name(f"{target.name}.new")
            beside.write_bytes(data)
            os.replace(beside, target)  # noqa: PTH105 - the atomic one
            self.written.append(path)
        return _digest(data)

    def keep(self, files: Files) -> bool:
        """Counts files as a part of the website, if all of them are there with the content that their digests tell."""
        sizes = {}
        for path, digest in files.items():
            data = _content(self.folder / path)
            if data is None or _digest(data) != digest:
                return False
            sizes[path] = len(data)
        for path, size in sizes.items():
            self._count(path, size)
        return True

    def _count(self, path: str, size: int) -> None:
        self._paths.add(path)
        self.sizes[kind(path)] += size

    def clean(self) -> list[str]:
        """Deletes the files of an earlier website that this one does not have; returns their paths."""
        found = {path.relative_to(self.folder).as_posix() for path in self.folder.rglob("*") if not path.is_dir()}
        gone = sorted(found - self._paths)
        for path in gone:
            (self.folder / path).unlink()
        for folder in sorted((path for path in self.folder.rglob("*") if path.is_dir()), reverse=True):
            if not any(folder.iterdir()):
                folder.rmdir()
        return gone


def _content(target: Path, size: int | None = None) -> bytes | None:
    """The bytes of a file; None where there is none, or where it has another size than asked for."""
    try:
        if size is not None and target.stat().st_size != size:
            return None
        return target.read_bytes()
    except OSError:
        return None


def _digest(data: bytes) -> str:
    return blake2b(data, digest_size=16).hexdigest()
