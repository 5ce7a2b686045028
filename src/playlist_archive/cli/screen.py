"""The output of all commands, and the options that several commands share."""

import errno
import os
import sys
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Annotated, Any, Final, Self

import typer
from rich.console import Console

from ..archive import layout
from ..untrusted import for_log

LONGEST_ERROR: Final = 2_000
"""The most characters shown of an error (our choice)."""


_NOBODY_READS: Final = frozenset({errno.EPIPE, errno.EBADF})
"""The errors of an output whose reader has ended, as `head` does, or that the shell closed."""


class OutputError(Exception):
    """An answer cannot be written completely, since the disk is full or broken."""


class Screen(Console):
    """Prints text as it is. A closed or broken output never makes a command fail, except for an answer that is cut."""

    def __init__(self, *, stderr: bool = False) -> None:
        super().__init__(stderr=stderr, markup=False, highlight=False, emoji=False, soft_wrap=True)

    def print(self, *objects: Any, **options: Any) -> None:  # noqa: ANN401 - as rich has it
        """Prints. After an error of the output, nothing more is printed."""
        try:
            super().print(*objects, **options)
        except OSError:
            self.on_broken_pipe()

    def write(self, texts: Iterable[str]) -> None:
        """Writes an answer as it is, far quicker than `print`. After an error of the output, nothing more is written.

        Raises:
            OutputError: somebody would keep an answer that is not whole.
        """
        try:
            if not self.quiet:
                self.file.writelines(texts)
                self.file.flush()
        except OSError as error:
            self.on_broken_pipe()
            if error.errno not in _NOBODY_READS:
                raise OutputError(f"standard output cannot be written ({error.strerror}): it is not whole") from error

    def error(self, text: object) -> None:
        """Prints an error on one line, without tokens and without commands for GitHub or the terminal."""
        self.print(f"error: {for_log(str(text), longest=LONGEST_ERROR)}")

    def on_broken_pipe(self) -> None:
        """Discards all further output, including the text that Python still has to write."""
        self.quiet = True
        with suppress(OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), self.file.fileno())

    def hand_over(self, text: str) -> bool:
        """Whether a text for a program was written completely. If not, an error is printed on standard error."""
        try:
            if sys.stdout is None:  # closed by the shell, as with `>&-`
                raise OSError(errno.EBADF, os.strerror(errno.EBADF))
            self.file.write(text)
            self.file.flush()
        except OSError as error:
            self.on_broken_pipe()
            err.error(f"standard output cannot be written ({error.strerror}): the JSON is not whole")
            return False
        return True


out = Screen()
err = Screen(stderr=True)

_OF_AN_ARCHIVE: Final = (layout.REGISTRY, layout.PLAYLISTS, ".git", "HEAD")
"""A folder without any of these holds no archive. The last two are enough, since git may have what the folder lacks."""


def _archive_in(root: Path) -> Path:
    """Refuses a folder without an archive, where an answer would be empty and no error."""
    if not any((root / name).exists() for name in _OF_AN_ARCHIVE):
        msg = "no archive is in this folder: go to the folder of an archive, or name it with --root"
        raise typer.BadParameter(msg)
    return root


_ROOT: Final[Mapping[str, Any]] = {
    "metavar": "FOLDER",
    "exists": True,
    "file_okay": False,
    "help": "The folder that holds registry/ and playlists/.",
}

Root = Annotated[Path, typer.Option("--root", **_ROOT)]

ArchiveRoot = Annotated[Path, typer.Option("--root", callback=_archive_in, **_ROOT)]
"""For commands that read an archive: there must be one."""


def can_ask() -> bool:
    """Whether somebody is there to answer questions."""
    return sys.stdin.isatty()


def write_aside(path: Path, text: str, *, append: bool = False) -> bool:
    """Whether the text was written to a file outside the archive. A failure prints an error, nothing else."""
    try:
        with path.open("a" if append else "w", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        err.error(f"{path} cannot be written ({error.strerror})")
        return False
    return True


class Bar:
    """A progress bar on a terminal; elsewhere nothing."""

    def __init__(self, what: str, total: int, *, console: Console = out) -> None:
        from rich import progress  # noqa: PLC0415 - most commands show none

        columns = (
            progress.TextColumn(what),
            progress.BarColumn(),
            progress.MofNCompleteColumn(),
            progress.TimeRemainingColumn(),
        )
        self._bar = progress.Progress(*columns, console=console, transient=True, disable=not console.is_terminal)
        self._task = self._bar.add_task(what, total=total)

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.stop()

    def advance(self, number: int = 1) -> None:
        """Counts so many more as done."""
        self._bar.advance(self._task, number)
