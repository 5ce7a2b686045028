"""What several test modules share."""

import os
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def corpus() -> Path:
    """The folder of real playlists, which is no part of the repository; CI must have it."""
    shared = os.environ.get("PLAYLIST_ARCHIVE_SHARED") or Path(__file__).parents[2] / "shared"
    folder = Path(shared) / "corpus"
    if not folder.is_dir():
        missing = f"no corpus at {folder}: set PLAYLIST_ARCHIVE_SHARED to the folder that holds it"
        if os.environ.get("CI") == "true":
            pytest.fail(missing)
        pytest.skip(missing)
    return folder


@pytest.fixture(scope="session")
def examples() -> Path:
    """The folder of Spotify's answers, which is no part of the repository either; CI must have it."""
    shared = os.environ.get("PLAYLIST_ARCHIVE_SHARED") or Path(__file__).parents[2] / "shared"
    folder = Path(shared) / "docs" / "examples"
    if not folder.is_dir():
        missing = f"no examples at {folder}: set PLAYLIST_ARCHIVE_SHARED to the folder that holds docs/examples"
        if os.environ.get("CI") == "true":
            pytest.fail(missing)
        pytest.skip(missing)
    return folder
