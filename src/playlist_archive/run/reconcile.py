"""Others pushed changes to the same files of the archive: makes one commit of theirs and ours, on top of theirs.

No generated file is merged as text. Our snapshots are put on their records, and what is made of records is made anew.
"""

from collections.abc import Iterable
from contextlib import suppress
from datetime import date
from itertools import groupby
from operator import itemgetter
from typing import Final, NamedTuple

from ..archive import layout
from ..archive.ids import PlaylistId, parse_playlist_id
from ..archive.merge import leaving_order, merge
from ..archive.model import Record, Track
from ..archive.registry import Registry, read_registry
from ..archive.replay import snapshot_of
from ..archive.store import RecordError, Store, StoreError
from ..git.repository import ConflictError, Git, GitError, Race, some
from ..render.followers import followers, read_table
from ..render.index import entry
from ..render.page import Repository
from .pages import pages, write_index

_OF_ONE_PLAYLIST: Final = (layout.DATA, layout.PLAIN, layout.PRETTY, layout.CUMULATIVE)
_OF_ALL: Final = (layout.INDEX_PAGE, layout.INDEX_DATA, layout.DOUBTED)


class _Changes(NamedTuple):
    """What we changed: the playlists, the tables of followers, and what no run writes."""

    playlists: tuple[PlaylistId, ...]
    tables: tuple[str, ...]
    others: tuple[str, ...]


def reconcile(race: Race, *, git: Git, repository: Repository, today: date) -> str:
    """The commit that has what others did and what we did; nothing in our folder changes.

    Raises:
        ConflictError: we did something besides archiving.
        GitError: git refuses, or a file cannot be read or written.
    """
    changes = _sorted_out(git.changed(race.base, race.ours))
    if changes.others:
        msg = f"others changed the archive too, and ours are not only its files: {some(changes.others)}"
        raise ConflictError(msg)
    try:
        with git.beside(race.theirs) as theirs:
            _Reconciliation(race, ours=git, theirs=theirs, repository=repository, today=today).write(changes)
            theirs.commit(git.messages(race.base, race.ours))
            return theirs.head()
    except (RecordError, StoreError, ValueError, OSError) as error:
        msg = f"others changed the same files, and ours cannot be put on theirs: {error}"
        raise GitError(msg) from error


def put_on(theirs: Record, ours: Record, *, today: date, alias: str | None) -> Record:
    """Their record after what ours saw: the snapshot, that it is not served any more, what came and went before."""
    if ours.unavailable:
        ours_left = [*ours.removed, *(track.model_copy(update={"removed_on": today}) for track in ours.tracks)]
        mark = theirs.unavailable or ours.unavailable
        return _with_removed(theirs, ours_left).model_copy(update={"unavailable": mark})
    return _with_removed(merge(theirs, snapshot_of(ours), today=today, alias=alias), ours.removed)


def _with_removed(record: Record, tracks: Iterable[Track]) -> Record:
    """The record with those that left and it does not know, and the earlier of two days for those that it does."""
    left = {track.uri: track for track in record.removed}
    there = {track.uri for track in record.tracks}
    for track in tracks:
        if track.uri not in there:
            left[track.uri] = _earlier(left.get(track.uri, track), track)
    return record.model_copy(update={"removed": tuple(sorted(left.values(), key=leaving_order))})


def _earlier(theirs: Track, ours: Track) -> Track:
    """Theirs, gone since the day on which either of us was first to miss it, if both say that it came on the same."""
    if theirs.added_on != ours.added_on or theirs.removed_on is None or ours.removed_on is None:
        return theirs
    return theirs.model_copy(update={"removed_on": min(theirs.removed_on, ours.removed_on)})


class _Reconciliation:
    """Writes what we changed into the folder of theirs."""

    def __init__(self, race: Race, *, ours: Git, theirs: Git, repository: Repository, today: date) -> None:
        self._base = race.base
        self._git = ours
        self._changed_by_us = ours.changed(race.base, race.ours)
        self._changed_by_them = ours.changed(race.base, race.theirs)
        self._ours = Store(ours.root)
        self._theirs = Store(theirs.root)
        self._registry = read_registry(theirs.root)
        self._repository = repository
        self._today = today

    def write(self, changes: _Changes) -> None:
        for playlist_id in changes.playlists:
            if record := self._record(playlist_id):
                self._theirs.save(record, pages(record, self._repository))
        for path in changes.tables:
            self._write_table(path)
        with suppress(RecordError):  # as in a run: then the index stays as it is
            records = [self._theirs.record(playlist_id) for playlist_id in self._theirs.records()]
            write_index(self._theirs, (entry(record) for record in records if record), self._registry)

    def _record(self, playlist_id: PlaylistId) -> Record | None:
        """The record with theirs and ours in it; None where they removed it."""
        theirs, ours = self._theirs.record(playlist_id), self._ours.record(playlist_id)
        path = layout.data(playlist_id)
        if path not in self._changed_by_them:
            return ours
        if theirs is None or ours is None or path not in self._changed_by_us:
            return theirs
        return put_on(theirs, ours, today=self._today, alias=_alias(self._registry, ours))

    def _write_table(self, path: str) -> None:
        """Their table, with the numbers put in that we observed."""
        text = self._theirs.read(path)
        observed = _numbers(self._ours.read(path)) - _numbers(self._git.text(self._base, path))
        for day, numbers in groupby(sorted(observed), key=itemgetter(0)):
            likes = [(playlist_id, int(number)) for _, playlist_id, number in numbers]
            text = followers(text, day=date.fromisoformat(day), likes=likes)
        if text is not None:
            self._theirs.write(path, text)


def _sorted_out(paths: Iterable[str]) -> _Changes:
    playlists, tables, others = set(), [], []
    for path in sorted(paths):
        folder = path.rpartition("/")[0]
        if playlist_id := _playlist_of(path):
            playlists.add(playlist_id)
        elif folder == layout.FOLLOWERS:
            tables.append(path)
        elif folder != layout.INDEX_PARTS and path not in _OF_ALL:
            others.append(path)
    return _Changes(tuple(sorted(playlists)), tuple(tables), tuple(others))


def _playlist_of(path: str) -> PlaylistId | None:
    """The playlist that a record or page is of."""
    folder, _, name = path.rpartition("/")
    try:
        return parse_playlist_id(name.partition(".")[0]) if folder in _OF_ONE_PLAYLIST else None
    except ValueError:
        return None


def _alias(registry: Registry, ours: Record) -> str | None:
    """The name to show that the registry asks for now; ours where it does not ask for the playlist any more."""
    return registry.aliases.get(ours.id, ours.alias)


def _numbers(table: str | None) -> set[tuple[str, str, str]]:
    """Day, playlist and likes of every number in a table of followers, none where there is no table."""
    rows = read_table(table) if table else {}
    return {(day, playlist_id, likes) for playlist_id, row in rows.items() for day, likes in row.items()}
