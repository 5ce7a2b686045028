"""The results of the last build, kept in git's own folder, so that unchanged playlists are not built again.

An entry is valid only while all its inputs are unchanged, including this program. Deleting the folder only makes the
next build slower.
"""

import json
import os
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from hashlib import blake2b
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Final

from pydantic import TypeAdapter

from ..archive.ids import PlaylistId
from .contexts import Day
from .feeds import FeedEntry
from .overview import IndexRow
from .search_index import SongTime

_INDEX: Final = "index.json"
_ENTRY: Final = ".entry.json"
_SONGS: Final = ".songs.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """The part of one playlist in the shared pages, feeds and search. `songs` is the digest of its songs."""

    row: IndexRow
    days: tuple[Day, ...]
    news: tuple[FeedEntry, ...]
    songs: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One playlist of the last build: its files with their digests, and its part in the shared files."""

    key: str
    files: dict[str, str]
    part: Part


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexEntry:
    """The search index of the last build: its files with their digests, and the number of songs of all playlists."""

    key: str
    files: dict[str, str]
    song_count: int


_ENTRIES: Final = TypeAdapter(Entry)
_INDEXES: Final = TypeAdapter(IndexEntry)


class Kept:
    """The entries in a folder. Nothing is kept if there is no folder, or if it cannot be used."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder

    def entry(self, playlist_id: PlaylistId, key: str) -> Entry | None:
        """The entry of a playlist from the last build; None if its inputs have changed."""
        with suppress(ValueError):
            found = _ENTRIES.validate_json(self._read(f"{playlist_id}{_ENTRY}"))
            return found if found.key == key else None
        return None

    def keep(self, playlist_id: PlaylistId, entry: Entry, songs: bytes) -> None:
        """Keeps the entry of a playlist, and its songs for the search as JSON."""
        self._write(f"{playlist_id}{_SONGS}", songs)
        self._write(f"{playlist_id}{_ENTRY}", _ENTRIES.dump_json(entry))

    def songs(self, playlist_id: PlaylistId, wanted: str) -> list[SongTime] | None:
        """The songs of a playlist for the search; None if no songs with this digest are kept."""
        content = self._read(f"{playlist_id}{_SONGS}")
        return [SongTime(*song) for song in json.loads(content)] if digest(content) == wanted else None

    def index(self, key: str) -> IndexEntry | None:
        """The search index of the last build; None if the songs have changed."""
        with suppress(ValueError):
            found = _INDEXES.validate_json(self._read(_INDEX))
            return found if found.key == key else None
        return None

    def keep_index(self, entry: IndexEntry) -> None:
        """Keeps the entry of the search index."""
        self._write(_INDEX, _INDEXES.dump_json(entry))

    def forget_others(self, known: Iterable[PlaylistId]) -> None:
        """Deletes the entries of playlists that are gone."""
        names = {f"{playlist_id}{ending}" for playlist_id in known for ending in (_ENTRY, _SONGS)} | {_INDEX}
        with suppress(OSError):
            for path in self._folder.iterdir() if self._folder else ():
                if path.name not in names:
                    path.unlink()

    def _read(self, name: str) -> bytes:
        """The bytes of a file; empty if the file is missing."""
        try:
            return (self._folder / name).read_bytes() if self._folder else b""
        except OSError:
            return b""

    def _write(self, name: str, content: bytes) -> None:
        if not self._folder:
            return
        with suppress(OSError):
            self._folder.mkdir(parents=True, exist_ok=True)
            beside = self._folder / f".{name}.{os.getpid()}"
            beside.write_bytes(content)
            beside.replace(self._folder / name)


def digest(*parts: str | bytes) -> str:
    """One digest of several texts, in their order."""
    found = blake2b(digest_size=16)
    for part in parts:
        data = part.encode("utf-8", "surrogatepass") if isinstance(part, str) else part
        found.update(len(data).to_bytes(8, "big") + data)
    return found.hexdigest()


@cache
def program() -> str:
    """The digest of this program: of all its modules, templates, scripts and styles."""
    found = blake2b(digest_size=16)
    for path, content in sorted(_contents(files("playlist_archive"), "")):
        found.update(f"{path} {len(content)}\n".encode() + content)
    return found.hexdigest()


def _contents(folder: Traversable, path: str) -> Iterable[tuple[str, bytes]]:
    for one in folder.iterdir():
        if one.is_dir() and one.name != "__pycache__":
            yield from _contents(one, f"{path}/{one.name}")
        elif one.is_file():
            yield f"{path}/{one.name}", one.read_bytes()
