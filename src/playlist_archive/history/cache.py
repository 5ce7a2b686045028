"""Keeps the timelines of an archive in git's own folder, and continues them from the last commit that was read.

Everything in the cache is also in git, so the cache may be deleted at any time. It is made anew if history was
rewritten, if its format differs, or if it is damaged.
"""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import date
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from typing import Final

from ..archive.formats import NewerFormatError
from ..archive.ids import PlaylistId
from ..archive.lock import waited_for
from ..git import versions
from ..git.messages import ancestors, messages
from ..git.versions import Log, Place
from .builder import Builder
from .cache_state import CACHE, STATE, CacheState, nothing, read_state, refuse_newer_cache
from .days import in_order
from .forgotten import FORGET, Forgetting, corrections, days_in
from .timeline import Skipped, Timeline, read_timeline, timeline_bytes
from .watched import Watch, unwatched

_LOCK: Final = "lock"
_TIMELINES: Final = "timelines"


class Timelines:
    """All timelines of an archive, as of the commit `head`. Each is read from the disk on demand.

    `is_shallow` is true if the clone lacks older commits. `note` says if anything was unusual, else it is empty.
    """

    def __init__(self, root: Path, place: Place, ids: Sequence[PlaylistId] = ()) -> None:
        self.head = place.head
        self.is_shallow = bool(place.border)
        self.note = ""
        self._root = root
        self._cache = place.cache
        self._ids = dict.fromkeys(sorted(ids))
        self._unwritten: dict[PlaylistId, bytes] = {}
        self._last: Timeline | None = None
        self._skipped: dict[PlaylistId, tuple[Skipped, ...]] = {}

    def ids(self) -> tuple[PlaylistId, ...]:
        """Every playlist that has a timeline, sorted."""
        return tuple(sorted(self._ids))

    def get(self, playlist_id: PlaylistId) -> Timeline | None:
        """The timeline of a playlist, or None.

        Raises:
            GitError: the cache is damaged, and git refuses to give the versions again.
        """
        if playlist_id not in self._ids:
            return None
        if not (self._last and self._last.id == playlist_id):
            try:
                self._last = self._read(playlist_id)
            except (OSError, ValueError):
                (self._cache / STATE).unlink(missing_ok=True)
                self._last = timelines(self._root)._read(playlist_id)  # noqa: SLF001 - one of its own kind
            self._skipped[playlist_id] = self._last.skipped
        return self._last

    def skipped(self, playlist_id: PlaylistId) -> tuple[Skipped, ...]:
        """The versions of a playlist that could not be read. Its timeline is read only if it was not read before."""
        if playlist_id not in self._skipped:
            self.get(playlist_id)
        return self._skipped.get(playlist_id, ())

    def content(self, playlist_id: PlaylistId) -> bytes | None:
        """The bytes of the timeline's file, unchecked. None without a file."""
        if playlist_id not in self._ids:
            return None
        with suppress(OSError):
            return self._content(playlist_id)
        return None

    def __iter__(self) -> Iterator[Timeline]:
        """All timelines, by id."""
        return (found for playlist_id in self.ids() if (found := self.get(playlist_id)))

    def _read(self, playlist_id: PlaylistId) -> Timeline:
        return read_timeline(self._content(playlist_id), of=playlist_id)

    def _content(self, playlist_id: PlaylistId) -> bytes:
        if playlist_id in self._unwritten:
            return self._unwritten[playlist_id]
        return _file(self._cache, playlist_id).read_bytes()

    def keep(self, timeline: Timeline, *, on_disk: bool) -> None:
        """Writes a timeline to the cache. If writing fails, the timeline stays in memory only."""
        content = timeline_bytes(timeline)
        self._ids[timeline.id] = None
        try:
            if on_disk:
                _write(_file(self._cache, timeline.id), content)
            else:
                self._unwritten[timeline.id] = content
        except OSError as error:
            self._unwritten[timeline.id] = content
            self.note = _note(error)

    @property
    def is_written(self) -> bool:
        """Whether the cache has all timelines."""
        return not self._unwritten


def timelines(root: Path, watch: Watch = unwatched) -> Timelines:
    """The timelines of the archive at `root`, up to its last commit. An unusable cache only causes a note.

    A cache that a newer program made stays as it is. `watch` follows the versions that are read.

    Raises:
        GitError: the repository does not exist or has no commit, or git refuses.
    """
    place = versions.place(root)
    try:
        with _locked(place.cache):
            return _up_to_date(root, place, watch)
    except (OSError, NewerFormatError) as error:
        found = _built(root, place, nothing(place), versions.read_log(root, place.head), watch)
        found.note = _note(error)
        return found


