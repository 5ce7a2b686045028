"""The template's example playlist, which is removed from a copy unless somebody has changed it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from ..archive import layout
from ..archive.ids import PlaylistId, parse_playlist_id
from ..archive.registry import Registry, read_registry
from ..archive.store import Store
from ..git.guard import check_commit, check_complete
from ..git.propose import remove
from ..git.repository import Git
from ..upstream import UPSTREAM

EXAMPLE: Final = parse_playlist_id("37i9dQZF1DX5LEXW9eXA0n")
"""The playlist that the project itself archives."""

_PROGRAM: Final = "src/playlist_archive/upstream.py"

_MESSAGE: Final = """Remove the template's example

The example came with the copy of the project. Its files contained nothing of this archive.
"""


def is_copy(root: Path) -> bool:
    """Whether the folder contains this program's code: the project itself, a copy of the template, or a fork."""
    return (root / _PROGRAM).is_file()


def has_example(root: Path, repository: str | None) -> bool:
    """Whether this is a copy of the template that still has the unchanged example.

    The links of the example's page lead to the template's repository until a run in the copy rewrites the page. An
    entry with a name to show counts as changed.
    """
    if repository in (None, UPSTREAM) or not is_copy(root):
        return False
    store = Store(root)
    page = (store.read(layout.pretty(EXAMPLE)) or "").partition("\n")[0]
    return f"/{UPSTREAM}/" in page and not (store.read(layout.registry_entry(EXAMPLE)) or "").strip()


def own_registry(root: Path, repository: str | None, *, commits: bool) -> Registry:
    """The registry without the template's example. If the run `commits`, the example's files are removed too.

    Raises:
        GitError: the files cannot be removed.
        StoreError: another run is at work in the folder.
    """
    registry = read_registry(root)
    if not has_example(root, repository):
        return registry
    if commits:
        drop_example(root)
        return read_registry(root)
    return registry._replace(aliases={key: alias for key, alias in registry.aliases.items() if key != EXAMPLE})


def drop_example(root: Path) -> tuple[str, ...]:
    """Removes the files of the example, commits the removal, and returns their paths.

    Raises:
        GitError: nothing can be committed now, one of the files was changed since the last commit, or git refuses.
        StoreError: another run is at work in the folder.
    """
    store, git = Store(root), Git(root)
    with store.locked():
        check_complete(git)
        check_commit(git)
        paths = tuple(_files(store))
        remove(git, paths, message=_MESSAGE)
    return paths


def _files(store: Store) -> Iterator[str]:
    """The files of the example. Tables and the index are included if they contain no other playlist."""
    own = (layout.registry_entry(EXAMPLE), *store.files_of(EXAMPLE))
    yield from (path for path in own if store.read(path) is not None)
    yield from (path for path in store.files(layout.FOLLOWERS) if _rows(store, path) == {EXAMPLE})
    if set(store.records()) <= {EXAMPLE}:
        index = (layout.INDEX_PAGE, layout.INDEX_DATA)
        yield from (path for path in index if store.read(path) is not None)


def _rows(store: Store, path: str) -> set[PlaylistId]:
    """The ids of the playlists in a table of likes."""
    lines = (store.read(path) or "").splitlines()[1:]
    return {PlaylistId(line.partition(",")[0]) for line in lines}
