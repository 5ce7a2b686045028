"""Makes our commits again on top of commits by others, if both changed the same files of the archive.

No generated file is merged as text. The records of both become one record (archive/join.py), and all pages are made
from records.
"""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import date
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from ..archive import layout
from ..archive.ids import PlaylistId
from ..archive.join import Reading, join
from ..archive.model import Record
from ..archive.registry import read_registry
from ..archive.store import RecordError, Store, StoreError
from ..git.index import Files
from ..git.objects import content, contents, store, write_out
from ..git.race import Commit, ConflictError, Race, files_of, in_words, put_on
from ..git.race import difference as changed_files
from ..git.repository import Blob, Git, GitError
from ..render.followers import followers, read_table
from ..render.index import IndexLine, index_line
from ..render.page import Repository
from .committed import Committed
from .pages import pages, write_index
from .review import playlist_of

Cell = tuple[str, str]
"""Day and playlist of a number in a table of likes."""

_NEEDED: Final = (layout.REGISTRY, layout.DATA, layout.FOLLOWERS, layout.INDEX_PARTS, *layout.FILES)
"""The paths of their archive that are read. Pages are not, since they are made from records."""


def reconcile(race: Race, *, git: Git, repository: Repository) -> str:
    """The last of our commits, made again on top of theirs. No file in our folder changes.

    Raises:
        ConflictError: both changed a file that no run writes.
        GitError: git refuses, or a file cannot be read or written.
    """
    try:
        with TemporaryDirectory() as folder:
            write_out(git, _needed(git, race.tip), Path(folder))
            return _Reconciliation(race, git=git, root=Path(folder), repository=repository).run()
    except (RecordError, StoreError, ValueError, OSError) as error:
        msg = f"others changed the same files, and ours cannot be put on theirs: {error}"
        raise GitError(msg) from error


def _needed(git: Git, tip: str) -> Mapping[str, Blob]:
    """The needed files of their archive, and the parts of pages, which may become obsolete."""
    pages = git.tree(tip, layout.CUMULATIVE)
    return {
        **git.tree(tip, *_NEEDED),
        **{path: blob for path, blob in pages.items() if layout.is_part(path)},
    }


class _Branch:
    """The changes that some commits made to each file."""

    def __init__(self, git: Git, commits: Iterable[Commit]) -> None:
        self.changes = [(commit, changed_files(git, commit.parent, commit.name)) for commit in commits]

    def versions(self, path: str) -> list[tuple[Commit, Blob]]:
        """The commits that wrote a file, oldest first, with the file's contents."""
        found = ((commit, files.get(path)) for commit, files in self.changes)
        return [(commit, blob) for commit, blob in found if blob]


