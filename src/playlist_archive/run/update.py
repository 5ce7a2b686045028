"""The run: registry → fetch → record → pages, one outcome a playlist (design.md, "A run")."""

import asyncio
import math
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, timedelta
from typing import Final

from ..archive.doubt import signs
from ..archive.habit import lost_much
from ..archive.ids import PlaylistId
from ..archive.model import Reason, Record, Snapshot
from ..archive.store import DiskError, RecordError, StoreError
from ..outcome import Kind, Outcome, Result
from ..spotify.errors import AskingEnds, CeilingReached, Closed, NotFound, Refused, SpotifyError, Unreadable
from ..spotify.reader import SPOTIFY, Known, Reader, Unchanged
from ..spotify.responses import LibraryRow
from .day import DayGuard, WrongDay, newest_day
from .doubts import remembered
from .finish import finish
from .held import Held
from .keep import Keeper, was_served
from .pages import render

AT_ONCE: Final = 8
"""Playlists under way at once; how fast is decided in spotify/pacing.py."""

FULL_READ_DAYS: Final = 7
"""Renames and removals by Spotify do not change the snapshot (spotify-web-api.md, section 4.4)."""

_GOLDEN: Final = (math.sqrt(5) - 1) / 2

_REASONS: Mapping[type[Unreadable], Reason] = {
    NotFound: Reason.NOT_FOUND,
    Closed: Reason.CLOSED,
    Refused: Reason.BROKEN,
}


