"""The whole archive, playlist by playlist: current songs, all songs ever, and the versions in git."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import NamedTuple

from ..archive import layout
from ..archive.ids import PlaylistId, parse_playlist_id
from ..archive.model import Record
from ..archive.store import RecordError, Store
from ..render.followers import read_table
from .answers import Basis, History
from .compare import Event, events
from .membership import joined, record_presences, state_of
from .timeline import Presence, State, Timeline, last_state, presences
from .watched import Watch, unwatched


@dataclass(frozen=True, slots=True, kw_only=True)
class Archived:
    """Everything known about one playlist. `timeline` is None if git has no version of the playlist.

    `first_archived` is the day of the first known version.
    """

    state: State
    presences: tuple[Presence, ...]
    first_archived: date
    timeline: Timeline | None = None
    older: Sequence[Event] = ()
    """The record's changes before git's first version, newest first."""

    def events(self) -> list[Event]:
        """All changes, oldest first. Empty without git."""
        return [*reversed([*joined(events(self.timeline), self.older)])] if self.timeline else []


class Likes(NamedTuple):
    """The number of likes of a playlist on a day."""

    playlist_id: PlaylistId
    day: date
    number: int


class WholeArchive:
    """The archive at `root`, or only some of its playlists. `notes` grows during reading.

    `watch` follows the versions that are read from git.
    """

    def __init__(self, root: Path, only: Collection[PlaylistId] = (), watch: Watch = unwatched) -> None:
        self._store = Store(root)
        self._history = History(root, watch)
        self._only = frozenset(only)
        self._notes: list[str] = []

    def __iter__(self) -> Iterator[Archived]:
        """Every playlist with a record or a version in git, by id."""
        known = self._history.timelines
        for playlist_id in sorted({*self._store.records(), *(known.ids() if known else ())}):
            if not self._only or playlist_id in self._only:
                yield from self._archived(playlist_id)

    def likes(self) -> Iterator[Likes]:
        """Every observed number of likes, by playlist and day within each month.

        Raises:
            RecordError: a table cannot be read.
        """
        for path in self._store.files(layout.FOLLOWERS):
            try:
                rows = read_table(self._store.read(path) or "")
            except ValueError as error:
                raise RecordError(f"{path} cannot be read ({error})", "put it back from git history") from error
            for name, numbers in sorted(rows.items()):
                if not self._only or name in self._only:
                    playlist_id = parse_playlist_id(name)
                    yield from (Likes(playlist_id, date.fromisoformat(day), int(n)) for day, n in numbers.items())

    @property
    def basis(self) -> Basis:
        """The basis of the export. It is complete after all playlists were read."""
        found = self._history.log_basis(sorted(self._only))
        return Basis(commit=found.commit, is_ordered=found.is_ordered, notes=(*found.notes, *self._notes))

    def _archived(self, playlist_id: PlaylistId) -> Iterator[Archived]:
        timelines = self._history.timelines
        timeline = timelines.get(playlist_id) if timelines else None
        record = self._record(playlist_id)
        if record:
            yield Archived(
                state=state_of(record),
                presences=record_presences(record),
                first_archived=record.first_archived,
                timeline=timeline,
                older=self._history.older(timeline) if timeline else (),
            )
        elif timeline and timeline.versions:
            self._notes.append(f"{playlist_id} has no readable record: it is told as the last commit has it")
            yield Archived(
                state=last_state(timeline),
                presences=presences(timeline),
                first_archived=timeline.versions[0].day,
                timeline=timeline,
            )

    def _record(self, playlist_id: PlaylistId) -> Record | None:
        try:
            return self._store.record(playlist_id)
        except RecordError as error:
            self._notes.append(str(error))
            return None
