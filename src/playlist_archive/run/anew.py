"""Renders all pages again after an update of this program, in one commit."""

import json
from datetime import date
from functools import partial
from pathlib import Path
from typing import NamedTuple

from ..archive import layout
from ..archive.registry import Registry
from ..archive.store import RecordError, Store
from ..git.commit import changes, changes_at, commit
from ..git.guard import check_commit, check_complete
from ..git.push import push
from ..git.repository import Git, dated
from ..outcome import Result
from ..problem import Note
from ..render.page import Repository
from ..report.commit_message import render_message
from ..upstream import own_version
from .pages import RENDERER, render, renderer_text
from .reconcile import reconcile
from .review import group_of, playlist_of, review


class RenderJob(NamedTuple):
    """A rendering: its archive and its day. `adders` says whether records keep the users who added songs.

    `commit_day` dates the commit, which is never before the last one; None means now.
    """

    root: Path
    registry: Registry
    repository: Repository
    day: date
    adders: bool = True
    is_committed: bool = False
    is_pushed: bool = False
    commit_day: date | None = None


class Rendered(NamedTuple):
    """The result of a rendering: the problems, the number of written files, and whether there is a commit."""

    problems: tuple[Note, ...]
    written: int
    is_committed: bool = False


def render_archive(job: RenderJob) -> Rendered:
    """Renders all pages; commits and pushes them if the job says so.

    Raises:
        GitError: git refuses.
        OSError: a file cannot be read.
        StoreError: a file cannot be written, or a run is at work.
    """
    git, store = dated(job.root, job.commit_day), Store(job.root, adders=job.adders)
    with store.locked():
        check_complete(git)
        if not (job.is_committed or job.is_pushed):
            problems = render(store, job.repository, job.registry)
            store.finish()
            return Rendered(tuple(problems), len(store.written))
        check_commit(git)
        rendered = render_anew(git, store, job)
        store.finish()
        if job.is_pushed:
            push(git, partial(reconcile, git=git, repository=job.repository))
    return rendered


def is_older(store: Store) -> bool:
    """Whether an older version of this program rendered the pages. Without a file, the first version did."""
    try:
        text = store.read(layout.RENDERER)
        return (int(json.loads(text)["renderer"]) if text else 1) < RENDERER
    except (RecordError, ValueError, TypeError, KeyError, RecursionError):
        return True


def begin(store: Store) -> None:
    """Notes the version of the pages in an archive without records.

    Raises:
        StoreError: the note cannot be written.
    """
    if text := renderer_text():
        store.write(layout.RENDERER, text)


def render_anew(git: Git, store: Store, job: RenderJob) -> Rendered:
    """Renders all pages, and commits only the changed pages.

    If a playlist had uncommitted files before, its pages stay out: they belong to another commit.

    Raises:
        GitError: git refuses.
        OSError: a file cannot be read.
        StoreError: the file cannot be written.
    """
    before = changes(git)
    problems = render(store, job.repository, job.registry)
    others = {group_of(path) for path in (*before.written, *before.gone, *before.odd)}
    found = changes_at(git, store.written)
    found = found.without([path for path in (*found.written, *found.gone) if group_of(path) in others])
    told = Result(job.day, outcomes=(), problems=(), requests=0, written=tuple(store.written))
    left_out, troubles = review(store, found, told)
    chosen = found.without(left_out)
    if chosen:
        playlists = {playlist_of(path) for path in (*chosen.written, *chosen.gone)} - {None}
        commit(git, chosen, render_message(own_version(), len(playlists)))
    return Rendered((*problems, *troubles), len(store.written), is_committed=bool(chosen))
