"""Gives imported days commits of their own: one for each day of the source, dated as that day, by `git fast-import`."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from datetime import UTC, date, datetime, time
from operator import itemgetter
from pathlib import Path
from typing import IO, Final

from ..archive import layout
from ..archive.ids import PlaylistId
from ..archive.model import Record
from ..archive.store import record_text
from ..git.repository import BOT, Git, GitError
from ..render.page import Repository
from ..run.pages import pages
from .fold import Fold
from .old_archive import Dated

_REF: Final = "refs/playlist-archive/import"
"""Where commits are made, so that a branch moves only when all are there."""

Days = Mapping[PlaylistId, tuple[Dated, ...]]


def replay(
    root: Path,
    days: Days,
    *,
    aliases: Mapping[PlaylistId, str | None],
    repository: Repository,
    progress: Callable[[], None] = lambda: None,
) -> int:
    """Puts a commit for each day on top of the branch that is checked out; returns how many.

    A commit holds the records and pages of the playlists that changed on its day. `progress` is called for each version
    of a playlist. Where anything goes wrong, the branch stays as it was.

    Raises:
        GitError: git refuses, or files that are in the way are not committed.
    """
    git = Git(root)
    parent = git.head()
    count = 0
    made = _Files(repository)
    try:
        with git.writing("fast-import", "--quiet", "--done", "--date-format=raw") as stream:
            for day, records in _by_day(days, aliases, progress):
                files = {git.from_top(path): text for record in records for path, text in made.of(record).items()}
                _commit(stream, day, len(records), files, "" if count else parent)
                count += 1
            stream.write(b"done\n")
        if count:
            git.run("merge", "--quiet", "--ff-only", _REF)
    finally:
        with suppress(GitError):  # where git never came to make it
            git.run("update-ref", "-d", _REF)
    return count


class _Files:
    """The files of the playlists, from day to day."""

    def __init__(self, repository: Repository) -> None:
        self._repository = repository
        self._paths: dict[PlaylistId, frozenset[str]] = {}

    def of(self, record: Record) -> Mapping[str, str | None]:
        """Path → text of the record and its pages; None for a part that a page had until now."""
        texts = {layout.data(record.id): record_text(record), **pages(record, self._repository)}
        gone = self._paths.get(record.id, frozenset()) - texts.keys()
        self._paths[record.id] = frozenset(texts)
        return {**texts, **dict.fromkeys(gone)}


def _by_day(
    days: Days, aliases: Mapping[PlaylistId, str | None], progress: Callable[[], None]
) -> Iterator[tuple[date, list[Record]]]:
    """For each day with a change the records that changed on it."""
    folds = {playlist_id: Fold(alias=aliases.get(playlist_id)) for playlist_id in days}
    by_day: dict[date, list[tuple[PlaylistId, Dated]]] = {}
    for playlist_id, versions in days.items():
        for dated in versions:
            by_day.setdefault(dated.day, []).append((playlist_id, dated))
    for day, seen in sorted(by_day.items()):
        records = [record for playlist_id, dated in seen if (record := _next(folds[playlist_id], dated))]
        for _ in seen:
            progress()
        if records:
            yield day, records


def _next(fold: Fold, dated: Dated) -> Record | None:
    """The record after a day; None where no reader would see a difference."""
    before = fold.record()
    fold.add(dated.snapshot, today=dated.day)
    record = fold.record()
    return None if record == before else record


def _commit(stream: IO[bytes], day: date, playlists: int, files: Mapping[str, str | None], parent: str) -> None:
    seconds = int(datetime.combine(day, time(12), UTC).timestamp())
    who = f"{BOT['GIT_COMMITTER_NAME']} <{BOT['GIT_COMMITTER_EMAIL']}> {seconds} +0000"
    subject = f"Import {day}: {playlists} playlist{'' if playlists == 1 else 's'} changed\n"
    stream.write(f"commit {_REF}\ncommitter {who}\n".encode())
    _data(stream, subject)
    if parent:
        stream.write(f"from {parent}\n".encode())
    for path, text in sorted(files.items(), key=itemgetter(0)):
        if text is None:
            stream.write(f"D {path}\n".encode())
            continue
        stream.write(f"M 100644 inline {path}\n".encode())
        _data(stream, text)


def _data(stream: IO[bytes], text: str) -> None:
    content = text.encode()
    stream.write(b"data %d\n%s\n" % (len(content), content))
