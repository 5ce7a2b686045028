"""The command as users run it, in a process whose time and memory the system counts."""

import json
import os
import subprocess
import sys
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path
from typing import Final, NamedTuple

from playlist_archive.archive.ids import parse_playlist_id
from playlist_archive.archive.layout import registry_entry

from .worlds import NO_PACING, START

UPDATE: Final = (sys.executable, "-m", "playlist_archive", "update", "--max-requests", "0")


class Cost(NamedTuple):
    """What one run took: seconds by the clock, seconds of the processor, and the most memory, in MB."""

    seconds: float
    cpu: float
    peak_mb: float


def update(root: Path, url: str, day: int, *, as_user: bool = False) -> Cost:
    """One run in `root` on a day, counted from `START`, against a simulator at `url`, without pacing.

    With `as_user` it reads as the simulator's user, whose library lists every playlist.

    Raises:
        RuntimeError: the run did not end well.
    """
    command = (sys.executable, "-m", "benchmarks.timed", *UPDATE, "--root", str(root))
    done = subprocess.run(command, env=environment(url, day, as_user=as_user), capture_output=True, check=True)
    figures = json.loads(done.stdout)
    if code := figures.pop("code"):
        raise RuntimeError(f"the run on day {day} ended with {code}: {done.stderr.decode()}")
    return Cost(**figures)


def environment(url: str, day: int, *, as_user: bool = False) -> dict[str, str]:
    """The settings for a simulator at `url`."""
    user = {"SPOTIFY_REFRESH_TOKEN": "simulated-refresh-token"} if as_user else {}
    return (
        os.environ
        | user
        | {
            "SPOTIFY_CLIENT_ID": "simulated-client",
            "SPOTIFY_CLIENT_SECRET": "simulated-secret",
            "SPOTIFY_API_URL": f"{url}/v1",
            "SPOTIFY_ACCOUNTS_URL": url,
            "SPOTIFY_REQUESTS_PER_SECOND": str(NO_PACING),
            "ARCHIVE_DATE": str(START + timedelta(days=day)),
            "GITHUB_REPOSITORY": "somebody/archive",
            "GITHUB_REF_NAME": "main",
        }
    )


def register(root: Path, playlists: Iterable[str]) -> None:
    """Puts playlists into the registry of an archive."""
    for name in playlists:
        entry = root / registry_entry(parse_playlist_id(name))
        entry.parent.mkdir(exist_ok=True)
        entry.touch()
