"""Two indexes of git: a separate index to work in, and the user's index, which is updated afterwards."""

import os
import re
import shutil
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from .objects import Hashing
from .repository import INDEX_LOCK, Blob, Git, GitError

Files = Mapping[str, Blob | None]
"""Path from the archive's folder → the file to put there, None to remove it."""

Variables = Mapping[str, str]

_LATER: Final = 3_600
_DRIVER = re.compile(r"(filter\..*)\.(?:clean|process|required)", re.DOTALL | re.IGNORECASE)


@contextmanager
def empty_index() -> Iterator[Variables]:
    """The variables that make git use a separate, empty index."""
    with TemporaryDirectory() as folder:
        yield {"GIT_INDEX_FILE": str(Path(folder, "index"))}


@contextmanager
def copied_index(git: Git) -> Iterator[Variables]:
    """The variables that make git read a copy of the user's index, even if the index is locked.

    The copy has a time in the future. So git trusts the timestamps in it, and opens no file, which would run filters.
    Callers must suspect files that changed in or after the second of `written_at`.

    Raises:
        GitError: git refuses.
    """
    with empty_index() as variables:
        copy = variables["GIT_INDEX_FILE"]
        with suppress(FileNotFoundError):
            shutil.copyfile(git.index, copy)
            later = time.time() + _LATER
            os.utime(copy, (later, later))
        yield variables


def written_at(git: Git) -> float:
    """The second in which the user's index was written, 0 without an index.

    Raises:
        GitError: git refuses.
    """
    try:
        return float(int(git.index.stat().st_mtime))
    except FileNotFoundError:
        return 0.0


def put(git: Git, files: Files, variables: Variables | None = None) -> None:
    """Puts these files into an index; without `variables` it is the user's index. All other files stay in it.

    Raises:
        GitError: git refuses.
    """
    none = Blob("0", Hashing(git).none)
    lines = (f"{blob.mode} {blob.name}\t{git.from_top(path)}\0" for path, blob in _filled(files, none))
    text = os.fsencode("".join(lines))
    git.run("update-index", "-z", "--add", "--replace", "--index-info", text=text, variables=variables)


def _filled(files: Files, none: Blob) -> Iterator[tuple[str, Blob]]:
    """The entries to remove first, because a file may lie where a folder was."""
    for path, blob in sorted(files.items(), key=lambda item: item[1] is not None):
        yield path, blob or none


def bring_in_line(git: Git, files: Files, *, begins: bool) -> str:
    """Adds committed files to the user's index. Returns the reason if that fails, else an empty text.

    `begins` is true for the first files of the repository.

    Raises:
        GitError: git refuses to give the path of the index.
    """
    if not begins and not written_at(git):
        return ""  # a clone that has checked out nothing
    try:
        put(git, files)
    except GitError as error:
        lock = stale_lock(git)
        return f"{lock} is in the way" if lock else str(error)
    with suppress(GitError):  # the refresh only makes git's next comparison faster
        git.run("update-index", "-q", "--refresh", settings=_no_filters(git), allowed=(0, 1))
    return ""


def stale_lock(git: Git) -> Path | None:
    """The lock of the user's index, None if the index is not locked. A running git holds it, or a killed one left it.

    Raises:
        GitError: git refuses.
    """
    lock = git.index.with_name(INDEX_LOCK)
    return lock if os.path.lexists(lock) else None


def _no_filters(git: Git) -> Mapping[str, str]:
    """The settings that turn off all filters of the user."""
    names = git.paths("config", "-z", "--name-only", "--list")
    drivers = {found[1] for name in names if (found := _DRIVER.fullmatch(name))}
    off = {"clean": "", "process": "", "required": "false"}
    return {f"{driver}.{key}": value for driver in drivers if "=" not in driver for key, value in off.items()}
