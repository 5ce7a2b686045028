"""One run, from the settings to the commit: joins `Update` with the network, the disk and git."""

import asyncio
import gc
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import Final, NamedTuple

import httpx

from ..archive import layout
from ..archive.ids import PlaylistId
from ..archive.registry import Registry
from ..archive.store import RecordError, Store
from ..connect import opened
from ..git.repository import QUIET_DAYS, Git, GitError
from ..outcome import Kind, Outcome, Result
from ..render.page import Repository
from ..report import report
from ..settings import Settings
from .finish import finish
from .keep import Keeper
from .reconcile import reconcile
from .shards import Shard, collected
from .update import Update

SELDOM: Final = 50_000
"""Objects between two looks for reference cycles, of which the models have none (docs/scale.md, "Seconds").
"""


class Job(NamedTuple):
    """What a run is to do. `only` are playlists of the registry, None for all of it.

    `max_requests` goes before the setting; 0 means no limit. A job that `believes` doubts nothing of what it sees. With
    a `shard` only its playlists are archived, and nothing is written that speaks of all; `shards` are the results of
    all shards, from which the rest is written.
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
        """Whether what it archives is committed."""
        return (self.commit or self.push) and not self.dry_run

    @property
    def playlists(self) -> list[PlaylistId]:
        """Those to archive."""
        chosen = [playlist_id for playlist_id in self.registry.aliases if self.only is None or playlist_id in self.only]
        return self.shard.of(chosen) if self.shard else chosen


def archive(settings: Settings, job: Job, *, progress: Callable[[Outcome], None] = lambda _: None) -> Result:
    """Archives the playlists of a job, and commits them; that this could not be done is a trouble of the result.

    Raises:
        GitError: the job is to commit, and it can be seen that this would go wrong; nothing was done.
        SettingsError: the credentials are not set; nothing was done.
        StoreError: the disk does not take what is to be written.
    """
    gc.set_threshold(SELDOM)
    store = Store(job.root, dry_run=job.dry_run)
    with store.locked():  # another run must not commit what this one wrote
        if job.commits:
            Git(job.root).check()
        if job.shards is None:
            result = asyncio.run(archive_into(store, settings, job, progress=progress))
        else:
            result = collect(store, settings, job)
            for outcome in result.of(Kind.FAILED):  # of the others the shards have told
                progress(outcome)
        try:
            commit(settings, job, result)
        except GitError as error:
            return result.with_trouble(f"what was archived is not committed and pushed: {error}")
    return result


def new_entries(root: Path, registry: Registry, *, among: frozenset[PlaylistId] | None = None) -> frozenset[PlaylistId]:
    """The entries that the archive does not show as they stand: never read, or under another name."""
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


def commit(settings: Settings, job: Job, result: Result) -> None:
    """Commits and pushes what `result` tells of, if the job is to do so and the run is to be trusted.

    Without changes there is no commit, but an empty one after weeks; a push also takes what an earlier run left.

    Raises:
        GitError: git refuses.
    """
    if result.refused or not job.commits:
        return
    git = Git(job.root, day=settings.archive_date)
    if not git.commit(report.commit_message(result, result.day), without=_broken(Store(job.root), result)):
        last = git.last_day()
        if last and (result.day - last).days > QUIET_DAYS:
            git.commit_nothing(report.still_watching(last))
    if job.push:
        git.push(partial(reconcile, git=git, repository=linked_repository(settings, git), today=result.day))


def _broken(store: Store, result: Result) -> Iterable[str]:
    """The files of playlists that failed for their record: they can be put back as long as git has the good ones."""
    for outcome in result.of(Kind.FAILED):
        try:
            store.record(outcome.id)
        except RecordError:
            yield from layout.files_of(outcome.id)


def linked_repository(settings: Settings, git: Git) -> Repository:
    """The repository that the pages link to: GitHub's, or the origin remote's."""
    repository = settings.github_repository or git.repository()
    return Repository(repository, settings.github_ref_name or git.branch() or "main")


def collect(store: Store, settings: Settings, job: Job) -> Result:
    """Writes what needs all shards of a run: judgement, marks, index, followers. Nothing is asked of Spotify.

    Raises:
        StoreError: the disk does not take what is to be written.
    """
    result = collected(store, job.shards or (), job.playlists, today=settings.today())
    keeper = Keeper(store, job.registry, linked_repository(settings, Git(job.root)), today=result.day)
    return finish(keeper, result, believes=job.believes)


async def archive_into(
    store: Store,
    settings: Settings,
    job: Job,
    *,
    progress: Callable[[Outcome], None] = lambda _: None,
    transport: httpx.AsyncBaseTransport | None = None,
) -> Result:
    """`archive` inside an event loop; another `transport` than the network is for tests and measurements."""
    async with opened(settings, max_requests=job.max_requests, transport=transport) as reader:
        today = settings.today()
        keeper = Keeper(store, job.registry, linked_repository(settings, Git(job.root)), today=today)
        run = Update(reader=reader, keeper=keeper, full=job.full, believes=job.believes, progress=progress)
        if not job.shard:
            return await run.run(job.playlists)
        result = await run.read(job.playlists)
        store.finish()
        return result
