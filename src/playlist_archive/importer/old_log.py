"""Reads the versions of an old archive's files from git: their commits, days and texts."""

import os
from collections.abc import Iterable, Iterator, MutableMapping, MutableSequence, Sequence
from contextlib import contextmanager
from datetime import date
from typing import IO, Final, NamedTuple

from ..archive import layout
from ..archive.ids import PlaylistId
from ..git.repository import Git, GitError
from ..git.versions import day_of_clock
from ..history.days import in_order
from ..problem import Note
from .old_json import parse_or_none
from .source import Source, SourceError

MOST_BYTES: Final = 1 << 26
"""The largest page of a playlist. 10,000 songs take about 4 MB."""

_TOO_LARGE: Final = "it is too large for a page"
_CHUNK: Final = 1 << 16
_HEADER_WORDS: Final = 3
"""The number of fields before a text in git's answer: hash, kind and size."""

_IS_FILE: Final = "100"
"""The beginning of the modes of plain files."""

_PATHS: Final = (layout.PRETTY, layout.OLD_ALIASES, layout.FOLLOWERS, layout.DATA)
_LOG: Final = (
    *("log", "--first-parent", "-m", "--no-renames", "--reverse", "--raw", "-z", "--abbrev=64"),
    *("--no-color", "--no-notes", "--format=%x01%H %at"),
)


class Fault(NamedTuple):
    """A version that cannot be read: the commit, the file, the problem and the remedy. All other versions are read."""

    commit: str
    path: str
    message: str
    remedy: str = ""

    @property
    def note(self) -> Note:
        """The note for users, without the place of the version."""
        return Note(self.message, self.remedy)


class Version(NamedTuple):
    """The version of a file in a commit. `place` counts commits from the oldest."""

    place: int
    day: date
    commit: str
    path: str
    blob: str


class Log(NamedTuple):
    """The versions in a repository's log, from the oldest commit to the newest.

    `pages` are versions of pages and aliases, `likes` versions of each playlist's list of likes. `ours` gives the
    commit from which this program archives a playlist. `others` have names of wanted files, but are no plain files.
    """

    pages: MutableSequence[Version]
    likes: MutableMapping[PlaylistId, MutableSequence[Version]]
    ours: MutableMapping[str, int]
    others: MutableSequence[Version]
    commits: int


class _Line(NamedTuple):
    """The change of a file in a commit. An empty `blob` means that the commit deleted the file."""

    place: int
    path: str
    mode: str
    blob: str


def read_log(source: Source, *, today: date) -> Log:
    """Every version of the wanted files. Days never descend, and none is after `today`.

    Raises:
        SourceError: git cannot read the history.
    """
    commits: list[str] = []
    clocks: list[date] = []
    lines: list[_Line] = []
    with _reading(source.git, *_LOG, source.head, "--", *_PATHS) as output:
        tokens = _tokens(output)
        for token in tokens:
            if token.startswith(b"\x01"):
                commit, seconds = token[1:].decode().split()
                commits.append(commit)
                day = day_of_clock(int(seconds))
                clocks.append(day if day <= today else date.min)
            elif token.startswith(b":"):
                _, mode, _, blob, _ = token.decode().split()
                lines.append(_Line(len(commits) - 1, os.fsdecode(next(tokens)), mode, blob.strip("0") and blob))
    return _sorted(lines, commits, in_order(clocks))


def _sorted(lines: Iterable[_Line], commits: Sequence[str], days: Sequence[date]) -> Log:
    log = Log([], {}, {}, [], len(commits))
    for line in lines:
        folder, _, name = line.path.rpartition("/")
        version = Version(line.place, days[line.place], commits[line.place], line.path, line.blob)
        if folder == layout.DATA:
            log.ours.setdefault(name.removesuffix(".json"), line.place)
        elif not line.blob or not (folder == layout.OLD_ALIASES or name.endswith((".md", ".json"))):
            continue
        elif not line.mode.startswith(_IS_FILE):
            log.others.append(version)
        elif folder != layout.FOLLOWERS:
            log.pages.append(version)
        elif playlist_id := parse_or_none(name.removesuffix(".json")):
            log.likes.setdefault(playlist_id, []).append(version)
    return log


def texts(git: Git, versions: Sequence[Version], faults: list[Fault]) -> Iterator[tuple[Version, str]]:
    """The texts of the versions, in the given order. A missing text becomes a fault.

    Raises:
        SourceError: git cannot read the versions.
    """
    for version, kind, size, output in _answers(git, "--batch", versions):
        if kind != "blob" or size > MOST_BYTES:
            _skip(output, size)
            lacking = Fault(version.commit, version.path, "git does not have it")
            faults.append(lacking if kind != "blob" else lacking._replace(message=_TOO_LARGE))
            continue
        content = output.read(size)
        output.read(1)
        try:
            yield version, content.decode("utf-8")
        except UnicodeDecodeError:
            faults.append(Fault(version.commit, version.path, "it is not UTF-8 text"))


def sizes(git: Git, versions: Sequence[Version]) -> list[int]:
    """The size of each version in bytes, 0 if git lacks the version.

    Raises:
        SourceError: git cannot read the versions.
    """
    return [max(size, 0) for _, _, size, _ in _answers(git, "--batch-check", versions)]


def _answers(git: Git, how: str, versions: Sequence[Version]) -> Iterator[tuple[Version, str, int, IO[bytes]]]:
    """Each version with its kind, its size, and a stream at its content. A size of -1 means no content."""
    asked = "".join(f"{version.blob}\n" for version in versions).encode()
    if not versions:
        return
    with _reading(git, "cat-file", how, text=asked) as output:
        for version in versions:
            header = output.readline().split()
            is_there = len(header) == _HEADER_WORDS
            yield version, header[1].decode() if is_there else "", int(header[2]) if is_there else -1, output


def _skip(output: IO[bytes], size: int) -> None:
    """Skips a content and the line end after it."""
    left = size + 1
    while left and (chunk := output.read(min(left, _CHUNK))):
        left -= len(chunk)


@contextmanager
def _reading(git: Git, *command: str, text: bytes = b"") -> Iterator[IO[bytes]]:
    try:
        with git.reading(*command, text=text) as output:
            yield output
    except GitError as error:
        message = f"the repository cannot be read ({error})"
        raise SourceError(message, "see `git fsck` there, or fetch it anew") from None


def _tokens(output: IO[bytes]) -> Iterator[bytes]:
    """The parts between NUL bytes, without line ends after these bytes."""
    rest = b""
    while chunk := output.read(_CHUNK):
        *whole, rest = (rest + chunk).split(b"\0")
        yield from (token.strip(b"\n") for token in whole if token.strip(b"\n"))
    if rest.strip(b"\n"):
        yield rest.strip(b"\n")
