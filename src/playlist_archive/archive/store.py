"""Reads and writes what lies under the archive's root: whole files only, and only those that change."""

import errno
import fcntl
import json
import os
import shutil
import stat
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from pydantic import ValidationError

from . import layout
from .ids import PlaylistId, parse_playlist_id
from .model import FORMAT_VERSION, Record, Track

_DISK_TROUBLE: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO})


class RecordError(Exception):
    """A record cannot be read; its files stay as they are."""


class StoreError(Exception):
    """A file cannot be written; every file is as it was, or whole and new."""


class DiskError(StoreError):
    """No file can be written: the disk is full, broken, or read-only."""


class Store:
    """The files of one archive. With `dry_run` nothing is written, and `written` tells what would be."""

    def __init__(self, root: Path, *, dry_run: bool = False) -> None:
        self.root = root
        self.written: set[str] = set()
        self._dry_run = dry_run
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
            folder = os.open(self.root, os.O_RDONLY)
        except OSError as error:
            msg = f"{self.root} cannot be opened ({error.strerror})"
            raise StoreError(msg) from error
        try:
            fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            is_held = isinstance(error, BlockingIOError)
            why = "another run is at work there: wait until it is done" if is_held else error.strerror
            msg = f"{self.root} cannot be locked ({why})"
            raise StoreError(msg) from error
        else:
            yield
        finally:
            os.close(folder)

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
            msg = f"{path} is the record of {record.id!r}: put it back from git history"
            raise RecordError(msg)
        return record

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

    def read(self, path: str) -> str | None:
        """The text of a file, None where there is none.

        Raises:
            RecordError: it is there but cannot be read as text, or is no plain file.
        """
        try:
            target = self._place(path)
            if not stat.S_ISREG(target.lstat().st_mode):
                msg = f"{path} is no plain file: put it back from git history"
                raise RecordError(msg)
            return target.read_bytes().decode("utf-8")
        except FileNotFoundError:
            return None
        except (OSError, UnicodeDecodeError) as error:
            msg = f"{path} cannot be read ({type(error).__name__}): put it back from git history"
            raise RecordError(msg) from error

    def save(self, record: Record, pages: Mapping[str, str]) -> None:
        """Writes the record and its pages (path → text); the next run repairs a crash in between.

        A new record goes first, so that there are never pages without one; any other goes last, so that a run which
        was cut off sees the playlist change again.

        Raises:
            StoreError: the disk does not take it.
        """
        data = layout.data(record.id)
        texts = {**pages, data: record_text(record)}
        is_new = not (self.root / data).exists()
        try:
            for path in sorted(texts, key=lambda path: (path == data) != is_new):
                self.write(path, texts[path])
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
        except OSError as error:
            kind = DiskError if error.errno in _DISK_TROUBLE else StoreError
            msg = f"{path} cannot be written ({error.strerror}): what was archived before is as it was"
            raise kind(msg) from error

    def remove(self, path: str) -> None:
        """Takes a generated page away that has no place any more; no record is ever removed.

        Raises:
            StoreError: the disk does not let go of it.
        """
        if not self._dry_run:
            try:
                self._place(path).unlink(missing_ok=True)
            except OSError as error:
                msg = f"{path} cannot be removed ({error.strerror})"
                raise StoreError(msg) from error
        self.written.add(path)

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
            msg = (
                f"{layout.data(playlist_id)} is missing, though its pages are there: put it back from git history, "
                "or delete the pages to begin anew"
            )
            raise RecordError(msg)

    def _replace(self, target: Path, content: bytes) -> None:
        if self._unfinished.is_symlink() or self._unfinished.is_file():
            self._unfinished.unlink()
        self._unfinished.mkdir(parents=True, exist_ok=True)
        target.parent.mkdir(parents=True, exist_ok=True)
        beside = self._unfinished / f"{target.name}.{os.getpid()}"
        beside.write_bytes(content)
        os.replace(beside, target)  # noqa: PTH105 - Path.replace says less: this is the atomic one


def record_text(record: Record) -> str:
    """The record's JSON: keys in the model's order, one track a line (formats.md, "The record")."""
    head = record.model_dump(mode="json", exclude={"tracks", "removed"})
    lines = [f"{_quoted(key)}: {json.dumps(value, ensure_ascii=False)}," for key, value in head.items()]
    tracks = [_list("tracks", record.tracks) + ",", _list("removed", record.removed)]
    return "\n".join(["{", *lines, *tracks, "}"]) + "\n"


def _list(key: str, tracks: tuple[Track, ...]) -> str:
    lines = [track.model_dump_json(exclude_defaults=True) for track in tracks]
    return f"{_quoted(key)}: [\n" + ",\n".join(lines) + "\n]" if lines else f"{_quoted(key)}: []"


def _quoted(key: str) -> str:
    return f'"{key}"'


def parse_record(text: str, path: str) -> Record:
    """The record in a file's text.

    Raises:
        RecordError: it does not parse, or is of a newer format.
    """
    try:
        record = Record.model_validate_json(text)
    except ValidationError as error:
        _refuse_newer(_format_of(text), path)
        problem = error.errors(include_url=False, include_input=False)[0]
        what = ": ".join(filter(None, (".".join(map(str, problem["loc"])), problem["msg"])))
        msg = f"{path} does not parse ({what}): put it back from git history"
        raise RecordError(msg) from None
    _refuse_newer(record.format, path)
    return record


def _refuse_newer(version: int, path: str) -> None:
    if version > FORMAT_VERSION:
        msg = f"{path} is of format {version}, this program knows up to {FORMAT_VERSION}: update playlist-archive"
        raise RecordError(msg)


def _format_of(text: str) -> int:
    try:
        version = json.loads(text)["format"]
    except (ValueError, TypeError, KeyError, RecursionError):
        return 0
    return version if isinstance(version, int) else 0
