"""What all commands print with, and the options that several have."""

import errno
import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import Annotated, Any, Final, Self

import typer
from rich.console import Console

from ..untrusted import for_log

LONGEST_ERROR: Final = 2_000
"""Characters shown of an error (our choice)."""


class Screen(Console):
    """Prints text as it is. That nobody reads it, or that it cannot be written, never costs the command."""

    def __init__(self, *, stderr: bool = False) -> None:
        super().__init__(stderr=stderr, markup=False, highlight=False, emoji=False, soft_wrap=True)

    def print(self, *objects: Any, **options: Any) -> None:  # noqa: ANN401 - as rich has it
        """Prints, or falls silent."""
        try:
            super().print(*objects, **options)
        except OSError:
            self.on_broken_pipe()

    def error(self, text: object) -> None:
        """Prints an error as one line that no program obeys, without tokens."""
        self.print(f"error: {for_log(str(text), longest=LONGEST_ERROR)}")

    def on_broken_pipe(self) -> None:
        """What is printed from now on goes nowhere, also what Python itself still has to write out."""
        self.quiet = True
        with suppress(OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), self.file.fileno())

    def hand_over(self, text: str) -> bool:
        """Whether a text for a program could be written whole; if not, standard error tells, for nobody else will."""
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

Root = Annotated[
    Path,
    typer.Option(
        "--root",
        metavar="FOLDER",
        exists=True,
        file_okay=False,
        help="The folder that holds registry/ and playlists/.",
    ),
]


def can_ask() -> bool:
    """Whether somebody is there to answer a question."""
    return sys.stdin.isatty()


def write_aside(path: Path, text: str, *, append: bool = False) -> bool:
    """Whether it could be written to a file beside the archive; if not, that is told and costs the command nothing."""
    try:
        with path.open("a" if append else "w", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        err.error(f"{path} cannot be written ({error.strerror})")
        return False
    return True


class Bar:
    """A bar on a terminal, nothing elsewhere."""

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
        """So many more are done."""
        self._bar.advance(self._task, number)
