"""The command line: parses, calls, prints, returns an exit code. No logic; each kind of command has a module."""

import gc
import sys
import traceback
from collections.abc import Mapping, Sequence
from io import TextIOWrapper
from pathlib import Path
from typing import Annotated, Final

import typer

from ..exit_code import ExitCode
from ..untrusted import without_tokens
from ..upstream import UPSTREAM, own_version
from .commands import Commands, add_commands
from .screen import err, out

app = typer.Typer(
    name="playlist-archive",
    cls=Commands,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # plain help is easier to read aloud, to search, and to copy
)
add_commands(app)

CODES: Final[Mapping[str, ExitCode]] = {
    "settings.SettingsError": ExitCode.USAGE,
    "run.start.NothingToArchiveError": ExitCode.USAGE,
    "spotify.errors.SpotifyError": ExitCode.REFUSED,
    "archive.store.StoreError": ExitCode.PARTIAL,
    "archive.record_file.RecordError": ExitCode.PARTIAL,
    "export.place.ExportError": ExitCode.PARTIAL,
    "git.process.GitError": ExitCode.PARTIAL,
    "github.GitHubError": ExitCode.PARTIAL,
    "restore.journal.JournalError": ExitCode.PARTIAL,
    "cli.screen.OutputError": ExitCode.PARTIAL,
}
"""Errors that end a command with a sentence, and their exit codes. Names do not need an import of the module."""

_SELDOM: Final = 50_000
"""Objects between two searches for reference cycles; the models have no cycles (docs/scale.md, "Seconds")."""

_REPORT: Final = f"report it on github.com/{UPSTREAM}/issues, with all that is printed here"


def _version(asked: bool) -> None:  # noqa: FBT001 - typer calls it so
    if asked:
        out.print(f"playlist-archive {own_version()}")
        raise typer.Exit


@app.callback(
    epilog="Run `login` first to authorise the app; `doctor` reports what works. Then `register --mine`, and `update`."
)
def _main(
    *,
    _: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    """Keeps every version of Spotify playlists in git."""


def _print_every_title() -> None:
    """Makes a terminal show the number of a character that it cannot show."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command line and returns its exit code (docs/design.md, "Exit codes")."""
    gc.set_threshold(_SELDOM)
    _print_every_title()
    given = list(sys.argv[1:] if arguments is None else arguments)
    try:
        code = _ended(app(given or ["--help"], standalone_mode=False))
    except typer.TyperException as error:
        code = _failed(f"{error.format_message()} (--help tells more)", ExitCode.USAGE)
    except typer.Abort:
        code = _ended(ExitCode.INTERRUPTED)
    except Exception as error:  # noqa: BLE001 - whatever happens, the user gets a sentence and an exit code
        known = _code_of(error)
        code = _is_a_bug(error) if known is None else _failed(str(error), known)
    return code


def _code_of(error: Exception) -> ExitCode | None:
    """The exit code of an error that ends a command with a sentence; None for an unexpected error."""
    package = f"{__package__.rpartition('.')[0]}."
    names = (f"{kind.__module__}.{kind.__name__}".removeprefix(package) for kind in type(error).__mro__)
    return next((CODES[name] for name in names if name in CODES), None)


def _ended(code: object) -> int:
    """The exit code of a command that ran to its end."""
    if code == ExitCode.INTERRUPTED:  # typer turns Ctrl-C into this code too
        err.print("interrupted: every file is whole, the next run goes on from here")
    return code if isinstance(code, int) else ExitCode.DONE


def _failed(message: str, code: ExitCode) -> int:
    err.error(message)
    return code


def _is_a_bug(error: Exception) -> int:
    """Prints the place in this program where an unexpected error came from, below its traceback.

    A traceback shows lines of code and the message of the error, never the values of variables. Secrets in the message
    are masked.
    """
    from ..settings import secrets_in_environment  # noqa: PLC0415 - hardly ever needed

    text = "".join(traceback.format_exception(error))
    err.print(without_tokens(text, *secrets_in_environment()), end="")
    what = f"{type(error).__name__} in {_place(error)}, version {own_version()}"
    return _failed(f"a bug of this program ({what}): {_REPORT}", ExitCode.PARTIAL)


def _place(error: Exception) -> str:
    """The last line of our own code that the error passed, such as `archive/merge.py:33`."""
    package = Path(__file__).parents[1]
    ours = [
        f"{path.relative_to(package).as_posix()}:{frame.lineno}"
        for frame in traceback.extract_tb(error.__traceback__)
        if (path := Path(frame.filename)).is_relative_to(package)
    ]
    return ours[-1]
