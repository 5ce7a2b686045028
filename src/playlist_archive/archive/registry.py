"""Reads which playlists to archive, under which alias. A bad entry is a problem with a remedy."""

import os
import re
import stat
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final, NamedTuple

from ..problem import ProblemError, sentence
from ..untrusted import UNPRINTABLE
from . import layout
from .ids import PlaylistId, parse_playlist_id

ALIAS_CHARACTERS: Final = 200
"""The longest alias (our choice: twice the longest name that Spotify allows)."""

_LONGEST_ENTRY_BYTES: Final = 4_096
"""The most bytes of an entry with one line of `ALIAS_CHARACTERS`."""

_ID_WITHIN = re.compile(r"(?<![0-9A-Za-z])[0-9A-Za-z]{22}(?![0-9A-Za-z])")


class Problem(NamedTuple):
    """A bad entry: its path, the mistake, and the remedy. `line` counts from 1."""

    path: str
    message: str
    remedy: str = ""
    line: int = 1

    @property
    def sentence(self) -> str:
        """Message and remedy in one line for people."""
        return sentence(self.message, self.remedy)


class EntryError(ProblemError, ValueError):
    """A malformed entry or alias. `line` counts from 1."""

    def __init__(self, message: str, remedy: str = "", *, line: int = 1) -> None:
        super().__init__(message, remedy)
        self.line = line


class Registry(NamedTuple):
    """The good entries (id → alias, None for Spotify's own name), and the bad entries."""

    aliases: Mapping[PlaylistId, str | None]
    problems: tuple[Problem, ...]

    @property
    def is_readable(self) -> bool:
        """Whether the registry could be read, or does not exist."""
        return all(problem.path != layout.REGISTRY for problem in self.problems)

    @property
    def named(self) -> frozenset[str]:
        """The names of all entries, also of bad ones."""
        return frozenset(self.aliases) | {problem.path.rsplit("/", 1)[-1] for problem in self.problems}


def read_registry(root: Path) -> Registry:
    """All entries in the folder `registry/` below `root`, sorted; empty without that folder.

    Two ids that differ only in the case of letters may both be real, so both are entries. Usually one is a mistake, and
    a disk that ignores case cannot hold both files. So both are problems too.
    """
    folder = root / layout.REGISTRY
    try:
        if folder.is_symlink():
            return Registry({}, (Problem(layout.REGISTRY, "it is a symbolic link", "put a folder there instead"),))
        paths = sorted(folder.iterdir())
    except FileNotFoundError:
        paths = []
    except OSError as error:
        message = f"it cannot be read as a folder ({error.strerror})"
        return Registry({}, (Problem(layout.REGISTRY, message, "give your user the right to read it"),))
    aliases, problems = check_entries(paths, root)
    return Registry(aliases, (*problems, *_same_but_for_case(aliases)))


def check_entries(paths: Iterable[Path], root: Path) -> Registry:
    """The entries at `paths` below `root`. A bad entry becomes a problem, never an exception.

    Names that begin with a dot are not entries.
    """
    aliases: dict[PlaylistId, str | None] = {}
    problems = []
    for path in paths:
        if path.name.startswith("."):
            continue
        try:
            _check_file(path)
            aliases[_entry_id(path.name)] = _alias(path)
        except EntryError as error:
            problems.append(Problem(_shown(path, root), error.message, error.remedy, error.line))
        except OSError as error:
            message = f"it cannot be read ({error.strerror})"
            remedy = "give your user the right to read it, or delete it"
            problems.append(Problem(_shown(path, root), message, remedy))
    return Registry(aliases, tuple(problems))


def check_alias(alias: str) -> str:
    """The alias, without blanks at its ends.

    Raises:
        EntryError: the alias is not one line of printable text.
    """
    if UNPRINTABLE.search(alias):
        raise EntryError("the alias has control characters in it", "write one line of plain text")
    if len(alias.strip()) > ALIAS_CHARACTERS:
        raise EntryError(f"the alias is longer than {ALIAS_CHARACTERS} characters", "write a shorter one")
    return alias.strip()


def _check_file(path: Path) -> None:
    """Checks the file. This comes before the name, since a link typed as a file name makes folders."""
    status = path.lstat()
    if stat.S_ISLNK(status.st_mode):
        raise EntryError("it is a symbolic link", "put an empty file there instead")
    if stat.S_ISDIR(status.st_mode):
        remedy = "put a file there whose name is the 22 characters behind `playlist/` in the link"
        raise EntryError("it is a folder", remedy)
    if not stat.S_ISREG(status.st_mode):
        raise EntryError("it is no ordinary file", "put an empty file there instead")
    if status.st_size > _LONGEST_ENTRY_BYTES:
        raise EntryError("it is too large", "leave it empty, or leave one line with the name to show")


def _entry_id(name: str) -> PlaylistId:
    try:
        return parse_playlist_id(name)
    except ValueError as error:
        within = _ID_WITHIN.search(name)
        better = within[0] if within else "the part behind `playlist/` in the link"
        raise EntryError(f"its name is not a playlist id alone ({error})", f"rename it to {better}") from None


def _alias(path: Path) -> str | None:
    """The display name in an entry; None if the entry is empty or has only a newline."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise EntryError("it is not UTF-8 text", "write it anew, empty or with one line") from None
    first, *others = text.replace("\r\n", "\n").removesuffix("\n").split("\n")
    if first.startswith(layout.LFS_POINTER):
        raise EntryError("it is a pointer of Git LFS, and its content is not here", "run `git lfs pull`")
    if others:
        raise EntryError("it has more than one line", "leave the first, with the name to show", line=2)
    return check_alias(first) or None


def _same_but_for_case(playlists: Iterable[PlaylistId]) -> Iterator[Problem]:
    by_letters: dict[str, list[PlaylistId]] = {}
    for playlist_id in playlists:
        by_letters.setdefault(playlist_id.lower(), []).append(playlist_id)
    for twins in by_letters.values():
        for one, other in zip(twins, twins[1:] + twins[:1], strict=True):
            if one != other:
                message = f"it differs from {other} only in the case of letters"
                yield Problem(layout.registry_entry(one), message, "delete the one that is mistyped")


def _shown(path: Path, root: Path) -> str:
    """The path below the root, as text that UTF-8 can write. A file name need not be such text."""
    below = path.relative_to(root) if path.is_relative_to(root) else path
    return os.fsencode(below.as_posix()).decode("utf-8", "replace")
