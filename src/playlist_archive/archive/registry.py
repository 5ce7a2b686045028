"""Which playlists to archive, under which alias; what is wrong with an entry, and what to do about it."""

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
"""No entry with one line of `ALIAS_CHARACTERS` is larger."""

_ID_WITHIN = re.compile(r"(?<![0-9A-Za-z])[0-9A-Za-z]{22}(?![0-9A-Za-z])")


class Problem(NamedTuple):
    """A bad entry: its path, what is wrong with it, and what to do. `line` counts from 1."""

    path: str
    message: str
    remedy: str = ""
    line: int = 1

    @property
    def sentence(self) -> str:
        """`message: remedy`, for people."""
        return sentence(self.message, self.remedy)


class EntryError(ProblemError, ValueError):
    """An entry, or an alias, is not well-formed. `line` counts from 1."""

    def __init__(self, message: str, remedy: str = "", *, line: int = 1) -> None:
        super().__init__(message, remedy)
        self.line = line


class Registry(NamedTuple):
    """The good entries (id → alias, None for Spotify's own name), and the bad ones."""

    aliases: Mapping[PlaylistId, str | None]
    problems: tuple[Problem, ...]

    @property
    def is_readable(self) -> bool:
        """Whether it was there to be looked at, or rightly absent."""
        return all(problem.path != layout.REGISTRY for problem in self.problems)

    @property
    def named(self) -> frozenset[str]:
        """The names of all entries, well-formed or not."""
        return frozenset(self.aliases) | {problem.path.rsplit("/", 1)[-1] for problem in self.problems}


def read_registry(root: Path) -> Registry:
    """All entries of the folder `registry/` below `root`, sorted; without that folder there are none.

    Of two ids that differ only in the case of letters each may be real, so both stay in. But that is hardly ever so,
    and no disk that ignores case can hold both, so both are problems too.
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
    """The entries at `paths`, which lie below `root`; a bad one is a problem and never an exception.

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
    """The alias without outer blanks.

    Raises:
        EntryError: it is not one line of printable text.
    """
    if UNPRINTABLE.search(alias):
        raise EntryError("the alias has control characters in it", "write one line of plain text")
    if len(alias.strip()) > ALIAS_CHARACTERS:
        raise EntryError(f"the alias is longer than {ALIAS_CHARACTERS} characters", "write a shorter one")
    return alias.strip()


def _check_file(path: Path) -> None:
    """Before the name is looked at, for a link typed as a file's name makes folders."""
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
    """The display name in an entry; None for an empty one, which a lone newline is too."""
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
    """The path below the root, as text that UTF-8 can write, which a file's name need not be."""
    below = path.relative_to(root) if path.is_relative_to(root) else path
    return os.fsencode(below.as_posix()).decode("utf-8", "replace")