class Update:
    """One run over the playlists of a registry."""

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
        self._held = Held(remembered(keeper.store)[0])
        self._guard = DayGuard(keeper.today, None)
        self._refused = ""
        self._troubles: tuple[str, ...] = ()

    async def run(self, playlists: Iterable[PlaylistId]) -> Result:
        """Archives `playlists`, which are in the registry, and writes what speaks of all of them.

        Raises:
            StoreError: the disk does not take what is to be written.
        """
        result = finish(self._keeper, await self.read(playlists), believes=self._believes)
        for outcome in result.outcomes:
            if outcome.id in self._held.suspects:
                self._progress(outcome)
        return result

    async def read(self, playlists: Iterable[PlaylistId]) -> Result:
        """Archives `playlists`, and writes no file but theirs: all that a shard does. Suspects are not written.

        Raises:
            StoreError: the disk does not take what is to be written.
        """
        if self._store.was_cut_off:
            self._troubles = tuple(render(self._store, self._keeper.repository, self._registry))
        playlists = sorted(playlists)
        self._guard = DayGuard(self._today, newest_day(self._store, playlists))
        order = rotated(playlists, self._today)
        await self._read_library()
        queue = iter(order)
        try:
            async with asyncio.TaskGroup() as group:
                for _ in range(AT_ONCE):
                    group.create_task(self._work(queue))
        except* DiskError as errors:
            raise errors.exceptions[0] from None
        return self._result(sorted(order))

    async def _read_library(self) -> None:
        """What changed, one request for 50 playlists; without it every playlist is asked for by itself."""
        if not self._reader.client.tokens.for_user:
            return
        try:
            self._library = await self._reader.library()
        except Exception:  # noqa: BLE001 - it only spares requests; what is wrong shows at the first playlist
            self._library = {}

    async def _work(self, queue: Iterator[PlaylistId]) -> None:
        for playlist_id in queue:
            try:
                outcome = await self._one(playlist_id)
            except DiskError:
                raise
            except StoreError as error:
                outcome = Outcome(playlist_id, Kind.FAILED, why=str(error))
            except Exception as error:  # noqa: BLE001 - whatever is wrong with one playlist touches no other
                outcome = Outcome(
                    playlist_id, Kind.FAILED, why=f"a bug of this program: {type(error).__name__}: {error}"
                )
            self._outcomes[playlist_id] = outcome
            if playlist_id not in self._held.suspects:
                self._progress(outcome)

    async def _one(self, playlist_id: PlaylistId) -> Outcome:
        """Archives one playlist."""
        try:
            record = self._store.record(playlist_id)
        except RecordError as error:
            return Outcome(playlist_id, Kind.FAILED, why=str(error))
        title = record.title if record else ""
        try:
            seen = await self._see(playlist_id, record)
            self._check_day()
        except Unreadable as error:
            return self._unreadable(playlist_id, record, error)
        except (AskingEnds, WrongDay) as error:
            return Outcome(playlist_id, Kind.SKIPPED, title, why=str(error))
        except SpotifyError as error:
            return Outcome(playlist_id, Kind.FAILED, title, why=str(error))
        return self._keep(record, seen)

    def _check_day(self) -> None:
        """Looks at the clock of Spotify's last answer, before anything is written.

        Raises:
            WrongDay: the run's day cannot be right; nothing more is asked.
        """
        try:
            self._keeper.heals = self._guard.check(self._reader.client.server_time)
        except WrongDay as error:
            self._refused = str(error)
            raise

    async def _see(self, playlist_id: PlaylistId, record: Record | None) -> Snapshot | Unchanged:
        """The playlist as it is today, for the fewest requests; a loss is believed only at the second look."""
        if self._refused:
            raise WrongDay(self._refused)
        known = self._known(playlist_id, record)
        row = self._library.get(playlist_id)
        if known and row and row.owner.id != SPOTIFY and row.snapshot_id == known.snapshot_id:
            return Unchanged(likes=None)
        try:
            seen = await self._reader.read(playlist_id, known=known)
        except Unreadable:
            if record is None or record.unavailable:
                raise
            return await self._reader.read(playlist_id)
        if isinstance(seen, Snapshot) and signs(record, seen) and not self._held.is_known(seen):
            return await self._reader.read(playlist_id)
        return seen

    def _known(self, playlist_id: PlaylistId, record: Record | None) -> Known | None:
        """What lets the playlist count as unchanged; None where it is to be read in full."""
        if record is None or record.unavailable or self._full or is_due(playlist_id, self._today):
            return None
        if not record.snapshot_id or playlist_id in self._held.doubts:
            return None
        if lost_much(record, since=self._today - timedelta(days=1)):
            return None
        return Known(record.snapshot_id, len(record.tracks) + record.null_items)

    def _keep(self, record: Record | None, seen: Snapshot | Unchanged) -> Outcome:
        """Writes the playlist, or holds it back until all others are read."""
        if isinstance(seen, Snapshot):
            return self._held_back(record, seen) if self._held.holds(record, seen) else self._keeper.keep(record, seen)
        assert record is not None  # noqa: S101 - for the type checker: only what has a record is unchanged
        return self._keeper.keep_unchanged(record, likes=seen.likes)

    def _held_back(self, record: Record | None, seen: Snapshot) -> Outcome:
        return Outcome(
            seen.id,
            Kind.DOUBTED,
            record.title if record else seen.name,
            null_items=seen.null_items,
            likes=seen.likes,
            why="it waits until all playlists are read",
            was_served=was_served(record),
        )

    def _unreadable(self, playlist_id: PlaylistId, record: Record | None, error: Unreadable) -> Outcome:
        lost = _REASONS[type(error)] if was_served(record) else None
        title = record.title if record else ""
        return Outcome(playlist_id, Kind.UNAVAILABLE, title, why=str(error), was_served=was_served(record), lost=lost)

    def _result(self, playlists: Iterable[PlaylistId]) -> Result:
        ended = self._reader.client.ended
        return Result(
            day=self._today,
            outcomes=tuple(self._outcomes[playlist_id] for playlist_id in playlists),
            problems=self._registry.problems,
            requests=self._reader.client.requests,
            written=tuple(sorted(self._store.written)),
            ended=str(ended) if ended else "",
            cut_short=ended is not None and not isinstance(ended, CeilingReached),
            refused=self._refused,
            troubles=self._troubles,
            suspects=tuple(sorted(self._held.suspects.values())),
            at=self._reader.client.server_time,
        )


def is_due(playlist_id: PlaylistId, today: date) -> bool:
    """Whether the playlist is read in full today: once a week, spread by id (design.md, "A run", step 2)."""
    return (today.toordinal() + zlib.crc32(playlist_id.encode())) % FULL_READ_DAYS == 0


def rotated(playlists: list[PlaylistId], today: date) -> list[PlaylistId]:
    """Another start every day, without stored state, so that a ceiling leaves out others each time.

    Steps of the golden ratio spread the starts evenly, whatever the number of playlists and the reach of a run.
    """
    start = int(today.toordinal() * _GOLDEN % 1 * len(playlists))
    return playlists[start:] + playlists[:start]
