"""What several test modules share."""

import os
from pathlib import Path

import hypothesis
import pytest

IS_CI = os.environ.get("CI") == "true"

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
        missing = f"no {name} at {folder}: set PLAYLIST_ARCHIVE_SHARED to the folder that holds it"
        if IS_CI:
            pytest.fail(missing)
        pytest.skip(missing)
    return folder
