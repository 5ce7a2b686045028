"""Answers about the past: a playlist on a day, the differences between two days, all changes. Each names its basis."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from operator import itemgetter
from pathlib import Path
from typing import Generic, NamedTuple, TypeVar

from ..archive.ids import PlaylistId
from ..archive.model import Record
from ..archive.store import RecordError, Store
from ..git.repository import GitError
from .cache import Timelines, timelines
from .compare import Difference, Event, compare, events
from .membership import joined, membership, older_events, record_events, state_of
from .notes import BY_RECORD, UNSHALLOW, not_begun, skipped_between, skipped_note, too_early, unknown
from .timeline import COMMIT_CHARACTERS, State, Timeline, as_of, last_state
from .watched import Watch, unwatched

KeptT = TypeVar("KeptT")


class NoHistoryError(Exception):
    """The archive knows nothing of the playlist on that day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Basis:
    """The basis of an answer: the version in git (`day`, `commit`). Both are None if git has no such version.

    `is_ordered` is false if only the songs are known, not their order. `notes` are sentences.
    """

    day: date | None = None
    commit: str | None = None
    is_ordered: bool = True
    notes: tuple[str, ...] = ()

    @property
    def sentence(self) -> str:
        """The basis in words."""
        day = f"as archived on {self.day}, " if self.day else "up to "
        version = [f"{day}commit {self.commit}"] if self.commit else []
        return "; ".join([*version, *self.notes])


class Shown(NamedTuple):
    """A playlist at the end of a day (None for now), and the basis of the answer."""

    state: State
    basis: Basis
    day: date | None = None


class Compared(NamedTuple):
    """Two states of a playlist, and the differences of the later state."""

    before: Shown
    after: Shown
    difference: Difference


class Change(NamedTuple):
    """The changes of a playlist on a day."""

    playlist_id: PlaylistId
    event: Event


class DayText(NamedTuple):
    """The text of a change, and its day."""

    day: date
    text: str


class Logged(NamedTuple, Generic[KeptT]):
    """What was kept of all changes, newest day first, and the basis of the answer."""

    changes: Iterable[KeptT]
    basis: Basis


