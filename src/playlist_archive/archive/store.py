"""Reads and writes files below the archive's root. Only changed files are written, each completely or not at all."""

import errno
import os
import re
import shutil
import stat
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final, TypeVar

from ..problem import ProblemError
from . import layout
from .adders import record_without_adders
from .disk import holds, put_whole
from .ids import PlaylistId, parse_playlist_id
from .lock import LockError, locked
from .model import Head, Record
from .outline import REMOVED_BEGIN, Outline, parse_outline
from .parts import Parts
from .record_file import PUT_BACK, RecordError, parse_record, record_text, record_texts, united

__all__ = ["DiskError", "RecordError", "Store", "StoreError"]

_DISK_TROUBLE: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO})

_MAKE_ROOM: Final = "look at the disk and your rights; what was archived before is as it was"

_SONG: Final = re.compile(r'^\{"uri":"([^"\\]*)"', re.MULTILINE)
HeadT = TypeVar("HeadT", bound=Head)


class StoreError(ProblemError):
    """A file cannot be written. Each file is unchanged, or new and complete."""


class DiskError(StoreError):
    """No file can be written, because the disk is full, broken or read-only."""


class Store:
    """The files of one archive. With `dry_run` nothing is written; `written` names the files that would be.

    Without `adders`, records are read and saved without the users who added songs.
    """

    def __init__(self, root: Path, *, dry_run: bool = False, adders: bool = True) -> None:
        self.root = root
        self._adders = adders
        self.written: set[str] = set()
        self._dry_run = dry_run
        self._parts = Parts(root)
        self._unfinished = root / layout.UNFINISHED
        self.was_cut_off = os.path.lexists(self._unfinished)
        """Whether the last run was cut off while it wrote, so that pages may be newer than their record."""

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Keeps other runs out of the folder while the block runs.

        Raises:
            StoreError: another run is at work there.
        """
        try:
            with locked(self.root):
                yield
        except LockError as error:
            raise StoreError.of(error) from error

    def finish(self) -> None:
        """Notes that this run wrote all its files, unless an earlier run was cut off."""
        if not self._dry_run and not self.was_cut_off:
            shutil.rmtree(self._unfinished, ignore_errors=True)

    def record(self, playlist_id: PlaylistId) -> Record | None:
        """The record; None if there is none.

        Raises:
            RecordError: the record cannot be read or parsed, belongs to a newer format or another playlist, or is
                missing although its pages are there.
        """
        text = self._record_text(playlist_id)
        if text is None:
            return None
        record = self._own(playlist_id, parse_record(text, layout.data(playlist_id), self._texts))
        return record if self._adders else record_without_adders(record)

    def outline(self, playlist_id: PlaylistId) -> Outline | None:
        """The record with its songs as text, which is not parsed; None if there is no record.

        Raises:
            RecordError: as for `record`, but a fault inside a song's line, or in a part, is not seen.
        """
        text = self._record_text(playlist_id)
        if text is None:
            return None
        return self._own(playlist_id, parse_outline(text, layout.data(playlist_id), self._texts))

    def songs(self, playlist_id: PlaylistId) -> frozenset[str]:
        """The identities of the songs in the record, without parsing it; empty if it cannot be read.

        Identities with characters that JSON escapes are left out. Only local files have such identities.
        """
        try:
            text = self.read(layout.data(playlist_id)) or ""
        except RecordError:
            return frozenset()
        return frozenset(_SONG.findall(text.partition(REMOVED_BEGIN)[0]))

    def records(self) -> Iterator[PlaylistId]:
        """The ids of all records, sorted."""
        folder = self.root / layout.DATA
        names = sorted(path.name for path in folder.glob("*.json")) if folder.is_dir() else []
        for name in names:
            try:
                yield parse_playlist_id(name.removesuffix(".json"))
            except ValueError:
                continue

    def files(self, folder: str) -> list[str]:
        """The paths of all plain files in a folder, sorted."""
        found = (path for path in (self.root / folder).glob("*") if path.is_file() and not path.is_symlink())
        return sorted(path.relative_to(self.root).as_posix() for path in found)

    def files_of(self, playlist_id: PlaylistId) -> list[str]:
        """The existing files of a playlist: the record, the pages, and their parts."""
        return [*filter(self.exists, layout.files_of(playlist_id)), *sorted(self._parts.of(playlist_id))]

    def read(self, path: str) -> str | None:
        """The text of a file; None if there is no file.

        Raises:
            RecordError: the file cannot be read as text, is no plain file, or is a pointer of Git LFS.
        """
        try:
            target = self._place(path)
            if not stat.S_ISREG(target.lstat().st_mode):
                raise RecordError(f"{path} is no plain file", PUT_BACK)
            text = target.read_bytes().decode("utf-8")
        except FileNotFoundError:
            return None
        except (OSError, UnicodeDecodeError) as error:
            raise RecordError(f"{path} cannot be read ({type(error).__name__})", PUT_BACK) from error
        if text.startswith(layout.LFS_POINTER):
            raise RecordError(f"{path} is a pointer of Git LFS, and its content is not here", "run `git lfs pull`")
        return text

    def exists(self, path: str) -> bool:
        """Whether the path exists."""
        return os.path.lexists(self.root / path)

    def save(self, record: Record, pages: Mapping[str, str]) -> None:
        """Writes the record and its pages (path → text). If a crash interrupts this, the next run repairs it.

        A new record is written first, so that there are never pages without a record. A changed record is written last,
        so that a run that was cut off will find the playlist changed again. Parts of the record lose songs only after
        its own file is written; the file of a new record has all songs until its parts are there. Obsolete parts are
        removed.

        Raises:
            StoreError: the file cannot be written.
        """
        data = layout.data(record.id)
        parts = record_texts(record)
        front = {data: parts.pop(data)}
        between = {path: self._between(path, text) for path, text in parts.items()}
        is_new = not (self.root / data).exists()
        whole = {data: record_text(record)} if parts else {}
        try:
            for texts in (whole, between, front, pages, parts) if is_new else (pages, between, front, parts):
                for path, text in texts.items():
                    self.write(path, text)
            for path in sorted(self._parts.of(record.id) - parts.keys() - pages.keys()):
                self.remove(path)
        except StoreError:
            self.was_cut_off = True  # so that the next run makes the pages that are missing
            raise

    def _between(self, path: str, text: str) -> str:
        """The text of a part of a record until the record's own file is written: the old and the new songs."""
        try:
            old = self.read(path)
        except RecordError:
            return text
        return text if old in (None, text) else united(old, text, path)

    def write(self, path: str, text: str) -> None:
        """Writes the text to the file, completely or not at all. A file that already has this text is left alone.

        Raises:
            StoreError: the file cannot be written.
        """
        content = text.encode("utf-8")
        try:
            target = self._place(path)
            if holds(target, content):
                return
            if not self._dry_run:
                put_whole(target, content, aside=self._unfinished)
            self.written.add(path)
            self._parts.changed(path, is_there=True)
        except OSError as error:
            kind = DiskError if error.errno in _DISK_TROUBLE else StoreError
            raise kind(f"{path} cannot be written ({error.strerror})", _MAKE_ROOM) from error

    def remove(self, path: str) -> None:
        """Removes an obsolete page. No record is ever removed.

        Raises:
            StoreError: the file cannot be removed.
        """
        if not self._dry_run:
            try:
                self._place(path).unlink(missing_ok=True)
            except OSError as error:
                raise StoreError(f"{path} cannot be removed ({error.strerror})", _MAKE_ROOM) from error
        self.written.add(path)
        self._parts.changed(path, is_there=False)

    def take_back(self, playlist_id: PlaylistId) -> frozenset[str]:
        """Removes the files that this run wrote for a new playlist, and returns the paths of all its possible files.

        Raises:
            StoreError: the file cannot be removed.
        """
        paths = frozenset((*layout.files_of(playlist_id), *self.files_of(playlist_id)))
        for path in sorted(paths, key=lambda path: path == layout.data(playlist_id)):  # never pages without a record
            self.remove(path)
        self.written -= paths
        return paths

    def _place(self, path: str) -> Path:
        """The path of a file on the disk. No link leads out of the root.

        Raises:
            OSError: a folder on the way is a symbolic link.
        """
        above = path.rpartition("/")[0]
        while above:
            if os.path.islink(f"{self.root}/{above}"):  # noqa: PTH114 - a path object for each costs more than all else
                raise OSError(errno.ELOOP, f"{above} is a symbolic link")
            above = above.rpartition("/")[0]
        return self.root / path

    def _record_text(self, playlist_id: PlaylistId) -> str | None:
        """The text of the record's own file; None if the playlist is new."""
        text = self.read(layout.data(playlist_id))
        if text is None:
            self._refuse_lost(playlist_id)
        return text

    def _own(self, playlist_id: PlaylistId, found: HeadT) -> HeadT:
        if found.id != playlist_id:
            raise RecordError(f"{layout.data(playlist_id)} is the record of {found.id!r}", PUT_BACK)
        return found

    def _texts(self, paths: Iterable[str]) -> Iterable[str | None]:
        return map(self.read, paths)

    def _refuse_lost(self, playlist_id: PlaylistId) -> None:
        """Refuses to begin a record anew if its pages exist, since that would lose songs that only the record had."""
        pages = (layout.cumulative(playlist_id), layout.pretty(playlist_id), layout.plain(playlist_id))
        if any(map(self.exists, pages)) or self._parts.of(playlist_id):
            message = f"{layout.data(playlist_id)} is missing, though its pages are there"
            raise RecordError(message, f"{PUT_BACK}, or delete the pages to begin anew")
