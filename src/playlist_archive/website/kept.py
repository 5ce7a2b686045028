"""What the last build made of each playlist, kept in git's own folder: what did not change is not made again.

An entry counts only while everything that its files were made of is as it was, the program included; whoever deletes
the folder makes the next build slower, and nothing else.
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
    """What one playlist gives to the pages, the feeds and the search of all. `songs` is the digest of its songs."""

    row: IndexRow
    days: tuple[Day, ...]
    news: tuple[FeedEntry, ...]
    songs: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One playlist of the last build: the files that were made of it, and its part in what all share."""

    key: str
    files: dict[str, str]
    part: Part


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexEntry:
    """The search index of the last build: its files, and how many songs all playlists had."""

    key: str
    files: dict[str, str]
    song_count: int


_ENTRIES: Final = TypeAdapter(Entry)
_INDEXES: Final = TypeAdapter(IndexEntry)


class Kept:
    """The entries in a folder; without one, or where it cannot be used, nothing is kept."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder

    def entry(self, playlist_id: PlaylistId, key: str) -> Entry | None:
        """What the last build made of a playlist; None where it was made of something else."""
        with suppress(ValueError):
            found = _ENTRIES.validate_json(self._read(f"{playlist_id}{_ENTRY}"))
            return found if found.key == key else None
        return None

    def keep(self, playlist_id: PlaylistId, entry: Entry, songs: Iterable[SongTime]) -> None:
        """Keeps what was made of a playlist, and its songs for the search."""
        self._write(f"{playlist_id}{_SONGS}", json.dumps([entry.part.songs, list(songs)], ensure_ascii=False).encode())
        self._write(f"{playlist_id}{_ENTRY}", _ENTRIES.dump_json(entry))

    def songs(self, playlist_id: PlaylistId, digest: str) -> list[SongTime] | None:
        """The songs of a playlist for the search; None where those with this digest are not there."""
        with suppress(ValueError, TypeError):
            known, songs = json.loads(self._read(f"{playlist_id}{_SONGS}"))
            return [SongTime(*song) for song in songs] if known == digest else None
        return None

    def index(self, key: str) -> IndexEntry | None:
        """The search index of the last build; None where it was made of other songs."""
        with suppress(ValueError):
            found = _INDEXES.validate_json(self._read(_INDEX))
            return found if found.key == key else None
        return None

    def keep_index(self, entry: IndexEntry) -> None:
        """Keeps which files the search index has."""
        self._write(_INDEX, _INDEXES.dump_json(entry))

    def forget_others(self, known: Iterable[PlaylistId]) -> None:
        """Deletes what is kept of playlists that are not there any more."""
        names = {f"{playlist_id}{ending}" for playlist_id in known for ending in (_ENTRY, _SONGS)} | {_INDEX}
        with suppress(OSError):
            for path in self._folder.iterdir() if self._folder else ():
                if path.name not in names:
                    path.unlink()

    def _read(self, name: str) -> bytes:
        """The bytes of a file, none where it is not there."""
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
