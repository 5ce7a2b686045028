"""Undoes what one bad day wrote, as if nothing had been observed: records, pages, index, likes, in one commit."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from typing import NamedTuple

from ..archive import layout
from ..archive.adders import record_without_adders
from ..archive.doubted import doubted_text, read_doubted
from ..archive.ids import PlaylistId
from ..archive.model import Record
from ..archive.registry import Registry
from ..archive.replay import Observation, replayed, snapshot_day
from ..archive.store import RecordError, Store
from ..git import versions
from ..git.commit import changes, commit, committing
from ..git.guard import check_commit, check_complete
from ..git.push import push
from ..git.race import ConflictError
from ..git.repository import Git, GitError, dated
from ..git.versions import Change, Log
from ..history.cache import read_forgettings
from ..history.days import in_order
from ..history.forgotten import ForgottenDay, forget_message, taken_back
from ..render.followers import without_day
from ..render.index import index_line
from ..render.page import Repository
from .committed import Committed
from .likes import read_likes
from .pages import pages, write_index


class NothingToForgetError(Exception):
    """Nothing was archived on the day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ForgetJob:
    """The day to forget, for the named playlists, or for all if none is named.

    `commit_day` dates the commit, which is never before the last one; None means now.
    """

    root: Path
    day: date
    registry: Registry
    repository: Repository
    playlists: frozenset[PlaylistId] = frozenset()
    dry_run: bool = False
    push: bool = False
    adders: bool = True
    commit_day: date | None = None


class Forgotten(NamedTuple):
    """The playlists with new records, their forgotten days, the written files, and notes on everything left out."""

    playlists: tuple[PlaylistId, ...]
    days: tuple[ForgottenDay, ...]
    written: tuple[str, ...]
    notes: tuple[str, ...]


class _Version(NamedTuple):
    """The record in a commit, the day of that commit, and the day in the order of the history."""

    commit: str
    said: date
    day: date
    record: Record


def forget(job: ForgetJob) -> Forgotten:
    """Makes the records again without the day, from git history, and commits. A shallow clone fetches the rest.

    Raises:
        GitError: there is no history, it cannot be fetched, files of the archive are not committed, or git refuses.
        NothingToForgetError: nothing was archived on the day.
        RecordError: a table of likes cannot be read.
        StoreError: the file cannot be written.
    """
    store = Store(job.root, dry_run=job.dry_run, adders=job.adders)
    with store.locked():
        git = dated(job.root, job.commit_day)
        _check(git)
        forgotten = _Forgetting(job, store, git).run()
        store.finish()
        if not job.dry_run:
            with committing("what is left without that day"):
                commit(git, changes(git), forget_message(job.day, forgotten.days))
        if job.push and not job.dry_run:
            _push(git)
    return forgotten


def _push(git: Git) -> None:
    """Pushes the commit.

    Raises:
        GitError: git refuses, or others changed the same files meanwhile.
    """
    try:
        push(git)
    except ConflictError as error:
        msg = f"others changed the same files meanwhile ({error.message})"
        raise GitError(msg, "take theirs with `git reset --hard @{upstream}`, and forget the day again") from error


def _check(git: Git) -> None:
    """Checks that the folder is as in the last commit.

    Raises:
        GitError: the folder differs, or nothing can be committed.
    """
    check_complete(git)
    check_commit(git)
    if git.exists() and changes(git):
        message = f"files in {layout.PLAYLISTS}/ are not as the last commit has them"
        raise GitError(message, "commit them, or `git restore` them")


