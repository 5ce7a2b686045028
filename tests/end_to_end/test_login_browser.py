"""The whole login: the command, a real browser, and the simulated accounts service."""

import shlex
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from playlist_archive.exit_code import ExitCode
from spotify_simulator.app import Simulator
from tests.end_to_end.browser import Browser, opened
from tests.end_to_end.conftest import Run
from tests.end_to_end.consent import agreed, page_address
from tests.end_to_end.terminal import Terminal, on_terminal
from tests.worlds import START, daily, playlist

Serve = Callable[[Simulator], dict[str, str]]


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with opened(tmp_path_factory.mktemp("profile")) as window:
        yield window


@pytest.fixture
def port() -> str:
    """A port that is free now."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return str(found.getsockname()[1])


def simulator() -> Simulator:
    return Simulator(daily([playlist(1)]), day=START)


@contextmanager
def login(root: Path, environment: dict[str, str], port: str, *arguments: str) -> Iterator[Terminal]:
    """`login` on a terminal, as far as Spotify's page; the browser that it would open is one that does nothing."""
    with on_terminal(root, environment | {"BROWSER": "true"}, "login", "--port", port, *arguments) as terminal:
        terminal.expect("open it yourself")
        terminal.expect("state=")
        terminal.expect("\n\n")
        yield terminal


def test_agreeing_in_a_browser_gives_what_to_set(tmp_path: Path, served: Serve, browser: Browser, port: str) -> None:
    simulated = simulator()
    with login(tmp_path, served(simulated), port, "--show") as terminal:
        browser.open(page_address(terminal.text))
        assert "playlist-read-private playlist-read-collaborative" in browser.text("body")
        browser.follow("Agree")
        assert browser.text("h1") == "It worked"
        assert "go back to the terminal" in browser.text("body")
        assert terminal.ends() == ExitCode.DONE
    assert terminal.text.endswith(
        "export SPOTIFY_CLIENT_ID=simulated-client\n"
        "export SPOTIFY_CLIENT_SECRET=simulated-secret\n"
        "export SPOTIFY_REFRESH_TOKEN=simulated-refresh-token\n"
        "export SPOTIFY_AUTHORIZED_ON=2026-11-02\n"
        "`playlist-archive doctor` reports what works now.\n"
    )


def test_a_login_for_restoring_asks_for_more_and_gives_a_token_apart(
    tmp_path: Path, served: Serve, browser: Browser, port: str
) -> None:
    with login(tmp_path, served(simulator()), port, "--restore", "--show") as terminal:
        browser.open(page_address(terminal.text))
        asked = "playlist-read-private playlist-read-collaborative playlist-modify-private"
        assert f"The app wants: {asked}" in browser.text("body")
        browser.follow("Agree")
        assert browser.text("h1") == "It worked"
        assert terminal.ends() == ExitCode.DONE
    assert terminal.text.endswith("export SPOTIFY_RESTORE_TOKEN=simulated-writing-token\n")
    assert "SPOTIFY_REFRESH_TOKEN" not in terminal.text


def test_a_denial_in_a_browser_changes_nothing(tmp_path: Path, served: Serve, browser: Browser, port: str) -> None:
    simulated = simulator()
    with login(tmp_path, served(simulated), port) as terminal:
        browser.open(page_address(terminal.text))
        browser.follow("Cancel")
        assert browser.text("h1") == "You did not agree"
        assert terminal.ends() == ExitCode.REFUSED
    assert "error: you did not agree on Spotify's page, so nothing changed" in terminal.text
    assert simulated.counted.tokens == 0


def test_a_changed_state_is_refused_and_the_login_goes_on(
    tmp_path: Path, served: Serve, browser: Browser, port: str
) -> None:
    simulated = simulator()
    simulated.accounts.changed_state = True
    with login(tmp_path, served(simulated), port) as terminal:
        browser.open(page_address(terminal.text))
        browser.follow("Agree")
        assert browser.text("h1") == "This answer belongs to another login"
        assert simulated.counted.tokens == 0
        simulated.accounts.changed_state = False
        browser.open(page_address(terminal.text))
        browser.follow("Cancel")
        assert terminal.ends() == ExitCode.REFUSED
    assert "nothing was taken over" in terminal.text
    assert "The login still waits." in terminal.text
    assert simulated.counted.tokens == 0


def test_a_port_that_is_taken_is_shown_in_the_browser_too(
    tmp_path: Path, served: Serve, command: Run, browser: Browser
) -> None:
    opener = tmp_path / "opener"
    opener.write_text(f'#!/bin/sh\nexec curl --silent --output {shlex.quote(str(tmp_path / "page.html"))} "$1"\n')
    opener.chmod(0o755)
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = str(other.getsockname()[1])
        done = command("login", "--port", port, BROWSER=f"{opener} %s", **served(simulator()))
    assert done.returncode == ExitCode.USAGE
    assert f"error: port {port} cannot be used" in done.stderr
    browser.open((tmp_path / "page.html").as_uri())
    assert browser.text("h1") == "The port is taken"


def test_the_browser_is_opened_at_spotifys_page(tmp_path: Path, served: Serve, port: str) -> None:
    opener = tmp_path / "opener"
    opener.write_text('#!/bin/sh\necho "opened: $1"\n')
    opener.chmod(0o755)
    environment = served(simulator()) | {"BROWSER": f"{opener} %s"}
    with on_terminal(tmp_path, environment, "login", "--port", port) as terminal:
        terminal.expect("opened: ")
        assert terminal.interrupted() == ExitCode.INTERRUPTED
    assert f"opened: {page_address(terminal.text)}\n" in terminal.text


