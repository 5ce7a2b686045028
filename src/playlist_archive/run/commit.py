"""Ends a run: commits the changes of the archive, and pushes them."""

from collections.abc import Iterator
from contextlib import suppress
from functools import partial
from typing import Final

from ..ahead import QUIET_DAYS
from ..archive import layout
from ..archive.differing import Differing, differing
from ..archive.model import Record
from ..archive.record_file import parse_front
from ..archive.store import RecordError, Store
from ..git.commit import Changes, changes, commit, commit_nothing
from ..git.objects import contents
from ..git.push import RefusedError, push
from ..git.repository import Git, GitError
from ..outcome import Result
from ..problem import Note, note_of
from ..render.page import Repository
from ..report.commit_message import Change, commit_message, still_watching
from .reconcile import reconcile
from .review import large, playlist_of, review

_TIDY: Final = {"gc.auto": "6700", "gc.autoDetach": "false"}
"""Settings for git's own tidying after a commit. It runs in the foreground, so that nothing goes on after the run."""


def commit_run(git: Git, result: Result, *, repository: Repository, is_pushed: bool) -> Result:
    """The result after a commit of the run's files and of an earlier run's leftovers; pushed if `is_pushed`.

    A failed commit or push becomes a trouble of the result. A refused run commits nothing.
    """
    if result.refused:
        return result
    try:
        result = _committed(git, result)
    except (GitError, OSError) as error:
        note = note_of(error)
        return result.with_trouble(f"what was archived is not committed ({note.message})", note.remedy)
    if is_pushed:
        result = _pushed(git, result, repository)
    with suppress(GitError):  # an untidy repository is only larger
        git.run("gc", "--auto", "--quiet", settings=_TIDY)
    return result


def _committed(git: Git, result: Result) -> Result:
    """The result after a commit. Without changes there is none, except for an empty commit after some weeks.

    Raises:
        GitError: git refuses.
        OSError: a file cannot be read.
    """
    store = Store(git.root)
    found = changes(git, written=result.written)
    left_out, troubles = review(store, found, result)
    chosen = found.without(left_out)
    result = result._replace(
        troubles=tuple(dict.fromkeys((*result.troubles, *troubles))),
        warnings=(*result.warnings, *large(git.root, chosen.written)),
    )
    if not chosen:
        _sign_of_life(git, result)
        return result
    message = commit_message(_playlists(git, store, chosen), result.day)
    return _with_index(result, commit(git, chosen, message))


def _sign_of_life(git: Git, result: Result) -> None:
    last = git.last_day()
    if last and (result.day - last).days > QUIET_DAYS:
        commit_nothing(git, still_watching(last))


def _with_index(result: Result, in_the_way: str) -> Result:
    """The result, with a warning if the user's index does not know of the commit."""
    warning = index_is_behind(in_the_way)
    return result._replace(warnings=(*result.warnings, warning)) if warning else result


def index_is_behind(in_the_way: str) -> Note | None:
    """The warning that the user's index does not know of a commit; None if nothing stood in the way."""
    if not in_the_way:
        return None
    message = f"all is committed, but `git status` does not know it ({in_the_way})"
    return Note(message, "where no other git is at work, delete that file, then run `git reset`")


def _pushed(git: Git, result: Result, repository: Repository) -> Result:
    try:
        push(git, partial(reconcile, git=git, repository=repository))
    except RefusedError as error:
        return result.with_trouble(error.message, error.remedy)
    except (GitError, OSError) as error:
        note = note_of(error)
        return result.with_trouble(f"what was archived is committed here, but not pushed ({note.message})", note.remedy)
    return result


def _playlists(git: Git, store: Store, chosen: Changes) -> Iterator[Change]:
    """The changes of the records in the commit, one at a time, since all of them would need too much memory."""
    changed = ((path, playlist_of(path)) for path in sorted((*chosen.written, *chosen.gone)))
    records = {playlist_id: path for path, playlist_id in changed if playlist_id and path == layout.data(playlist_id)}
    head = git.head()
    tree = git.tree(head, layout.DATA) if head else {}
    texts = contents(git, [tree[path].name for path in records.values() if path in tree])
    for playlist_id, path in records.items():
        old, new = next(texts).decode("utf-8", "replace") if path in tree else None, store.read(path)
        found = differing(old, new) if new else Differing(old, "")
        yield Change(playlist_id, _front(found.old, path), _front(found.new or None, path), found.added)


def _front(text: str | None, path: str) -> Record | None:
    """The record in its own file, with all present songs; None if it cannot be read."""
    try:
        return None if text is None else parse_front(text, path)
    except RecordError:
        return None
