import errno
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from playlist_archive.archive import layout, record_file
from playlist_archive.archive.model import FORMAT_VERSION, Record
from playlist_archive.archive.record_file import record_text
from playlist_archive.archive.store import DiskError, RecordError, Store, StoreError
from tests.builders import FIRST_DAY, playlist_id, record, track
from tests.unprivileged import bound_by_permissions

ID = playlist_id()
PAGE = layout.pretty(ID)
DATA = layout.data(ID)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path)


def tree(root: Path) -> dict[str, str]:
    """Every file below `root` with its text."""
    return {path.relative_to(root).as_posix(): path.read_text() for path in root.rglob("*") if path.is_file()}


def put(root: Path, path: str, content: str | bytes) -> Path:
    file = root / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return file


# Writing


def test_what_is_written_is_there_and_told(store: Store) -> None:
    store.write(PAGE, "# 東京\n")
    store.write(PAGE, "second\n")
    store.write("playlists/index.md", "index\n")
    store.finish()
    assert tree(store.root) == {PAGE: "second\n", "playlists/index.md": "index\n"}
    assert store.written == {PAGE, "playlists/index.md"}
    assert sorted(path.name for path in store.root.iterdir()) == ["playlists"]


def test_a_file_that_is_as_it_should_be_is_not_touched(store: Store) -> None:
    file = put(store.root, PAGE, "same\n")
    os.utime(file, ns=(1, 1))
    before = file.stat()
    store.write(PAGE, "same\n")
    assert (file.stat().st_mtime_ns, file.stat().st_ino) == (1, before.st_ino)
    assert store.written == set()


def test_a_dry_run_tells_and_writes_nothing(tmp_path: Path) -> None:
    put(tmp_path, PAGE, "old\n")
    before = tree(tmp_path)
    store = Store(tmp_path, dry_run=True)
    store.save(record(), {PAGE: "new\n"})
    store.remove(PAGE)
    store.finish()
    assert tree(tmp_path) == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["playlists"]
    assert store.written == {PAGE, DATA}


@pytest.mark.parametrize("is_new", [True, False])
def test_a_new_record_is_written_first_and_any_other_last(
    store: Store, monkeypatch: pytest.MonkeyPatch, *, is_new: bool
) -> None:
    if not is_new:
        store.save(record(), {PAGE: "old\n", layout.plain(ID): "old\n"})
    order = []
    replace = os.replace

    def watched(source: Path, target: Path) -> None:
        order.append(target.relative_to(store.root).as_posix())
        replace(source, target)

    monkeypatch.setattr(os, "replace", watched)
    store.save(record(name="New"), {PAGE: "page\n", layout.plain(ID): "plain\n"})
    pages = [PAGE, layout.plain(ID)]
    assert order == ([DATA, *pages] if is_new else [*pages, DATA])