def _up_to_date(root: Path, place: Place, watch: Watch) -> Timelines:
    refuse_newer_cache(place)
    state = read_state(place)
    if state and state.head == place.head:
        return Timelines(root, place, state.ids)
    try:
        return _continued(root, place, state, watch)
    except ValueError:  # the cache is damaged
        return _continued(root, place, None, watch)


def _continued(root: Path, place: Place, state: CacheState | None, watch: Watch) -> Timelines:
    """The continued timelines of the cache, or new timelines if the cache is not a part of today's history.

    Raises:
        ValueError: a timeline in the cache cannot be read.
    """
    new = _log_since(root, place, state) if state else None
    if not state or new is None:
        state, new = nothing(place), versions.read_log(root, place.head)
    (place.cache / STATE).unlink(missing_ok=True)  # an interruption from here on leaves no cache
    found = _built(root, place, state, new, watch, on_disk=True)
    if found.is_written:
        days = (*state.days, *(commit.day for commit in new.commits))
        state = nothing(place).model_copy(update={"days": days, "ids": found.ids()})
        with suppress(OSError):
            _write(place.cache / STATE, state.model_dump_json().encode())
    return found


def _log_since(root: Path, place: Place, state: CacheState) -> Log | None:
    """The new commits. None if history was rewritten or merged, or if new commits change the days of older ones."""
    if not versions.has_ancestor(root, state.head, place.head):
        return None
    if messages(root, f"{state.head}..{place.head}", FORGET):
        return None
    log = versions.read_log(root, place.head, since=state.head)
    known = in_order(state.days)
    days = in_order((*state.days, *(commit.day for commit in log.commits)))
    return None if log.has_merges or days[: len(known)] != known else log


def _built(root: Path, place: Place, state: CacheState, new: Log, watch: Watch, *, on_disk: bool = False) -> Timelines:
    """The timelines of the state, continued with the new commits. Without `on_disk` all timelines are new."""
    found = Timelines(root, place, state.ids)
    days = in_order((*state.days, *(commit.day for commit in new.commits)))[len(state.days) :]
    if new.changes:
        versions.fetch_missing(root, place.head)
    forgettings = () if state.days else read_forgettings(root, place.head)
    corrected = corrections(new, forgettings)
    counting = [change for change in new.changes if change not in corrected.never]
    texts = versions.texts(root, [change.blob for change in counting])
    with watch(len(counting)) as step:
        for playlist_id, changes in groupby(counting, key=attrgetter("playlist_id")):
            known = _known(place, playlist_id) if playlist_id in state.ids else None
            builder = Builder(playlist_id, known, forgotten=_forgotten(playlist_id, forgettings))
            for change, text in zip(changes, texts, strict=False):
                commit = new.commits[change.commit].hash
                builder.add(
                    days[change.commit],
                    commit,
                    text,
                    is_border=commit in place.border,
                    is_restoring=change in corrected.restoring,
                    seen=corrected.later.get(change),
                )
                step()
            found.keep(builder.timeline(), on_disk=on_disk)
    return found


def read_forgettings(root: Path, head: str) -> tuple[Forgetting, ...]:
    """The commits that took days back, newest first.

    Raises:
        GitError: git refuses.
    """
    told = ((commit, days_in(message)) for commit, message in messages(root, head, FORGET))
    return tuple(Forgetting(days, commit, ancestors(root, commit)) for commit, days in told if days)


def _forgotten(playlist_id: PlaylistId, forgettings: Sequence[Forgetting]) -> frozenset[date]:
    """The days of a playlist that were taken back."""
    return frozenset(found.day for one in forgettings for found in one.days if found.playlist_id == playlist_id)


def _known(place: Place, playlist_id: PlaylistId) -> Timeline:
    try:
        return read_timeline(_file(place.cache, playlist_id).read_bytes(), of=playlist_id)
    except OSError as error:
        msg = "a timeline is missing in the cache: it is made anew"
        raise ValueError(msg) from error


def _note(error: OSError | NewerFormatError) -> str:
    if isinstance(error, NewerFormatError):
        return f"{error}; until then this takes longer than it need to"
    return f"{CACHE} cannot be used ({error.strerror}), so this took longer than it need to"


def _file(cache: Path, playlist_id: PlaylistId) -> Path:
    return cache / _TIMELINES / f"{playlist_id}.json.gz"


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        beside.write_bytes(content)
        beside.replace(path)
    except OSError:
        with suppress(OSError):
            beside.unlink()
        raise


@contextmanager
def _locked(cache: Path) -> Iterator[None]:
    """Locks the cache during the block. Waits if another process holds the lock.

    Raises:
        OSError: the folder cannot be written.
    """
    cache.mkdir(parents=True, exist_ok=True)
    with waited_for(cache / _LOCK):
        yield
