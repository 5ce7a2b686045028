"""The demo: an archive of some days, with commits, made from a simulated Spotify. Or the simulated Spotify alone."""

import shutil
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Final

from pydantic import SecretStr

from spotify_simulator.app import Simulator
from spotify_simulator.bodies import AppClass
from spotify_simulator.faults import Plan, PlanError
from spotify_simulator.invented import InventedWorld
from spotify_simulator.options import Options
from spotify_simulator.recorded import RecordedWorld, WorldError
from spotify_simulator.serve import ServeError, serve_forever, serving
from spotify_simulator.world import World

from .archive.ids import PlaylistId
from .archive.layout import DATA, INDEX_PAGE, cumulative, plain, pretty, registry_entry
from .archive.registry import read_registry
from .archive.store import Store
from .git.repository import Git, GitError
from .render.page import Repository
from .report import console
from .run.start import Job, archive
from .settings import Settings
from .website.build import build, site_of

FIRST_DAY: Final = date(2026, 11, 2)
PLAYLISTS: Final = 12
TRACKS: Final = 40
MARKER: Final = ".playlist-archive-demo"
"""The file that marks the folder of an earlier demo. Only a folder with this file is deleted and made anew."""

WEBSITE: Final = "_site"

REQUESTS_PER_SECOND: Final = 200

SOME: Final = 12
"""The most playlists that the simulator names when it starts."""

Tell = Callable[[str], None]


class DemoError(Exception):
    """The demo or the simulator cannot begin. The message names the reason."""


def run_demo(folder: Path, *, days: int, tell: Tell, command: str = "playlist-archive") -> None:
    """Archives invented playlists for `days` days into `folder`, with one commit per day, and names the files to open.

    `command` is what a user types for this program.

    Raises:
        DemoError: the folder holds other files than an earlier demo, it cannot be written, or git cannot be started.
    """
    world = _invented()
    simulator = Simulator(world, day=FIRST_DAY)
    chosen = [PlaylistId(name) for name in world.ids()]
    try:
        with serving(simulator) as url:
            _prepare(folder)
            _register(folder, chosen)
            for number in range(days):
                simulator.day = FIRST_DAY + timedelta(days=number)
                _one_day(folder, simulator, url, tell)
    except (ServeError, GitError, OSError) as error:
        raise DemoError(str(error)) from error
    _build_website(folder)
    _what_to_open(folder, chosen[0], tell)
    tell(f"\nThe playlist as it was on the first day:\n  {command} show {chosen[0]} --at {FIRST_DAY} --root {folder}")
    tell(f"\nThe website:\n  {command} site --serve --root {folder} --out {folder / WEBSITE}")


def run_simulator(
    *, port: int, data: Path | None, plan: Path | None, app_class: str, day: str | None, tell: Tell
) -> None:
    """Serves a simulated Spotify until it is interrupted, and tells how to use it.

    `data` is a folder of real playlists (spotify_simulator/recorded.py). Without it, the playlists are invented.
    Without `day`, the simulated day is the first day of the real playlists, or today for invented playlists.

    Raises:
        DemoError: the port, the folder, the plan, the class or the day cannot be used.
    """
    try:
        simulator = _simulator(data, plan, app_class, day)
        serve_forever(simulator, port=port, ready=lambda url: _how_to_use(simulator, url, tell))
    except (ServeError, WorldError, PlanError) as error:
        raise DemoError(str(error)) from error
    except KeyboardInterrupt:
        tell(f"stopped after {simulator.counted.total} requests")


def _simulator(data: Path | None, plan: Path | None, app_class: str, day: str | None) -> Simulator:
    recorded = RecordedWorld(data) if data else None
    world: World = recorded or _invented()
    first = recorded.first_day if recorded else None
    return Simulator(
        world,
        day=_day(day) if day else first or datetime.now(UTC).date(),
        options=Options(app_class=_app_class(app_class)),
        plan=Plan.read(plan) if plan else None,
    )


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise DemoError(f"{text!r} is no day: write it as 2026-11-02") from None


