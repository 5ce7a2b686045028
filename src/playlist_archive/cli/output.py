"""Prints the answers of commands in the chosen format; tables are the default on a terminal."""

from collections.abc import Iterable
from typing import Any, Final

import typer
from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from ..export.tables import Format
from .screen import out

ALL_FORMATS: Final = frozenset(Format)


def format_option(among: frozenset[Format]) -> Any:  # noqa: ANN401 - as typer has it
    """The option `--format` of a command that writes these formats."""
    names = ", ".join(form for form in Format if form in among)
    return typer.Option(
        "--format",
        metavar="FORMAT",
        help=f"{names}; a table on a terminal by default, else plain.",
        show_default=False,
    )


def chosen_format(written: Format | None, *, among: frozenset[Format] = ALL_FORMATS) -> Format:
    """The chosen format, or the default for the output."""
    chosen = written or (Format.TABLE if out.is_terminal else Format.PLAIN)
    if chosen not in among:
        raise typer.BadParameter(f"--format here is one of {', '.join(sorted(among))}")
    return chosen


def print_text(text: str) -> None:
    """Prints a text as it is."""
    out.write([text])


def joined(lines: Iterable[str]) -> str:
    """The lines as one text."""
    return "".join(f"{line}\n" for line in lines)


def print_table(heading: Iterable[str], table: Table) -> None:
    """Prints lines, and then the table if it has rows."""
    for line in heading:
        out.print(line)
    if table.row_count:
        out.print(table, soft_wrap=False)


def new_table(*headings: str) -> Table:
    """A table without rows."""
    return Table(*headings, box=SIMPLE_HEAD, pad_edge=False)


def add_row(table: Table, *cells: str) -> None:
    """Adds a row. Its cells are plain text, whatever they contain."""
    table.add_row(*map(Text, cells))
