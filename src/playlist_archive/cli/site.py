"""`site`: the website of the archive, as files."""

from pathlib import Path
from typing import Annotated

import typer

from ..git.repository import Git
from ..outcome import ExitCode
from ..run.start import linked_repository
from ..settings import read_settings
from .screen import Root, err, out


def site(
    *,
    folder: Annotated[Path, typer.Option("--out", help="The folder to write to.", metavar="DIR")] = Path("site"),
    root: Root = Path(),
) -> int:
    """Build the website and the feeds from the archive, without the network."""
    from ..website.build import build  # noqa: PLC0415 - templates would slow down every other command
    from ..website.output import OutputError  # noqa: PLC0415 - the same

    settings = read_settings()
    try:
        built = build(root, folder, settings, linked_repository(settings, Git(root)))
    except OutputError as error:
        raise typer.BadParameter(str(error), param_hint="--out") from error
    for problem in built.problems:
        err.print(f"error: {problem}")
    out.print(
        f"{built.playlists} playlists, {built.written} files written, {built.deleted} deleted: {folder}/index.html"
    )
    return ExitCode.PARTIAL if built.problems else ExitCode.DONE
