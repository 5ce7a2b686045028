"""The command on a terminal: bars, questions, hidden input, Ctrl-C; and plain lines elsewhere."""

import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from playlist_archive.archive import layout
from playlist_archive.archive.ids import parse_playlist_id
from playlist_archive.exit_code import ExitCode
from spotify_simulator.app import Simulator
from spotify_simulator.invented import InventedWorld
from spotify_simulator.options import Options
from spotify_simulator.world import Person
from tests.end_to_end.conftest import Run
from tests.end_to_end.consent import agreed
from tests.end_to_end.terminal import on_terminal
from tests.worlds import START, daily, playlist, world_id

Serve = Callable[[Simulator], dict[str, str]]

SOMEBODY = Person("somebody", "Somebody")


def library() -> Simulator:
    playlists = [
        playlist(1, name="Morning"),
        playlist(2, name="Secret", public=False),
        playlist(3, name="Followed", owner=SOMEBODY),
        playlist(4, name="Ours", owner=SOMEBODY, collaborative=True, collaborators=("listener",)),
        playlist(5, name="Evening"),
    ]
    return Simulator(daily(playlists), day=START)


def as_user(served: Serve, simulator: Simulator) -> dict[str, str]:
    return served(simulator) | {"SPOTIFY_REFRESH_TOKEN": simulator.refresh_token}


def registered(root: Path) -> list[str]:
    folder = root / layout.REGISTRY
    return sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []


def all_registered(root: Path, simulator: Simulator) -> None:
    for name in simulator.world.ids():
        entry = root / layout.registry_entry(parse_playlist_id(name))
        entry.parent.mkdir(exist_ok=True)
        entry.touch()


def test_a_run_shows_a_bar_on_a_terminal_and_colourless_lines_elsewhere(
    tmp_path: Path, served: Serve, command: Run
) -> None:
    simulator = Simulator(InventedWorld(1, 30, 5, START, odd=False), day=START, options=Options(latency=0.05))
    environment = served(simulator)
    all_registered(tmp_path, simulator)
    with on_terminal(tmp_path, environment, "update") as terminal:
        terminal.expect("archiving")
        assert terminal.ends() == ExitCode.DONE
    assert re.search(r"archiving .*[1-9][0-9]?/30", terminal.text)
    assert "\x1b[" in terminal.raw
    assert "30 created" in terminal.text

    done = command("update", "--full", "--verbose", **environment)
    assert done.returncode == ExitCode.DONE
    assert "archiving" not in done.stdout
    assert "\x1b" not in done.stdout + done.stderr
    assert len(done.stdout.splitlines()) == 30 + 1


@pytest.mark.proof
def test_no_color_is_obeyed_on_a_terminal(tmp_path: Path, served: Serve) -> None:
    environment = served(library())
    with on_terminal(tmp_path, environment, "doctor") as coloured:
        assert coloured.ends() == ExitCode.DONE
    with on_terminal(tmp_path, environment | {"NO_COLOR": "1"}, "doctor") as plain:
        assert plain.ends() == ExitCode.DONE
    green = re.compile(r"\x1b\[(?:1;)?3[0-9]m")
    assert green.search(coloured.raw)
    assert not green.search(plain.raw)
    assert coloured.text.count("✔ good") == plain.text.count("✔ good") > 2


def test_playlists_are_chosen_by_numbers(tmp_path: Path, served: Serve) -> None:
    simulator = library()
    environment = as_user(served, simulator)
    with on_terminal(tmp_path, environment, "register", "--mine") as terminal:
        terminal.expect("Which ones?")
        assert "4 playlists are yours or collaborative, 0 of them registered." in terminal.text
        assert f"   1  {world_id(1)}  Morning\n" in terminal.text
        assert f"   2  {world_id(2)}  Secret (private)\n" in terminal.text
        assert f"   3  {world_id(4)}  Ours (collaborative, somebody else's)\n" in terminal.text
        assert "public repository" in terminal.text
        assert "Followed" not in terminal.text
        terminal.type("1-9\n")
        terminal.expect("write numbers from 1 to 4")
        terminal.type("1 3\n")
        assert terminal.ends() == ExitCode.DONE
    assert registered(tmp_path) == [world_id(1), world_id(4)]

    with on_terminal(tmp_path, environment, "register", "--mine") as terminal:
        terminal.expect("Which ones?")
        assert f"   1  {world_id(2)}  Secret" in terminal.text
        assert "2 of them registered" in terminal.text
        assert "Morning" not in terminal.text
        terminal.type("\n")
        assert terminal.ends() == ExitCode.DONE
    assert registered(tmp_path) == [world_id(1), world_id(4)]