def _app_class(text: str) -> AppClass:
    try:
        return AppClass(text)
    except ValueError:
        raise DemoError(f"{text!r} is no class of apps: choose one of {', '.join(AppClass)}") from None


def _invented() -> InventedWorld:
    return InventedWorld(seed=1, count=PLAYLISTS, size=TRACKS, start=FIRST_DAY)


def _how_to_use(simulator: Simulator, url: str, tell: Tell) -> None:
    playlists = simulator.world.ids()
    tell(f"A simulated Spotify on {simulator.day}. Stop it with Ctrl-C. To use it:\n")
    settings = {
        "SPOTIFY_API_URL": f"{url}/v1",
        "SPOTIFY_ACCOUNTS_URL": url,
        "SPOTIFY_CLIENT_ID": simulator.client_id,
        "SPOTIFY_CLIENT_SECRET": simulator.client_secret,
        "ARCHIVE_DATE": str(simulator.day),
    }
    for name, value in settings.items():
        tell(f"  export {name}={value}")
    tell(f"\nTo read as its user instead of as the app:\n\n  export SPOTIFY_REFRESH_TOKEN={simulator.refresh_token}")
    tell(f"\nTo archive from Spotify itself again:\n\n  unset {' '.join([*settings, 'SPOTIFY_REFRESH_TOKEN'])}")
    tell("\nSome of its playlists:\n")
    for name in playlists[:SOME]:
        known = simulator.world.playlist(name, simulator.day)
        tell(f"  {name}  {known.name if known else '(not there on this day)'}")


def _prepare(folder: Path) -> None:
    if folder.exists() and any(folder.iterdir()):
        if not (folder / MARKER).exists():
            msg = f"{folder} holds something else than a demo: name another folder"
            raise DemoError(msg)
        shutil.rmtree(folder)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / MARKER).write_text("made by `playlist-archive demo`, which deletes this folder when run again\n")
    Git(folder).run("init", "--quiet", "--initial-branch=main")


def _register(folder: Path, playlists: list[PlaylistId]) -> None:
    store = Store(folder)
    for playlist in playlists:
        store.write(registry_entry(playlist), "")
    store.finish()
    git = Git(folder, day=FIRST_DAY - timedelta(days=1))
    git.run("add", ".")
    git.run("commit", "--quiet", "--message", f"Register {len(playlists)} playlists")


def _one_day(folder: Path, simulator: Simulator, url: str, tell: Tell) -> None:
    settings = Settings(
        spotify_client_id=simulator.client_id,
        spotify_client_secret=SecretStr(simulator.client_secret),
        spotify_refresh_token=None,
        spotify_api_url=f"{url}/v1",
        spotify_accounts_url=url,
        spotify_requests_per_second=REQUESTS_PER_SECOND,
        archive_date=simulator.day,
    )
    job = Job(root=folder, registry=read_registry(folder), commit=True, max_requests=0)
    result = archive(settings, job)
    tell(f"{simulator.day}: {'; '.join(console.of_run(result))}")


def _build_website(folder: Path) -> None:
    """Builds the website beside the archive's files, in a folder that git ignores."""
    (folder / ".git" / "info" / "exclude").write_text(f"{WEBSITE}/\n", encoding="utf-8")
    build(folder, folder / WEBSITE, site_of(Settings(), Repository(None)))


def _what_to_open(folder: Path, playlist: PlaylistId, tell: Tell) -> None:
    tell("")
    tell(Git(folder).line("log", "--format=%h %ad  %s", "--date=short", "--stat=100", "--stat-count=4"))
    tell(f"\nOpen in {folder}/:")
    for what, path in {
        "all playlists": INDEX_PAGE,
        "one playlist today": pretty(playlist),
        "all songs that it ever had, with dates": cumulative(playlist),
        "one line per song": plain(playlist),
        "the data of all pages": DATA,
    }.items():
        tell(f"  {path:<50} {what}")
    tell(f"\nWhat changed in one playlist:\n  git -C {folder} log -p {plain(playlist)}")
