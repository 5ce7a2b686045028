"""An archive in a folder and the simulated Spotify that it reads, without sockets and without waiting."""

import asyncio
import os
import signal
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

import httpx
from pydantic import SecretStr

from playlist_archive.archive.ids import parse_playlist_id
from playlist_archive.archive.layout import UNFINISHED, registry_entry
from playlist_archive.archive.registry import read_registry
from playlist_archive.archive.store import Store
from playlist_archive.outcome import Kind, Result
from playlist_archive.run.interrupt import Interruption
from playlist_archive.run.start import Job, archive_into, collect
from playlist_archive.settings import Settings
from spotify_simulator.app import Simulator
from spotify_simulator.faults import Fault, Plan
from spotify_simulator.options import Options
from spotify_simulator.transport import SimulatorTransport
from spotify_simulator.world import World
from tests.virtual_time import run_virtual
from tests.worlds import START

ORIGIN = "https://spotify.test"


def loop_clock() -> float:
    """The time of the loop that runs: give it to a simulator whose limits are to be on virtual time."""
    return asyncio.get_running_loop().time()


def settings_for(
    simulator: Simulator, *, url: str = ORIGIN, as_user: bool = False, day: date | None = None
) -> Settings:
    """The settings that fit a simulator at `url`."""
    return Settings(
        spotify_client_id=simulator.client_id,
        spotify_client_secret=SecretStr(simulator.client_secret),
        spotify_refresh_token=SecretStr(simulator.refresh_token) if as_user else None,
        spotify_api_url=f"{url}/v1",
        spotify_accounts_url=url,
        archive_date=day or simulator.day,
        github_repository="somebody/archive",
        github_ref_name="main",
    )


class Terminating(SimulatorTransport):
    """Sends SIGTERM to this process while the answer to one of the requests is on its way; never for 0."""

    def __init__(self, simulator: Simulator, at: int) -> None:
        super().__init__(simulator)
        self._left = at

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self._left -= 1
        if self._left == 0:
            os.kill(os.getpid(), signal.SIGTERM)
        return await super().handle_async_request(request)


class Replacing(SimulatorTransport):
    """Gives another refresh token with each access token."""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        answer = await super().handle_async_request(request)
        if not request.url.path.endswith("/api/token"):
            return answer
        return httpx.Response(200, json=answer.json() | {"refresh_token": "one that nobody may see"}, request=request)


class Archive:
    """An archive whose runs happen on the simulator's day."""

    def __init__(self, root: Path, simulator: Simulator, *, as_user: bool = False) -> None:
        self.root = root
        self.simulator = simulator
        self.as_user = as_user
        self.settings_day: date | None = None
        """What the clock of the machine says, where that is not the simulator's day."""
        root.mkdir(parents=True, exist_ok=True)

    def register(self, *playlists: str, alias: str = "") -> None:
        """Puts playlists into the registry; all of the simulator's when none is named."""
        for name in playlists or self.simulator.world.ids():
            entry = self.root / registry_entry(parse_playlist_id(name))
            entry.parent.mkdir(exist_ok=True)
            entry.write_text(alias, encoding="utf-8")

    def job(self, *, full: bool = False, dry_run: bool = False, max_requests: int | None = 0) -> Job:
        """What `run` does: all of the registry."""
        registry = read_registry(self.root)
        return Job(root=self.root, registry=registry, full=full, dry_run=dry_run, max_requests=max_requests)

    def run(self, *, full: bool = False, dry_run: bool = False, max_requests: int | None = 0) -> Result:
        """One run; 0 for `max_requests` means no limit, None the limit of the app's class."""
        return self.run_job(self.job(full=full, dry_run=dry_run, max_requests=max_requests))

    def run_job(self, job: Job) -> Result:
        """One run, or one shard of it."""
        settings = settings_for(self.simulator, as_user=self.as_user)
        store = Store(self.root, dry_run=job.dry_run, adders=settings.archive_added_by)
        with store.locked():
            return run_virtual(self._run(store, job))

    def collect(self, results: Iterable[Result]) -> Result:
        """The end of a run of shards."""
        settings = settings_for(self.simulator)
        return collect(Store(self.root), settings, self.job()._replace(shards=tuple(results)))

    def seconds(self) -> float:
        """The virtual seconds that one run takes."""

        async def timed() -> float:
            await self._run(Store(self.root), self.job())
            return loop_clock()

        return run_virtual(timed())

    def run_watched(self, *, minutes: int = 0, at: int = 0) -> Result:
        """One run that takes signals as the command does; it has a deadline, or gets SIGTERM at a request, if not 0."""

        async def run(interruption: Interruption) -> Result:
            settings = settings_for(self.simulator, as_user=self.as_user)
            limited = settings.model_copy(update={"archive_max_minutes": minutes} if minutes else {})
            transport = Terminating(self.simulator, at)
            return await archive_into(store, limited, self.job(), transport=transport, interruption=interruption)

        store = Store(self.root)
        with Interruption().watched() as interruption, store.locked():
            result = run_virtual(run(interruption))
        return result._replace(interrupted=result.interrupted or interruption.is_requested)

    async def _run(self, store: Store, job: Job) -> Result:
        settings = settings_for(self.simulator, as_user=self.as_user, day=self.settings_day)
        return await archive_into(store, settings, job, transport=SimulatorTransport(self.simulator))

    def files(self) -> dict[str, bytes]:
        """Path → content of everything under the root but the registry and what is unfinished."""
        found = {path.relative_to(self.root).as_posix(): path for path in self.root.rglob("*") if path.is_file()}
        kept = {
            name: path for name, path in found.items() if name.split("/")[0] not in ("registry", UNFINISHED, ".git")
        }
        return {name: path.read_bytes() for name, path in sorted(kept.items())}

    def text(self, path: str) -> str:
        """The text of one file."""
        return (self.root / path).read_text(encoding="utf-8")


def spotify(world: World, *faults: Fault, day: date = START, **options: Any) -> Simulator:
    """A simulator with these faults, on the first day of the world, its limits on virtual time."""
    return Simulator(world, day=day, options=Options(**options), plan=Plan(faults), clock=loop_clock)


def kinds(result: Result) -> dict[str, Kind]:
    """Playlist → what became of it."""
    return {outcome.id: outcome.kind for outcome in result.outcomes}
