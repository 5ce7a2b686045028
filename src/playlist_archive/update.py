"""The run: registry → fetch → record → pages, one outcome a playlist (design.md, "A run")."""

import asyncio
import math
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from functools import partial
from typing import Final, NamedTuple

from .layout import PlaylistId
from .merge import difference, mark_unavailable, merge, merge_unchanged
from .model import Reason, Record, Snapshot
from .outcome import SERVED, Kind, Outcome, Result
from .pages import pages, render, write_followers, write_index
from .registry import Registry
from .render.index import Entry, entry
from .render.page import Site
from .spotify.errors import AskingEnds, CeilingReached, Closed, NotFound, Refused, SpotifyError, Unreadable
from .spotify.reader import SPOTIFY, Known, Reader, Unchanged
from .spotify.responses import LibraryRow
from .store import DiskError, RecordError, Store, StoreError

AT_ONCE: Final = 8
"""Playlists under way at once; how fast is decided in spotify/pacing.py."""

FULL_READ_DAYS: Final = 7
"""Renames and removals by Spotify do not change the snapshot (spotify-web-api.md, section 4.4)."""

SHRUNK_FROM: Final = 20
"""A playlist of so many rows that lost more than half is looked at twice (design.md, "A run", step 5)."""

SUSPECT_FROM: Final = 3
"""So many and more than half of what was served until now gone at once is Spotify's doing, not the playlists'."""

_GOLDEN: Final = (math.sqrt(5) - 1) / 2

_REASONS: Mapping[type[Unreadable], Reason] = {
    NotFound: Reason.NOT_FOUND,
    Closed: Reason.CLOSED,
    Refused: Reason.BROKEN,
}


class _Lost(NamedTuple):
    """A playlist that was served until now, and is not today: marked at the end, if the run is to be believed."""

    id: PlaylistId
    reason: Reason


