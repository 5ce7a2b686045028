"""Reads an old archive from git: every playlist's newest version of each UTC day, streamed."""

import os
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import IO, Final, NamedTuple

from ..archive import layout
from ..archive.ids import PlaylistId
from ..archive.model import Snapshot
from ..problem import Note
from .old_json import parse_or_none, read_json
from .pages import PageError, PageReader
from .source import SourceError, head_of, stream

ESCAPED_SINCE: Final = date(2021, 12, 1)
"""When old archives began to escape Markdown. Pages that are named by id are escaped whenever they look so."""

_CHUNK: Final = 1 << 16


class Fault(NamedTuple):
    """A version that cannot be read: the commit, the file, what is wrong, and what to do. It costs only itself."""

    commit: str
    path: str
    note: Note


class Dated(NamedTuple):
    """A playlist as it was at the end of a day."""

    day: date
    snapshot: Snapshot


class OldArchive(NamedTuple):
    """What was read: each playlist's days in order, and the names that the archive had given playlists."""

    days: Mapping[PlaylistId, tuple[Dated, ...]]
    aliases: Mapping[PlaylistId, str]
    faults: tuple[Fault, ...]
    commits: int
    versions: int


class _Version(NamedTuple):
    """One file as a commit left it. `place` counts commits from the oldest."""

    place: int
    day: date
    commit: str
    path: str
    blob: str


class _Log(NamedTuple):
    """What the log of a repository says: versions by path, and from which commit on a playlist is archived by us."""

    versions: list[_Version]
    ours: dict[str, int]
    commits: int


def read(
    repository: Path, *, progress: Callable[[], None] = lambda: None, until: Callable[[PlaylistId], date | None]
) -> OldArchive:
    """All that the branch of a repository holds. `until` says from which day on a playlist's pages are not wanted.

    `progress` is called for each version that was read.

    Raises:
        SourceError: it is no old archive, or cannot be read.
    """
    log = _log(repository, head_of(repository))
    chosen = list(_last_of_each_day(log.versions))
    if not chosen:
        what = "is an archive of this program" if log.ours else "has no pages of playlists"
        raise SourceError(f"the repository {what}", "name one that holds an archive in the old format")
    reader, faults = _Reader(), list[Fault]()
    found: dict[PlaylistId, dict[date, tuple[_Version, Snapshot]]] = {}
    aliases: dict[PlaylistId, str] = {}
    for version, text in _texts(repository, chosen, faults):
        progress()
        reader.take(version, text, found, aliases, faults)
    days = {name: tuple(_in_order(name, versions, log.ours, until)) for name, versions in sorted(found.items())}
    return OldArchive(days, aliases, tuple(sorted(faults)), log.commits, len(chosen))


def _in_order(
    playlist_id: PlaylistId,
    versions: Mapping[date, tuple[_Version, Snapshot]],
    ours: Mapping[str, int],
    until: Callable[[PlaylistId], date | None],
) -> Iterator[Dated]:
    begun, end = ours.get(playlist_id), until(playlist_id)
    for day, (version, snapshot) in sorted(versions.items()):
        if (begun is None or version.place < begun) and (end is None or day < end):
            yield Dated(day, snapshot)


class _Reader:
    """Makes snapshots of texts, by what the path says of their era."""

    def __init__(self) -> None:
        self._pages = PageReader()

    def take(
        self,
        version: _Version,
        text: str,
        found: dict[PlaylistId, dict[date, tuple[_Version, Snapshot]]],
        aliases: dict[PlaylistId, str],
        faults: list[Fault],
    ) -> None:
        """Puts what a version says where it belongs; the newest of a day wins, and JSON wins over a page."""
        folder, _, name = version.path.rpartition("/")
        if folder == layout.OLD_ALIASES:
            if playlist_id := parse_or_none(name):
                aliases[playlist_id] = text.strip()
            return
        try:
            snapshot = self._snapshot(version, text)
        except PageError as error:
            faults.append(Fault(version.commit, version.path, error.note))
            return
        days = found.setdefault(snapshot.id, {})
        known = days.get(version.day)
        if known is None or _rank(known[0]) < _rank(version):
            days[version.day] = (version, snapshot)

    def _snapshot(self, version: _Version, text: str) -> Snapshot:
        name = version.path.rpartition("/")[2]
        expected = parse_or_none(name.rpartition(".")[0])
        if name.endswith(".json"):
            if expected is None:
                raise PageError("its name is no id of a playlist")
            return read_json(text, expected=expected)
        may_be_escaped = expected is not None or version.day >= ESCAPED_SINCE
        return self._pages.snapshot(text, expected=expected, may_be_escaped=may_be_escaped)


