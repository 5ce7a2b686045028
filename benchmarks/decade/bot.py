"""Ten years of a bot, two runs a day: what happens around each run, the run itself, and a diary of what it said."""

import asyncio
import resource
import time
from collections.abc import Iterable
from datetime import date, timedelta
from datetime import time as time_of_day
from http import HTTPStatus
from pathlib import Path
from typing import Final, NamedTuple

from pydantic import SecretStr

from playlist_archive.archive import layout
from playlist_archive.archive.ids import parse_playlist_id
from playlist_archive.archive.registry import read_registry
from playlist_archive.archive.store import Store
from playlist_archive.bot import alert
from playlist_archive.exit_code import ExitCode
from playlist_archive.outcome import Kind as Became
from playlist_archive.outcome import Outcome, Result
from playlist_archive.render.page import Repository as Linked
from playlist_archive.report import summary
from playlist_archive.run.pages import render
from playlist_archive.run.start import Job, archive, archive_into
from playlist_archive.settings import Settings
from spotify_simulator.accounts import Consent
from spotify_simulator.app import Counted, Simulator
from spotify_simulator.bodies import AppClass
from spotify_simulator.faults import Fault, Faults, Plan
from spotify_simulator.faults import Kind as FaultKind
from spotify_simulator.transport import SimulatorTransport
from tests.virtual_time import run_virtual

from .calendar import IN_TIME_DAYS, LATE_BY_DAYS, LATE_CONSENT, Kind, causes, end_of_consent, incidents
from .lives import Truth
from .repository import Repository

RUNS: Final = (time_of_day(5, 17), time_of_day(17, 17))
"""When a day's runs are, as the workflow has them."""

CALM_DAYS: Final = 4
"""Days of which a bot that spares runs has one."""

_MOVED_TO: Final = "elsewhere/kept"
_BAD_ENTRY: Final = f"{layout.REGISTRY}/not-a-playlist"
_NEWER: Final = '"format": 99,'
_WEEK_OF_RUNS: Final = 14
_SLOW_SECONDS: Final = 86_400


class Run(NamedTuple):
    """One run: on which day, counted from 0, and on which day its machine believed to be; what was `told` of it.

    Spotify `refused` so many of its requests because the quota was used up.

    `alert` is the issue that is open afterwards, `consent` the one on the consent. `cpu` and `git` are seconds of the
    processor, of the program and of git, which is 0 where the run was not committed by the program.
    """

    day: int
    dated: date
    exit_code: int
    requests: int
    refused: int
    served: frozenset[str]
    alert: str
    consent: str
    told: str
    cpu: float
    git: float


