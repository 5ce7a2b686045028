"""The commands `demo` and `simulate`, which use a simulated Spotify. Both need the extra `demo`."""

import shutil
import sys
from pathlib import Path
from typing import Annotated, Final

import typer

from ..demo import DemoError, run_demo, run_simulator
from ..exit_code import ExitCode
from .screen import out

NAME: Final = "playlist-archive"


def demo(
    folder: Annotated[
        Path, typer.Argument(metavar="FOLDER", help="A new folder, or the folder of an earlier demo.")
    ] = Path("demo-archive"),
    *,
    days: Annotated[int, typer.Option(min=1, max=60, metavar="N", help="Simulated days.")] = 5,
) -> int:
    """Try the bot without an account.

    Archives invented playlists from a simulated Spotify for some days, with one commit per day.
    """
    try:
        run_demo(folder, days=days, tell=out.print, command=_command())
    except DemoError as error:
        raise typer.BadParameter(str(error)) from error
    return ExitCode.DONE


def _command() -> str:
    """What to type for this program: its name if the shell finds it, else the path that it was started by."""
    return NAME if shutil.which(NAME) else sys.argv[0]


def simulate(
    *,
    port: Annotated[int, typer.Option(metavar="N", help="The port on 127.0.0.1.")] = 8899,
    data: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="A folder of real playlists, or of a history.")
    ] = None,
    plan: Annotated[Path | None, typer.Option(metavar="FILE", help="A JSON file of faults.")] = None,
    app_class: Annotated[str, typer.Option(metavar="CLASS", help="extended, legacy or restricted.")] = "extended",
    day: Annotated[
        str | None, typer.Option(metavar="DAY", help="The simulated day, YYYY-MM-DD; today by default.")
    ] = None,
) -> int:
    """Serve a simulated Spotify on this computer."""
    try:
        run_simulator(port=port, data=data, plan=plan, app_class=app_class, day=day, tell=out.print)
    except DemoError as error:
        raise typer.BadParameter(str(error)) from error
    return ExitCode.DONE
