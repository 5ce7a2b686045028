"""The run: registry → fetch → record → pages, with one outcome per playlist (docs/design.md, "A run")."""

import asyncio
from collections.abc import Callable, Coroutine, Iterable, Mapping
from datetime import timedelta
from typing import Final

from ..archive import layout
from ..archive.doubt import signs
from ..archive.habit import lost_much
from ..archive.ids import PlaylistId
from ..archive.model import Reason, Record, Snapshot
from ..archive.outline import Outline
from ..archive.repeat import repeats
from ..archive.store import DiskError, RecordError, StoreError
from ..outcome import SERVED, Kind, Outcome, Result
from ..problem import Note
from ..spotify.auth import TokenSource
from ..spotify.budget import GOES_ON, requests_for
from ..spotify.errors import (
    AskingEnds,
    BudgetSpent,
    Closed,
    Interrupted,
    NotFound,
    Refused,
    SpotifyError,
    Unreadable,
)
from ..spotify.reader import Known, Reader, Unchanged
from ..spotify.responses import LibraryRow
from .day import DayGuard, WrongDay, newest_day
from .doubts import remembered
from .finish import finish
from .held import Held
from .keep import Keeper, was_served
from .pages import render
from .schedule import Plan, Schedule, is_due

AT_ONCE: Final = 8
"""The number of playlists that are read at once. The pace is decided in spotify/pacing.py."""

REPORT_IT: Final = "report it, with the whole line"

_REASONS: Mapping[type[Unreadable], Reason] = {
    NotFound: Reason.NOT_FOUND,
    Closed: Reason.CLOSED,
    Refused: Reason.BROKEN,
}


