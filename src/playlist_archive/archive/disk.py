"""What a run asks of the disk thousands of times, with as few calls as it takes."""

import os
import stat
from pathlib import Path


def holds(target: Path, content: bytes) -> bool:
    """Whether there is a plain file with this content."""
    try:
        found = target.lstat()
    except FileNotFoundError:
        return False
    return stat.S_ISREG(found.st_mode) and found.st_size == len(content) and target.read_bytes() == content


def is_folder(path: Path) -> bool:
    """Whether there is a folder, and no link to one."""
    try:
        return stat.S_ISDIR(path.lstat().st_mode)
    except FileNotFoundError:
        return False


def put_whole(target: Path, content: bytes, *, aside: Path) -> None:
    """Makes a file hold the content, at once or not at all; it is written in the folder `aside` first.

    Raises:
        OSError: the disk does not take it.
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
