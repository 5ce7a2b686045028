"""Merges the versions of a playlist one after the other, as runs would. The cost depends only on the changes. Pure.

If each identity is one row and no row is null, a merge depends only on new, gone and changed rows. So only these rows
are merged. A test checks that the result equals a merge of all rows.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import TypeVar

from ..archive.merge import leaving_order, merge
from ..archive.model import Item, Record, Snapshot, Track

KindT = TypeVar("KindT")


class Fold:
    """The record of one playlist, built version by version. Rows that are the same object count as the same row."""

    def __init__(self, *, alias: str | None = None) -> None:
        self._alias = alias
        self._head: Record | None = None
        self._whole: Record | None = None
        self._rows: tuple[Item, ...] = ()
        self._by_uri: Mapping[str, Item] = {}
        self._present: dict[str, Track] = {}
        self._gone: dict[str, Track] = {}

    def add(self, snapshot: Snapshot, *, today: date) -> None:
        """Merges the version of a day. Callers add the days in order."""
        by_uri = {item.uri: item for item in snapshot.items}
        if self._head is None or not self._is_quick(self._head, snapshot, by_uri):
            self._take(merge(self.record(), snapshot, today=today, alias=self._alias))
        else:
            self._merge_changes(self._head, snapshot, by_uri, today)
        self._rows, self._by_uri = snapshot.items, by_uri

    def record(self) -> Record | None:
        """The record after all versions, None before the first."""
        if self._head is None or self._whole:
            return self._whole
        tracks = tuple(self._present[item.uri] for item in self._rows)
        removed = tuple(sorted(self._gone.values(), key=leaving_order))
        return self._head.model_copy(update={"tracks": tracks, "removed": removed})

    def _is_quick(self, head: Record, snapshot: Snapshot, by_uri: Mapping[str, Item]) -> bool:
        """Whether only songs, name and description can be new, each identity is one row, and no row is null.

        Likes and snapshot ids are taken over only with other changes. A changed order is such a change.
        """
        quiet = (snapshot.likes, snapshot.snapshot_id, snapshot.null_items)
        is_single = self._whole is None or len(self._present) == len(self._whole.tracks)
        return (
            quiet == (head.likes, head.snapshot_id, head.null_items)
            and not snapshot.null_items
            and is_single
            and all(by_uri[item.uri] is item for item in snapshot.items)
        )

    def _merge_changes(self, head: Record, snapshot: Snapshot, by_uri: Mapping[str, Item], today: date) -> None:
        new = [uri for uri, item in by_uri.items() if self._by_uri.get(uri) is not item]
        changed = [*new, *(uri for uri in self._present if uri not in by_uri)]
        part = head.model_copy(update={"tracks": _of(self._present, changed), "removed": _of(self._gone, changed)})
        merged = merge(part, snapshot._replace(items=_of(by_uri, new)), today=today, alias=self._alias)
        for uri in changed:
            self._present.pop(uri, None)
            self._gone.pop(uri, None)
        self._whole = None
        self._keep(merged)

    def _take(self, record: Record) -> None:
        self._present, self._gone = {}, {}
        self._whole = record
        self._keep(record)

    def _keep(self, record: Record) -> None:
        self._present |= {track.uri: track for track in record.tracks}
        self._gone |= {track.uri: track for track in record.removed}
        self._head = record


def _of(known: Mapping[str, KindT], uris: Iterable[str]) -> tuple[KindT, ...]:
    return tuple(known[uri] for uri in uris if uri in known)
