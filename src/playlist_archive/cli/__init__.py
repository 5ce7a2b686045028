"""The command line: parses, calls, prints, returns an exit code. No logic; a module for each kind of command."""

import sys
from collections.abc import Callable, Mapping, Sequence
from io import TextIOWrapper
from typing import Annotated, Final

import typer

from ..archive.store import StoreError
from ..git.repository import GitError
from ..github import GitHubError
from ..outcome import ExitCode
from ..restore.journal import JournalError
from ..settings import SettingsError
from ..spotify.errors import SpotifyError
from . import account, bot, importer, registry, run
from . import demo as play
from . import restore as back
from .screen import err, out

app = typer.Typer(
    name="playlist-archive",
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # plain help is easier to read aloud, to search and to copy
)

_EXAMPLES: Final[Mapping[Callable[..., int], tuple[str, ...]]] = {
    account.login: ("login", "login --no-browser", "login --show", "login --restore --show"),
    account.doctor: ("doctor", "doctor --no-playlists", "doctor --json"),
    registry.register: (
        "register https://open.spotify.com/playlist/37i9dQZF1DX5LEXW9eXA0n",
        "register 37i9dQZF1DX5LEXW9eXA0n --alias 'Ballads of Korea'",
        "register --mine",
        "register --mine --public",
    ),
    run.update: ("update", "update --commit --push", "update --dry-run --only 37i9dQZF1DX5LEXW9eXA0n", "update --json"),
    registry.check: ("check", "check --online"),
    run.render: ("render",),
    back.restore: (
        "restore 37i9dQZF1DX5LEXW9eXA0n --at 2026-05-05",
        "restore 37i9dQZF1DX5LEXW9eXA0n --ever --dry-run",
        "restore 37i9dQZF1DX5LEXW9eXA0n --resume",
        "restore --from links.txt --name 'Put back'",
    ),
    importer.import_: (
        "import ../old-archive",
        "import https://github.com/somebody/spotify-playlist-archive --all --replay",
        "import old.bundle 37i9dQZF1DX5LEXW9eXA0n --dry-run",
        "import --from-exports exported --day 2024-03-01",
    ),
    play.demo: ("demo", "demo my-folder --days 10"),
    play.simulate: ("simulate", "simulate --app-class restricted --port 8900"),
    bot.alert: ("alert --result result.json",),
    bot.propose: ("propose --event event.json",),
}
"""Every command, in the order of the help, with what one may type behind `playlist-archive`."""

_CODES: Final[Mapping[type[Exception], int]] = {
    SettingsError: ExitCode.USAGE,
    SpotifyError: ExitCode.REFUSED,
    StoreError: ExitCode.PARTIAL,
    GitError: ExitCode.PARTIAL,
    GitHubError: ExitCode.PARTIAL,
    JournalError: ExitCode.PARTIAL,
}
"""What ends a command with a sentence, and its exit code."""

for command, lines in _EXAMPLES.items():
    examples = [f"  playlist-archive {line}" for line in lines]
    app.command(command.__name__.rstrip("_"), epilog="\n".join(["\b", "Examples:", *examples]))(command)


def _version(asked: bool) -> None:  # noqa: FBT001 - typer calls it so
    if asked:
        from importlib.metadata import version  # noqa: PLC0415 - hardly ever asked for

        out.print(f"playlist-archive {version('playlist-archive')}")
        raise typer.Exit


@app.callback(epilog="In a hurry: playlist-archive login, then register --mine, then update, and doctor if in doubt.")
def _main(
    *,
    _: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    """Keeps every version of Spotify playlists in git."""


def _print_every_title() -> None:
    """A terminal that cannot show a character gets its number instead."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command line and returns its exit code (docs/design.md, "Exit codes")."""
    _print_every_title()
    given = list(sys.argv[1:] if arguments is None else arguments)
    try:
        code = app(given or ["--help"], standalone_mode=False)
    except typer.TyperException as error:
        err.print(f"error: {error.format_message()} (--help tells more)")
        return ExitCode.USAGE
    except typer.Abort:
        code = ExitCode.INTERRUPTED
    except tuple(_CODES) as error:
        err.print(f"error: {error}")
        return next(code for kind, code in _CODES.items() if isinstance(error, kind))
    if code == ExitCode.INTERRUPTED:  # what typer makes of Ctrl-C too
        err.print("interrupted: every file is whole, the next run goes on from here")
    return code if isinstance(code, int) else ExitCode.DONE