class Update:
    """One run over the playlists of a registry."""

    def __init__(
        self,
        *,
        reader: Reader,
        store: Store,
        registry: Registry,
        site: Site,
        today: date,
        full: bool = False,
        progress: Callable[[Outcome], None] = lambda _: None,
    ) -> None:
        self._reader = reader
        self._store = store
        self._registry = registry
        self._site = site
        self._today = today
        self._full = full
        self._progress = progress
        self._library: Mapping[str, LibraryRow] = {}
        self._outcomes: dict[PlaylistId, Outcome] = {}
        self._entries: dict[PlaylistId, Entry] = {}
        self._lost: list[_Lost] = []
        self._still_served = 0
        self._index_is_whole = True
        self._troubles: list[str] = []

    async def run(self, playlists: Iterable[PlaylistId]) -> Result:
        """Archives `playlists`, which are in the registry.

        Raises:
            StoreError: the disk, or the index, does not take what is to be written.
        """
        if self._store.was_cut_off:
            render(self._store, self._site, self._registry)
        order = rotated(sorted(playlists), self._today)
        await self._read_library()
        queue = iter(order)
        try:
            async with asyncio.TaskGroup() as group:
                for _ in range(AT_ONCE):
                    group.create_task(self._work(queue))
        except* DiskError as errors:
            raise errors.exceptions[0] from None
        return self._finish(order)

    async def _read_library(self) -> None:
        """What changed, one request for 50 playlists; without it every playlist is asked for by itself."""
        if not self._reader.client.tokens.for_user:
            return
        try:
            self._library = await self._reader.library()
        except Exception:  # noqa: BLE001 - it only spares requests; what is wrong shows at the first playlist
            self._library = {}

    async def _work(self, queue: Iterator[PlaylistId]) -> None:
        for playlist in queue:
            try:
                outcome = await self._one(playlist)
            except DiskError:
                raise
            except StoreError as error:
                outcome = Outcome(playlist, Kind.FAILED, why=str(error))
            except Exception as error:  # noqa: BLE001 - whatever is wrong with one playlist touches no other
                outcome = Outcome(playlist, Kind.FAILED, why=f"a bug of this program: {type(error).__name__}: {error}")
            self._outcomes[playlist] = outcome
            self._progress(outcome)

    async def _one(self, playlist: PlaylistId) -> Outcome:
        """Archives one playlist."""
        try:
            record = self._store.record(playlist)
        except RecordError as error:
            self._index_is_whole = False
            return Outcome(playlist, Kind.FAILED, why=str(error))
        title = record.title if record else ""
        try:
            seen = await self._see(playlist, record)
        except Unreadable as error:
            return self._unreadable(playlist, record, error)
        except AskingEnds as error:
            return Outcome(playlist, Kind.SKIPPED, title, why=str(error))
        except SpotifyError as error:
            return Outcome(playlist, Kind.FAILED, title, why=str(error))
        return self._keep(playlist, record, seen)

    async def _see(self, playlist: PlaylistId, record: Record | None) -> Snapshot | Unchanged:
        """The playlist as it is today, for the fewest requests; a loss is believed only at the second look."""
        known = self._known(playlist, record)
        row = self._library.get(playlist)
        if known and row and row.owner.id != SPOTIFY and row.snapshot_id == known.snapshot_id:
            return Unchanged(likes=None)
        try:
            seen = await self._reader.read(playlist, known=known)
        except Unreadable:
            if record is None or record.unavailable:
                raise
            return await self._reader.read(playlist)
        if record and isinstance(seen, Snapshot) and _shrunk(record, seen):
            return await self._reader.read(playlist)
        return seen

    def _known(self, playlist: PlaylistId, record: Record | None) -> Known | None:
        """What lets the playlist count as unchanged; None where it is to be read in full."""
        if record is None or record.unavailable or self._full or is_due(playlist, self._today):
            return None
        if not record.snapshot_id:
            return None
        return Known(record.snapshot_id, len(record.tracks) + record.null_items)

    def _keep(self, playlist: PlaylistId, record: Record | None, seen: Snapshot | Unchanged) -> Outcome:
        """Merges, renders and writes one playlist."""
        alias = self._registry.aliases.get(playlist)
        if isinstance(seen, Snapshot):
            merged = merge(record, seen, today=self._today, alias=alias)
        else:
            assert record is not None  # noqa: S101 - for the type checker: only what has a record is unchanged
            merged = merge_unchanged(record, likes=seen.likes, alias=alias)
        if record and not record.unavailable:
            self._still_served += 1
        if merged is not record:
            self._store.save(merged, pages(merged, self._site))
        self._entries[playlist] = entry(merged)
        came_and_went = difference(record, merged)
        kind = Kind.CREATED if record is None else Kind.UNCHANGED if merged is record else Kind.UPDATED
        return Outcome(
            playlist,
            kind,
            merged.title,
            added=len(came_and_went.added),
            removed=len(came_and_went.removed),
            null_items=seen.null_items if isinstance(seen, Snapshot) else 0,
            likes=seen.likes,
        )

    def _unreadable(self, playlist: PlaylistId, record: Record | None, error: Unreadable) -> Outcome:
        if record and not record.unavailable:
            self._lost.append(_Lost(playlist, _REASONS[type(error)]))
        return Outcome(playlist, Kind.UNAVAILABLE, record.title if record else "", why=str(error))

    def _finish(self, order: list[PlaylistId]) -> Result:
        """Marks, index, followers: what needs all playlists."""
        ended = self._reader.client.ended
        served = any(outcome.kind in SERVED for outcome in self._outcomes.values())
        refused = "" if served or not order else f"nothing was served: {self._first_reason(order)}"
        if not refused:
            self._mark_the_lost()
            self._tolerant(self._write_index)
            self._tolerant(self._write_followers)
            self._store.finish()
        return Result(
            day=self._today,
            outcomes=tuple(self._outcomes[playlist] for playlist in sorted(order)),
            problems=self._registry.problems,
            requests=self._reader.client.requests,
            written=tuple(sorted(self._store.written)),
            ended=str(ended) if ended else "",
            cut_short=ended is not None and not isinstance(ended, CeilingReached),
            refused=refused,
            troubles=tuple(self._troubles),
        )

    def _first_reason(self, order: Iterable[PlaylistId]) -> str:
        """What was said of the first playlist that was asked for at all."""
        reasons = [(found.kind == Kind.SKIPPED, found.why) for name in order if (found := self._outcomes[name]).why]
        return min(reasons, key=lambda reason: reason[0], default=(False, ""))[1]

    def _mark_the_lost(self) -> None:
        """Writes "unavailable" marks; or none, and says why, where more than half were lost at once."""
        served_before = len(self._lost) + self._still_served
        if len(self._lost) >= SUSPECT_FROM and len(self._lost) * 2 > served_before:
            self._troubles.append(
                f"{len(self._lost)} of {served_before} playlists that were served until now are not today: "
                "that is likely Spotify's or the app's trouble, so none is marked as unavailable"
            )
            return
        for lost in self._lost:
            self._tolerant(partial(self._mark, lost))

    def _mark(self, lost: _Lost) -> None:
        record = self._store.record(lost.id)
        assert record is not None  # noqa: S101 - for the type checker: only what has a record can be lost
        marked = mark_unavailable(record, today=self._today, reason=lost.reason)
        self._store.save(marked, pages(marked, self._site))
        self._entries[lost.id] = entry(marked)
        self._outcomes[lost.id] = self._outcomes[lost.id]._replace(marked=True)

    def _write_index(self) -> None:
        """The index of all records; it stays as it is while a record cannot be read, so that it loses no line."""
        for playlist in self._store.records():
            if playlist not in self._entries:
                self._add_entry(playlist)
        if self._index_is_whole:
            write_index(self._store, self._entries.values(), self._registry)

    def _add_entry(self, playlist: PlaylistId) -> None:
        try:
            record = self._store.record(playlist)
        except RecordError as error:
            self._index_is_whole = False
            if playlist not in self._outcomes:
                self._troubles.append(str(error))
            return
        if record:
            self._entries[playlist] = entry(record)

    def _write_followers(self) -> None:
        likes = [(outcome.id, outcome.likes) for outcome in self._outcomes.values() if outcome.likes is not None]
        write_followers(self._store, likes, today=self._today)

    def _tolerant(self, write: Callable[[], None]) -> None:
        """What cannot be written at the end is told, and does not keep the rest from being committed."""
        try:
            write()
        except (RecordError, StoreError) as error:
            self._troubles.append(str(error))


def is_due(playlist: PlaylistId, today: date) -> bool:
    """Whether the playlist is read in full today: once a week, spread by id (design.md, "A run", step 2)."""
    return (today.toordinal() + zlib.crc32(playlist.encode())) % FULL_READ_DAYS == 0


def rotated(playlists: list[PlaylistId], today: date) -> list[PlaylistId]:
    """Another start every day, without stored state, so that a ceiling leaves out others each time.

    Steps of the golden ratio spread the starts evenly, whatever the number of playlists and the reach of a run.
    """
    start = int(today.toordinal() * _GOLDEN % 1 * len(playlists))
    return playlists[start:] + playlists[:start]


def _shrunk(record: Record, seen: Snapshot) -> bool:
    return len(record.tracks) >= SHRUNK_FROM and len(seen.items) * 2 < len(record.tracks)
