"""The command `doctor`: reports what works."""

from pathlib import Path
from typing import Annotated

import typer

from ..archive.registry import read_registry
from ..doctor import tell
from ..doctor.doctor import examine, most_requests
from ..exit_code import ExitCode
from ..settings import read_settings
from .screen import Bar, Root, err, out


def doctor(
    *,
    root: Root = Path(),
    playlists: Annotated[
        bool, typer.Option("--playlists/--no-playlists", help="Skip the request per registered playlist.")
    ] = True,
    as_json: Annotated[bool, typer.Option("--json", help="Print only JSON on standard output.")] = False,
) -> int:
    """Report what works, and how to fix the rest."""
    settings, registry = read_settings(), read_registry(root)
    console = err if as_json else out
    console.print(f"This makes {most_requests(settings, registry, ask_playlists=playlists)}.")
    with Bar("asking", len(registry.aliases) if playlists else 0, console=console) as bar:
        diagnosis = examine(settings, registry, root, ask_playlists=playlists, progress=bar.advance)
    if as_json:
        return (
            diagnosis.exit_code if out.hand_over(tell.as_json(diagnosis)) else diagnosis.exit_code or ExitCode.PARTIAL
        )
    for line in tell.lines(diagnosis):
        out.print(line)
    return diagnosis.exit_code
