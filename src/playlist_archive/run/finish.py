"""Finishes a run or all its shards: the judgement, the index, the likes."""

from collections.abc import Callable, Iterable
from functools import partial

from ..archive.ids import PlaylistId
from ..archive.store import RecordError, StoreError
from ..outcome import SERVED, Kind, Outcome, Result
from ..problem import Note
from ..render.index import index_line
from .doubts import remembered, settle
from .keep import Keeper
from .pages import write_followers, write_index


def finish(keeper: Keeper, result: Result, *, believes: bool = False) -> Result:
    """The result after all files are written. If nothing was served, the run is refused, and no file is written.

    A run that `believes` doubts nothing. The index lines of kept playlists are used as they are; of other records the
    outlines are read here.
    """
    if refused := result.refused or remembered(keeper.store).refusal:
        return result._replace(refused=refused, suspects=())
    served = any(outcome.kind in SERVED for outcome in result.outcomes)
    if result.outcomes and not served:
        return result._replace(refused=_nothing_served(result.outcomes), suspects=())
    return _Finish(keeper).of(settle(keeper, result, believes=believes))


class _Finish:
    """The end of a run."""

    def __init__(self, keeper: Keeper) -> None:
        self._keeper = keeper
        self._store = keeper.store
        self._index = dict(keeper.index)
        self._troubles: list[Note] = []

    def of(self, result: Result) -> Result:
        self._tolerant(partial(self._write_index, {outcome.id for outcome in result.outcomes}))
        served = [outcome for outcome in result.outcomes if outcome.kind in SERVED]
        likes = [(outcome.id, outcome.likes) for outcome in served if outcome.likes is not None]
        self._tolerant(partial(write_followers, self._store, likes, today=result.day))
        self._store.finish()
        return result._replace(
            written=tuple(sorted({*result.written, *self._store.written})),
            troubles=(*result.troubles, *self._troubles),
        )

    def _write_index(self, told: set[PlaylistId]) -> None:
        """Writes the index of all records. While a record cannot be read, the index keeps all its lines.

        Outcomes of playlists in `told` already tell the problems of their records.
        """
        unread = sorted({*self._store.records(), *told} - self._index.keys())
        readable = [self._is_readable(playlist_id, told) for playlist_id in unread]
        if all(readable):
            write_index(self._store, self._index.values(), self._keeper.registry, site=self._keeper.repository.site)
        else:
            self._troubles.append(Note("a record cannot be read, so the index stays as it is"))

    def _is_readable(self, playlist_id: PlaylistId, told: set[PlaylistId]) -> bool:
        try:
            outline = self._store.outline(playlist_id)
        except RecordError as error:
            if playlist_id not in told:
                self._troubles.append(error.note)
            return False
        if outline:
            self._index[playlist_id] = index_line(outline)
        return True

    def _tolerant(self, write: Callable[[], None]) -> None:
        """Calls `write`. A failure becomes a trouble, so that the other files can be committed."""
        try:
            write()
        except (RecordError, StoreError) as error:
            self._troubles.append(error.note)


def _nothing_served(outcomes: Iterable[Outcome]) -> Note:
    """The note on the first playlist that Spotify was asked for."""
    reasons = [(outcome.kind == Kind.SKIPPED, outcome.note) for outcome in outcomes if outcome.note]
    _, first = min(reasons, key=lambda reason: reason[0], default=(False, Note("")))
    return Note(f"nothing was served: {first.message}", first.remedy)
