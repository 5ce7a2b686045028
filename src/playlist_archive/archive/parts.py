"""Finds the parts of long records and pages in an archive's folder."""

import os
from pathlib import Path

from . import layout
from .ids import PlaylistId


class Parts:
    """The parts of all playlists. Folders are read only once, since each may hold 10,000 files."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._known: dict[str, set[str]] | None = None

    def of(self, playlist_id: PlaylistId) -> frozenset[str]:
        """The paths of the parts of a playlist's record and cumulative page."""
        return frozenset(self._by_name().get(playlist_id, ()))

    def changed(self, path: str, *, is_there: bool) -> None:
        """Notes that a file was written or removed. The file need not be a part."""
        name = layout.playlist_name(path)
        if name and layout.is_part(path):
            known = self._by_name().setdefault(name, set())
            known.add(path) if is_there else known.discard(path)

    def _by_name(self) -> dict[str, set[str]]:
        if self._known is None:
            self._known = {}
            for path in self._found():
                self.changed(path, is_there=True)
        return self._known

    def _found(self) -> list[str]:
        folders = {folder: self._root / folder for folder in (layout.DATA, layout.CUMULATIVE)}
        return [
            f"{folder}/{name}"
            for folder, place in folders.items()
            if place.is_dir() and not place.is_symlink()
            for name in os.listdir(place)  # noqa: PTH208 - a tenth of the time
        ]
