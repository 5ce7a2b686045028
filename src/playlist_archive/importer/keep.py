"""Writes the imported files, and commits them. Only this part of an import changes anything."""

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import NamedTuple

from ..archive import layout
from ..archive.registry import Registry
from ..archive.store import RecordError, Store
from ..git.commit import changes_at, commit, committing
from ..git.guard import check_commit, check_complete
from ..git.repository import Git, dated
from ..problem import Note
from ..render.index import index_line
from ..render.page import Repository
from ..run.pages import pages, write_index, write_older_likes
from .adopt import Import
from .replay import replay


class Kept(NamedTuple):
    """The outcome of an import: written files, commits of replayed days, and whether the other files are committed.

    `problem` names the index page or table of likes that stays unchanged because another file cannot be read.
    `in_the_way` is the reason if git's own index could not be updated, else it is empty.
    """

    files: int
    replayed: int
    is_committed: bool
    problem: Note | None = None
    in_the_way: str = ""


def keep(
    root: Path,
    found: Import,
    registry: Registry,
    repository: Repository,
    *,
    with_history: bool = False,
    progress: Callable[[], None] = lambda: None,
    commit_day: date | None = None,
) -> Kept:
    """Writes records, pages, registry entries and the index. In a repository, makes one commit of them.

    With `with_history`, the days of new playlists first get their own commits. `progress` is called for each of their
    versions. `commit_day` dates the commit of the import itself, which is never before the last one; None means now.

    Raises:
        GitError: git refuses. If the refusal was foreseen, nothing was done.
        StoreError: a file cannot be written. Each file is either unchanged, or new and complete.
    """
    store, git = Store(root), dated(root, commit_day)
    with store.locked():
        check_complete(git)
        check_commit(git)
        replayed = 0
        if with_history:
            new = {adopted.record.id for adopted in found.adopted if adopted.is_new}
            days = {name: versions for name, versions in found.days.items() if name in new}
            aliases = {adopted.record.id: adopted.record.alias for adopted in found.adopted}
            replayed = replay(root, days, aliases=aliases, repository=repository, progress=progress)
        problem = _write(store, found, registry, repository)
        with committing("what was imported"):
            in_the_way = _commit(git, store.written, len(found.adopted)) if git.branch() else None
    return Kept(len(store.written), replayed, in_the_way is not None, problem, in_the_way or "")


def _write(store: Store, found: Import, registry: Registry, repository: Repository) -> Note | None:
    """Writes all files. Returns the reason if the index stays unchanged."""
    problem = None
    for playlist_id, alias in found.entries.items():
        store.write(layout.registry_entry(playlist_id), f"{alias}\n" if alias else "")
    for adopted in found.adopted:
        store.save(adopted.record, pages(adopted.record, repository))
    if found.adopted:
        aliases = {**registry.aliases, **{name: alias or None for name, alias in found.entries.items()}}
        try:
            lines = [index_line(record) for record in map(store.record, store.records()) if record]
            write_index(store, lines, registry._replace(aliases=aliases))
        except RecordError as error:
            problem = error.note._replace(message=f"{error.message}, so the index stays as it is")
    try:
        write_older_likes(store, _likes(found))
    except RecordError as error:
        what = f"{error.message}, so the likes of its month and later ones are not taken over"
        problem = problem or error.note._replace(message=what)
    store.finish()
    return problem


def _likes(found: Import) -> Iterator[tuple[str, date, int]]:
    return ((name, day, number) for name, likes in found.likes.items() for day, number in likes.items())


def _commit(git: Git, paths: Iterable[str], playlists: int) -> str | None:
    """Commits only these files. None if no file differs from the last commit.

    Returns the reason if the user's index could not be updated, else an empty text.
    """
    found = changes_at(git, paths)
    if not found:
        return None
    return commit(git, found, f"Import {playlists} playlist{'' if playlists == 1 else 's'} of another archive\n")