class History:
    """The history of the archive at `root`: from git, or from the records alone if git has no history.

    `watch` follows the versions that are read from git.
    """

    def __init__(self, root: Path, watch: Watch = unwatched) -> None:
        self._root = root
        self._watch = watch
        self._store = Store(root)
        self._missing = ""

    @cached_property
    def timelines(self) -> Timelines | None:
        """The timelines, None if git has no history."""
        try:
            return timelines(self._root, self._watch)
        except GitError as error:
            self._missing = f"there is no history in git ({error})"
            return None

    def show(self, playlist_id: PlaylistId, day: date | None = None) -> Shown:
        """The playlist at the end of a day, or now.

        Raises:
            NoHistoryError: the playlist was never archived, or nothing is known of it on that day.
            RecordError: its record cannot be read, and git does not have what was asked for.
        """
        timeline = self.timelines.get(playlist_id) if self.timelines else None
        if day is None:
            return self._now(playlist_id, timeline)
        state = as_of(timeline, day) if timeline else None
        if timeline and state:
            return Shown(state, self._basis(state, *skipped_between(timeline.skipped, state.day, day)), day)
        return self._by_record(playlist_id, timeline, day)

    def diff(self, playlist_id: PlaylistId, first: date, second: date | None = None) -> Compared:
        """The differences between the ends of two days; the second may be now. Without a known order, no song moves.

        Raises:
            NoHistoryError: nothing is known of the playlist on one of the days.
            RecordError: its record cannot be read, and git does not have what was asked for.
        """
        before, after = self.show(playlist_id, first), self.show(playlist_id, second)
        difference = compare(before.state, after.state)
        if not (before.basis.is_ordered and after.basis.is_ordered):
            difference = replace(difference, moved=(), texts=(), changed=())
        return Compared(before, after, difference)

    def log(
        self,
        keep: Callable[[Change], KeptT],
        ids: Collection[PlaylistId] = (),
        *,
        since: date = date.min,
        until: date = date.max,
        song: str | None = None,
    ) -> Logged[KeptT]:
        """The changes of the playlists from `since` to `until`; of all playlists if none is named.

        `keep` makes of a change what is needed later: the songs of all changes of a large archive need much memory.
        With `song`, a URI, only the changes of that song.

        Raises:
            NoHistoryError: one of the playlists was never archived.
            RecordError: git has no history, and a record cannot be read.
        """
        self._refuse_unknown(ids)
        by_git = self.timelines is not None
        found = self._changes_in_git(ids, since, until, song) if by_git else self._changes_in_records(ids)
        kept: list[tuple[tuple[int, str, PlaylistId], KeptT]] = []
        is_by_record = False
        for change in found:
            wanted = _only(change, song) if song else change
            if wanted and since <= wanted.event.day <= until:
                kept.append((_order(wanted), keep(wanted)))
                is_by_record |= wanted.event.commit is None
        kept.sort(key=itemgetter(0))
        basis = self.log_basis(ids)
        if by_git and is_by_record:
            basis = replace(basis, notes=(*basis.notes, BY_RECORD))
        if not kept and until < date.max and (begins := self._begins(ids)) and until < begins:
            basis = replace(basis, notes=(*basis.notes, not_begun(begins)))
        return Logged([part for _, part in kept], basis)

    def _begins(self, ids: Collection[PlaylistId]) -> date | None:
        """The day on which the first of the playlists was archived; of all playlists if none is named."""
        known = self.timelines
        days = []
        for playlist_id in ids or {*self._store.records(), *(known.ids() if known else ())}:
            with suppress(RecordError):
                if outline := self._store.outline(playlist_id):
                    days.append(outline.first_archived)
                elif known and (timeline := known.get(playlist_id)) and timeline.versions:
                    days.append(timeline.versions[0].day)
        return min(days, default=None)

    def _refuse_unknown(self, ids: Collection[PlaylistId]) -> None:
        known = {*self._store.records(), *(self.timelines.ids() if self.timelines else ())}
        for playlist_id in ids:
            if playlist_id not in known:
                raise NoHistoryError(unknown(playlist_id))

    def _changes_in_git(
        self, ids: Collection[PlaylistId], since: date, until: date, song: str | None
    ) -> Iterator[Change]:
        known = self.timelines
        for timeline in map(known.get, ids or known.ids()) if known else ():
            if timeline and (song is None or any(one.uri == song for one in timeline.tracks)):
                older = self.older(timeline, since=since)
                ours = events(timeline, since=since, until=until)
                yield from (Change(timeline.id, event) for event in joined(ours, older))

    def older(self, timeline: Timeline, *, since: date = date.min) -> Sequence[Event]:
        """The record's changes before git's first version, as after an import. Newest first, none cut.

        Empty if git's first version is before `since`, and in a shallow clone, whose history comes from git alone.
        """
        known = self.timelines
        if not known or known.is_shallow or not timeline.versions or timeline.versions[0].day < since:
            return ()
        begins = timeline.versions[0].day
        record = self._record_from_before(timeline.id, begins)
        return tuple(older_events(record, begins)) if record else ()

    def _record_from_before(self, playlist_id: PlaylistId, day: date) -> Record | None:
        """The record if it began before the day; None if it cannot be read."""
        with suppress(RecordError):
            outline = self._store.outline(playlist_id)
            if outline and outline.first_archived < day:
                return self._store.record(playlist_id)
        return None

    def _changes_in_records(self, ids: Collection[PlaylistId]) -> Iterator[Change]:
        for playlist_id in ids or self._store.records():
            if record := self._store.record(playlist_id):
                yield from (Change(playlist_id, event) for event in record_events(record))

    def log_basis(self, ids: Collection[PlaylistId]) -> Basis:
        """The basis of an answer over all versions of the playlists; of all playlists if none is named."""
        known = self.timelines
        if not known:
            return Basis(is_ordered=False, notes=(f"songs that were added and removed only: {self._missing}",))
        notes = [known.note] if known.note else []
        if known.is_shallow:
            notes.append(f"older changes are not in this clone: {UNSHALLOW}")
        skipped = (version for playlist_id in ids or known.ids() for version in known.skipped(playlist_id))
        notes += dict.fromkeys(skipped_note(version) for version in skipped)
        return Basis(commit=known.head[:COMMIT_CHARACTERS], notes=tuple(notes))

    def _now(self, playlist_id: PlaylistId, timeline: Timeline | None) -> Shown:
        """The playlist in its record, or in the last commit if the record cannot be read."""
        newest = last_state(timeline) if timeline and timeline.versions else None
        try:
            record = self._store.record(playlist_id)
        except RecordError as error:
            if not newest:
                raise
            return Shown(newest, self._basis(newest, f"the record of today cannot be read ({error})"))
        if record is None:
            if not newest:
                raise NoHistoryError(unknown(playlist_id))
            return Shown(newest, self._basis(newest, "its record is not in the folder any more"))
        state = state_of(record)
        if newest and not compare(newest, state):
            return Shown(newest, self._basis(newest))
        why = "as in the folder, not committed yet" if newest else f"as in the folder; {self._why_not(record, None)}"
        return Shown(state, Basis(notes=(why,)))

    def _by_record(self, playlist_id: PlaylistId, timeline: Timeline | None, day: date) -> Shown:
        """The songs of a day, from the newest record alone."""
        record = self._store.record(playlist_id)
        if record is None:
            raise NoHistoryError(unknown(playlist_id) if timeline is None else too_early(timeline, day))
        notes = [f"membership only: {self._why_not(record, timeline)}"]
        if day < record.first_archived:
            notes.append(
                f"archived since {record.first_archived}; these songs were there by Spotify's own dates, "
                "and what had been removed by then is not known"
            )
        return Shown(membership(record, day), Basis(is_ordered=False, notes=tuple(notes)), day)

    def _why_not(self, record: Record, timeline: Timeline | None) -> str:
        """The reason why git lacks the answer."""
        known = self.timelines
        if known is None:
            return self._missing
        if timeline is None or not timeline.versions:
            return "no commit has this playlist yet"
        begins = timeline.versions[0].day
        if known.is_shallow and timeline.is_cut:
            return f"this clone has no history before {begins}: {UNSHALLOW}"
        return f"the history of this playlist begins on {max(begins, record.first_archived)}"

    def _basis(self, state: State, *notes: str) -> Basis:
        more = [self.timelines.note] if self.timelines and self.timelines.note else []
        return Basis(day=state.day, commit=state.commit, notes=(*notes, *more))


def _order(change: Change) -> tuple[int, str, PlaylistId]:
    return -change.event.day.toordinal(), change.event.title.casefold(), change.playlist_id


def _only(change: Change, uri: str) -> Change | None:
    """The part of a change that is about one song, or None."""
    part = change.event.difference.of_song(uri)
    return change._replace(event=replace(change.event, difference=part, is_first=False)) if part else None