FAKE_GH = """#!/bin/sh
echo "$@" >> "$0.calls"
case "$*" in *FAILING*) echo "no rights" >&2; exit 1;; esac
printf '%s=' "$3" >> "$0.values"; cat >> "$0.values"; echo >> "$0.values"
"""


@pytest.fixture
def gh(tmp_path: Path) -> Path:
    """A `gh` that writes down its arguments, and what came through its standard input."""
    found = tmp_path / "bin" / "gh"
    found.parent.mkdir()
    found.write_text(FAKE_GH)
    found.chmod(0o755)
    return found


def with_gh(served: Serve, simulated: Simulator, gh: Path, repository: str) -> dict[str, str]:
    return served(simulated) | {"PATH": f"{gh.parent}:/usr/bin:/bin", "GITHUB_REPOSITORY": repository}


def test_gh_sets_everything_after_a_yes_and_no_secret_is_in_its_arguments(
    tmp_path: Path, served: Serve, gh: Path
) -> None:
    simulated = simulator()
    environment = with_gh(served, simulated, gh, "somebody/archive")
    with on_terminal(tmp_path, environment, "login", "--no-browser") as terminal:
        terminal.expect("paste it here")
        terminal.type(f"{agreed(terminal.text)}\n")
        terminal.expect("Set secrets and variable of somebody/archive on GitHub now?")
        terminal.type("y\n")
        assert terminal.ends() == ExitCode.DONE
    calls = gh.with_name("gh.calls").read_text()
    assert calls.splitlines() == [
        "secret set SPOTIFY_CLIENT_ID --repo somebody/archive",
        "secret set SPOTIFY_CLIENT_SECRET --repo somebody/archive",
        "secret set SPOTIFY_REFRESH_TOKEN --repo somebody/archive",
        "variable set SPOTIFY_AUTHORIZED_ON --repo somebody/archive",
    ]
    assert gh.with_name("gh.values").read_text().splitlines() == [
        "SPOTIFY_CLIENT_ID=simulated-client",
        "SPOTIFY_CLIENT_SECRET=simulated-secret",
        "SPOTIFY_REFRESH_TOKEN=simulated-refresh-token",
        "SPOTIFY_AUTHORIZED_ON=2026-11-02",
    ]
    for secret in (simulated.client_secret, simulated.refresh_token):
        assert secret not in terminal.text
    assert "kept nowhere" not in terminal.text


def test_where_gh_refuses_the_values_are_still_to_be_had(tmp_path: Path, served: Serve, gh: Path) -> None:
    simulated = simulator()
    with on_terminal(tmp_path, with_gh(served, simulated, gh, "some/FAILING"), "login", "--no-browser") as terminal:
        terminal.expect("paste it here")
        terminal.type(f"{agreed(terminal.text)}\n")
        terminal.expect("on GitHub now?")
        terminal.type("y\n")
        terminal.expect("error: gh secret set: no rights")
        terminal.expect("Show the values here now?")
        assert "some/FAILING/settings" in terminal.text
        terminal.type("y\n")
        assert terminal.ends() == ExitCode.DONE
    assert f"export SPOTIFY_REFRESH_TOKEN={simulated.refresh_token}" in terminal.text


def test_a_no_keeps_gh_away(tmp_path: Path, served: Serve, gh: Path) -> None:
    with on_terminal(tmp_path, with_gh(served, simulator(), gh, "some/archive"), "login", "--no-browser") as terminal:
        terminal.expect("paste it here")
        terminal.type(f"{agreed(terminal.text)}\n")
        terminal.expect("on GitHub now?")
        terminal.type("n\n")
        terminal.expect("Show the values here now?")
        terminal.type("n\n")
        assert terminal.ends() == ExitCode.DONE
    assert not gh.with_name("gh.calls").exists()


def test_a_login_again_renews_and_keeps_a_token_that_spotify_does_not_replace(tmp_path: Path, served: Serve) -> None:
    simulated = simulator()
    simulated.accounts.sparing = True
    known = {"SPOTIFY_REFRESH_TOKEN": "the-old-token", "SPOTIFY_AUTHORIZED_ON": "2026-06-01"}
    with on_terminal(tmp_path, served(simulated) | known, "login", "--no-browser", "--show") as terminal:
        terminal.expect("paste it here")
        terminal.type(f"{agreed(terminal.text)}\n")
        assert terminal.ends() == ExitCode.DONE
    assert "no new refresh token: the one that you have stays good" in terminal.text
    assert "export SPOTIFY_REFRESH_TOKEN=the-old-token\nexport SPOTIFY_AUTHORIZED_ON=2026-06-01\n" in terminal.text


def test_without_a_terminal_a_login_needs_the_credentials(command: Run, served: Serve) -> None:
    done = command("login", "--no-browser", **(served(simulator()) | {"SPOTIFY_CLIENT_SECRET": ""}))
    assert done.returncode == ExitCode.USAGE
    assert "SPOTIFY_CLIENT_SECRET is not set" in done.stderr


def test_a_login_that_gets_no_address_says_what_to_copy(command: Run, served: Serve) -> None:
    done = command("login", "--no-browser", **served(simulator()))
    assert done.returncode == ExitCode.REFUSED
    assert "error: this is not the address that Spotify sent the browser to" in done.stderr
    assert done.stdout == ""
