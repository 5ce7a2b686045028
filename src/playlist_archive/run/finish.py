"""What needs all playlists of a run, or of all its shards: the marks of the lost, the index, the followers."""

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Final

from ..archive.ids import PlaylistId
from ..archive.merge import mark_unavailable
from ..archive.registry import Registry
from ..archive.store import RecordError, Store, StoreError
from ..outcome import SERVED, Kind, Outcome, Result
from ..render.index import Entry, entry
from ..render.page import Repository
from .pages import pages, write_followers, write_index

SUSPECT_FROM: Final = 3
"""So many and more than half of what was served until now gone at once is Spotify's doing, not the playlists'."""


def finish(
    store: Store, result: Result, *, registry: Registry, repository: Repository, entries: Mapping[PlaylistId, Entry]
) -> Result:
    """The result after everything is written; refused, and nothing written, where nothing at all was served.

    `entries` are those of records that the run has just read; the others are read here.
    """
    served = any(outcome.kind in SERVED for outcome in result.outcomes)
    if result.outcomes and not served:
        return result._replace(refused=f"nothing was served: {_first_reason(result.outcomes)}")
    return _Finish(store, registry, repository, entries).of(result)


class _Finish:
    """The end of one run."""

    def __init__(
        self, store: Store, registry: Registry, repository: Repository, entries: Mapping[PlaylistId, Entry]
    ) -> None:
        self._store = store
        self._registry = registry
        self._repository = repository
        self._entries = dict(entries)
        self._troubles: list[str] = []

    def of(self, result: Result) -> Result:
        outcomes = tuple(self._marked(result))
        self._tolerant(partial(self._write_index, {outcome.id for outcome in outcomes}))
        served = [outcome for outcome in outcomes if outcome.kind in SERVED]
        likes = [(outcome.id, outcome.likes) for outcome in served if outcome.likes is not None]
        self._tolerant(partial(write_followers, self._store, likes, today=result.day))
        self._store.finish()
        return result._replace(
            outcomes=outcomes,
            written=tuple(sorted({*result.written, *self._store.written})),
            troubles=(*result.troubles, *self._troubles),
        )

    def _marked(self, result: Result) -> Iterable[Outcome]:
        """The outcomes with "unavailable" marks; with none, and why, where more than half were lost at once."""
        lost = [outcome for outcome in result.outcomes if outcome.lost]
        kept = [outcome for outcome in result.outcomes if outcome.was_served and outcome.kind in SERVED]
        if len(lost) >= SUSPECT_FROM and len(lost) > len(kept):
            self._troubles.append(
                f"{len(lost)} of {len(lost) + len(kept)} playlists that were served until now are not today: "
                "that is likely Spotify's or the app's trouble, so none is marked as unavailable"
            )
            return result.outcomes
        return [self._mark(outcome, result) for outcome in result.outcomes]

    def _mark(self, outcome: Outcome, result: Result) -> Outcome:
        is_marked = outcome.lost is not None and self._tolerant(partial(self._write_mark, outcome, result))
        return outcome._replace(marked=is_marked)

    def _write_mark(self, outcome: Outcome, result: Result) -> None:
        record = self._store.record(outcome.id)
        assert record is not None  # noqa: S101 - for the type checker: only what has a record can be lost
        assert outcome.lost is not None  # noqa: S101 - the same: only the lost come here
        marked = mark_unavailable(record, today=result.day, reason=outcome.lost)
        self._store.save(marked, pages(marked, self._repository))
        self._entries[outcome.id] = entry(marked)

    def _write_index(self, told: set[PlaylistId]) -> None:
        """The index of all records; it stays as it is while a record cannot be read, so that it loses no line.

        What is wrong with the records of playlists that are `told` of is in their outcomes already.
        """
        unread = sorted({*self._store.records(), *told} - self._entries.keys())
        readable = [self._is_readable(playlist_id, told) for playlist_id in unread]
        if all(readable):
            write_index(self._store, self._entries.values(), self._registry)
        else:
            self._troubles.append("a record cannot be read, so the index stays as it is")

    def _is_readable(self, playlist_id: PlaylistId, told: set[PlaylistId]) -> bool:
        try:
            record = self._store.record(playlist_id)
        except RecordError as error:
            if playlist_id not in told:
                self._troubles.append(str(error))
            return False
        if record:
            self._entries[playlist_id] = entry(record)
        return True

    def _tolerant(self, write: Callable[[], None]) -> bool:
        """Whether it could be written; if not, that is told, and does not keep the rest from being committed."""
        try:
            write()
        except (RecordError, StoreError) as error:
            self._troubles.append(str(error))
            return False
        return True


def _first_reason(outcomes: Iterable[Outcome]) -> str:
    """What was said of the first playlist that was asked for at all."""
    reasons = [(outcome.kind == Kind.SKIPPED, outcome.why) for outcome in outcomes if outcome.why]
    return min(reasons, key=lambda reason: reason[0], default=(False, ""))[1]