class _Forgetting:
    def __init__(self, job: ForgetJob, store: Store, git: Git) -> None:
        self._job = job
        self._store = store
        self._committed = Committed(git)
        self._notes: list[str] = []
        self._log = _whole_log(job.root, git)
        self._days = in_order([commit.day for commit in self._log.commits])
        self._forgettings = read_forgettings(job.root, versions.place(job.root).head)
        self._again: list[ForgottenDay] = []
        self._likes = read_likes(store)

    def run(self) -> Forgotten:
        """Writes all files that differ, and returns the result."""
        job = self._job
        written_on = {change.playlist_id for change in self._log.changes if self._is_of_the_day(change)}
        written_on |= {found.playlist_id for one in self._forgettings for found in one.days if found.seen_on == job.day}
        liked_on = {playlist_id for playlist_id, days in self._likes.items() if job.day in days}
        chosen = self._chosen(written_on | liked_on)
        for playlist_id, record in self._made_anew(written_on & chosen):
            self._write(playlist_id, record)
        self._write_likes(chosen)
        self._write_doubted(chosen)
        self._write_index()
        again = {(found.playlist_id, found.day) for found in self._again}
        days = [ForgottenDay(name, job.day) for name in chosen if (name, job.day) not in again] + self._again
        return Forgotten(tuple(sorted(chosen)), tuple(days), tuple(sorted(self._store.written)), tuple(self._notes))

    def _chosen(self, there: Collection[PlaylistId]) -> frozenset[PlaylistId]:
        """The playlists for which the day is forgotten."""
        day, wanted, known = self._job.day, self._job.playlists, frozenset(there)
        if lacking := sorted(wanted - known):
            raise NothingToForgetError(
                f"nothing of {', '.join(lacking)} was archived on {day}: see `playlist-archive log`"
            )
        if not known:
            raise NothingToForgetError(f"nothing was archived on {day}: see `playlist-archive log` for the days")
        return wanted or known

    def _is_of_the_day(self, change: Change) -> bool:
        """Whether a version is of the day and was not forgotten before."""
        written = self._log.commits[change.commit]
        is_known = written.hash in {one.commit for one in self._forgettings}
        return written.day == self._job.day and not (
            is_known or taken_back(change.playlist_id, written.hash, written.day, self._forgettings)
        )

    def _made_anew(self, playlists: Collection[PlaylistId]) -> Iterator[tuple[PlaylistId, Record | None]]:
        changes = [change for change in self._log.changes if change.playlist_id in playlists]
        texts = versions.texts(self._job.root, [change.blob for change in changes])
        for playlist_id, same in groupby(changes, key=attrgetter("playlist_id")):
            known = [found for change in same if (found := self._version(change, next(texts)))]
            yield playlist_id, self._record(playlist_id, known)

    def _version(self, change: Change, text: bytes) -> _Version | None:
        """The version of a change. If the record cannot be read, None, and a note tells it."""
        path = layout.data(change.playlist_id)
        try:
            record = self._committed.parsed(text, self._log.commits[change.commit].hash, path)
        except RecordError as error:
            written = self._log.commits[change.commit]
            self._notes.append(f"the version of {written.day} in commit {written.hash[:12]} is left out: {error}")
            return None
        known = record if self._job.adders else record_without_adders(record)
        written = self._log.commits[change.commit]
        return _Version(written.hash, written.day, self._days[change.commit], known)

    def _record(self, playlist_id: PlaylistId, known: Sequence[_Version]) -> Record | None:
        """The record without the day: the version before the first bad one, with every later day merged again."""
        first = next((number for number, found in enumerate(known) if self._is_bad(playlist_id, found)), len(known))
        base = known[first - 1].record if first else None
        return replayed(base, self._observations(playlist_id, known, first), without=self._job.day)

    def _observations(self, playlist_id: PlaylistId, known: Sequence[_Version], first: int) -> Iterator[Observation]:
        """The observations from then on: each version, and each later day on which the list was unchanged."""
        likes = self._likes.get(playlist_id, {})
        for number in range(first, len(known)):
            found = known[number]
            end = known[number + 1].day if number + 1 < len(known) else date.max
            between = self._seen_between(playlist_id, found.day, end)
            if self._is_bad(playlist_id, found):
                self._remember(playlist_id, found, between)
            else:
                day = self._seen_on(known[number - 1] if number else None, found)
                yield Observation(day, found.record, likes.get(found.day))
            for day in between:
                yield Observation(day, found.record, likes.get(day))

    def _remember(self, playlist_id: PlaylistId, found: _Version, seen: Sequence[date]) -> None:
        """Notes when a bad version was seen again, for the commit message. The last version of its day counts."""
        seen_on = next(iter(seen), None)
        likes = self._likes.get(playlist_id, {}).get(seen_on, found.record.likes) if seen_on else None
        before = taken_back(playlist_id, found.commit, found.said, self._forgettings)
        now = ForgottenDay(playlist_id, found.said, seen_on, likes)
        self._again = [one for one in self._again if one[:2] != now[:2]]
        if before != now:
            self._again.append(now)

    def _seen_on(self, before: _Version | None, found: _Version) -> date:
        """The day that the run gave to its answer; the commit's day if the run's day cannot be right."""
        day = snapshot_day(before.record if before else None, found.record, found.day)
        return found.day if day == self._job.day or (before and day < before.day) else day

    def _is_bad(self, playlist_id: PlaylistId, found: _Version) -> bool:
        """Whether a version is of the day, or was forgotten before."""
        is_of_the_day = found.said == self._job.day
        return is_of_the_day or bool(taken_back(playlist_id, found.commit, found.said, self._forgettings))

    def _seen_between(self, playlist_id: PlaylistId, start: date, end: date) -> list[date]:
        """The days on which a run saw the list: days with its likes, or all days with commits if it has no likes."""
        days = self._likes.get(playlist_id) or dict.fromkeys(self._days)
        forgotten = (found for one in self._forgettings for found in one.days if found.playlist_id == playlist_id)
        bad = {self._job.day} | ({found.day for found in forgotten} - self._likes.get(playlist_id, {}).keys())
        return sorted(day for day in days if start < day < end and day not in bad)

    def _write(self, playlist_id: PlaylistId, record: Record | None) -> None:
        if record:
            self._store.save(record, pages(record, self._job.repository))
            return
        for path in self._store.files_of(playlist_id):
            self._store.remove(path)

    def _write_likes(self, playlists: Collection[PlaylistId]) -> None:
        path = layout.followers(self._job.day)
        text = self._store.read(path)
        left = without_day(text, day=self._job.day, playlists=playlists) if text else ""
        if left:
            self._store.write(path, left)
        elif text:
            self._store.remove(path)

    def _write_doubted(self, playlists: Collection[PlaylistId]) -> None:
        """Removes the doubts of the day."""
        text = self._store.read(layout.DOUBTED)
        if text is None:
            return
        try:
            doubts = read_doubted(text)
        except ValueError as error:
            self._notes.append(f"{layout.DOUBTED} stays as it is: {error}")
            return
        left = [d for d in doubts.values() if d.playlist_id not in playlists or d.at.date() != self._job.day]
        if left:
            self._store.write(layout.DOUBTED, doubted_text(left))
        else:
            self._store.remove(layout.DOUBTED)

    def _write_index(self) -> None:
        """Writes the index of all records, unless a record cannot be read. A dry run leaves the index out."""
        if self._job.dry_run:
            return
        try:
            records = [self._store.record(playlist_id) for playlist_id in self._store.records()]
        except RecordError as error:
            self._notes.append(f"the index stays as it is: {error}")
            return
        write_index(self._store, [index_line(record) for record in records if record], self._job.registry)


def _whole_log(root: Path, git: Git) -> Log:
    """All versions of the records. A shallow or partial clone fetches missing versions.

    Raises:
        GitError: there is no history, or the rest cannot be fetched.
    """
    if versions.place(root).border:
        answer = git.over_network("fetch", "--quiet", "--unshallow")
        if not answer.is_done:
            raise answer.error()
    head = versions.place(root).head
    versions.fetch_missing(root, head)
    return versions.read_log(root, head)