def test_a_new_record_of_several_parts_is_whole_whenever_its_writing_ends(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(record_file, "SPLIT_ABOVE_BYTES", 300)
    long = record([track(1)], removed=[track(n, removed=FIRST_DAY.replace(year=2020 + n)) for n in range(2, 6)])
    replace = os.replace
    for writes in range(1, 9):
        store, left = Store(tmp_path / str(writes)), iter(range(writes))

        def cut_off(source: Path, target: Path, left: Iterator[int] = left) -> None:
            if next(left, None) is None:
                raise OSError(errno.EIO, "cut off")
            replace(source, target)

        monkeypatch.setattr(os, "replace", cut_off)
        with suppress(StoreError):
            store.save(long, {PAGE: "page\n"})
        assert Store(store.root).record(ID) == long
    assert len(store.files_of(ID)) > len([DATA, PAGE])


@pytest.mark.parametrize("page", [layout.plain(ID), layout.pretty(ID), layout.cumulative(ID)])
def test_a_record_that_is_missing_though_its_pages_are_there_is_not_begun_anew(store: Store, page: str) -> None:
    put(store.root, page, "the only trace\n")
    with pytest.raises(RecordError, match="is missing, though its pages are there"):
        store.record(ID)


@pytest.mark.parametrize("folder", [layout.PLAYLISTS, layout.PRETTY])
def test_nothing_is_written_read_or_removed_through_a_folder_that_is_a_link(tmp_path: Path, folder: str) -> None:
    root, elsewhere = tmp_path / "root", tmp_path / "elsewhere"
    inside = PAGE.removeprefix(f"{folder}/")
    put(elsewhere, inside, "somebody else's\n")
    (root / folder).parent.mkdir(parents=True)
    (root / folder).symlink_to(elsewhere)
    store = Store(root)
    with pytest.raises(StoreError, match="is a symbolic link"):
        store.write(PAGE, "page\n")
    with pytest.raises(StoreError, match="is a symbolic link"):
        store.remove(PAGE)
    with pytest.raises(RecordError, match="cannot be read"):
        store.read(PAGE)
    assert (elsewhere / inside).read_text() == "somebody else's\n"


@pytest.mark.parametrize("path", [DATA, layout.followers(record().first_archived)])
def test_a_pipe_in_the_place_of_a_file_does_not_hold_the_run_up(store: Store, path: str) -> None:
    (store.root / path).parent.mkdir(parents=True)
    os.mkfifo(store.root / path)
    with pytest.raises(RecordError, match="is no plain file"):
        store.read(path)


def test_whatever_lies_in_the_place_of_the_folder_for_unfinished_files_is_put_aside(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (tmp_path / layout.UNFINISHED).symlink_to(elsewhere)
    store = Store(tmp_path)
    assert store.was_cut_off
    store.write(PAGE, "page\n")
    assert list(elsewhere.iterdir()) == []


@pytest.mark.parametrize(
    ("number", "kind"),
    [
        (errno.ENOSPC, DiskError),
        (errno.EDQUOT, DiskError),
        (errno.EROFS, DiskError),
        (errno.EIO, DiskError),
        (errno.EACCES, StoreError),
        (errno.EXDEV, StoreError),
    ],
)
def test_a_replacement_that_fails_leaves_the_old_file(
    store: Store, monkeypatch: pytest.MonkeyPatch, number: int, kind: type[StoreError]
) -> None:
    put(store.root, PAGE, "old\n")

    def fail(_source: Path, _target: Path) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "replace", fail)
    with pytest.raises(StoreError, match=rf"^{PAGE} cannot be written \({os.strerror(number)}\): ") as raised:
        store.write(PAGE, "new\n")
    assert type(raised.value) is kind
    assert (store.root / PAGE).read_text() == "old\n"
    assert store.written == set()


def test_a_playlist_that_is_written_half_is_seen_by_the_next_run(store: Store) -> None:
    put(store.root, f"{DATA}/in-the-way", "")
    assert not store.was_cut_off
    with pytest.raises(StoreError, match=rf"^{DATA} cannot be written \(Is a directory\)"):
        store.save(record(), {PAGE: "new\n"})
    store.finish()
    assert Store(store.root).was_cut_off


def test_a_run_that_ended_well_leaves_no_sign(store: Store) -> None:
    store.write(PAGE, "page\n")
    assert Store(store.root).was_cut_off
    store.finish()
    assert not Store(store.root).was_cut_off


def test_the_sign_of_a_run_that_was_cut_off_stays_until_it_is_mended(store: Store) -> None:
    store.write(PAGE, "page\n")
    second = Store(store.root)
    second.finish()
    assert Store(store.root).was_cut_off
    second.was_cut_off = False
    second.finish()
    assert not Store(store.root).was_cut_off


MAKE_ROOM = "look at the disk and your rights; what was archived before is as it was"


def test_a_full_disk_leaves_whole_files_alone(tmp_path: Path) -> None:
    put(tmp_path, PAGE, "old\n")
    script = (
        "import resource, sys; from pathlib import Path; from playlist_archive.archive.store import Store, StoreError\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (1_000, 1_000))\n"
        f"try: Store(Path()).write({PAGE!r}, 'new' * 1_000)\n"
        "except StoreError as error: print(error)"
    )
    path = os.pathsep.join(filter(None, sys.path))
    environment = os.environ | {"PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "1"}
    run = (sys.executable, "-c", script)
    done = subprocess.run(run, cwd=tmp_path, env=environment, capture_output=True, text=True, check=True)
    assert done.stdout == f"{PAGE} cannot be written (File too large): {MAKE_ROOM}\n"
    assert (tmp_path / PAGE).read_text() == "old\n"


def test_a_folder_that_may_not_be_written_is_told(tmp_path: Path) -> None:
    put(tmp_path, PAGE, "old\n")
    with (
        bound_by_permissions(tmp_path),
        pytest.raises(StoreError, match=rf"^{PAGE} cannot be written \(Permission denied\)"),
    ):
        Store(Path()).write(PAGE, "new\n")
    assert tree(tmp_path) == {PAGE: "old\n"}


def test_a_page_that_may_not_be_removed_is_told(tmp_path: Path) -> None:
    put(tmp_path, PAGE, "old\n")
    with (
        bound_by_permissions(tmp_path),
        pytest.raises(StoreError, match=rf"^{PAGE} cannot be removed \(Permission denied\)"),
    ):
        Store(Path()).remove(PAGE)
    assert tree(tmp_path) == {PAGE: "old\n"}


def test_a_file_where_a_folder_belongs_is_told(store: Store) -> None:
    put(store.root, "playlists", "a file\n")
    with pytest.raises(StoreError, match="cannot be written"):
        store.write(PAGE, "page\n")
    assert (store.root / "playlists").read_text() == "a file\n"


def test_a_link_is_replaced_and_not_followed(store: Store) -> None:
    outside = put(store.root, "outside", "mine\n")
    (store.root / PAGE).parent.mkdir(parents=True)
    (store.root / PAGE).symlink_to(outside)
    store.write(PAGE, "new page\n")
    assert outside.read_text() == "mine\n"
    assert not (store.root / PAGE).is_symlink()
    assert (store.root / PAGE).read_text() == "new page\n"


def test_a_removed_page_is_gone_and_told(store: Store) -> None:
    put(store.root, PAGE, "old\n")
    store.remove(PAGE)
    assert tree(store.root) == {}
    assert store.written == {PAGE}


LFS_POINTER = (
    "version https://git-lfs.github.com/spec/v1\n"
    "oid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393\n"
    "size 12345\n"
)


def test_a_record_that_git_lfs_keeps_elsewhere_is_told_with_what_brings_it(store: Store) -> None:
    put(store.root, DATA, LFS_POINTER)
    with pytest.raises(RecordError) as raised:
        store.record(playlist_id())
    assert raised.value.message == f"{DATA} is a pointer of Git LFS, and its content is not here"
    assert raised.value.remedy == "run `git lfs pull`"
    assert tree(store.root) == {DATA: LFS_POINTER}


def test_any_file_that_git_lfs_keeps_elsewhere_is_told(store: Store) -> None:
    put(store.root, "playlists/followers/2026-11.csv", LFS_POINTER)
    with pytest.raises(RecordError, match=r"2026-11\.csv is a pointer of Git LFS.*: run `git lfs pull`"):
        store.read("playlists/followers/2026-11.csv")


# Runs beside each other


def test_a_second_run_is_refused_until_the_first_is_done(store: Store) -> None:
    other = Store(store.root)
    with store.locked():
        with pytest.raises(StoreError, match=r"\(another run is at work there\): wait"), other.locked():
            pass
        store.write(PAGE, "page\n")
    with other.locked():
        other.write(PAGE, "second\n")
    assert (store.root / PAGE).read_text() == "second\n"


def test_a_lock_ends_with_a_run_that_fails(store: Store) -> None:
    with pytest.raises(ZeroDivisionError), store.locked():
        _ = 1 / 0
    with store.locked():
        assert not store.written


def test_runs_in_different_folders_do_not_meet(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
    with Store(tmp_path / "a").locked(), Store(tmp_path / "b").locked():
        assert tree(tmp_path) == {}


# Reading


RECORDS = {
    "empty": record(),
    "with tracks": record(
        [track(1), track(2, upper_bound=True, spans=[(FIRST_DAY, FIRST_DAY)])], alias="My | Songs\u2028"
    ),
    "with a track that left": record([track(1)], removed=[track(3, removed=FIRST_DAY, name='"quoted" \\ 東京')]),
}


@pytest.mark.parametrize("saved", RECORDS.values(), ids=RECORDS)
def test_a_record_reads_back_as_it_was(store: Store, saved: Record) -> None:
    store.save(saved, {})
    assert store.record(ID) == saved
    assert list(store.records()) == [ID]


def test_a_record_has_a_track_a_line(store: Store) -> None:
    store.save(RECORDS["with a track that left"], {})
    lines = (store.root / DATA).read_text().splitlines()
    assert lines[0] == "{"
    assert lines[-1] == "}"
    assert [line for line in lines if '"uri"' in line] == [line for line in lines if line.startswith('{"')]
    assert len([line for line in lines if '"uri"' in line]) == 2


def test_what_was_never_archived_has_no_record(store: Store) -> None:
    assert store.record(ID) is None
    assert list(store.records()) == []
    assert store.read(PAGE) is None
    assert store.files(layout.INDEX_PARTS) == []


def test_records_are_told_sorted_and_without_what_is_none(store: Store) -> None:
    for name in (f"{playlist_id(2)}.json", f"{playlist_id(1)}.json", "notes.json", f"{playlist_id(3)}.txt", ".x.json"):
        put(store.root, f"{layout.DATA}/{name}", "")
    assert list(store.records()) == [playlist_id(1), playlist_id(2)]


def test_files_are_told_sorted(store: Store) -> None:
    for name in ("b", "a"):
        put(store.root, layout.index_part(name), "")
    assert store.files(layout.INDEX_PARTS) == [layout.index_part("a"), layout.index_part("b")]


GOOD = record_text(record([track(1)]))


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("", "does not parse"),
        ("not JSON", "does not parse"),
        ("[]", "does not parse"),
        ("null", "does not parse"),
        (GOOD[:-20], "does not parse"),
        (GOOD.replace('"name"', '"title"', 1), "does not parse"),
        (GOOD.replace('"likes": 1000', '"likes": -1'), r"does not parse \(likes"),
        ("[" * 100_000, "does not parse"),
        (GOOD.replace(f'"format": {FORMAT_VERSION}', f'"format": {FORMAT_VERSION + 1}'), "is of format 2, .* update"),
        ('{"format": 99, "anything": []}', "is of format 99, .* update"),
        ('{"format": "new"}', "does not parse"),
        (f'{{"format": {"9" * 5_000}}}', "does not parse"),
        (GOOD.replace(ID, playlist_id(2)), f"is the record of '{playlist_id(2)}'"),
        (b"\xff\xfe{}", "cannot be read .*UnicodeDecodeError"),
        (GOOD.encode() + b"\0", "does not parse"),
    ],
)
def test_a_record_that_cannot_be_read_says_why_and_stays(store: Store, content: str | bytes, says: str) -> None:
    file = put(store.root, DATA, content)
    before = file.read_bytes()
    with pytest.raises(RecordError, match=rf"^{DATA} {says}"):
        store.record(ID)
    assert file.read_bytes() == before


def test_a_folder_in_the_place_of_a_record_is_told(store: Store) -> None:
    (store.root / DATA).mkdir(parents=True)
    with pytest.raises(RecordError, match=r"is no plain file: put it back from git history"):
        store.record(ID)


def test_a_record_that_may_not_be_read_is_told(tmp_path: Path) -> None:
    put(tmp_path, DATA, GOOD).chmod(0)
    with bound_by_permissions(tmp_path), pytest.raises(RecordError, match=r"cannot be read \(PermissionError\)"):
        Store(Path()).record(ID)


def test_an_error_shows_nothing_of_what_a_link_leads_to(store: Store) -> None:
    secret = put(store.root, "secret", "the secret\n")
    (store.root / DATA).parent.mkdir(parents=True)
    (store.root / DATA).symlink_to(secret)
    with pytest.raises(RecordError) as raised:
        store.record(ID)
    assert "the secret" not in str(raised.value)


def test_the_songs_of_a_record_are_those_that_are_there(store: Store) -> None:
    hostile = track(3, uri="spotify:local:::x:1", name='{"uri":"spotify:track:no"}')
    store.save(record([track(1), hostile], removed=[track(2, removed=FIRST_DAY)]), {})
    assert store.songs(ID) == {track(1).uri, hostile.uri}
    assert store.songs(playlist_id(9)) == frozenset()
    put(store.root, DATA, b"\xff")
    assert store.songs(ID) == frozenset()
