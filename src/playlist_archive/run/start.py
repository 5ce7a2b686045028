"""Starts a run from the settings: joins `Update` with the network, the disk and git."""

import asyncio
from collections.abc import Callable, Coroutine
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import httpx

from ..archive.ids import PlaylistId
from ..archive.registry import Registry
from ..archive.store import RecordError, Store, StoreError
from ..connect import opened
from ..git.guard import check_commit, check_complete
from ..git.repository import Git, GitError
from ..outcome import Kind, Outcome, Result
from ..problem import Note, ProblemError, note_of
from ..render.page import Repository
from ..settings import Settings
from .anew import RenderJob, begin, is_older, render_anew
from .commit import commit_run
from .finish import finish
from .interrupt import Interruption
from .keep import Keeper
from .linked import linked_repository
from .shards import Shard, collected, drop_old_parts
from .update import Update


class NothingToArchiveError(ProblemError):
    """The registry has no entry, and the archive has no record."""


class Job(NamedTuple):
    """The task of a run. `only` limits the run to some playlists; None means the whole registry.

    `max_requests` overrides the setting; 0 means no limit. A job that `believes` doubts no answer. A `shard` archives
    only its playlists, and writes no file about all playlists. `shards` are the results of all shards; from them the
    run writes the other files.
    """

    root: Path
    registry: Registry
    only: frozenset[PlaylistId] | None = None
    full: bool = False
    dry_run: bool = False
    commit: bool = False
    push: bool = False
    max_requests: int | None = None
    believes: bool = False
    shard: Shard | None = None
    shards: tuple[Result, ...] | None = None

    @property
    def commits(self) -> bool:
        """Whether the run commits its changes."""
        return (self.commit or self.push) and not self.dry_run

    @property
    def playlists(self) -> list[PlaylistId]:
        """The playlists to archive."""
        chosen = [playlist_id for playlist_id in self.registry.aliases if self.only is None or playlist_id in self.only]
        return self.shard.of(chosen) if self.shard else chosen


def archive(
    settings: Settings,
    job: Job,
    *,
    progress: Callable[[Outcome], None] = lambda _: None,
    transport: httpx.AsyncBaseTransport | None = None,
    run: Callable[[Coroutine[Any, Any, Result]], Result] = asyncio.run,
) -> Result:
    """Archives the playlists of a job, and commits them. A failed commit becomes a trouble of the result.

    Only tests and measurements pass a `transport`, or another way to `run` the event loop.

    Raises:
        GitError: git refuses, or a commit would certainly fail; nothing was done.
        NothingToArchiveError: there is neither an entry nor a record; nothing was done.
        SettingsError: the credentials are not set; nothing was done.
        StoreError: a file cannot be written.
    """
    git = Git(job.root, day=settings.archive_date)
    store = Store(job.root, dry_run=job.dry_run, adders=settings.archive_added_by)
    with Interruption().watched() as interruption, store.locked():  # another run must not commit what this one wrote
        if not job.dry_run:
            check_complete(git)
        if job.commits:
            check_commit(git)
        if not job.registry.named:
            return _without_entries(store, settings)
        repository = linked_repository(settings, git)
        trouble = _with_newest_pages(git, settings, job, repository) if job.commits and is_older(store) else None
        if job.shards is None:
            reading = archive_into(
                store, settings, job, progress=progress, interruption=interruption, transport=transport
            )
            result = run(reading)
        else:
            result = collect(store, settings, job)
            for outcome in result.of(Kind.FAILED):  # the shards have told the other outcomes
                progress(outcome)
        result = result.with_trouble(*trouble) if trouble else result
        if job.commits:
            result = commit_run(git, result, repository=repository, is_pushed=job.push)
    return result._replace(interrupted=result.interrupted or interruption.is_requested)


def _with_newest_pages(git: Git, settings: Settings, job: Job, repository: Repository) -> Note | None:
    """Commits all pages as rendered by this version, before the run. Returns the note of a failure."""
    store = Store(job.root, adders=settings.archive_added_by)
    trouble = None
    try:
        if any(store.records()):
            render_anew(git, store, RenderJob(job.root, job.registry, repository, settings.today()))
        else:
            begin(store)
    except (GitError, StoreError, OSError) as error:
        note = note_of(error)
        trouble = Note(f"the pages are not rendered anew ({note.message})", note.remedy)
    return trouble


def _without_entries(store: Store, settings: Settings) -> Result:
    """The result for a registry without entries: nothing is archived, and every record stays.

    Raises:
        NothingToArchiveError: there are no records.
    """
    count = len(list(store.records()))
    if not count:
        raise NothingToArchiveError("no playlist is registered", "add one with `playlist-archive register LINK`")
    result = Result(settings.today(), outcomes=(), problems=(), requests=0, written=())
    message = f"the registry is empty or missing, though there are {count:,} records"
    return result.with_trouble(message, "put it back from git history")


def new_entries(root: Path, registry: Registry, *, among: frozenset[PlaylistId] | None = None) -> frozenset[PlaylistId]:
    """The registered playlists that were never read, or have another name in the archive."""
    store = Store(root)
    chosen = registry.aliases if among is None else among
    return frozenset(
        playlist_id for playlist_id in chosen if _is_new(store, playlist_id, registry.aliases[playlist_id])
    )


def _is_new(store: Store, playlist_id: PlaylistId, alias: str | None) -> bool:
    try:
        record = store.record(playlist_id)
    except RecordError:
        return True
    return record is None or record.alias != alias


def collect(store: Store, settings: Settings, job: Job) -> Result:
    """Writes the files that need the results of all shards: judgement, marks, index, likes. Asks Spotify nothing.

    Raises:
        StoreError: a file cannot be written.
    """
    result = collected(store, job.shards or (), job.playlists, today=settings.today())
    repository = linked_repository(settings, Git(job.root))
    drop_old_parts(store, result.written, repository)
    keeper = Keeper(store, job.registry, repository, today=result.day)
    return finish(keeper, result, believes=job.believes)


async def archive_into(
    store: Store,
    settings: Settings,
    job: Job,
    *,
    progress: Callable[[Outcome], None] = lambda _: None,
    transport: httpx.AsyncBaseTransport | None = None,
    interruption: Interruption | None = None,
) -> Result:
    """Does the work of `archive` inside an event loop, without git."""
    loop = asyncio.get_running_loop()
    async with opened(settings, max_requests=job.max_requests, transport=transport) as reader:
        today = settings.today()
        keeper = Keeper(store, job.registry, linked_repository(settings, Git(job.root)), today=today)
        run = Update(reader=reader, keeper=keeper, full=job.full, believes=job.believes, progress=progress)
        with (interruption or Interruption()).calling(partial(loop.call_soon_threadsafe, run.stop)):
            if not job.shard:
                return await run.run(job.playlists)
            result = await run.read(job.playlists)
            store.finish()
            return result