def test_ctrl_c_at_a_question_changes_nothing(tmp_path: Path, served: Serve) -> None:
    with on_terminal(tmp_path, as_user(served, library()), "register", "--mine") as terminal:
        terminal.expect("Which ones?")
        assert terminal.interrupted() == ExitCode.INTERRUPTED
    assert "interrupted" in terminal.text
    assert "Traceback" not in terminal.text
    assert registered(tmp_path) == []


def test_ctrl_c_in_a_run_leaves_whole_files(tmp_path: Path, served: Serve) -> None:
    simulator = Simulator(InventedWorld(1, 60, 20, START, odd=False), day=START, options=Options(latency=0.1))
    environment = served(simulator)
    all_registered(tmp_path, simulator)
    with on_terminal(tmp_path, environment, "update") as terminal:
        terminal.expect("created")
        assert terminal.interrupted() == ExitCode.INTERRUPTED
    assert "interrupted: every file is whole" in terminal.text
    assert "Traceback" not in terminal.text
    simulator.latency = 0
    with on_terminal(tmp_path, environment, "update") as terminal:
        assert terminal.ends() == ExitCode.DONE


@pytest.mark.proof
@pytest.mark.parametrize(
    ("options", "chosen"), [(("--all",), (1, 2, 4, 5)), (("--public",), (1, 4, 5))], ids=["all", "public"]
)
def test_playlists_are_chosen_by_an_option_where_nobody_can_be_asked(
    tmp_path: Path, served: Serve, command: Run, options: tuple[str, ...], chosen: tuple[int, ...]
) -> None:
    environment = as_user(served, library())
    done = command("register", "--mine", *options, **environment)
    assert done.returncode == ExitCode.DONE, done.stderr
    assert "public repository" in done.stderr
    assert registered(tmp_path) == [*map(world_id, chosen)]
    again = command("register", "--mine", *options, **environment)
    assert again.returncode == ExitCode.DONE
    assert "registered 0" not in again.stdout


def test_without_a_choice_nothing_is_added_and_the_list_is_shown(tmp_path: Path, served: Serve, command: Run) -> None:
    done = command("register", "--mine", **as_user(served, library()))
    assert done.returncode == ExitCode.USAGE
    assert "--all or --public" in done.stderr
    assert "Morning" in done.stdout
    assert registered(tmp_path) == []


@pytest.mark.parametrize(
    "arguments",
    [(), ("--mine", world_id(1)), ("--all",), ("--public", world_id(1)), ("--mine", "--all", "--public")],
)
def test_what_makes_no_sense_together_is_told(tmp_path: Path, command: Run, arguments: tuple[str, ...]) -> None:
    done = command("register", *arguments)
    assert done.returncode == ExitCode.USAGE
    assert "name playlists, or use --mine" in done.stderr
    assert registered(tmp_path) == []


@pytest.mark.parametrize("answer", ["y", "n"])
def test_a_login_asks_for_what_is_missing_and_hides_the_secret(tmp_path: Path, served: Serve, answer: str) -> None:
    simulator = library()
    environment = served(simulator) | {"PATH": os.defpath}
    for name in ("SPOTIFY_CLIENT_ID", "SPOTIFY_CLIENT_SECRET"):
        del environment[name]
    with on_terminal(tmp_path, environment, "login", "--no-browser") as terminal:
        terminal.expect("Client ID: ")
        terminal.type("simulated-client\n")
        terminal.expect("Client secret (it does not show): ")
        terminal.type("simulated-secret\n")
        terminal.expect("paste it here")
        terminal.type(f"{agreed(terminal.text)}\n")
        terminal.expect("Show the values here now?")
        assert "SPOTIFY_CLIENT_SECRET  16 characters" in terminal.text
        assert simulator.client_secret not in terminal.text
        terminal.type(f"{answer}\n")
        assert terminal.ends() == ExitCode.DONE
    assert (f"export SPOTIFY_REFRESH_TOKEN={simulator.refresh_token}" in terminal.text) == (answer == "y")
    assert (simulator.client_secret in terminal.text) == (answer == "y")
    assert ("kept nowhere" in terminal.text) == (answer == "n")
