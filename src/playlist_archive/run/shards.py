"""Splits a run into shards, each perhaps on a machine of its own, and joins their results."""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import NamedTuple

from ..archive import layout
from ..archive.ids import PlaylistId
from ..archive.store import RecordError, Store
from ..outcome import SERVED, Kind, Outcome, Result
from ..problem import Note
from ..render.page import Repository
from ..report.result_file import parse_result
from .pages import pages
from .review import playlist_of


class Shard(NamedTuple):
    """One of `parts` shards of a run, counted from 1."""

    number: int
    parts: int

    def of(self, playlists: Iterable[PlaylistId]) -> list[PlaylistId]:
        """The shard's playlists: every n-th, in the order of their ids."""
        return sorted(playlists)[self.number - 1 :: self.parts]


def read_result(path: Path) -> Result | None:
    """The result of a run from a file; None if the file is missing or incomplete."""
    try:
        return parse_result(path.read_bytes())
    except OSError:
        return None


def collected(store: Store, results: Sequence[Result], playlists: Iterable[PlaylistId], *, today: date) -> Result:
    """The joined result of all shards. Playlists whose files did not arrive in `store` count as failed."""
    result = together(results, playlists, today=today)
    return result._replace(outcomes=tuple(_arrived(store, outcome) for outcome in result.outcomes))


def drop_old_parts(store: Store, written: Iterable[str], repository: Repository) -> None:
    """Removes obsolete parts of pages: a shard hands over the files that it has, not its removals.

    Raises:
        StoreError: a part cannot be removed.
    """
    for playlist_id in sorted({found for path in written if layout.is_part(path) and (found := playlist_of(path))}):
        with suppress(RecordError):  # its outcome has the note
            if record := store.record(playlist_id):
                store.save(record, pages(record, repository))


def together(results: Sequence[Result], playlists: Iterable[PlaylistId], *, today: date) -> Result:
    """The results of all shards as one result, with an outcome for each of `playlists`.

    If a shard left no result, its playlists count as failed. If two results name a playlist, the newer result counts.
    The day is the shards' day, or `today` without shards.
    """
    results = sorted(results, key=lambda result: result.day)
    outcomes = {outcome.id: outcome for result in results for outcome in result.outcomes}
    for playlist_id in playlists:
        outcomes.setdefault(playlist_id, Outcome(playlist_id, Kind.FAILED, note=Note("its shard left no result")))
    return Result(
        day=max((result.day for result in results), default=today),
        outcomes=tuple(outcomes[playlist_id] for playlist_id in sorted(outcomes)),
        problems=tuple(dict.fromkeys(problem for result in results for problem in result.problems)),
        requests=sum(result.requests for result in results),
        written=tuple(sorted({path for result in results for path in result.written})),
        ended=next((result.ended for result in results if result.ended), None),
        interrupted=any(result.interrupted for result in results),
        cut_short=any(result.cut_short for result in results),
        troubles=tuple(dict.fromkeys(trouble for result in results for trouble in result.troubles)),
        warnings=tuple(dict.fromkeys(warning for result in results for warning in result.warnings)),
        suspects=tuple(sorted({found.playlist_id: found for result in results for found in result.suspects}.values())),
        at=max((result.at for result in results if result.at), default=None),
    )


def _arrived(store: Store, outcome: Outcome) -> Outcome:
    """The outcome of a playlist. It becomes failed if the shard served or lost it, but its record did not arrive."""
    if (outcome.kind not in SERVED and outcome.lost is None) or outcome.kind == Kind.DOUBTED:
        return outcome
    try:
        note = None if store.record(outcome.id) else Note("its shard's files did not arrive")
    except RecordError as error:
        note = error.note
    return outcome._replace(kind=Kind.FAILED, note=note, likes=None, lost=None) if note else outcome
