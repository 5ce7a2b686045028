"""Which playlists to archive, under which alias; what is wrong with an entry, and what to do about it."""

import re
import stat
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

from . import layout
from .layout import PlaylistId

ALIAS_CHARACTERS = 200
"""The longest alias (our choice: twice the longest name that Spotify allows)."""

_LONGEST_ENTRY_BYTES = 4_096
"""No entry with one line of `ALIAS_CHARACTERS` is larger."""

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
_LINK = re.compile(r"(?:https?://)?open\.spotify\.com/(?:[^/?#\s]+/)*playlist/([0-9A-Za-z]{22})/?(?:[?#]\S*)?")
_URI = re.compile(r"spotify:(?:user:[^:\s]+:)?playlist:([0-9A-Za-z]{22})(?:\?\S*)?")


class Problem(NamedTuple):
    """A bad entry: where, and a sentence that says what is wrong and what to do. `line` counts from 1."""

    path: str
    sentence: str
    line: int = 1


class Registry(NamedTuple):
    """The good entries (id → alias, None for Spotify's own name), and the bad ones."""

    aliases: Mapping[PlaylistId, str | None]
    problems: tuple[Problem, ...]


def read_registry(root: Path) -> Registry:
    """All entries of the folder `registry/` below `root`, sorted; names that begin with a dot are not entries."""
    folder = root / layout.REGISTRY
    paths = sorted(path for path in folder.iterdir() if not path.name.startswith(".")) if folder.is_dir() else []
    return check_entries(paths, root)


def check_entries(paths: Iterable[Path], root: Path) -> Registry:
    """The entries at `paths`, which lie below `root`; a bad one is a problem and never an exception."""
    aliases: dict[PlaylistId, str | None] = {}
    problems = []
    for path in paths:
        try:
            aliases[_entry_id(path.name)] = _alias(path)
        except ValueError as error:
            problems.append(Problem(_shown(path, root), str(error), line=_line_of(error)))
        except OSError as error:
            problems.append(Problem(_shown(path, root), f"it cannot be read: {error.strerror}"))
    return Registry(aliases, tuple(problems))


def parse_reference(text: str) -> PlaylistId:
    """The id in a link to a playlist, a `spotify:playlist:` URI, or the id itself.

    Raises:
        ValueError: it is none of these.
    """
    text = text.strip()
    match = _LINK.fullmatch(text) or _URI.fullmatch(text)
    return layout.playlist_id(match[1] if match else text)


def check_alias(alias: str) -> str:
    """The alias without outer blanks.

    Raises:
        ValueError: it is not one line of printable text.
    """
    if _CONTROL.search(alias):
        msg = "the alias has control characters in it: write one line of plain text"
        raise ValueError(msg)
    if len(alias.strip()) > ALIAS_CHARACTERS:
        msg = f"the alias is longer than {ALIAS_CHARACTERS} characters: write a shorter one"
        raise ValueError(msg)
    return alias.strip()


class _AtLineError(ValueError):
    def __init__(self, message: str, line: int) -> None:
        super().__init__(message)
        self.line = line


def _line_of(error: ValueError) -> int:
    return error.line if isinstance(error, _AtLineError) else 1


def _entry_id(name: str) -> PlaylistId:
    try:
        return layout.playlist_id(name)
    except ValueError as error:
        try:
            inside = parse_reference(name.replace("\uff1a", ":"))
        except ValueError:
            msg = f"its name is no playlist id ({error}): rename it to the part behind `playlist/` in the link"
            raise ValueError(msg) from None
        msg = f"its name is a link or URI, not an id: rename it to {inside}"
        raise ValueError(msg) from None


def _alias(path: Path) -> str | None:
    """The display name in an entry; None for an empty one, which a lone newline is too."""
    mode = path.lstat().st_mode
    if stat.S_ISLNK(mode):
        msg = "it is a symbolic link: put an empty file there instead"
        raise ValueError(msg)
    if not stat.S_ISREG(mode):
        msg = "it is a folder, not a file: put an empty file there instead"
        raise ValueError(msg)
    if path.stat().st_size > _LONGEST_ENTRY_BYTES:
        msg = "it is too large: an entry is empty, or one line with the name to show"
        raise ValueError(msg)
    try:
        text = path.read_bytes().decode("utf-8")
    except UnicodeDecodeError:
        msg = "it is not UTF-8 text: write it anew, empty or with one line"
        raise ValueError(msg) from None
    first, *others = text.replace("\r\n", "\n").removesuffix("\n").split("\n")
    if others:
        msg = "it has more than one line: leave the first, with the name to show"
        raise _AtLineError(msg, line=2)
    return check_alias(first) or None


def _shown(path: Path, root: Path) -> str:
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else path.as_posix()
