"""The whole thing on the simulator: an archive of invented playlists, some days long, with commits."""

import shutil
import subprocess
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Final

from pydantic import SecretStr

from . import report
from .layout import DATA, INDEX_PAGE, PlaylistId, cumulative, plain, pretty, registry_entry
from .registry import read_registry
from .run import Job, archive, commit
from .settings import Settings
from .simulator.app import Simulator
from .simulator.invented import InventedWorld
from .simulator.serve import serving
from .store import Store

FIRST_DAY: Final = date(2026, 11, 2)
PLAYLISTS: Final = 12
TRACKS: Final = 40
MARKER: Final = ".playlist-archive-demo"
"""Tells a folder of an earlier demo, which may be made anew, from one that somebody cares for."""

REQUESTS_PER_SECOND: Final = 200

Tell = Callable[[str], None]


class DemoError(Exception):
    """The folder is not the demo's."""


def run_demo(folder: Path, *, days: int, tell: Tell) -> None:
    """Archives `PLAYLISTS` invented playlists for `days` days into `folder`, with a commit a day, and says what to open.

    Raises:
        DemoError: the folder holds something that is not of an earlier demo.
    """
    _prepare(folder)
    world = InventedWorld(seed=1, count=PLAYLISTS, size=TRACKS, start=FIRST_DAY)
    simulator = Simulator(world, day=FIRST_DAY)
    chosen = [PlaylistId(name) for name in world.ids()]
    _register(folder, chosen)
    with serving(simulator) as url:
        for number in range(days):
            simulator.day = FIRST_DAY + timedelta(days=number)
            _one_day(folder, simulator, url, tell)
    _what_to_open(folder, chosen[0], tell)


def _prepare(folder: Path) -> None:
    if folder.exists() and any(folder.iterdir()):
        if not (folder / MARKER).exists():
            msg = f"{folder} holds something else than a demo: name another folder"
            raise DemoError(msg)
        shutil.rmtree(folder)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / MARKER).write_text("made by `playlist-archive demo`, which deletes this folder when run again\n")
    _git(folder, "init", "--quiet", "--initial-branch=main")


def _register(folder: Path, playlists: list[PlaylistId]) -> None:
    store = Store(folder)
    for playlist in playlists:
        store.write(registry_entry(playlist), "")
    store.finish()
    _git(folder, "add", ".")
    _git(folder, *_SOMEBODY, "commit", "--quiet", "--message", "Register some playlists")


def _one_day(folder: Path, simulator: Simulator, url: str, tell: Tell) -> None:
    settings = Settings(
        spotify_client_id=simulator.client_id,
        spotify_client_secret=SecretStr(simulator.client_secret),
        spotify_api_url=f"{url}/v1",
        spotify_accounts_url=url,
        spotify_requests_per_second=REQUESTS_PER_SECOND,
        archive_date=simulator.day,
    )
    job = Job(root=folder, registry=read_registry(folder), commit=True)
    result = archive(settings, job)
    commit(settings, job, result)
    tell(f"{simulator.day}: {'; '.join(report.console_totals(result))}")


def _what_to_open(folder: Path, playlist: PlaylistId, tell: Tell) -> None:
    tell("")
    tell(_git(folder, "--no-pager", "log", "--stat=100", "--stat-count=6"))
    tell(f"\nOpen in {folder}/:")
    for what, path in {
        "all playlists": INDEX_PAGE,
        "one as it is": pretty(playlist),
        "all its songs, with dates": cumulative(playlist),
        "one line a song": plain(playlist),
        "what all pages are made of": DATA,
    }.items():
        tell(f"  {path:<50} {what}")
    tell(f"\nWhat changed in one playlist:\n  git -C {folder} log -p {plain(playlist)}")


_SOMEBODY = ("-c", "user.name=demo", "-c", "user.email=demo@localhost", "-c", "commit.gpgsign=false")


def _git(folder: Path, *arguments: str) -> str:
    done = subprocess.run(  # noqa: S603 - no shell, and no argument is a stranger's text
        ("git", *arguments),  # noqa: S607 - the user's git, from the user's PATH
        cwd=folder,
        check=True,
        capture_output=True,
        encoding="utf-8",
    )
    return done.stdout.strip()
