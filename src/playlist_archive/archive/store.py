"""Reads and writes what lies under the archive's root: whole files only, and only those that change."""

import errno
import json
import os
import re
import shutil
import stat
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from pydantic import ValidationError

from ..problem import ProblemError
from . import layout
from .adders import record_without_adders
from .formats import NewerFormatError, refuse_newer
from .ids import PlaylistId, parse_playlist_id
from .lock import LockError, locked
from .model import FORMAT_VERSION, Record, Track
from .parts import Parts

_DISK_TROUBLE: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO})

_PUT_BACK: Final = "put it back from git history"
_MAKE_ROOM: Final = "look at the disk and your rights; what was archived before is as it was"

_SONG: Final = re.compile(r'^\{"uri":"([^"\\]*)"', re.MULTILINE)
_REMOVED: Final = '\n"removed": ['


class RecordError(ProblemError):
    """A record cannot be read; its files stay as they are."""


class StoreError(ProblemError):
    """A file cannot be written; every file is as it was, or whole and new."""


class DiskError(StoreError):
    """No file can be written: the disk is full, broken, or read-only."""


class Store:
    """The files of one archive. With `dry_run` nothing is written, and `written` tells what would be.

    Without `adders`, records come without the ids of those who added songs, and lose them when they are saved.
    """

    def __init__(self, root: Path, *, dry_run: bool = False, adders: bool = True) -> None:
        self.root = root
        self._adders = adders
        self.written: set[str] = set()
        self._dry_run = dry_run
        self._parts = Parts(root)
        self._unfinished = root / layout.UNFINISHED
        self.was_cut_off = os.path.lexists(self._unfinished)
        """Whether the last run ended in the middle of its writing, so that pages may be newer than their record."""

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Keeps other runs out of the folder meanwhile.

        Raises:
            StoreError: another run is at work there.
        """
        try:
            with locked(self.root):
                yield
        except LockError as error:
            raise StoreError.of(error) from error

    def finish(self) -> None:
        """Tells the next run that this one wrote all that it meant to, unless one before was cut off."""
        if not self._dry_run and not self.was_cut_off:
            shutil.rmtree(self._unfinished, ignore_errors=True)

    def record(self, playlist_id: PlaylistId) -> Record | None:
        """The record, None where there is none.

        Raises:
            RecordError: it cannot be read, does not parse, is of a newer format, or of another playlist; or it is
                missing though its pages are there.
        """
        path = layout.data(playlist_id)
        text = self.read(path)
        if text is None:
            self._refuse_lost(playlist_id)
            return None
        record = parse_record(text, path)
        if record.id != playlist_id:
            raise RecordError(f"{path} is the record of {record.id!r}", _PUT_BACK)
        return record if self._adders else record_without_adders(record)

    def songs(self, playlist_id: PlaylistId) -> frozenset[str]:
        """The identities of the songs in the record, read without all the rest; none where it cannot be read.

        One with a character that JSON escapes, which only local files have, is left out.
        """
        try:
            text = self.read(layout.data(playlist_id)) or ""
        except RecordError:
            return frozenset()
        return frozenset(_SONG.findall(text.partition(_REMOVED)[0]))

    def rows(self, playlist_id: PlaylistId) -> int | None:
        """How many rows the record says that the playlist has, by its lines alone; None where there is no record."""
        try:
            text = self.read(layout.data(playlist_id))
        except RecordError:
            return None
        return None if text is None else _rows_in(text)

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
        """The record and the pages of a playlist, as far as they are there, and the parts of its pages."""
        return [*filter(self.exists, layout.files_of(playlist_id)), *sorted(self._parts.of(playlist_id))]

    def read(self, path: str) -> str | None:
        """The text of a file, None where there is none.

        Raises:
            RecordError: it is there but cannot be read as text, is no plain file, or is a pointer of Git LFS.
        """
        try:
            target = self._place(path)
            if not stat.S_ISREG(target.lstat().st_mode):
                raise RecordError(f"{path} is no plain file", _PUT_BACK)
            text = target.read_bytes().decode("utf-8")
        except FileNotFoundError:
            return None
        except (OSError, UnicodeDecodeError) as error:
            raise RecordError(f"{path} cannot be read ({type(error).__name__})", _PUT_BACK) from error
        if text.startswith(layout.LFS_POINTER):
            raise RecordError(f"{path} is a pointer of Git LFS, and its content is not here", "run `git lfs pull`")
        return text

    def exists(self, path: str) -> bool:
        """Whether there is anything at the path."""
        return os.path.lexists(self.root / path)

    def save(self, record: Record, pages: Mapping[str, str]) -> None:
        """Writes the record and its pages (path → text); the next run repairs a crash in between.

        A new record goes first, so that there are never pages without one; any other goes last, so that a run which
        was cut off sees the playlist change again. Parts of pages that are none any more are removed.

        Raises:
            StoreError: the disk does not take it.
        """
        data = layout.data(record.id)
        texts = {**pages, data: record_text(record)}
        is_new = not (self.root / data).exists()
        try:
            for path in sorted(texts, key=lambda path: (path == data) != is_new):
                self.write(path, texts[path])
            for path in sorted(self._parts.of(record.id) - texts.keys()):
                self.remove(path)
        except StoreError:
            self.was_cut_off = True  # so that the next run makes the pages that are missing
            raise

    def write(self, path: str, text: str) -> None:
        """Makes the file hold `text`, at once or not at all; a file that does so already is left alone.

        Raises:
            StoreError: the disk does not take it.
        """
        content = text.encode("utf-8")
        try:
            target = self._place(path)
            if not target.is_symlink() and target.is_file() and target.read_bytes() == content:
                return
            if not self._dry_run:
                self._replace(target, content)
            self.written.add(path)
            self._parts.changed(path, is_there=True)
        except OSError as error:
            kind = DiskError if error.errno in _DISK_TROUBLE else StoreError
            raise kind(f"{path} cannot be written ({error.strerror})", _MAKE_ROOM) from error

    def remove(self, path: str) -> None:
        """Takes a generated page away that has no place any more; no record is ever removed.

        Raises:
            StoreError: the disk does not let go of it.
        """
        if not self._dry_run:
            try:
                self._place(path).unlink(missing_ok=True)
            except OSError as error:
                raise StoreError(f"{path} cannot be removed ({error.strerror})", _MAKE_ROOM) from error
        self.written.add(path)
        self._parts.changed(path, is_there=False)

    def take_back(self, playlist_id: PlaylistId) -> None:
        """Removes what this run wrote of a playlist that had no file before: as if it had not been seen.

        Raises:
            StoreError: the disk does not let go of it.
        """
        paths = layout.files_of(playlist_id)
        for path in sorted(paths, key=lambda path: path == layout.data(playlist_id)):  # never pages without a record
            self.remove(path)
        self.written.difference_update(paths)

    def _place(self, path: str) -> Path:
        """Where a file lies. Nothing is followed out of the root.

        Raises:
            OSError: a folder on the way is a symbolic link.
        """
        target = self.root / path
        for parent in target.relative_to(self.root).parents:
            if (self.root / parent).is_symlink() and parent != Path():
                raise OSError(errno.ELOOP, f"{parent} is a symbolic link")
        return target

    def _refuse_lost(self, playlist_id: PlaylistId) -> None:
        """A record that was there once is never begun anew: that would lose what only it knows."""
        pages = (layout.cumulative(playlist_id), layout.pretty(playlist_id), layout.plain(playlist_id))
        if any(os.path.lexists(self.root / page) for page in pages):
            message = f"{layout.data(playlist_id)} is missing, though its pages are there"
            raise RecordError(message, f"{_PUT_BACK}, or delete the pages to begin anew")

    def _replace(self, target: Path, content: bytes) -> None:
        if self._unfinished.is_symlink() or self._unfinished.is_file():
            self._unfinished.unlink()
        self._unfinished.mkdir(parents=True, exist_ok=True)
        target.parent.mkdir(parents=True, exist_ok=True)
        beside = self._unfinished / f"{target.name}.{os.getpid()}"
        beside.write_bytes(content)
        os.replace(beside, target)  # noqa: PTH105 - Path.replace says less: this is the atomic one


def record_text(record: Record) -> str:
    """The record's JSON: keys in the model's order, one track a line (docs/formats.md, "The record")."""
    head = record.model_dump(
        mode="json", exclude={"tracks", "removed"} | ({"private"} if not record.private else set())
    )
    lines = [f"{_quoted(key)}: {json.dumps(value, ensure_ascii=False)}," for key, value in head.items()]
    tracks = [_list("tracks", record.tracks) + ",", _list("removed", record.removed)]
    return "\n".join(["{", *lines, *tracks, "}"]) + "\n"


def _list(key: str, tracks: tuple[Track, ...]) -> str:
    lines = [track.model_dump_json(exclude_defaults=True) for track in tracks]
    return f"{_quoted(key)}: [\n" + ",\n".join(lines) + "\n]" if lines else f"{_quoted(key)}: []"


def _rows_in(text: str) -> int:
    """The lines of the present tracks, and the songs that Spotify removed; 0 in a text that is no record."""
    begin = f"{_quoted('tracks')}: [\n"
    head, _, rest = text.partition(begin)
    removed_by_spotify = re.search(r'^"null_items": ([0-9]{1,6})', head, re.MULTILINE)
    return rest.partition("\n]")[0].count("\n") + bool(rest) + int(removed_by_spotify[1] if removed_by_spotify else 0)


def _quoted(key: str) -> str:
    return f'"{key}"'


def parse_record(text: str, path: str) -> Record:
    """The record in a text, which comes from a file of this path.

    Raises:
        RecordError: it does not parse, or is of a newer format.
    """
    try:
        record = Record.model_validate_json(text)
    except ValidationError as error:
        _refuse_newer(text, path)
        problem = error.errors(include_url=False, include_input=False)[0]
        what = ": ".join(filter(None, (".".join(map(str, problem["loc"])), problem["msg"])))
        raise RecordError(f"{path} does not parse ({what})", _PUT_BACK) from None
    if record.format > FORMAT_VERSION:
        _refuse_newer(text, path)
    return record


def _refuse_newer(text: str, path: str) -> None:
    try:
        refuse_newer(text, path, known=FORMAT_VERSION)
    except NewerFormatError as error:
        raise RecordError.of(error) from None
