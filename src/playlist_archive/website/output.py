"""The folder of the website: writes only files that differ, and deletes files that the website no longer has."""

import os
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from hashlib import blake2b
from pathlib import Path
from typing import Final

from .paths import kind

MARK: Final = ".playlist-archive-site"
"""The file that marks a folder with a website of ours. Files are deleted only in such a folder."""

Files = Mapping[str, str]
"""Path of each file → the digest of its content."""


class OutputError(Exception):
    """The website cannot be put into the folder."""


class Output:
    """A folder that holds a website. `written` lists the files that are new or differ; `sizes` counts bytes by kind."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.written: list[str] = []
        self.sizes: Counter[str] = Counter()
        self._paths: set[str] = set()

    def begin(self) -> None:
        """Makes the folder, or checks that it holds a website.

        Raises:
            OutputError: the folder holds other files.
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
        """Writes a file below the folder if it is missing or differs. Returns the digest of the content.

        `path` has forward slashes.

        Raises:
            OutputError: the disk does not take it, or something else than a file is there.
        """
        data = content.encode() if isinstance(content, str) else content
        target = self.folder / path
        self._count(path, len(data))
        if _content(target, len(data)) != data:
            with _told(target, "written"):
                _put(target, data)
            self.written.append(path)
        return _digest(data)

    def keep(self, files: Files) -> bool:
        """Whether all files are there with these digests. If so, they count as a part of the website."""
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
        """Deletes the files of an earlier website that this website lacks. Returns their paths.

        Raises:
            OutputError: the disk does not let go of one.
        """
        with _told(self.folder, "tidied"):
            return self._cleaned()

    def _cleaned(self) -> list[str]:
        found = {path.relative_to(self.folder).as_posix() for path in self.folder.rglob("*") if not path.is_dir()}
        gone = sorted(found - self._paths)
        for path in gone:
            (self.folder / path).unlink(missing_ok=True)
        for folder in sorted((path for path in self.folder.rglob("*") if path.is_dir()), reverse=True):
            if not any(folder.iterdir()):
                folder.rmdir()
        return gone


@contextmanager
def _told(path: Path, what: str) -> Iterator[None]:
    """Turns the disk's refusals into a sentence.

    Raises:
        OutputError: the disk refused.
    """
    try:
        yield
    except OSError as error:
        msg = f"the website cannot be {what}: {path} ({error.strerror}); look at the disk and your rights"
        raise OutputError(msg) from error


def _put(target: Path, data: bytes) -> None:
    """Puts a file there at once. Another build may be at work, so the file beside it is its own."""
    target.parent.mkdir(parents=True, exist_ok=True)
    beside = target.with_name(f"{target.name}.{os.getpid()}.new")
    beside.write_bytes(data)
    os.replace(beside, target)  # noqa: PTH105 - the atomic one


def _content(target: Path, size: int | None = None) -> bytes | None:
    """The bytes of a file; None if it is missing, or has another size than `size`."""
    try:
        if size is not None and target.stat().st_size != size:
            return None
        return target.read_bytes()
    except (OSError, ValueError):  # what was kept may name a path that no disk has
        return None


def _digest(data: bytes) -> str:
    return blake2b(data, digest_size=16).hexdigest()
