"""Writes what was imported, and commits it: the only part of an import that changes anything."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import NamedTuple

from ..archive import layout
from ..archive.registry import Registry
from ..archive.store import RecordError, Store
from ..git.repository import Git
from ..render.index import entry
from ..render.page import Repository
from ..run.pages import pages, write_index
from .adopt import Import
from .replay import replay

_FROM_INPUT = ("--pathspec-from-file=-", "--pathspec-file-nul")


class Kept(NamedTuple):
    """What became of an import: files written, commits of replayed days, whether the rest is committed too.

    `problem` says why the index stays as it is, where another record cannot be read; it is empty otherwise.
    """

    files: int
    replayed: int
    is_committed: bool
    problem: str = ""


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
        git.check()
        replayed = 0
        if with_history:
            new = {adopted.record.id for adopted in found.adopted if adopted.is_new}
            days = {name: versions for name, versions in found.days.items() if name in new}
            aliases = {adopted.record.id: adopted.record.alias for adopted in found.adopted}
            replayed = replay(root, days, aliases=aliases, repository=repository, progress=progress)
        problem = _write(store, found, registry, repository)
        is_committed = bool(git.branch()) and _commit(git, store.written, len(found.adopted))
    return Kept(len(store.written), replayed, is_committed, problem)


def _write(store: Store, found: Import, registry: Registry, repository: Repository) -> str:
    """Writes all files; returns why the index was left as it is, if it was."""
    problem = ""
    for playlist_id, alias in found.entries.items():
        store.write(layout.registry_entry(playlist_id), f"{alias}\n" if alias else "")
    for adopted in found.adopted:
        store.save(adopted.record, pages(adopted.record, repository))
    if found.adopted:
        aliases = {**registry.aliases, **{name: alias or None for name, alias in found.entries.items()}}
        try:
            entries = [entry(record) for record in map(store.record, store.records()) if record]
            write_index(store, entries, registry._replace(aliases=aliases))
        except RecordError as error:
            problem = str(error)
    store.finish()
    return problem


def _commit(git: Git, paths: Iterable[str], playlists: int) -> bool:
    """Commits the files and nothing else; False where none has changed. No `.gitignore` keeps them out."""
    names = "\0".join(sorted(paths))
    if not names:
        return False
    git.run("add", "--all", "--force", *_FROM_INPUT, text=names)
    if not git.run("diff", "--cached", "--name-only"):
        return False
    subject = f"Import {playlists} playlist{'' if playlists == 1 else 's'} of another archive"
    git.run("commit", "--quiet", "--only", f"--message={subject}", *_FROM_INPUT, text=names)
    return True
