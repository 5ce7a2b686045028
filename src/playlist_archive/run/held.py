"""Holds playlists in memory that the run may not believe, until all playlists are read."""

from collections.abc import Mapping
from typing import Final

from ..archive.compare import may_be_foreign
from ..archive.doubt import Doubt, Sign, Suspect, digest
from ..archive.ids import PlaylistId
from ..archive.model import Record, Snapshot

MOST: Final = 300
"""The most lists without a sign of doubt that are held (our choice: some ten megabytes)."""


class Held:
    """The suspects of a run by id, and the `doubts` of earlier runs."""

    def __init__(self, doubts: Mapping[PlaylistId, Doubt]) -> None:
        self.doubts = doubts
        self.suspects: dict[PlaylistId, Suspect] = {}
        self._without_sign = 0

    def is_known(self, seen: Snapshot) -> bool:
        """Whether an earlier run doubted exactly this answer."""
        doubt = self.doubts.get(seen.id)
        return doubt is not None and doubt.digest == digest(seen)

    def holds(self, record: Record | None, seen: Snapshot, found: tuple[Sign, ...]) -> bool:
        """Whether the list is held back: signs of doubt were `found`, or it may be another list's contents.

        If too many lists without a sign are held already, such a list is written at once. A new list always is.
        """
        if not found and not (self._without_sign < MOST and may_be_foreign(record, seen)):
            return False
        self._without_sign += not found
        self.suspects[seen.id] = Suspect(seen.id, seen, found, digest(seen))
        return True
