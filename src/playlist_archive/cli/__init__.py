"""The command line: parses, calls, prints, returns an exit code. No logic; a module for each kind of command."""

import gc
import sys
import traceback
from collections.abc import Callable, Mapping, Sequence
from io import TextIOWrapper
from pathlib import Path
from typing import Annotated, Final

import typer

from ..archive.store import RecordError, StoreError
from ..export.place import ExportError
from ..git.repository import GitError
from ..github import GitHubError
from ..outcome import ExitCode
from ..restore.journal import JournalError
from ..run.start import NothingToArchiveError
from ..settings import SettingsError, secrets_in_environment
from ..spotify.errors import SpotifyError
from ..untrusted import without_tokens
from ..upstream import UPSTREAM
from . import account, bot, export, forget, history, importer, registry, run, search
from . import demo as play
from . import init as beginning
from . import restore as back
from . import site as website
from .help import Command
from .screen import err, out

app = typer.Typer(
    name="playlist-archive",
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # plain help is easier to read aloud, to search and to copy
)

_EXAMPLES: Final[Mapping[Callable[..., int], tuple[str, ...]]] = {
    beginning.init: ("init", "init my-archive"),
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
    history.show: (
        "show 37i9dQZF1DX5LEXW9eXA0n",
        "show 'K-Pop Ballad Hits' --at 2026-05-05",
        "show 'K-Pop Ballad Hits' --at '3 weeks ago' --format links",
    ),
    history.diff: ("diff 37i9dQZF1DX5LEXW9eXA0n yesterday", "diff 'K-Pop Ballad Hits' 2026-05-05 2026-09-05"),
    history.log: (
        "log",
        "log 'K-Pop Ballad Hits' --since '2 weeks ago'",
        "log --follow-song spotify:track:1Y6W3Q07asHeQtXCBDAOrT",
    ),
    website.site: ("site", "site --serve", "site --out public"),
    search.search: (
        "search deja vu",
        "search 'tomorrow night' --present",
        "search beyonce --playlist 'K-Pop Ballad Hits' --format json",
    ),
    export.export: (
        "export sqlite archive.db",
        "export csv my-tables --only 'K-Pop Ballad Hits'",
        "export json archive.json",
    ),
    forget.forget: (
        "forget 2026-05-05 --dry-run",
        "forget yesterday 'K-Pop Ballad Hits'",
    ),
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

_CODES: Final[Mapping[type[Exception], ExitCode]] = {
    SettingsError: ExitCode.USAGE,
    NothingToArchiveError: ExitCode.USAGE,
    SpotifyError: ExitCode.REFUSED,
    StoreError: ExitCode.PARTIAL,
    ExportError: ExitCode.PARTIAL,
    RecordError: ExitCode.PARTIAL,
    GitError: ExitCode.PARTIAL,
    GitHubError: ExitCode.PARTIAL,
    JournalError: ExitCode.PARTIAL,
}
"""What ends a command with a sentence, and its exit code."""

_SELDOM: Final = 50_000
"""Objects between two looks for reference cycles, of which the models have none (docs/scale.md, "Seconds")."""

_REPORT: Final = f"report it on github.com/{UPSTREAM}/issues, with all that is printed here"

for command, lines in _EXAMPLES.items():
    examples = [f"  playlist-archive {line}" for line in lines]
    epilog = "\n".join(["\b", "Examples:", *examples])
    app.command(command.__name__.rstrip("_"), cls=Command, epilog=epilog)(command)


def _version(asked: bool) -> None:  # noqa: FBT001 - typer calls it so
    if asked:
        out.print(f"playlist-archive {_own_version()}")
        raise typer.Exit


def _own_version() -> str:
    from importlib.metadata import version  # noqa: PLC0415 - hardly ever asked for

    return version("playlist-archive")


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
    """A terminal that cannot show a character gets its number instead."""
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
    except tuple(_CODES) as error:
        code = _failed(str(error), next(code for kind, code in _CODES.items() if isinstance(error, kind)))
    except Exception as error:  # noqa: BLE001 - whatever happens, the user gets a sentence and an exit code
        code = _is_a_bug(error)
    return code


def _ended(code: object) -> int:
    """The exit code of a command that came to its end."""
    if code == ExitCode.INTERRUPTED:  # what typer makes of Ctrl-C too
        err.print("interrupted: every file is whole, the next run goes on from here")
    return code if isinstance(code, int) else ExitCode.DONE


def _failed(message: str, code: ExitCode) -> int:
    err.error(message)
    return code


def _is_a_bug(error: Exception) -> int:
    """Names the place in this program where an unknown exception came from, below its traceback.

    A traceback shows lines of code and the exception's own message, never the values of variables; secrets that a
    message may have in it are masked.
    """
    text = "".join(traceback.format_exception(error))
    err.print(without_tokens(text, *secrets_in_environment()), end="")
    what = f"{type(error).__name__} in {_place(error)}, version {_own_version()}"
    return _failed(f"a bug of this program ({what}): {_REPORT}", ExitCode.PARTIAL)


def _place(error: Exception) -> str:
    """The last line of our own code that the exception passed: `archive/merge.py:33`."""
    package = Path(__file__).parents[1]
    ours = [
        f"{path.relative_to(package).as_posix()}:{frame.lineno}"
        for frame in traceback.extract_tb(error.__traceback__)
        if (path := Path(frame.filename)).is_relative_to(package)
    ]
    return ours[-1]
