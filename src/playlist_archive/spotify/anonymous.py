"""A reader that leaves out the users who added songs."""

from ..archive.adders import without_adders
from ..archive.model import Snapshot
from .reader import Known, Reader, Unchanged


class AnonymousReader(Reader):
    """Reads as `Reader` does, without the ids of the users who added songs."""

    async def read(self, playlist: str, *, known: Known | None = None) -> Snapshot | Unchanged:
        """The playlist without the ids of the users who added songs."""
        seen = await super().read(playlist, known=known)
        return without_adders(seen) if isinstance(seen, Snapshot) else seen
