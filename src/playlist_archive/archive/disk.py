"""Asks the disk with few calls, since a run asks thousands of times."""

import os
import stat
from pathlib import Path


def holds(target: Path, content: bytes) -> bool:
    """Whether the path is a plain file with this content."""
    try:
        found = target.lstat()
    except FileNotFoundError:
        return False
    return stat.S_ISREG(found.st_mode) and found.st_size == len(content) and target.read_bytes() == content


def is_folder(path: Path) -> bool:
    """Whether the path is a folder, and not a link to a folder."""
    try:
        return stat.S_ISDIR(path.lstat().st_mode)
    except FileNotFoundError:
        return False


def put_whole(target: Path, content: bytes, *, aside: Path) -> None:
    """Writes a file completely or not at all. The content is first written to the folder `aside`.

    Raises:
        OSError: the file cannot be written.
    """
    if not is_folder(aside):
        if os.path.lexists(aside):
            aside.unlink()
        aside.mkdir(parents=True, exist_ok=True)
    beside = aside / f"{target.name}.{os.getpid()}"
    beside.write_bytes(content)
    if not is_folder(target.parent):
        target.parent.mkdir(parents=True, exist_ok=True)
    os.replace(beside, target)  # noqa: PTH105 - Path.replace says less: this is the atomic one
