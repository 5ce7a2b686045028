"""A disk that is full costs neither the export that was there, nor any space."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from playlist_archive.export import sqlite
from playlist_archive.export.files import export_csv, export_json
from playlist_archive.export.place import ExportError, put_in_place
from playlist_archive.export.sqlite import export_sqlite
from playlist_archive.history.whole import WholeArchive
from tests.archives import archived, committed
from tests.builders import item, snapshot
from tests.worlds import START

FULL = Path("/dev/full")
needs_full = pytest.mark.skipif(not FULL.is_char_device(), reason="this system has no disk that is always full")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    songs = [item(number) for number in range(200)]
    return committed(tmp_path / "archive", archived([(START, snapshot(songs))]))


def on_a_full_disk(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    """Lets every file that is written below a folder be as long as the disk allows: not at all."""
    real = Path.open

    def opened(path: Path, mode: str = "r", *rest: Any, **options: Any) -> Any:
        if not path.is_relative_to(folder) or "r" in mode:
            return real(path, mode, *rest, **options)
        real(path, mode, *rest, **options).close()
        return real(FULL, mode, *rest, **options)

    monkeypatch.setattr(Path, "open", opened)


@needs_full
@pytest.mark.parametrize(("export", "name"), [(export_json, "all.json"), (export_csv, "tables")])
def test_a_full_disk_leaves_the_old_export_and_nothing_else(
    root: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    export: Callable[[WholeArchive, Path], None],
    name: str,
) -> None:
    target = tmp_path / "exports" / name
    export(WholeArchive(root), target)
    before = contents(tmp_path / "exports")
    on_a_full_disk(monkeypatch, tmp_path / "exports")
    with pytest.raises(ExportError, match=rf"{name} cannot be written \(No space left on device\): look at the disk"):
        export(WholeArchive(root), target)
    assert contents(tmp_path / "exports") == before


def test_a_database_that_has_no_space_leaves_the_old_one(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "exports" / "archive.db"
    export_sqlite(WholeArchive(root), target)
    before = contents(tmp_path / "exports")
    monkeypatch.setattr(sqlite, "_FAST", f"{sqlite._FAST} PRAGMA max_page_count = 20;")  # what a full disk says
    with pytest.raises(ExportError, match=r"archive.db cannot be written \(database or disk is full\)"):
        export_sqlite(WholeArchive(root), target)
    assert contents(tmp_path / "exports") == before


def test_a_pipe_is_not_replaced(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(ExportError, match="is a device or a pipe"), put_in_place(tmp_path / "pipe"):
        pytest.fail("nothing is written")
    assert (tmp_path / "pipe").is_fifo()


def contents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
