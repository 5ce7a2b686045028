"""A reader that leaves out who added a song."""

from ..archive.adders import without_adders
from ..archive.model import Snapshot
from .reader import Known, Reader, Unchanged


class AnonymousReader(Reader):
    """Reads as `Reader` does, and drops the ids of those who added songs."""

    async def read(self, playlist: str, *, known: Known | None = None) -> Snapshot | Unchanged:
        """The playlist without those ids."""
        seen = await super().read(playlist, known=known)
        return without_adders(seen) if isinstance(seen, Snapshot) else seen
