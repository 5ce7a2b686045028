"""Files that stand there whole or not at all, outside the archive."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


class ExportError(Exception):
    """The export cannot be written; what was at its place before is as it was."""


@contextmanager
def put_in_place(target: Path) -> Iterator[Path]:
    """A file beside the target to write to, which takes its place at the end; nothing of it stays after an error.

    Raises:
        ExportError: it cannot be written.
    """
    beside = target.with_name(f".{target.name}.{os.getpid()}")
    if target.exists() and not (target.is_file() or target.is_dir()):
        msg = f"{target} is a device or a pipe, and cannot be replaced by an export: name a file"
        raise ExportError(msg)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        yield beside
        beside.replace(target)
    except OSError as error:
        msg = f"{target} cannot be written ({error.strerror}): look at the disk and your rights"
        raise ExportError(msg) from error
    finally:
        with suppress(OSError):
            beside.unlink()


@contextmanager
def folder_in_place(target: Path) -> Iterator[Path]:
    """A folder beside the target to write to; at the end each of its files takes its place in the target.

    Raises:
        ExportError: it cannot be written.
    """
    beside = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        beside.mkdir(parents=True)
        yield beside
        target.mkdir(exist_ok=True)
        for path in sorted(beside.iterdir()):
            path.replace(target / path.name)
    except OSError as error:
        msg = f"{target} cannot be written ({error.strerror}): look at the disk and your rights"
        raise ExportError(msg) from error
    finally:
        shutil.rmtree(beside, ignore_errors=True)
