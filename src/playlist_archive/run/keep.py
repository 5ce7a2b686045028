"""Keeps a playlist that was read: merges, renders and writes its files."""

from collections.abc import Callable
from datetime import date
from typing import Final

from ..archive.clock import set_right
from ..archive.compare import tells_apart
from ..archive.doubt import digest
from ..archive.ids import PlaylistId
from ..archive.merge import difference, likes_drifted, mark_unavailable, merge, merge_unchanged
from ..archive.model import Head, Reason, Record, Snapshot
from ..archive.outline import Outline
from ..archive.registry import Registry
from ..archive.store import DiskError, RecordError, Store, StoreError
from ..outcome import Kind, Outcome
from ..problem import Note
from ..render.index import IndexLine, index_line
from ..render.page import Repository
from .pages import pages

_PRIVATE: Final = Note(
    "it is private in Spotify from now on, and its pages here are not",
    "delete its entry from the registry, and its files, if nobody is to read it",
)


class Keeper:
    """Keeps playlists as seen on the day `today`. `index` has the index lines of the kept playlists.

    While `heals` is set, every kept record loses its days in the future.
    """

    def __init__(self, store: Store, registry: Registry, repository: Repository, *, today: date) -> None:
        self.store = store
        self.registry = registry
        self.repository = repository
        self.today = today
        self.heals = False
        self.index: dict[PlaylistId, IndexLine] = {}

    def keep(self, record: Record | None, seen: Snapshot, *, since: date | None = None) -> Outcome:
        """Keeps a playlist as seen. It has been like this since the day `since`, or since today if that is None.

        Raises:
            StoreError: the file cannot be written.
        """
        known = self._healed(record)
        alias = self.registry.aliases.get(seen.id)
        merged = merge(known, seen, today=since or self.today, alias=alias)
        text = digest(seen) if record is None and tells_apart(seen) else ""
        return self._kept(record, merged)._replace(null_items=seen.null_items, likes=seen.likes, digest=text)

    def keep_unchanged(self, outline: Outline, *, likes: int | None) -> Outcome:
        """Keeps a playlist with an unchanged snapshot. Its whole record is read only if something else changed.

        Raises:
            RecordError: the record cannot be read, or is missing.
            StoreError: the file cannot be written.
        """
        alias = self.registry.aliases.get(outline.id)
        if not self.heals and alias == outline.alias and not likes_drifted(outline.likes, likes):
            self.index[outline.id] = index_line(outline)
            return Outcome(outline.id, Kind.UNCHANGED, outline.title, was_served=was_served(outline), likes=likes)
        record = self._record(outline.id)
        merged = merge_unchanged(self._healed(record) or record, likes=likes, alias=alias)
        return self._kept(record, merged)._replace(likes=likes)

    def take_back(self, playlist_id: PlaylistId) -> frozenset[str]:
        """Removes a playlist that is new in this run, and returns the paths of all its possible files.

        Raises:
            StoreError: a file cannot be removed.
        """
        self.index.pop(playlist_id, None)
        return self.store.take_back(playlist_id)

    def mark(self, playlist_id: PlaylistId, reason: Reason, *, since: date | None = None) -> None:
        """Marks the playlist as not served by Spotify, for readers.

        Raises:
            RecordError: the record cannot be read, or is missing.
            StoreError: the file cannot be written.
        """
        record = self._record(playlist_id)
        marked = mark_unavailable(record, today=since or self.today, reason=reason)
        self.store.save(marked, pages(marked, self.repository))
        self.index[playlist_id] = index_line(marked)

    def _record(self, playlist_id: PlaylistId) -> Record:
        record = self.store.record(playlist_id)
        if record is None:
            msg = f"there is no record of {playlist_id}, which was served until now"
            raise RecordError(msg)
        return record

    def _kept(self, record: Record | None, merged: Record) -> Outcome:
        if merged is not record:
            self.store.save(merged, pages(merged, self.repository))
        self.index[merged.id] = index_line(merged)
        added, removed = ((), ()) if merged is record else difference(record, merged)
        return Outcome(
            merged.id,
            _kind(record, merged),
            merged.title,
            added=len(added),
            removed=len(removed),
            was_served=was_served(record),
            note=_PRIVATE if record and merged.private and not record.private else None,
        )

    def _healed(self, record: Record | None) -> Record | None:
        return set_right(record, today=self.today) if record and self.heals else record


def failing_alone(playlist_id: PlaylistId, keep: Callable[[], Outcome]) -> Outcome:
    """The outcome from `keep`, or a failed outcome if a file of this playlist cannot be read or written.

    Raises:
        DiskError: no file can be written.
    """
    try:
        return keep()
    except DiskError:
        raise
    except (RecordError, StoreError) as error:
        return Outcome(playlist_id, Kind.FAILED, note=error.note)


def was_served(head: Head | None) -> bool:
    """Whether Spotify served the playlist until now, according to the record."""
    return head is not None and head.unavailable is None


def _kind(record: Record | None, merged: Record) -> Kind:
    if record is None:
        return Kind.CREATED
    return Kind.UNCHANGED if merged is record else Kind.UPDATED
