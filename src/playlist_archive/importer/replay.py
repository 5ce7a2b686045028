"""Makes one commit per imported day of the source, dated as that day, with `git fast-import`.

Git stores a text as its difference to the text before it. So all versions of a file are written one after the other.
The commits, which only name the versions, come last. An old archive of eight playlists takes 16 MB this way, and 293 MB
if written day by day.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, date, datetime, time
from functools import partial
from pathlib import Path
from typing import IO, Final, NamedTuple

from ..archive.ids import PlaylistId
from ..archive.model import Record
from ..archive.record_file import record_texts
from ..git.repository import BOT, Git, GitError
from ..render.page import Repository
from ..run.pages import PAGES, Kind
from .fold import Fold
from .old_archive import Dated

_REF: Final = "refs/playlist-archive/import"
"""The temporary ref for the commits. The branch moves only after all commits are made."""

Days = Mapping[PlaylistId, tuple[Dated, ...]]


class _File(NamedTuple):
    """A file of a commit, and the number of its text in git. No number if the commit deletes the file."""

    path: str
    mark: int | None


def replay(
    root: Path,
    days: Days,
    *,
    aliases: Mapping[PlaylistId, str | None],
    repository: Repository,
    progress: Callable[[], None] = lambda: None,
) -> int:
    """Adds a commit per day to the current branch, and returns the number of commits.

    A commit holds the records and pages of the playlists that changed on its day. `progress` is called for each version
    of a playlist. If anything fails, the branch stays as it was.

    Raises:
        GitError: git refuses, or uncommitted files are in the way.
    """
    git = Git(root)
    parent = git.head()
    try:
        with git.writing("fast-import", "--quiet", "--done", "--date-format=raw") as stream:
            texts = _Texts(stream, repository)
            for playlist_id, versions in days.items():
                texts.write(_changes(versions, aliases.get(playlist_id), progress))
            for number, (day, files) in enumerate(sorted(texts.by_day.items())):
                placed = [_File(git.from_top(file.path), file.mark) for file in files]
                _commit(stream, day, texts.playlists[day], placed, "" if number else parent)
            stream.write(b"done\n")
        if texts.by_day:
            git.run("merge", "--quiet", "--ff-only", _REF)
    finally:
        with suppress(GitError):  # if git did not make the ref
            git.run("update-ref", "-d", _REF)
    return len(texts.by_day)


class _Texts:
    """Writes the texts of records and pages, and keeps the files of each day."""

    def __init__(self, stream: IO[bytes], repository: Repository) -> None:
        self.by_day: dict[date, list[_File]] = {}
        self.playlists: Counter[date] = Counter()
        self._stream = stream
        self._repository = repository
        self._last = 0

    def write(self, versions: Sequence[tuple[date, Record]]) -> None:
        """Writes all versions of a playlist's files."""
        self.playlists.update(day for day, _ in versions)
        self._write(versions, record_texts)
        for kind in PAGES:
            self._write(versions, partial(self._pages, kind))

    def _pages(self, kind: Kind, record: Record) -> Mapping[str, str]:
        return kind(record, self._repository)

    def _write(self, versions: Sequence[tuple[date, Record]], texts: Callable[[Record], Mapping[str, str]]) -> None:
        """Writes the texts of one kind. Parts that a page no longer has are deleted."""
        before: tuple[str, ...] = ()
        for day, record in versions:
            made = texts(record)
            files = self.by_day.setdefault(day, [])
            files.extend(_File(path, None) for path in before if path not in made)
            files.extend(_File(path, self._text(text)) for path, text in made.items())
            before = tuple(made)

    def _text(self, text: str) -> int:
        """The number of the text in git."""
        self._last += 1
        self._stream.write(b"blob\nmark :%d\n" % self._last)
        _data(self._stream, text)
        return self._last


def _changes(
    versions: Sequence[Dated], alias: str | None, progress: Callable[[], None]
) -> Sequence[tuple[date, Record]]:
    """The record after each day with a visible difference."""
    return [*_changed(versions, Fold(alias=alias), progress)]


def _changed(versions: Sequence[Dated], fold: Fold, progress: Callable[[], None]) -> Iterator[tuple[date, Record]]:
    before = None
    for day, snapshot in versions:
        fold.add(snapshot, today=day)
        record = fold.record()
        if record and record != before:
            yield day, record
        before = record
        progress()


def _commit(stream: IO[bytes], day: date, playlists: int, files: Sequence[_File], parent: str) -> None:
    seconds = int(datetime.combine(day, time(12), UTC).timestamp())
    who = f"{BOT['GIT_COMMITTER_NAME']} <{BOT['GIT_COMMITTER_EMAIL']}> {seconds} +0000"
    stream.write(f"commit {_REF}\ncommitter {who}\n".encode())
    _data(stream, f"Import {day}: {playlists} playlist{'' if playlists == 1 else 's'} changed\n")
    if parent:
        stream.write(f"from {parent}\n".encode())
    for file in files:
        line = f"D {file.path}\n" if file.mark is None else f"M 100644 :{file.mark} {file.path}\n"
        stream.write(line.encode())


def _data(stream: IO[bytes], text: str) -> None:
    content = text.encode()
    stream.write(b"data %d\n%s\n" % (len(content), content))
