"""What git has of an old archive: which commit left which file as what, on which day, and the texts."""

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
"""No page of a playlist is larger: 10,000 songs take about 4 MB."""

_TOO_LARGE: Final = "it is too large for a page"
_CHUNK: Final = 1 << 16
_HEADER_WORDS: Final = 3
"""Hash, kind and size, before a text that git has."""

_IS_FILE: Final = "100"
"""How the modes of plain files begin."""

_PATHS: Final = (layout.PRETTY, layout.OLD_ALIASES, layout.FOLLOWERS, layout.DATA)
_LOG: Final = (
    *("log", "--first-parent", "-m", "--no-renames", "--reverse", "--raw", "-z", "--abbrev=64"),
    *("--no-color", "--no-notes", "--format=%x01%H %at"),
)


class Fault(NamedTuple):
    """A version that cannot be read: the commit, the file, what is wrong, and what to do. It costs only itself."""

    commit: str
    path: str
    message: str
    remedy: str = ""

    @property
    def note(self) -> Note:
        """What is told of it, besides where it is."""
        return Note(self.message, self.remedy)


class Version(NamedTuple):
    """One file as a commit left it. `place` counts commits from the oldest."""

    place: int
    day: date
    commit: str
    path: str
    blob: str


class Log(NamedTuple):
    """What the log of a repository says, from the oldest commit to the newest.

    `pages` are versions of pages and aliases, `likes` those of each playlist's list of likes. `ours` says from which
    commit on a playlist is archived by this program. `others` are no files, though their names are those of some.
    """

    pages: MutableSequence[Version]
    likes: MutableMapping[PlaylistId, MutableSequence[Version]]
    ours: MutableMapping[str, int]
    others: MutableSequence[Version]
    commits: int


class _Line(NamedTuple):
    """What a commit did to a file. An empty `blob` says that it took the file away."""

    place: int
    path: str
    mode: str
    blob: str


def read_log(source: Source, *, today: date) -> Log:
    """Every version of the files that matter. No day is before that of the commit before, and none after `today`.

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
    """The versions' texts, in the order in which they are given; one that there is not is a fault.

    Raises:
        SourceError: git cannot read them.
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
    """How many bytes each version has; none for what git does not have.

    Raises:
        SourceError: git cannot read them.
    """
    return [max(size, 0) for _, _, size, _ in _answers(git, "--batch-check", versions)]


def _answers(git: Git, how: str, versions: Sequence[Version]) -> Iterator[tuple[Version, str, int, IO[bytes]]]:
    """Each version with its kind, its size, and the stream that has its content next. -1 bytes: it has none."""
    asked = "".join(f"{version.blob}\n" for version in versions).encode()
    if not versions:
        return
    with _reading(git, "cat-file", how, text=asked) as output:
        for version in versions:
            header = output.readline().split()
            is_there = len(header) == _HEADER_WORDS
            yield version, header[1].decode() if is_there else "", int(header[2]) if is_there else -1, output


def _skip(output: IO[bytes], size: int) -> None:
    """Leaves a content and the line end behind it unread."""
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
    """What NUL bytes and line ends behind them separate."""
    rest = b""
    while chunk := output.read(_CHUNK):
        *whole, rest = (rest + chunk).split(b"\0")
        yield from (token.strip(b"\n") for token in whole if token.strip(b"\n"))
    if rest.strip(b"\n"):
        yield rest.strip(b"\n")