class Bot:
    """The bot, its owner, and its Spotify.

    Every run whose number divides by `commits_every` commits and pushes by itself. A bot that `spares` runs has only
    one in `CALM_DAYS` while nothing is the matter.
    """

    def __init__(self, root: Path, truth: Truth, days: int, *, commits_every: int, spares: bool = False) -> None:
        self.root = root
        self.truth = truth
        self.diary: list[Run] = []
        self.given: list[date] = [truth.start]
        """The days on which the owner gave the consent."""
        self.repository = Repository(root)
        self.simulator = Simulator(truth, day=truth.start, clock=self._seconds)
        self._usual = Settings(
            spotify_client_id=self.simulator.client_id,
            spotify_client_secret=SecretStr(self.simulator.client_secret),
            spotify_api_url="https://spotify.test/v1",
            spotify_accounts_url="https://spotify.test",
            github_ref_name="main",
        )
        self._incidents = incidents(days)
        self._commits_every = commits_every
        self._spares = spares
        self._busy = {day for cause in causes(truth, days) for day in range(cause.first, cause.last + 1)}
        self._busy |= {day for found in self._incidents for day in range(found.first, found.last + 2)}
        self._name = "somebody/archive"
        self._clock_days = 0
        self._upgraded = ""
        self._ids = truth.ids()

    def linked(self) -> Linked:
        """The repository that the pages link to."""
        return Linked(self._name, "main")

    def live(self, day: int) -> None:
        """One day: what happens in the morning, and both runs."""
        self.simulator.day = self.truth.start + timedelta(days=day)
        for number, moment in enumerate(RUNS):
            if self._spares and day not in self._busy and (number or day % CALM_DAYS):
                continue
            self.simulator.time_of_day = moment
            is_touched = self._happens(day, is_morning=number == 0)
            runs = len(self.diary)
            self._run(day, is_real=is_touched or runs % self._commits_every == 0, joining=self._joining(day, number))

    def _seconds(self) -> float:
        """Spotify's own clock, which goes on while a run waits."""
        day = self.simulator.day.toordinal() * _SLOW_SECONDS
        return day + self.simulator.time_of_day.hour * 3600 + asyncio.get_running_loop().time()

    def _happens(self, day: int, *, is_morning: bool) -> bool:
        """Puts all as it is before a run; whether others changed the repository."""
        self._renew()
        self._spoil(day, is_morning=is_morning)
        changes = [*(self._merged(day) if is_morning else ())]
        if changes:
            if self.diary:
                self.repository.push()
            for path, text in changes:
                self.repository.merge(path, text)
            self.repository.fetch()
        if is_morning and self._begins(Kind.MOVED, day):
            self._move()
        return bool(changes)

    def _move(self) -> None:
        """The owner moves the repository, and makes the pages anew, as docs/operations.md says."""
        self.repository.push()
        self.repository.move()
        self._name = _MOVED_TO
        store = Store(self.root)
        render(store, self.linked(), read_registry(self.root))
        self.repository.commit(store.written, self.simulator.day)

    def _renew(self) -> None:
        """The owner renews the consent, once too late; Spotify lets it end."""
        today, given = self.simulator.day, self.given[-1]
        is_late = len(self.given) - 1 == LATE_CONSENT
        ends = end_of_consent(given)
        if today >= (ends + timedelta(days=LATE_BY_DAYS) if is_late else given + timedelta(days=IN_TIME_DAYS)):
            self.given.append(today)
            self.simulator.accounts.refresh_token = f"consent-of-{today}"
            ends = end_of_consent(today)
        self.simulator.accounts.consent = Consent.EXPIRED if today >= ends else Consent.GIVEN

    def _spoil(self, day: int, *, is_morning: bool) -> None:
        """Makes Spotify and the clock as the calendar says."""
        now = {found.kind for found in self._incidents if found.is_on(day)}
        faults = [fault for kind, fault in self._faults().items() if kind in now]
        self.simulator.faults = Faults(Plan(tuple(faults)))
        limits = self.simulator.limits
        limits.quota = (limits.quota or self._half()) if Kind.QUOTA in now else None
        wanted = AppClass.RESTRICTED if Kind.RESTRICTED in now else AppClass.EXTENDED
        if self.simulator.options.app_class != wanted:
            self.simulator.become(wanted)
        clocks = {Kind.AHEAD: 400, Kind.BEHIND: -3, Kind.TOMORROW: 1} if is_morning else {}
        self._clock_days = next((days for kind, days in clocks.items() if kind in now), 0)

    def _faults(self) -> dict[Kind, Fault]:
        return {
            Kind.OUTAGE: Fault(kind=FaultKind.STATUS, status=503, times=None),
            Kind.SILENCE: Fault(kind=FaultKind.DROP, times=None),
            Kind.ONE_FAILS: Fault(kind=FaultKind.STATUS, status=500, playlist=self._ids[0], times=None),
        }

    def _half(self) -> int:
        """Of the requests of a usual day, which two runs share."""
        usual = [run.requests for run in self.diary if run.exit_code == ExitCode.DONE][-_WEEK_OF_RUNS:]
        return sum(usual) // len(usual)

    def _begins(self, kind: Kind, day: int) -> bool:
        return any(found.kind == kind and found.first == day for found in self._incidents)

    def _ended(self, kind: Kind, day: int) -> bool:
        return any(found.kind == kind and found.last + 1 == day for found in self._incidents)

    def _merged(self, day: int) -> Iterable[tuple[str, str | None]]:
        """Paths, and their texts, that others changed at the origin since the last run; None for a file that goes."""
        for number, (name, life) in enumerate(self.truth.lives.items()):
            if life.joins == day and not (day and number % 2):
                yield _entry(name), ""
        if self._begins(Kind.BAD_ENTRY, day):
            yield _BAD_ENTRY, "no id"
        if self._ended(Kind.BAD_ENTRY, day):
            yield _BAD_ENTRY, None
        path = layout.data(parse_playlist_id(self._ids[3 % len(self._ids)]))
        if self._begins(Kind.NEWER, day):
            self._upgraded = (self.root / path).read_text(encoding="utf-8")
            yield path, self._upgraded.replace('"format": 1,', _NEWER)
        if self._ended(Kind.NEWER, day):
            yield path, self._upgraded

    def _joining(self, day: int, number: int) -> list[str]:
        """Entries that are merged while the morning's run is under way, so that its push comes second."""
        lives = enumerate(self.truth.lives.items())
        return [name for place, (name, life) in lives if number == 0 < day == life.joins and place % 2]

    def _run(self, day: int, *, is_real: bool, joining: list[str]) -> None:
        """One run; the program itself commits a real one. After a race the next run has a new checkout."""
        self.simulator.counted = Counted()
        settings, began, git_began = self._settings(), time.process_time(), _of_children()
        result = self._committed(settings, list(joining)) if is_real or joining else self._archived(settings)
        took, git_took = time.process_time() - began, _of_children() - git_began
        if joining:
            self.repository.fetch()
        elif not is_real:
            self.repository.commit(result.written, settings.today())
        self.diary.append(self._told(day, settings, result, took, git_took))

    def _committed(self, settings: Settings, joining: list[str]) -> Result:
        """A run as the workflow has it: reads, writes, commits, pushes."""

        def merge(_: Outcome) -> None:
            while joining:
                self.repository.merge(_entry(joining.pop()), "")

        job = Job(self.root, read_registry(self.root), commit=True, push=True)
        transport = SimulatorTransport(self.simulator)
        if joining:
            self.repository.push()
        else:
            self.repository.settle()
        return archive(settings, job, progress=merge, transport=transport, run=run_virtual)

    def _archived(self, settings: Settings) -> Result:
        """A run without git."""
        store = Store(self.root)
        with store.locked():
            job = Job(self.root, read_registry(self.root))
            return run_virtual(archive_into(store, settings, job, transport=SimulatorTransport(self.simulator)))

    def _settings(self) -> Settings:
        """What the owner has set, and the day that the machine believes to be."""
        now = {
            "spotify_refresh_token": SecretStr(self.simulator.refresh_token),
            "spotify_authorized_on": self.given[-1],
            "archive_date": self.simulator.day + timedelta(days=self._clock_days),
            "github_repository": self._name,
        }
        return self._usual.model_copy(update=now)

    def _told(self, day: int, settings: Settings, result: Result, cpu: float, git: float) -> Run:
        """What the run, the summary and the two issues say."""
        failed = alert.of_run(result, run_url="")
        consent = alert.of_consent(settings.spotify_authorized_on, today=settings.today())
        seen = (Became.CREATED, Became.UPDATED, Became.UNCHANGED)
        return Run(
            day=day,
            dated=settings.today(),
            exit_code=result.exit_code,
            requests=result.requests,
            refused=self.simulator.counted.by_status[HTTPStatus.TOO_MANY_REQUESTS],
            served=frozenset(() if result.refused else (outcome.id for outcome in result.of(*seen))),
            alert=failed.body if failed else "",
            consent=consent.title if consent else "",
            told=summary.of_run(result, self.linked()).replace("\\", ""),
            cpu=cpu,
            git=git,
        )


def _entry(name: str) -> str:
    return layout.registry_entry(parse_playlist_id(name))


def _of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
