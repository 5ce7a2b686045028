"""What several test modules share."""

import os
from pathlib import Path
from typing import NoReturn

import hypothesis
import pytest

IS_CI = os.environ.get("CI") == "true"

_READ_BY_COMMANDS = ("ACTIONS_", "ARCHIVE_", "FORCE_", "GH_", "GIT_", "GITHUB_", "RUNNER_", "SITE_", "SPOTIFY_")
_READ_BY_LIBRARIES = {"ALL_PROXY", "COLUMNS", "HTTP_PROXY", "HTTPS_PROXY", "LINES", "NO_COLOR", "NO_PROXY", "PY_COLORS"}
_READ_BY_US = {"XDG_STATE_HOME"}
_SLOW = {"PYTHONDONTWRITEBYTECODE"}
"""Without compiled modules every command that a test starts would compile the program anew."""


def _deafen() -> None:
    """Removes from the environment what would change what is tested; a test sets what it needs."""
    for name in list(os.environ):
        if name.upper() in _READ_BY_LIBRARIES | _READ_BY_US | _SLOW or name.startswith(_READ_BY_COMMANDS):
            del os.environ[name]


_deafen()  # no fixture: typer looks at GITHUB_ACTIONS once, when the first test module imports it

# On a busy machine a slow example is no failure; and the gate tries the same examples each time.
hypothesis.settings.register_profile("default", deadline=None, max_examples=25)
hypothesis.settings.register_profile("gate", deadline=None, max_examples=25, derandomize=True)
hypothesis.settings.register_profile("proof", deadline=None, max_examples=200, derandomize=True)
hypothesis.settings.load_profile("gate" if IS_CI else "default")


@pytest.fixture(scope="session")
def corpus() -> Path:
    """The folder of real playlists."""
    return _shared("corpus")


@pytest.fixture(scope="session")
def examples() -> Path:
    """The folder of Spotify's answers."""
    return _shared("docs/examples")


def _shared(name: str) -> Path:
    """A folder that is no part of the repository; CI must have it."""
    folder = Path(os.environ.get("PLAYLIST_ARCHIVE_SHARED") or Path(__file__).parents[2] / "shared") / name
    if not folder.is_dir():
        missing(f"no {name} at {folder}: set PLAYLIST_ARCHIVE_SHARED to the folder that holds it")
    return folder


def missing(what: str) -> NoReturn:
    """Skips a test for want of something; in CI, which must have all, fails it."""
    if IS_CI:
        pytest.fail(what)
    pytest.skip(what)