class _Reconciliation:
    """Makes our commits again in a temporary folder with the needed files of their commit."""

    def __init__(self, race: Race, *, git: Git, root: Path, repository: Repository) -> None:
        self._race = race
        self._git = git
        self._root = root
        self._repository = repository
        self._committed = Committed(git)
        self._registry = read_registry(root)
        self._changed_by_them = changed_files(git, race.base, race.tip)
        self._theirs = _Branch(git, race.theirs)
        self._ours = _Branch(git, ())
        self._store = Store(root)
        self._index = _index_lines(self._store)

    def run(self) -> str:
        """Returns the last of our new commits."""
        tip = self._race.tip
        for ours in self._race.ours:
            self._ours.changes += _Branch(self._git, [ours]).changes
            self._store = Store(self._root)
            files = files_of(self._git, self._race, ours)
            tip = put_on(self._git, tip, ours, {**self._kept(files), **self._made(ours, files)})
        return tip

    def _kept(self, files: Files) -> Files:
        """The files of our commit that no run writes.

        Raises:
            ConflictError: others changed such a file in another way.
        """
        kept = {path: blob for path, blob in files.items() if not _is_made(path)}
        both = [path for path in kept if self._changed_by_them.get(path, kept[path]) != kept[path]]
        if both:
            raise ConflictError(in_words(sorted(both)))
        return kept

    def _made(self, ours: Commit, files: Files) -> Files:
        """The files that a run writes, from the knowledge of both sides."""
        for playlist_id in sorted({playlist_id for path in files if (playlist_id := playlist_of(path))}):
            if record := self._record(playlist_id):
                self._store.save(record, pages(record, self._repository))
                if self._index is not None:
                    self._index[playlist_id] = index_line(record)
        for path in files:
            if _is_table(path):
                self._write_table(path, ours)
        if self._index is not None:
            write_index(self._store, self._index.values(), self._registry, site=self._repository.site)
        written = [path for path in sorted(self._store.written) if (self._root / path).exists()]
        return {**dict.fromkeys(self._store.written), **store(self._git, self._root, written)}

    def _record(self, playlist_id: PlaylistId) -> Record | None:
        """The joined record of both sides; None if the others removed it."""
        path = layout.data(playlist_id)
        ours = self._readings(self._ours, path)
        if path not in self._changed_by_them:
            return ours[-1].record if ours else self._store.record(playlist_id)
        last = self._committed.record(self._race.tip, path)
        if last is None or not ours:
            return last
        theirs = self._readings(self._theirs, path) or [Reading(last, ours[0].day, seconds=0)]
        theirs[-1] = theirs[-1]._replace(record=last)
        base = self._committed.record(self._race.base, path)
        alias = self._registry.aliases.get(playlist_id, ours[-1].record.alias)
        return join(base, theirs=theirs, ours=ours, alias=alias)

    def _readings(self, branch: _Branch, path: str) -> list[Reading]:
        """The readable records that the commits of a branch wrote."""
        found = branch.versions(path)
        texts = contents(self._git, [blob.name for _, blob in found])
        readings = []
        for (commit, _), text in zip(found, texts, strict=True):
            with suppress(RecordError):
                readings.append(Reading(self._committed.parsed(text, commit.name, path), commit.day, commit.seconds))
        return readings

    def _write_table(self, path: str, ours: Commit) -> None:
        """Adds the numbers of our commit to their table, unless they saw later ones."""
        text = self._store.read(path)
        later = {
            cell
            for theirs in self._race.theirs
            if theirs.seconds > ours.seconds
            for cell in self._observed(path, theirs)
        }
        observed = sorted(item for item in self._observed(path, ours).items() if item[0] not in later)
        for day, cells in groupby(observed, key=lambda item: item[0][0]):
            likes = [(playlist_id, int(number)) for (_, playlist_id), number in cells]
            text = followers(text, day=date.fromisoformat(day), likes=likes)
        if text is not None:
            self._store.write(path, text)

    def _observed(self, path: str, commit: Commit) -> Mapping[Cell, str]:
        """The numbers that a commit added to a table."""
        before, after = (_numbers(content(self._git, name, path)) for name in (commit.parent, commit.name))
        return {cell: number for cell, number in after.items() if before.get(cell) != number}


def _index_lines(store: Store) -> dict[PlaylistId, IndexLine] | None:
    """The index lines of all records; None if a record cannot be read, so that the index stays as it is."""
    lines = {}
    with suppress(RecordError):
        for playlist_id in store.records():
            if outline := store.outline(playlist_id):
                lines[playlist_id] = index_line(outline)
        return lines
    return None


def _is_made(path: str) -> bool:
    """Whether a run makes the file from records or from observed likes."""
    return bool(playlist_of(path)) or _is_table(path) or path in layout.FILES or layout.is_index_part(path)


def _is_table(path: str) -> bool:
    return path.rpartition("/")[0] == layout.FOLLOWERS


def _numbers(text: bytes | None) -> Mapping[Cell, str]:
    """The numbers in a table of likes; empty if there is no table."""
    rows = read_table(text.decode("utf-8")) if text else {}
    return {(day, playlist_id): likes for playlist_id, row in rows.items() for day, likes in row.items()}
