"""What all commands print with, and the options that several have."""

from pathlib import Path
from typing import Annotated, Self

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from .. import report
from ..outcome import Kind, Outcome

out = Console(markup=False, highlight=False, emoji=False, soft_wrap=True)
err = Console(stderr=True, markup=False, highlight=False, emoji=False, soft_wrap=True)

Root = Annotated[
    Path, typer.Option("--root", exists=True, file_okay=False, help="The folder that holds registry/ and playlists/.")
]


class PlaylistProgress:
    """A bar on a terminal, plain lines elsewhere; a line for each playlist that is not merely unchanged."""

    def __init__(self, total: int, *, verbose: bool) -> None:
        self._verbose = verbose
        columns = (TextColumn("archiving"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        self._bar = Progress(*columns, console=out, transient=True, disable=not out.is_terminal)
        self._task = self._bar.add_task("archiving", total=total)

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.stop()

    def __call__(self, outcome: Outcome) -> None:
        """Tells of one playlist that is done."""
        self._bar.advance(self._task)
        if self._verbose or outcome.kind != Kind.UNCHANGED:
            out.print(report.console_line(outcome))
