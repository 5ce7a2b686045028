"""The command, run as a user runs it, against a simulator on a real port."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Protocol

import pytest

from spotify_simulator.app import Simulator
from spotify_simulator.serve import serving


class Run(Protocol):
    """Runs `playlist-archive` with arguments in the folder of the archive."""

    def __call__(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]: ...


@pytest.fixture
def served() -> Iterator[Callable[[Simulator], dict[str, str]]]:
    """Puts a simulator on a port; gives the environment in which the command talks to it."""
    with ExitStack() as stack:

        def serve(simulator: Simulator) -> dict[str, str]:
            url = stack.enter_context(serving(simulator))
            return {
                "SPOTIFY_CLIENT_ID": simulator.client_id,
                "SPOTIFY_CLIENT_SECRET": simulator.client_secret,
                "SPOTIFY_API_URL": f"{url}/v1",
                "SPOTIFY_ACCOUNTS_URL": url,
                "SPOTIFY_OEMBED_URL": f"{url}/oembed",
                "SPOTIFY_REQUESTS_PER_SECOND": "500",
                "ARCHIVE_DATE": simulator.day.isoformat(),
            }

        yield serve


@pytest.fixture
def command(tmp_path: Path) -> Run:
    """The command with nothing in its environment but what a test gives."""
    kept = {
        name: os.environ[name] for name in ("PATH", "HOME", "LANG", "COVERAGE_PROCESS_CONFIG") if name in os.environ
    }

    def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            (sys.executable, "-m", "playlist_archive", *arguments),
            cwd=tmp_path,
            env=kept | environment,
            capture_output=True,
            encoding="utf-8",
            timeout=60,
            check=False,
        )

    return run
