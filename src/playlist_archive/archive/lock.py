"""Keeps a second run out of an archive's folder, on all systems."""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

from ..problem import ProblemError
from . import layout

_AT_WORK = "another run is at work there"
_WAIT = "wait until the other run is done"


class LockError(ProblemError):
    """Another run is at work in the folder, or the folder cannot be opened."""


@contextmanager
def locked(root: Path) -> Iterator[None]:
    """Holds the lock of a folder while the block runs; the system frees the lock of a program that was killed.

    Raises:
        LockError: another run is at work there, or the folder cannot be opened.
    """
    lock = _folder_locked if find_spec("fcntl") else _file_locked
    with lock(root):
        yield


@contextmanager
def waited_for(path: Path) -> Iterator[None]:
    """Holds the lock of a file while the block runs. Waits while another program holds the lock.

    Raises:
        OSError: the file cannot be made or locked.
    """
    if not find_spec("fcntl"):
        from filelock import FileLock  # noqa: PLC0415 - only Windows needs it, and has it installed

        with FileLock(path):
            yield
        return
    import fcntl  # noqa: PLC0415 - Windows has none

    with path.open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


@contextmanager
def _folder_locked(root: Path) -> Iterator[None]:
    """Locks the folder itself. This leaves no file behind, and works on a read-only disk too."""
    import fcntl  # noqa: PLC0415 - Windows has none

    try:
        folder = os.open(root, os.O_RDONLY)
    except OSError as error:
        raise LockError(f"{root} cannot be opened ({error.strerror})", "look at its rights") from error
    try:
        fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise LockError(f"{root} cannot be locked ({_AT_WORK})", _WAIT) from error
    except OSError as error:
        raise LockError(f"{root} cannot be locked ({error.strerror})", "keep the archive on a local disk") from error
    else:
        yield
    finally:
        os.close(folder)


@contextmanager
def _file_locked(root: Path) -> Iterator[None]:
    """Locks a file in the folder, if a folder itself cannot be locked (Windows)."""
    from filelock import FileLock, Timeout  # noqa: PLC0415 - only Windows needs it, and has it installed

    if not root.is_dir():
        raise LockError(f"{root} cannot be opened ({os.strerror(errno.ENOENT)})", "look at its name")
    lock = FileLock(root / layout.LOCK, blocking=False)
    try:
        lock.acquire()
    except Timeout as error:
        raise LockError(f"{root} cannot be locked ({_AT_WORK})", _WAIT) from error
    try:
        yield
    finally:
        lock.release()
