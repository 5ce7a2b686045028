"""A table of all commands, and how each is imported.

A start mostly takes the time to import modules. So each command has a module of its own, which is imported only to run
it or to show its help. The list of all commands needs only the lines in this table. Functions import modules that only
some options of a command need.
"""

from collections.abc import Mapping
from importlib import import_module
from keyword import iskeyword
from typing import Any, Final, NamedTuple

import typer
from typer.core import TyperGroup

from .help import Command


class Entry(NamedTuple):
    """A command: its module in `cli/`, which has a function of the same name, and its line in the help.

    `examples` are arguments to type after `playlist-archive`.
    """

    module: str
    line: str
    examples: tuple[str, ...]


COMMANDS: Final[Mapping[str, Entry]] = {
    "init": Entry("init", "Create an archive in a repository of its own.", ("init", "init my-archive")),
    "login": Entry(
        "login",
        "Authorise the app to read your playlists.",
        ("login", "login --no-browser", "login --show", "login --restore --show"),
    ),
    "doctor": Entry(
        "doctor",
        "Report what works, and how to fix the rest.",
        ("doctor", "doctor --no-playlists", "doctor --json"),
    ),
    "register": Entry(
        "registry",
        "Add playlists to the registry.",
        (
            "register https://open.spotify.com/playlist/37i9dQZF1DX5LEXW9eXA0n",
            "register 37i9dQZF1DX5LEXW9eXA0n --alias 'Ballads of Korea'",
            "register --mine",
            "register --mine --public",
        ),
    ),
    "update": Entry(
        "update",
        "Archive all playlists of the registry.",
        ("update", "update --commit --push", "update --dry-run --only 37i9dQZF1DX5LEXW9eXA0n", "update --json"),
    ),
    "check": Entry("registry", "Check the files in the registry.", ("check", "check --online")),
    "render": Entry("render", "Rewrite all pages from the records.", ("render", "render --commit --push")),
    "show": Entry(
        "history",
        "Show a playlist as it is, or as it was.",
        (
            "show 37i9dQZF1DX5LEXW9eXA0n",
            "show 'K-Pop Ballad Hits' --at 2026-05-05",
            "show 'K-Pop Ballad Hits' --at '3 weeks ago' --format links",
        ),
    ),
    "diff": Entry(
        "history",
        "Compare two days of a playlist, or a day and now.",
        ("diff 37i9dQZF1DX5LEXW9eXA0n yesterday", "diff 'K-Pop Ballad Hits' 2026-05-05 2026-09-05"),
    ),
    "log": Entry(
        "history",
        "List the changes by day, newest first.",
        (
            "log",
            "log 'K-Pop Ballad Hits' --since '2 weeks ago'",
            "log --follow-song spotify:track:1Y6W3Q07asHeQtXCBDAOrT",
        ),
    ),
    "site": Entry(
        "site",
        "Make a website and feeds from the archive.",
        ("site", "site --serve", "site --out public"),
    ),
    "search": Entry(
        "search",
        "Find songs in all playlists of all days.",
        (
            "search deja vu",
            "search 'tomorrow night' --present",
            "search beyonce --playlist 'K-Pop Ballad Hits' --format json",
        ),
    ),
    "export": Entry(
        "export",
        "Export the archive for other programs.",
        (
            "export sqlite archive.db",
            "export csv my-tables --only 'K-Pop Ballad Hits'",
            "export json archive.json",
        ),
    ),
    "forget": Entry(
        "forget",
        "Undo what one bad day wrote.",
        ("forget 2026-05-05 --dry-run", "forget 2026-05-05 --push", "forget yesterday 'K-Pop Ballad Hits'"),
    ),
    "restore": Entry(
        "restore",
        "Make a new playlist in Spotify from the archive.",
        (
            "restore 37i9dQZF1DX5LEXW9eXA0n --at 2026-05-05",
            "restore 37i9dQZF1DX5LEXW9eXA0n --ever --dry-run",
            "restore 37i9dQZF1DX5LEXW9eXA0n --resume",
            "restore --from links.txt --name 'Put back'",
        ),
    ),
    "import": Entry(
        "importer",
        "Import an old archive, or exported files.",
        (
            "import ../old-archive",
            "import https://github.com/somebody/spotify-playlist-archive --all --replay",
            "import old.bundle 37i9dQZF1DX5LEXW9eXA0n --dry-run",
            "import --from-exports exported --day 2024-03-01",
        ),
    ),
    "demo": Entry("demo", "Try the bot without an account.", ("demo", "demo my-folder --days 10")),
    "simulate": Entry(
        "demo",
        "Serve a simulated Spotify on this computer.",
        ("simulate", "simulate --app-class restricted --port 8900"),
    ),
    "alert": Entry(
        "bot",
        "Open, update or close the issue about failures.",
        ("alert --result result.json",),
    ),
    "propose": Entry("bot", "Open a pull request for a requested playlist.", ("propose --event event.json",)),
}
"""All commands, in the order of the help."""


class Commands(TyperGroup):
    """A group that imports a command only when it is called; until then it knows only names and lines."""

    def resolve_command(self, ctx: Any, args: list[str]) -> tuple[str | None, Any, list[str]]:  # noqa: ANN401 - typer's
        """The name of the called command, the imported command, and its arguments."""
        name, command, rest = super().resolve_command(ctx, args)
        return name, imported(name) if name and command else command, rest


def add_commands(app: typer.Typer) -> None:
    """Adds the names and lines of all commands."""
    for name, command in COMMANDS.items():
        app.command(name, help=command.line)(_nothing)


def imported(name: str) -> Command:
    """The command from its module."""
    command = COMMANDS[name]
    module = import_module(f".{command.module}", __package__)
    examples = [f"  playlist-archive {example}" for example in command.examples]
    alone = typer.Typer(add_completion=False, rich_markup_mode=None)
    alone.command(name, cls=Command, epilog="\n".join(["\b", "Examples:", *examples]))(
        getattr(module, f"{name}_" if iskeyword(name) else name)
    )
    built = typer.main.get_command(alone)
    assert isinstance(built, Command)  # noqa: S101 - what typer makes of one function
    return built


def _nothing() -> None:
    """Takes the place of a command whose module is not imported."""
