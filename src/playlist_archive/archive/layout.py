"""The paths of all files below the archive's root; no other module knows a path.

All functions return paths relative to the root, with forward slashes, so that pages can use them as links.
"""

import re
from datetime import date

from .ids import PlaylistId

REGISTRY = "registry"
PLAYLISTS = "playlists"
DATA = f"{PLAYLISTS}/data"
PLAIN = f"{PLAYLISTS}/plain"
PRETTY = f"{PLAYLISTS}/pretty"
CUMULATIVE = f"{PLAYLISTS}/cumulative"
FOLLOWERS = f"{PLAYLISTS}/followers"
OLD_ALIASES = f"{PLAYLISTS}/aliases"
"""The folder in which archives in the old format keep aliases of playlists."""
INDEX_PAGE = f"{PLAYLISTS}/index.md"
INDEX_DATA = f"{PLAYLISTS}/index.json"
INDEX_PARTS = f"{PLAYLISTS}/index"
DOUBTED = f"{PLAYLISTS}/doubted.json"
"""Answers that a run did not believe. The file exists only while there are any."""
RENDERER = f"{PLAYLISTS}/renderer.json"
"""The version of the pages. The file exists only from version 2 on."""
FOLDERS = (DATA, PLAIN, PRETTY, CUMULATIVE, FOLLOWERS, INDEX_PARTS)
"""The folders whose files the archive writes and keeps."""
FILES = (INDEX_PAGE, INDEX_DATA, DOUBTED, RENDERER)
"""The other files that the archive writes and keeps."""
_OF_ONE_PLAYLIST = (DATA, PLAIN, PRETTY, CUMULATIVE)
UNFINISHED = ".unfinished"
"""The folder for unfinished files. If it exists at the start of a run, the last run was cut off."""
LFS_POINTER = "version https://git-lfs.github.com/spec/"
"""The beginning of a file whose content Git LFS keeps elsewhere (the specification of Git LFS, "The pointer")."""
LOCK = ".playlist-archive.lock"
"""The file that a run locks, if the folder itself cannot be locked (lock.py)."""

_LETTERS = "[a-z]|0-9|other"
_INDEX_PART = re.compile(rf"{INDEX_PARTS}/(?:{_LETTERS}|not-[a-z]+)(?:-[0-9]+)?\.md")
_PART = re.compile(
    rf"{CUMULATIVE}/[0-9A-Za-z]{{22}}\.(?:[0-9]{{4}}|(?:[0-9]{{4}}-[0-9]{{2}}|{_LETTERS})(?:-[0-9]+)?)\.md"
    rf"|{DATA}/[0-9A-Za-z]{{22}}\.[0-9]{{4}}(?:-[0-9]{{2}})?\.json"
)


def registry_entry(playlist_id: PlaylistId) -> str:
    """The registry entry of this playlist."""
    return f"{REGISTRY}/{playlist_id}"


def data(playlist_id: PlaylistId) -> str:
    """The record, from which every page is made."""
    return f"{DATA}/{playlist_id}.json"


def plain(playlist_id: PlaylistId) -> str:
    """The sorted list of songs, one line per track."""
    return f"{PLAIN}/{playlist_id}"


def pretty(playlist_id: PlaylistId) -> str:
    """The newest snapshot as a page."""
    return f"{PRETTY}/{playlist_id}.md"


def cumulative(playlist_id: PlaylistId) -> str:
    """The page of every track that ever belonged to the playlist."""
    return f"{CUMULATIVE}/{playlist_id}.md"


def cumulative_part(playlist_id: PlaylistId, name: str) -> str:
    """A part of a long cumulative page, named by a period (`2026`, `2026-11`) or a letter."""
    return f"{CUMULATIVE}/{playlist_id}.{name}.md"


def data_part(playlist_id: PlaylistId, name: str) -> str:
    """A part of a long record, named by its period."""
    return f"{DATA}/{playlist_id}.{name}.json"


def is_part(path: str) -> bool:
    """Whether `cumulative_part` or `data_part` can have given the path. Other files there belong to somebody else."""
    return _PART.fullmatch(path) is not None


def files_of(playlist_id: PlaylistId) -> tuple[str, ...]:
    """The record and the pages that every playlist has. A long list also has parts (`Store.parts`)."""
    return data(playlist_id), plain(playlist_id), pretty(playlist_id), cumulative(playlist_id)


def is_kept(path: str) -> bool:
    """Whether the archive keeps a file at this path. Hidden files in its folders belong to somebody else."""
    folder, _, name = path.rpartition("/")
    return path in FILES or (folder in FOLDERS and not name.startswith("."))


def playlist_name(path: str) -> str | None:
    """The playlist's name in the path of a record or page, probably an id; None for all other paths."""
    folder, _, name = path.rpartition("/")
    return name.partition(".")[0] if folder in _OF_ONE_PLAYLIST else None


def followers(day: date) -> str:
    """The table of likes for the month of `day`."""
    return f"{FOLLOWERS}/{day:%Y-%m}.csv"


def is_index_part(path: str) -> bool:
    """Whether `index_part` can have given the path. Other files in that folder belong to somebody else."""
    return _INDEX_PART.fullmatch(path) is not None


def index_part(name: str) -> str:
    """A part of an index that is too long for one page."""
    return f"{INDEX_PARTS}/{name}.md"
