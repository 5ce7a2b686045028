"""The table of commands says what the commands themselves say, and a command imports no more than it needs."""

import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

from playlist_archive.cli import CODES, main
from playlist_archive.cli.commands import COMMANDS, imported
from playlist_archive.exit_code import ExitCode
from playlist_archive.export.tables import Format

NETWORK = ("asyncio", "httpx", "ssl", "http.server", "playlist_archive.spotify.client")
OTHERS = ("jinja2", "sqlite3", "rich.table", "rich.progress", "playlist_archive.demo", "spotify_simulator")
READING = ("show", "diff", "log")
OFFLINE = ("init", "register", "render", "site", "search", "export", "forget", "alert", "propose")


@pytest.mark.parametrize("name", COMMANDS)
def test_the_line_of_a_command_is_the_first_of_its_help(name: str) -> None:
    first, *_ = (imported(name).help or "").splitlines()
    assert COMMANDS[name].line == first


@pytest.mark.parametrize("name", CODES)
def test_what_ends_a_command_with_a_sentence_is_an_exception_of_that_name(name: str) -> None:
    module, _, error = name.rpartition(".")
    found = getattr(import_module(f"playlist_archive.{module}"), error)
    assert issubclass(found, Exception)
    assert found.__module__ == f"playlist_archive.{module}"  # the place where it is defined, by which it is found


def loaded(program: str, *modules: str) -> str:
    """Which of the modules a program imports."""
    told = f"import sys; {program}; print(*(name for name in {modules!r} if name in sys.modules))"
    done = subprocess.run((sys.executable, "-c", told), capture_output=True, encoding="utf-8", check=True)
    return done.stdout.strip()


def test_the_help_of_all_commands_imports_none_of_them() -> None:
    modules = [f"playlist_archive.cli.{command.module}" for command in COMMANDS.values()]
    assert loaded("import playlist_archive.cli", "pydantic_settings", *modules, *NETWORK, *OTHERS) == ""


@pytest.mark.parametrize("name", READING)
def test_a_command_that_reads_the_history_imports_no_network_and_no_database(name: str) -> None:
    program = f"from playlist_archive.cli.commands import imported; imported({name!r})"
    assert loaded(program, *NETWORK, "jinja2", "sqlite3", "spotify_simulator", "playlist_archive.cli.update") == ""


@pytest.mark.parametrize("name", OFFLINE)
def test_a_command_without_the_network_imports_no_client(name: str) -> None:
    program = f"from playlist_archive.cli.commands import imported; imported({name!r})"
    assert loaded(program, "httpx", "playlist_archive.spotify.client") == ""


@pytest.mark.parametrize(
    "command", [("log",), ("search", "x"), ("export", "json", "all.json"), ("site",), ("render",), ("show", "x")]
)
def test_a_folder_without_an_archive_is_no_empty_archive(
    command: tuple[str, ...], tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(command) == ExitCode.USAGE
    assert "no archive is in this folder: go to the folder of an archive" in capsys.readouterr().err
    assert not [*tmp_path.iterdir()]
    (tmp_path / "registry").mkdir()
    main(command)
    assert "no archive" not in capsys.readouterr().err


@pytest.mark.parametrize("command", [("show", "x"), ("diff", "x", "2026-01-01"), ("log",), ("search", "x")])
def test_the_help_of_a_command_names_the_formats_that_it_writes(
    command: tuple[str, ...], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "registry").mkdir()
    main([command[0], "--help"])
    named = " ".join(capsys.readouterr().out.split()).partition("--format FORMAT ")[2].partition(";")[0].split(", ")
    for form in Format:
        main([*command, "--root", str(tmp_path), "--format", form])
        assert ("--format here is one of" in capsys.readouterr().err) == (form not in named)
