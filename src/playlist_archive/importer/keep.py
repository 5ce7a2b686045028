"""Writes what was imported, and commits it: the only part of an import that changes anything."""

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import NamedTuple

from ..archive import layout
from ..archive.registry import Registry
from ..archive.store import RecordError, Store
from ..git.commit import changes_at, commit, committing
from ..git.guard import check_commit, check_complete
from ..git.repository import Git
from ..problem import Note
from ..render.index import index_line
from ..render.page import Repository
from ..run.pages import pages, write_index, write_older_likes
from .adopt import Import
from .replay import replay


class Kept(NamedTuple):
    """What became of an import: files written, commits of replayed days, whether the rest is committed too.

    `problem` says what stays as it is, the index page or a table of likes, where another file cannot be read.
    `in_the_way` is what keeps git's own index from knowing of the commit; it is empty otherwise.
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
) -> Kept:
    """Writes records, pages, registry entries and the index, and makes one commit of them where there is a repository.

    `with_history` gives the days of playlists that are new here commits of their own before that, for each version of
    which `progress` is called.

    Raises:
        GitError: it can be seen that git would refuse, and nothing was done; or git refuses.
        StoreError: the disk does not take it; each file is as it was, or whole and new.
    """
    store, git = Store(root), Git(root)
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
    """Writes all files; returns why the index was left as it is, if it was."""
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
    """Commits the files and nothing else; None where none of them differs from the last commit.

    Returns what keeps the user's index from being in line, empty if nothing does.
    """
    found = changes_at(git, paths)
    if not found:
        return None
    return commit(git, found, f"Import {playlists} playlist{'' if playlists == 1 else 's'} of another archive\n")