class Update:
    """A run over the playlists of a registry."""

    def __init__(
        self,
        *,
        reader: Reader,
        keeper: Keeper,
        full: bool = False,
        believes: bool = False,
        progress: Callable[[Outcome], None] = lambda _: None,
    ) -> None:
        self._reader = reader
        self._keeper = keeper
        self._store = keeper.store
        self._registry = keeper.registry
        self._today = keeper.today
        self._full = full
        self._believes = believes
        self._progress = progress
        self._library: Mapping[str, LibraryRow] = {}
        self._outcomes: dict[PlaylistId, Outcome] = {}
        known = remembered(keeper.store)
        self._held = Held(known.doubts)
        self._guard = DayGuard(keeper.today, None)
        self._refused = known.refusal
        self._troubles: tuple[Note, ...] = ()
        self._tasks: set[asyncio.Task[None]] = set()

    async def run(self, playlists: Iterable[PlaylistId]) -> Result:
        """Archives `playlists` of the registry, and writes the files about all of them.

        Raises:
            StoreError: a file cannot be written.
        """
        result = finish(self._keeper, await self.read(playlists), believes=self._believes)
        for outcome in result.outcomes:
            if outcome.id in self._held.suspects:
                self._progress(outcome)
        return result

    async def read(self, playlists: Iterable[PlaylistId]) -> Result:
        """Archives `playlists`, and writes only their files, as a shard does. Suspects are not written.

        Raises:
            StoreError: a file cannot be written.
        """
        if self._store.was_cut_off and not self._refused:
            self._troubles = tuple(render(self._store, self._keeper.repository, self._registry))
        chosen = sorted(playlists)
        self._guard = DayGuard(self._today, newest_day(self._store, chosen))
        plan = self._plan(chosen)
        await self._together(self._read_library(chosen, largest=plan.largest))
        schedule = Schedule(plan.after(self._reader.client.budget.spent))
        try:
            await self._together(*(self._work(schedule, plan) for _ in range(AT_ONCE)))
        except* DiskError as errors:
            raise errors.exceptions[0] from None
        return self._result(chosen)

    def stop(self) -> None:
        """Ends the requests at once. The result has the playlists that were archived until then."""
        msg = "the run was stopped before its end"
        self._reader.client.stop(Interrupted(msg, GOES_ON))
        for task in self._tasks:
            task.cancel()

    async def _together(self, *work: Coroutine[None, None, None]) -> None:
        """Does all tasks, until somebody stops them."""
        async with asyncio.TaskGroup() as group:
            self._tasks = {group.create_task(part) for part in work}
            if isinstance(self._reader.client.ended, Interrupted):
                self.stop()

    def _plan(self, playlists: list[PlaylistId]) -> Plan:
        """The possible costs of the playlists. Without a limit, records are not looked at."""
        limit = self._reader.client.budget.limit
        known = [] if limit is None else [name for name in playlists if self._store.exists(layout.data(name))]
        return Plan(playlists, {name: self._rows(name) for name in known}, limit, self._today)

    def _rows(self, playlist_id: PlaylistId) -> int:
        """The rows of a playlist with a record; 0 if the record cannot be read."""
        try:
            outline = self._store.outline(playlist_id)
        except RecordError:
            return 0
        return outline.rows if outline else 0

    async def _read_library(self, playlists: Iterable[PlaylistId], *, largest: int) -> None:
        """Reads which playlists changed: one request per 50 playlists instead of one each."""
        if self._refused or not self._reader.client.tokens.for_user:
            return
        try:
            known = set(self._store.records()).intersection(playlists)
            spared = {name for name in known if not (self._full or is_due(name, self._today))}
            self._library = await self._reader.library(spared, largest=largest)
        except Exception:  # noqa: BLE001 - it only spares requests; what is wrong shows at the first playlist
            self._library = {}

    async def _work(self, schedule: Schedule, plan: Plan) -> None:
        while playlist_id := await schedule.next():
            await asyncio.sleep(0)  # so that a run stops at once, even if nothing waits
            is_certain = playlist_id in plan.rows and (self._full or is_due(playlist_id, self._today))
            try:
                with self._reader.client.budget.share(plan.cost(playlist_id), exact=is_certain):
                    outcome = await self._one(playlist_id)
            except DiskError:
                raise
            except StoreError as error:
                outcome = Outcome(playlist_id, Kind.FAILED, note=error.note)
            except Exception as error:  # noqa: BLE001 - whatever is wrong with one playlist touches no other
                outcome = Outcome(playlist_id, Kind.FAILED, note=_bug(error))
            schedule.note(playlist_id, is_archived=outcome.kind in SERVED)
            self._outcomes[playlist_id] = outcome
            if playlist_id not in self._held.suspects:
                self._progress(outcome)

    async def _one(self, playlist_id: PlaylistId) -> Outcome:
        """Archives one playlist."""
        outline = None
        try:
            outline = self._store.outline(playlist_id)
            return await self._archived(playlist_id, outline)
        except Unreadable as error:
            return _unreadable(playlist_id, outline, error)
        except (AskingEnds, WrongDay) as error:
            kind, note = Kind.SKIPPED, error.note
        except (SpotifyError, RecordError) as error:
            kind, note = Kind.FAILED, error.note
        return Outcome(playlist_id, kind, outline.title if outline else "", note=note)

    async def _archived(self, playlist_id: PlaylistId, outline: Outline | None) -> Outcome:
        """Reads the playlist for the fewest requests, and keeps it. The whole record is read only for what is new."""
        if self._refused:
            raise WrongDay(*self._refused)
        seen = await self._see(playlist_id, outline)
        self._check_day()
        if isinstance(seen, Snapshot) and not self._repeats(outline, seen):
            return await self._changed(self._store.record(playlist_id), seen)
        assert outline is not None  # noqa: S101 - for the type checker: only what has a record is unchanged
        return self._keeper.keep_unchanged(outline, likes=seen.likes)._replace(null_items=seen.null_items)

    async def _see(self, playlist_id: PlaylistId, outline: Outline | None) -> Snapshot | Unchanged:
        """Today's playlist. A playlist that Spotify does not serve any more is requested a second time."""
        known = self._known(outline)
        row = self._library.get(playlist_id)
        if known and row and row.snapshot_id == known.snapshot_id and row.totals <= {known.rows}:
            return Unchanged(likes=None)
        try:
            return await self._reader.read(playlist_id, known=known)
        except Unreadable:
            if not was_served(outline):
                raise
            return await self._reader.read(playlist_id)

    async def _changed(self, record: Record | None, seen: Snapshot) -> Outcome:
        """Keeps the playlist, or holds it back until all others are read. A doubtful answer is read a second time."""
        found = signs(record, seen)
        if found and not self._held.is_known(seen):
            again = await self._reader.read(seen.id)
            self._check_day()
            if isinstance(again, Snapshot):
                seen, found = again, signs(record, again)
        return (
            self._held_back(record, seen) if self._held.holds(record, seen, found) else self._keeper.keep(record, seen)
        )

    def _check_day(self) -> None:
        """Checks the run's day against the clock of Spotify's last answer, before anything is written.

        Raises:
            WrongDay: the run's day must be wrong; nothing more is asked.
        """
        try:
            self._keeper.heals = self._guard.check(self._reader.client.server_time)
        except WrongDay as error:
            self._refused = error.note
            raise

    def _repeats(self, outline: Outline | None, seen: Snapshot) -> bool:
        """Whether the snapshot has nothing new. Days in the future need a correction in any case."""
        alias = self._registry.aliases.get(seen.id)
        return outline is not None and not self._keeper.heals and repeats(outline, seen, alias=alias)

    def _known(self, outline: Outline | None) -> Known | None:
        """The facts that show whether the playlist is unchanged; None if it has to be read in full."""
        if outline is None or outline.unavailable or self._full or not outline.snapshot_id:
            return None
        if outline.id in self._held.doubts or lost_much(outline, since=self._today - timedelta(days=1)):
            return None
        if is_due(outline.id, self._today) and self._reader.client.budget.holds(requests_for(outline.rows)):
            return None
        return Known(outline.snapshot_id, outline.rows)

    def _held_back(self, record: Record | None, seen: Snapshot) -> Outcome:
        return Outcome(
            seen.id,
            Kind.DOUBTED,
            record.title if record else seen.name,
            null_items=seen.null_items,
            likes=seen.likes,
            note=Note("it waits until all playlists are read"),
            was_served=was_served(record),
        )

    def _result(self, playlists: Iterable[PlaylistId]) -> Result:
        client = self._reader.client
        ended = client.ended
        note = ended.note if ended else None
        outcomes = {name: Outcome(name, Kind.SKIPPED, note=note) for name in playlists} | self._outcomes
        return Result(
            day=self._today,
            outcomes=tuple(outcomes[playlist_id] for playlist_id in playlists),
            problems=self._registry.problems,
            requests=client.requests,
            written=tuple(sorted(self._store.written)),
            ended=note,
            cut_short=ended is not None and not isinstance(ended, BudgetSpent),
            interrupted=isinstance(ended, Interrupted),
            refused=self._refused,
            troubles=(*self._troubles, *_handed_over(client.tokens)),
            suspects=tuple(sorted(self._held.suspects.values())),
            at=self._reader.client.server_time,
        )


def _unreadable(playlist_id: PlaylistId, outline: Outline | None, error: Unreadable) -> Outcome:
    is_lost = was_served(outline)
    title, lost = outline.title if outline else "", _REASONS[type(error)] if is_lost else None
    return Outcome(playlist_id, Kind.UNAVAILABLE, title, note=error.note, was_served=is_lost, lost=lost)


def _handed_over(tokens: TokenSource) -> Iterable[Note]:
    """A note if Spotify gave a new refresh token, which only a person can store."""
    if tokens.was_replaced:
        yield Note(
            "Spotify replaced the refresh token, and the next run may fail with the old one",
            "run `playlist-archive login` and set SPOTIFY_REFRESH_TOKEN anew",
        )


def _bug(error: Exception) -> Note:
    return Note(f"a bug of this program ({type(error).__name__}: {error})", REPORT_IT)
