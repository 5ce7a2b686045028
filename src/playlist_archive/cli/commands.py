"""Every command, and how it is found.

Most of the time that a start takes is the import of modules. So a command has a module of its own, which is imported
when that command is called or asked for its help; what lists all commands reads their lines here. Imports inside of
functions are for what only some options of a command need.
"""

from collections.abc import Mapping
from importlib import import_module
from keyword import iskeyword
from typing import Any, Final, NamedTuple

import typer
from typer.core import TyperCommand, TyperGroup


class Command(NamedTuple):
    """Where a command is: a module of `cli/` with a function of its name. What the help of all commands says of it.

    `examples` are what one may type behind `playlist-archive`.
    """

    module: str
    line: str
    examples: tuple[str, ...]


COMMANDS: Final[Mapping[str, Command]] = {
    "init": Command("init", "Begin an archive in a repository of its own.", ("init", "init my-archive")),
    "login": Command(
        "login",
        "Get your consent, or renew it.",
        ("login", "login --no-browser", "login --show", "login --restore --show"),
    ),
    "doctor": Command(
        "doctor",
        "Check the set-up: what works, what does not, and what to do about it.",
        ("doctor", "doctor --no-playlists", "doctor --json"),
    ),
    "register": Command(
        "registry",
        "Add playlists to the registry.",
        (
            "register https://open.spotify.com/playlist/37i9dQZF1DX5LEXW9eXA0n",
            "register 37i9dQZF1DX5LEXW9eXA0n --alias 'Ballads of Korea'",
            "register --mine",
            "register --mine --public",
        ),
    ),
    "update": Command(
        "update",
        "Archive every playlist of the registry as it is today.",
        ("update", "update --commit --push", "update --dry-run --only 37i9dQZF1DX5LEXW9eXA0n", "update --json"),
    ),
    "check": Command(
        "registry", "Check that the entries of the registry are well-formed.", ("check", "check --online")
    ),
    "render": Command("render", "Write every page again from the records, without the network.", ("render",)),
    "show": Command(
        "history",
        "Show a playlist as it is in the archive, or as it was.",
        (
            "show 37i9dQZF1DX5LEXW9eXA0n",
            "show 'K-Pop Ballad Hits' --at 2026-05-05",
            "show 'K-Pop Ballad Hits' --at '3 weeks ago' --format links",
        ),
    ),
    "diff": Command(
        "history",
        "Show what differs in a playlist between two days, or between a day and now.",
        ("diff 37i9dQZF1DX5LEXW9eXA0n yesterday", "diff 'K-Pop Ballad Hits' 2026-05-05 2026-09-05"),
    ),
    "log": Command(
        "history",
        "Tell what changed, by day, the newest first.",
        (
            "log",
            "log 'K-Pop Ballad Hits' --since '2 weeks ago'",
            "log --follow-song spotify:track:1Y6W3Q07asHeQtXCBDAOrT",
        ),
    ),
    "site": Command(
        "site",
        "Build the website and the feeds from the archive, without the network.",
        ("site", "site --serve", "site --out public"),
    ),
    "search": Command(
        "search",
        "Find songs by title, artist or album, in every playlist and at any time.",
        (
            "search deja vu",
            "search 'tomorrow night' --present",
            "search beyonce --playlist 'K-Pop Ballad Hits' --format json",
        ),
    ),
    "export": Command(
        "export",
        "Write the whole archive for other programs: every playlist, song and change.",
        (
            "export sqlite archive.db",
            "export csv my-tables --only 'K-Pop Ballad Hits'",
            "export json archive.json",
        ),
    ),
    "forget": Command(
        "forget",
        "Take back what one bad day wrote, as if it had not been observed, in one commit.",
        ("forget 2026-05-05 --dry-run", "forget yesterday 'K-Pop Ballad Hits'"),
    ),
    "restore": Command(
        "restore",
        "Put a playlist back: as a new private playlist in your account, never into an existing one.",
        (
            "restore 37i9dQZF1DX5LEXW9eXA0n --at 2026-05-05",
            "restore 37i9dQZF1DX5LEXW9eXA0n --ever --dry-run",
            "restore 37i9dQZF1DX5LEXW9eXA0n --resume",
            "restore --from links.txt --name 'Put back'",
        ),
    ),
    "import": Command(
        "importer",
        "Take playlists over from an archive in the old format, with their days, or from exported files.",
        (
            "import ../old-archive",
            "import https://github.com/somebody/spotify-playlist-archive --all --replay",
            "import old.bundle 37i9dQZF1DX5LEXW9eXA0n --dry-run",
            "import --from-exports exported --day 2024-03-01",
        ),
    ),
    "demo": Command("demo", "See it work, without any account.", ("demo", "demo my-folder --days 10")),
    "simulate": Command(
        "demo",
        "Serve a simulated Spotify on a port of this machine.",
        ("simulate", "simulate --app-class restricted --port 8900"),
    ),
    "alert": Command(
        "bot",
        "Open, update or close the issue that says what is wrong with the archive; GitHub's own failures cost nothing.",
        ("alert --result result.json",),
    ),
    "propose": Command(
        "bot", "Open a pull request for the playlist that an issue asks for.", ("propose --event event.json",)
    ),
}
"""In the order of the help."""


class Commands(TyperGroup):
    """A group whose commands are imported when one of them is called; until then it knows their names and lines."""

    def resolve_command(self, ctx: Any, args: list[str]) -> tuple[str | None, Any, list[str]]:  # noqa: ANN401 - typer's
        """The command that the arguments name, ready to be called, and the arguments behind its name."""
        name, command, rest = super().resolve_command(ctx, args)
        return name, imported(name) if name and command else command, rest


def add_commands(app: typer.Typer) -> None:
    """Adds the names and lines of all commands."""
    for name, command in COMMANDS.items():
        app.command(name, help=command.line)(_nothing)


def imported(name: str) -> TyperCommand:
    """The command itself."""
    command = COMMANDS[name]
    module = import_module(f".{command.module}", __package__)
    examples = [f"  playlist-archive {example}" for example in command.examples]
    alone = typer.Typer(add_completion=False, rich_markup_mode=None)
    alone.command(name, epilog="\n".join(["\b", "Examples:", *examples]))(
        getattr(module, f"{name}_" if iskeyword(name) else name)
    )
    built = typer.main.get_command(alone)
    assert isinstance(built, TyperCommand)  # noqa: S101 - what typer makes of one function
    return built


def _nothing() -> None:
    """Stands in for a command whose module is not imported."""
