"""What is measured: an archive of invented playlists in a folder, read from a simulator without a socket."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from pydantic import SecretStr

from playlist_archive.archive.ids import parse_playlist_id
from playlist_archive.archive.layout import registry_entry
from playlist_archive.archive.registry import read_registry
from playlist_archive.archive.store import Store
from playlist_archive.outcome import Result
from playlist_archive.run.start import Job, archive_into
from playlist_archive.settings import Settings
from spotify_simulator.app import Simulator
from spotify_simulator.invented import InventedWorld
from spotify_simulator.transport import SimulatorTransport

START: Final = date(2026, 11, 2)
NO_PACING: Final = 1000.0
"""Requests a second, the most that the setting allows."""

Row = dict[str, object]
"""A line of a table: heading → value."""


def invented(count: int, *, size: int = 100, change_share: float = 0.2, moves: float = 0) -> InventedWorld:
    """Ordinary playlists of `size` tracks.

    On a day up to a tenth of the tracks of a share of them leaves, and as many come; in a share `moves` of the changes
    one track only moves.
    """
    return InventedWorld(1, count, size, START, change_share=change_share, moves=moves, odd=False)


class Bench:
    """An archive and its simulator."""

    def __init__(self, root: Path, simulator: Simulator, *, as_user: bool = False) -> None:
        self.root = root
        self.simulator = simulator
        self.as_user = as_user
        for name in simulator.world.ids():
            entry = root / registry_entry(parse_playlist_id(name))
            entry.parent.mkdir(exist_ok=True)
            entry.touch()

    def run(self, day: int) -> Result:
        """One run on a day, counted from `START`, as fast as the machine allows."""
        return self.run_on(START + timedelta(days=day))

    def run_on(self, day: date) -> Result:
        """One run on a day."""
        self.simulator.day = day
        settings = settings_for(self.simulator, as_user=self.as_user)
        job = Job(root=self.root, registry=read_registry(self.root), max_requests=0)
        store = Store(self.root)
        return asyncio.run(archive_into(store, settings, job, transport=SimulatorTransport(self.simulator)))


def settings_for(simulator: Simulator, *, url: str = "https://spotify.test", as_user: bool = False) -> Settings:
    """The settings that fit a simulator at `url`, without pacing."""
    return Settings(
        spotify_client_id=simulator.client_id,
        spotify_client_secret=SecretStr(simulator.client_secret),
        spotify_refresh_token=SecretStr(simulator.refresh_token) if as_user else None,
        spotify_api_url=f"{url}/v1",
        spotify_accounts_url=url,
        spotify_requests_per_second=NO_PACING,
        archive_date=simulator.day,
        github_repository="somebody/archive",
        github_ref_name="main",
    )


@contextmanager
def bench(simulator: Simulator, *, as_user: bool = False) -> Iterator[Bench]:
    """A new archive in a folder that is gone afterwards."""
    with TemporaryDirectory(prefix="playlist-archive-bench-") as folder:
        yield Bench(Path(folder), simulator, as_user=as_user)
