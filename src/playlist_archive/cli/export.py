"""The command `export`: writes the whole archive for other programs."""

from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from ..exit_code import ExitCode
from ..export import files, sqlite
from ..history.names import UnknownError, find_playlist
from ..history.whole import WholeArchive
from ..report import history as words
from .screen import ArchiveRoot, err, out
from .watching import reading_versions


class Kind(StrEnum):
    """The kind of export."""

    SQLITE = "sqlite"
    CSV = "csv"
    JSON = "json"


def export(
    kind: Annotated[
        Kind, typer.Argument(metavar="KIND", help="sqlite or json (one file), or csv (a folder of files).")
    ],
    target: Annotated[Path, typer.Argument(metavar="TARGET", help="The file or folder to write.")],
    *,
    only: Annotated[
        list[str] | None,
        typer.Option(
            metavar="ID", help="Export only this playlist: link, URI, id or name. Repeat the option for more."
        ),
    ] = None,
    trigrams: Annotated[
        bool, typer.Option("--trigrams", help="With sqlite: also index parts of words, of three letters or more.")
    ] = False,
    root: ArchiveRoot = Path(),
) -> int:
    """Export the archive for other programs.

    An export contains every playlist, song and change.
    """
    if target == Path("-"):
        msg = "an export goes to a file, not to standard output: name a file"
        raise typer.BadParameter(msg, param_hint="TARGET")
    try:
        archive = WholeArchive(root, [find_playlist(root, text) for text in only or ()], reading_versions)
    except UnknownError as error:
        raise typer.BadParameter(str(error)) from error
    writers: dict[Kind, Callable[[], None]] = {
        Kind.SQLITE: lambda: sqlite.export_sqlite(archive, target, trigrams=trigrams),
        Kind.CSV: lambda: files.export_csv(archive, target),
        Kind.JSON: lambda: files.export_json(archive, target),
    }
    writers[kind]()
    out.print(f"wrote {target}")
    for line in words.basis_lines(archive.basis):
        err.print(line)
    return ExitCode.DONE
