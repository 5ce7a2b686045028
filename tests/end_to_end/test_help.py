"""The command line itself: help, versions, typos, completion, JSON, and how soon it is there."""

import json
import re
import subprocess
import sys
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

import pytest

from playlist_archive.cli.commands import COMMANDS, imported
from playlist_archive.exit_code import ExitCode
from playlist_archive.run.shards import read_result
from spotify_simulator.app import Simulator
from tests.end_to_end.conftest import Run
from tests.worlds import START, daily, playlist, world_id

Serve = Callable[[Simulator], dict[str, str]]

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
SCRIPT = Path(sys.executable).with_name("playlist-archive")


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_with_examples_and_stands_in_the_readme(command: Run, name: str) -> None:
    done = command(name, "--help")
    assert done.returncode == ExitCode.DONE
    text, _, examples = done.stdout.partition("  Examples:\n")
    assert examples.strip()
    assert all(line.startswith(f"    playlist-archive {name}") for line in examples.rstrip().splitlines())
    assert not re.search(r"<\w", text), "a type of Python stands in it"
    assert len(text.splitlines()) > 5
    assert f"playlist-archive {name}" in README


@pytest.mark.parametrize("name", COMMANDS)
def test_what_an_option_takes_is_a_word_and_no_type_of_python(name: str) -> None:
    taken = [found for found in imported(name).params if not getattr(found, "is_flag", False)]
    assert taken
    assert [found.name for found in taken if not re.fullmatch(r"[A-Z/]+|\[[A-Z/]+\]", found.metavar or "")] == []


@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_is_explained(name: str) -> None:
    assert [found.name for found in imported(name).params if not getattr(found, "help", "")] == []


def test_the_help_lists_all_commands_whole(command: Run) -> None:
    done = command("--help")
    for name in COMMANDS:
        assert f"\n  {name} " in done.stdout
    assert command().stdout == done.stdout


def test_the_version_is_that_of_the_package(command: Run) -> None:
    assert command("--version").stdout == f"playlist-archive {version('playlist-archive')}\n"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        (("updaet",), "update"),
        (("regster", "x"), "register"),
        (("update", "--comit"), "--commit"),
        (("docter",), "doctor"),
    ],
)
def test_a_typo_is_answered_with_what_was_meant(command: Run, typed: tuple[str, ...], meant: str) -> None:
    done = command(*typed)
    assert done.returncode == ExitCode.USAGE
    assert meant in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("words", "expected"), [("playlist-archive up", "update"), ("playlist-archive update --pu", "--push")]
)
@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_completes_commands_and_options(words: str, expected: str, shell: str) -> None:
    asked = {
        "_PLAYLIST_ARCHIVE_COMPLETE": f"complete_{shell}",
        "_TYPER_COMPLETE_ARGS": words,
        "_TYPER_COMPLETE_FISH_ACTION": "get-args",
        "COMP_WORDS": words,
        "COMP_CWORD": str(len(words.split()) - 1),
    }
    done = subprocess.run((SCRIPT,), env=asked, capture_output=True, encoding="utf-8", check=False)
    assert expected in done.stdout, done.stderr


def test_json_is_all_that_an_update_prints_on_standard_output(tmp_path: Path, served: Serve, command: Run) -> None:
    environment = served(Simulator(daily([playlist(1), playlist(2)]), day=START)) | {"GITHUB_ACTIONS": "true"}
    command("register", world_id(1), world_id(2), world_id(3))
    done = command("update", "--json", "--result", "result.json", "--verbose", **environment)
    told = json.loads(done.stdout)
    assert [outcome["kind"] for outcome in told["outcomes"]] == ["created", "created", "unavailable"]
    assert "2 created" in done.stderr
    result = read_result(tmp_path / "result.json")
    assert result
    assert len(result.outcomes) == 3
    assert json.loads((tmp_path / "result.json").read_text(encoding="utf-8")) == told


def test_json_is_all_that_a_doctor_prints_on_standard_output(served: Serve, command: Run) -> None:
    environment = served(Simulator(daily([playlist(1)]), day=START))
    command("register", world_id(1))
    done = command("doctor", "--json", **environment)
    assert json.loads(done.stdout)["exit_code"] == done.returncode == ExitCode.DONE
    assert "at most 1 request" in done.stderr


@pytest.mark.proof
@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({}, ExitCode.DONE),
        ({"SPOTIFY_CLIENT_SECRET": "wrong"}, ExitCode.REFUSED),
        ({"SPOTIFY_REFRESH_TOKEN": "wrong"}, ExitCode.REFUSED),
        ({"SPOTIFY_CLIENT_ID": ""}, ExitCode.REFUSED),
        ({"SPOTIFY_API_URL": "nonsense"}, ExitCode.USAGE),
    ],
)
def test_a_doctor_returns_what_an_update_would(served: Serve, command: Run, changed: dict[str, str], code: int) -> None:
    environment = served(Simulator(daily([playlist(1)]), day=START)) | changed
    command("register", world_id(1))
    done = command("doctor", **environment)
    assert done.returncode == code, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    assert "\x1b" not in done.stdout


def test_a_bad_entry_is_the_only_thing_wrong(tmp_path: Path, served: Serve, command: Run) -> None:
    command("register", world_id(1))
    (tmp_path / "registry" / "no-playlist").touch()
    done = command("doctor", **served(Simulator(daily([playlist(1)]), day=START)))
    assert done.returncode == ExitCode.PARTIAL
    assert "✘ wrong  entry        registry/no-playlist" in done.stdout