def _rank(version: _Version) -> tuple[int, bool]:
    return (version.place, version.path.endswith(".json"))


def _last_of_each_day(versions: Iterable[_Version]) -> Iterator[_Version]:
    """The last version of each file on each day; a file that a day took away counts as it was before."""
    last: dict[tuple[str, date], _Version] = {}
    for version in versions:
        last[version.path, version.day] = version
    return iter(sorted(last.values(), key=lambda version: (version.path, version.place)))


def _log(repository: Path, head: str) -> _Log:
    """Every version of the files that matter, in the order of ancestry. Days never run backwards."""
    paths = (layout.PRETTY, layout.OLD_ALIASES, layout.DATA)
    arguments = (
        "--first-parent",
        "-m",
        "--no-renames",
        "--reverse",
        "--raw",
        "-z",
        "--abbrev=64",
        "--format=%x01%H %ct",
    )
    versions: list[_Version] = []
    ours: dict[str, int] = {}
    place, commit, day = 0, "", date.min
    with stream(repository, "log", *arguments, head, "--", *paths) as output:
        tokens = _tokens(output)
        for token in tokens:
            if token.startswith(b"\x01"):
                commit, seconds = token[1:].decode().split()
                place, day = place + 1, max(day, datetime.fromtimestamp(int(seconds), UTC).date())
            elif token.startswith(b":"):
                blob, path = token.split()[3].decode(), os.fsdecode(next(tokens))
                _sort_in(_Version(place, day, commit, path, blob), versions, ours)
    return _Log(versions, ours, place)


def _sort_in(version: _Version, versions: list[_Version], ours: dict[str, int]) -> None:
    folder, _, name = version.path.rpartition("/")
    if folder == layout.DATA:
        ours.setdefault(name.removesuffix(".json"), version.place)
    elif version.blob.strip("0") and (folder == layout.OLD_ALIASES or name.endswith((".md", ".json"))):
        versions.append(version)


def _tokens(output: IO[bytes]) -> Iterator[bytes]:
    """What NUL bytes and line ends behind them separate."""
    rest = b""
    while chunk := output.read(_CHUNK):
        *whole, rest = (rest + chunk).split(b"\0")
        yield from (token.strip(b"\n") for token in whole if token.strip(b"\n"))
    if rest.strip(b"\n"):
        yield rest.strip(b"\n")


def _texts(repository: Path, versions: list[_Version], faults: list[Fault]) -> Iterator[tuple[_Version, str]]:
    """The versions' texts, in the order in which they are given, through one process."""
    with tempfile.TemporaryFile() as wanted:
        wanted.write("".join(f"{version.blob}\n" for version in versions).encode())
        wanted.seek(0)
        with stream(repository, "cat-file", "--batch", given=wanted) as output:
            for version in versions:
                header = output.readline().split()
                if len(header) != _HEADER_WORDS or header[1] != b"blob":
                    faults.append(
                        Fault(
                            version.commit, version.path, Note("git does not have it", "fetch all of the old archive")
                        )
                    )
                    continue
                content = output.read(int(header[2]))
                output.read(1)
                try:
                    yield version, content.decode("utf-8")
                except UnicodeDecodeError:
                    faults.append(Fault(version.commit, version.path, Note("it is not UTF-8 text")))


_HEADER_WORDS: Final = 3
"""Hash, kind and size."""
