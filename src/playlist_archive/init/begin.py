"""Writes the files of a new archive's repository: all of them, or none."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from random import Random, SystemRandom
from typing import Final

from ..archive.layout import REGISTRY
from ..git import propose
from ..git.repository import Git, GitError
from ..untrusted import for_log
from .files import KEEP, archive_files, chosen_minutes
from .pin import Pin

_SHOWN: Final = 10
"""The most existing files that a message names."""


class InitError(Exception):
    """The archive cannot start in this folder. Nothing was written. The message says what to do."""


def begin(folder: Path, pin: Pin, *, random: Random | None = None) -> tuple[str, ...]:
    """Makes `folder` a repository with the files of a new archive, and returns their paths.

    Other files in the folder stay unchanged.

    Raises:
        InitError: one of the files exists already, or cannot be written.
        GitError: git refuses.
    """
    texts = archive_files(pin, chosen_minutes(random or SystemRandom()))
    if _has_entries(folder):
        del texts[KEEP]
    if in_the_way := sorted(_in_the_way(folder, texts)):
        more = f" and {len(in_the_way) - _SHOWN} more" if len(in_the_way) > _SHOWN else ""
        msg = f"files are there already: {', '.join(map(for_log, in_the_way[:_SHOWN]))}{more}; name a new folder"
        raise InitError(msg)
    with _all_or_nothing(folder) as written:
        for path, text in texts.items():
            _write(folder, path, text, written)
        propose.begin(Git(folder))
    return tuple(sorted(texts))


def _has_entries(folder: Path) -> bool:
    registry = folder / REGISTRY
    return registry.is_dir() and not registry.is_symlink() and any(registry.iterdir())


def _in_the_way(folder: Path, paths: Mapping[str, str]) -> Iterator[str]:
    """The paths that block the new files: an existing file, or something else in place of a folder."""
    if os.path.lexists(folder) and not folder.is_dir():
        yield str(folder)
        return
    for path in paths:
        if os.path.lexists(folder / path):
            yield path
    for parent in {parent.as_posix() for path in paths for parent in Path(path).parents} - {"."}:
        place = folder / parent
        if os.path.lexists(place) and (place.is_symlink() or not place.is_dir()):
            yield parent


def _write(folder: Path, path: str, text: str, written: list[Path]) -> None:
    """Writes a new file and its missing folders, and appends each new path to `written`."""
    file = folder / path
    for parent in reversed([file.parent, *file.parent.parents]):
        if not parent.exists():
            parent.mkdir()
            written.append(parent)
    with file.open("x", encoding="utf-8", newline="\n") as opened:
        written.append(file)
        opened.write(text)


@contextmanager
def _all_or_nothing(folder: Path) -> Iterator[list[Path]]:
    """Collects the written paths, and deletes them if a later step fails."""
    written: list[Path] = []
    try:
        yield written
    except OSError as error:
        _take_back(written)
        msg = f"{for_log(str(folder))} cannot be written to ({error.strerror}): name another folder"
        raise InitError(msg) from error
    except (GitError, KeyboardInterrupt):
        _take_back(written)
        raise


def _take_back(written: list[Path]) -> None:
    for path in reversed(written):
        if path.is_dir():
            path.rmdir()
        else:
            path.unlink()
