"""The command line: parses, calls, prints, returns an exit code. No logic; a module for each kind of command."""

from collections.abc import Sequence

import typer

from ..git import GitError
from ..github import GitHubError
from ..outcome import ExitCode
from ..settings import SettingsError
from ..store import StoreError
from . import bot, play, registry, run
from .screen import err

app = typer.Typer(
    name="playlist-archive",
    help="Keeps every version of Spotify playlists in git.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
for command in (
    run.update,
    registry.register,
    registry.check,
    run.render,
    play.demo,
    play.simulate,
    bot.alert,
    bot.propose,
):
    app.command()(command)


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command line and returns its exit code (docs/design.md, "Exit codes")."""
    try:
        code = app(arguments, standalone_mode=False)
    except typer.TyperException as error:
        if error.format_message():  # empty where a command was left out, and help was printed
            err.print(f"error: {error.format_message()} (--help tells more)")
        return ExitCode.USAGE
    except typer.Abort:
        code = ExitCode.INTERRUPTED
    except SettingsError as error:
        err.print(f"error: {error}")
        return ExitCode.USAGE
    except (StoreError, GitError, GitHubError) as error:
        err.print(f"error: {error}")
        return ExitCode.PARTIAL
    if code == ExitCode.INTERRUPTED:  # what typer makes of Ctrl-C too
        err.print("interrupted: every file is whole, the next run goes on from here")
    return code if isinstance(code, int) else ExitCode.DONE
