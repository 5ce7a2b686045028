"""Quick looks at the disk: one question each, since a run asks thousands of times."""

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
