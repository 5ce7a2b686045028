"""A list that has grown for years, in parts: written, cut off, committed, raced for, forgotten."""

import errno
import os
import subprocess
from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path

import pytest

from playlist_archive.archive import layout
from playlist_archive.archive.merge import merge
from playlist_archive.archive.model import Named, Record
from playlist_archive.archive.record_file import RecordError, record_text
from playlist_archive.archive.registry import read_registry
from playlist_archive.archive.store import Store, StoreError
from playlist_archive.git.guard import check_complete
from playlist_archive.git.repository import Git
from playlist_archive.history.cache import timelines
from playlist_archive.importer.old_archive import Dated
from playlist_archive.importer.replay import replay
from playlist_archive.outcome import Result
from playlist_archive.render.page import Repository
from playlist_archive.run.commit import commit_run
from playlist_archive.run.forget import ForgetJob, forget
from playlist_archive.run.pages import pages, render
from playlist_archive.run.shards import drop_old_parts
from tests.builders import item, playlist_id, record, snapshot, track

ID = playlist_id()
SITE = Repository("somebody/archive", "main")
HEAVY = Named(id="album", name="x" * 200_000)
"""Five songs of this album fill a page."""

FIRST = date(2026, 11, 2)
YEARS = ("2020", "2021", "2022", "2023", "2024", "2025", "2026")


def grown() -> Record:
    """A record with one song removed in each year, and one that is there."""
    removed = [track(year, album=HEAVY, added="2019-01-01", removed=date(year, 5, 1)) for year in map(int, YEARS)]
    return record([track(1), track(2)], removed=removed)


def seen(before: Record, songs: Iterable[int], on: date) -> Record:
    return merge(before, snapshot([item(song) for song in songs]), today=on)


def saved(root: Path, made: Record) -> Store:
    store = Store(root)
    store.save(made, pages(made, SITE))
    store.finish()
    return store


def known(root: Path) -> Record:
    found = Store(root).record(ID)
    assert found
    return found


def parts(root: Path) -> list[str]:
    """The names of the parts of the page, which are those of the record too."""
    pages, records = (_parts(root / folder) for folder in (layout.CUMULATIVE, layout.DATA))
    assert pages == records
    return pages


def _parts(folder: Path) -> list[str]:
    found = (
        path.name.split(".") for path in folder.iterdir() if layout.is_part(f"playlists/{folder.name}/{path.name}")
    )
    return sorted(name for _, name, _ in found)


def is_whole(root: Path) -> bool:
    """Whether all files are what the record makes."""
    store = Store(root)
    return render(store, SITE, read_registry(root)) == [] and not any(ID in path for path in store.written)


# Written


def test_parts_that_have_no_place_any_more_are_removed(tmp_path: Path) -> None:
    saved(tmp_path, grown())
    assert parts(tmp_path) == [*YEARS[:-1]]
    store = saved(tmp_path, seen(grown(), [1, 2, 2021], FIRST))
    assert parts(tmp_path) == [year for year in YEARS[:-1] if year != "2021"]
    assert layout.cumulative_part(ID, "2021") in store.written
    store = saved(tmp_path, record([track(1)]))
    assert parts(tmp_path) == []


def test_other_files_in_the_folder_are_somebody_elses(tmp_path: Path) -> None:
    saved(tmp_path, grown())
    others = {f"{ID}.notes.md", f"{playlist_id(2)}.2020.md", f"{ID}.md.orig"}
    for name in others:
        (tmp_path / layout.CUMULATIVE / name).write_text("mine\n")
    saved(tmp_path, record([track(1)]))
    left = {path.name for path in (tmp_path / layout.CUMULATIVE).iterdir()}
    assert left == others | {f"{ID}.md"}


def test_a_day_rewrites_the_front_and_no_part_of_the_past(tmp_path: Path) -> None:
    saved(tmp_path, grown())
    store = saved(tmp_path, seen(grown(), [1], FIRST))
    assert {path for path in store.written if ".20" in path} == set()
    assert layout.cumulative(ID) in store.written
    assert is_whole(tmp_path)


def test_a_dry_run_removes_no_part(tmp_path: Path) -> None:
    saved(tmp_path, grown())
    store = Store(tmp_path, dry_run=True)
    made = seen(grown(), [1, 2, 2021], FIRST)
    store.save(made, pages(made, SITE))
    assert layout.cumulative_part(ID, "2021") in store.written
    assert parts(tmp_path) == [*YEARS[:-1]]


def test_parts_that_a_shard_removed_are_removed_where_its_files_arrive(tmp_path: Path) -> None:
    saved(tmp_path / "shard", grown())
    saved(tmp_path / "whole", grown())
    store = saved(tmp_path / "shard", seen(grown(), [1, 2, 2021], FIRST))
    there = [path for path in store.written if store.exists(path)]
    for path in there:
        (tmp_path / "whole" / path).write_bytes((tmp_path / "shard" / path).read_bytes())
    assert len(there) < len(store.written)
    drop_old_parts(Store(tmp_path / "whole"), store.written, SITE)
    assert files(tmp_path / "whole") == files(tmp_path / "shard")


def files(root: Path) -> dict[str, bytes]:
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def test_a_record_in_one_file_is_read_and_not_rewritten_until_it_changes(tmp_path: Path) -> None:
    """An archive of before records had parts."""
    (tmp_path / layout.DATA).mkdir(parents=True)
    (tmp_path / layout.data(ID)).write_text(record_text(grown()), encoding="utf-8")
    assert known(tmp_path) == grown()
    assert seen(known(tmp_path), [1, 2], FIRST) == known(tmp_path)
    saved(tmp_path, seen(known(tmp_path), [1], FIRST))
    assert parts(tmp_path) == [*YEARS[:-1]]
    assert known(tmp_path) == seen(grown(), [1], FIRST)


def test_a_record_whose_parts_alone_are_there_is_not_begun_anew(tmp_path: Path) -> None:
    saved(tmp_path, grown())
    for path in layout.files_of(ID):
        (tmp_path / path).unlink()
    with pytest.raises(RecordError, match="is missing"):
        Store(tmp_path).record(ID)


def test_the_songs_and_rows_of_a_record_in_parts_are_those_that_are_there(tmp_path: Path) -> None:
    store = saved(tmp_path, grown())
    assert store.songs(ID) == {track(1).uri, track(2).uri}
    outline = store.outline(ID)
    assert outline
    assert outline.rows == 2
    assert list(store.records()) == [ID]


# Cut off


@pytest.mark.parametrize("step", range(6))
@pytest.mark.parametrize("songs", [(1,), (1, 2, 2021), (1, 2023)])
def test_whatever_cuts_a_run_off_between_two_files_loses_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, songs: tuple[int, ...], step: int
) -> None:
    """Each file is written or not: the next run sees a whole record, the old one or the new one, and mends the rest."""
    before = grown()
    saved(tmp_path, before)
    after = seen(before, songs, date(2027, 1, 2))
    cut_off(tmp_path, monkeypatch, after, step)
    assert known(tmp_path) in (before, after)
    saved(tmp_path, seen(known(tmp_path), songs, date(2027, 1, 2)))
    assert render(Store(tmp_path), SITE, read_registry(tmp_path)) == []
    assert known(tmp_path) == after
    assert is_whole(tmp_path)


def cut_off(root: Path, monkeypatch: pytest.MonkeyPatch, made: Record, step: int) -> None:
    """Writes a record and its pages, up to a step that is the last."""
    left = iter(range(step))
    replace, unlink = os.replace, Path.unlink

    def lasts() -> None:
        if next(left, None) is None:
            raise OSError(errno.EIO, "the machine is gone")

    def stopped_replace(source: Path, target: Path) -> None:
        lasts()
        replace(source, target)

    def stopped_unlink(path: Path, *, missing_ok: bool = False) -> None:
        lasts()
        unlink(path, missing_ok=missing_ok)

    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", stopped_replace)
        patch.setattr(Path, "unlink", stopped_unlink)
        store = Store(root)
        try:
            store.save(made, pages(made, SITE))
        except StoreError:
            assert Store(root).was_cut_off


# Committed


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository whose only commit has the list in parts, and the bare one that it pushes to."""
    config = tmp_path / "gitconfig"
    config.write_text("[user]\nname = Somebody\nemail = somebody@example.org\n")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(config))
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    root = tmp_path / "ours"
    (root / "registry").mkdir(parents=True)
    (root / "registry" / ID).touch()
    git(root, "init", "--quiet", "--initial-branch=main")
    git(root, "add", ".")
    git(root, "commit", "--quiet", "--message", "Register")
    saved(root, grown())
    render(Store(root), SITE, read_registry(root))
    committed(root, FIRST)
    git(tmp_path, "clone", "--quiet", "--bare", str(root), "origin.git")
    git(root, "remote", "add", "origin", str(tmp_path / "origin.git"))
    git(tmp_path, "clone", "--quiet", "origin.git", "theirs")
    return root


def git(folder: Path, *arguments: str) -> str:
    done = subprocess.run(("git", *arguments), cwd=folder, check=True, capture_output=True, encoding="utf-8")
    return done.stdout.strip()


def committed(root: Path, on: date, *, is_pushed: bool = False) -> Result:
    """What becomes of a run that has written, and is committed."""
    result = Result(on, outcomes=(), problems=(), requests=1, written=())
    return commit_run(Git(root, day=on), result, repository=SITE, is_pushed=is_pushed)


def changed(root: Path) -> set[str]:
    """The paths of the last commit, of this list."""
    return {path for path in git(root, "show", "--format=", "--name-only", "HEAD").splitlines() if ID in path}


def test_parts_are_committed_and_removed_with_their_playlist(root: Path) -> None:
    saved(root, seen(grown(), [1, 2, 2021], FIRST))
    assert committed(root, FIRST).troubles == ()
    assert layout.cumulative_part(ID, "2021") in changed(root)
    assert git(root, "status", "--porcelain") == ""


def test_a_playlist_that_stays_out_of_a_commit_keeps_its_parts_out_too(root: Path) -> None:
    saved(root, seen(grown(), [1, 2, 2021], FIRST))
    (root / layout.data(ID)).write_text("{")
    head = git(root, "rev-parse", "HEAD")
    assert committed(root, FIRST).troubles
    assert git(root, "rev-parse", "HEAD") == head


@pytest.mark.parametrize("part", [layout.data_part(ID, "2021"), layout.data_part(ID, "2025")])
def test_a_record_without_one_of_its_parts_stays_as_the_last_commit_has_it(root: Path, part: str) -> None:
    (root / part).unlink()
    head = git(root, "rev-parse", "HEAD")
    check_complete(Git(root))
    assert any("is missing" in trouble.message for trouble in committed(root, FIRST).troubles)
    assert git(root, "rev-parse", "HEAD") == head


def test_a_run_that_was_cut_off_before_its_commit_does_not_stop_the_next_one(root: Path) -> None:
    """It removed parts that the last commit has: none that the record names."""
    saved(root, seen(grown(), [1, 2, 2021], FIRST))
    check_complete(Git(root))


def test_history_goes_on_over_the_day_of_the_split(root: Path) -> None:
    """The timeline is that of a list that never was in parts."""
    lists = ([1, 2, 2021], [1, 2021, 9], [9], [9, 2, 2023])
    whole = root.parent / "whole"
    git(root.parent, "clone", "--quiet", "--no-hardlinks", str(root), str(whole))
    for folder in (root, whole):
        git(folder, "config", "user.name", "A")
        made = grown().model_copy(update={"removed": grown().removed[:4]})
        for number, songs in enumerate([[1, 2], *lists]):
            on = FIRST + timedelta(days=number + 1)
            made = seen(made, songs, on) if number else made
            saved(folder, made)
            if folder == whole:
                (folder / layout.data(ID)).write_text(record_text(made), encoding="utf-8")
            git(folder, "add", ".")
            environment = os.environ | {"GIT_AUTHOR_DATE": f"{on}T12:00:00Z", "GIT_COMMITTER_DATE": f"{on}T12:00:00Z"}
            subprocess.run(("git", "commit", "--quiet", "--message", "Day"), cwd=folder, check=True, env=environment)
    told, expected = (timelines(folder).get(ID) for folder in (root, whole))
    assert told
    assert expected
    assert [version[2:] for version in told.versions] == [version[2:] for version in expected.versions]
    assert (told.tracks, told.texts, told.skipped) == (expected.tracks, expected.texts, ())
    assert len(told.versions) == 1 + len(lists)


def test_a_list_that_is_split_for_the_first_time_is_one_commit_of_its_day(root: Path) -> None:
    few = record([track(1)], removed=grown().removed[:4])
    saved(root, few)
    committed(root, FIRST)
    assert parts(root) == []
    saved(root, few.model_copy(update={"removed": grown().removed}))
    committed(root, FIRST)
    assert set(map(layout.playlist_name, changed(root))) == {ID}
    assert parts(root) == [*YEARS[:-1]]
    assert git(root, "status", "--porcelain") == ""


@pytest.mark.parametrize(
    ("they", "we"), [((1, 2, 2021), (1, 2, 2022)), ((1,), (1, 2, 2021)), ((1, 2, 2021), (2, 1)), ((1, 2, 2021), (2,))]
)
def test_two_who_archive_at_once_leave_the_parts_of_the_record_that_both_make(
    root: Path, they: tuple[int, ...], we: tuple[int, ...]
) -> None:
    theirs = root.parent / "theirs"
    archived(theirs, they, FIRST + timedelta(days=1))
    archived(root, we, FIRST + timedelta(days=2))
    assert git(root, "rev-parse", "HEAD") == git(theirs, "ls-remote", "origin", "main").split()[0]
    assert git(root, "status", "--porcelain") == ""
    assert {one.uri for one in known(root).tracks} == {track(song).uri for song in we}
    ever = {one.uri for one in (*known(root).tracks, *known(root).removed)}
    assert ever == {track(song).uri for song in (1, 2, *map(int, YEARS))}
    assert is_whole(root)


def archived(root: Path, songs: Iterable[int], on: date) -> None:
    saved(root, seen(known(root), songs, on))
    assert committed(root, on, is_pushed=True).troubles == ()


def test_a_forgotten_day_brings_back_the_parts_that_it_took(root: Path) -> None:
    before = files(root / layout.CUMULATIVE)
    on = FIRST + timedelta(days=1)
    saved(root, seen(grown(), [1, 2, 2021], on))
    committed(root, on)
    forget(ForgetJob(root=root, day=on, registry=read_registry(root), repository=SITE))
    assert files(root / layout.CUMULATIVE) == before
    assert is_whole(root)


def test_a_playlist_that_is_forgotten_whole_leaves_no_part(root: Path) -> None:
    forget(ForgetJob(root=root, day=FIRST, registry=read_registry(root), repository=SITE))
    assert not [path for path in git(root, "ls-files").splitlines() if ID in path and "registry" not in path]


def test_days_that_are_replayed_remove_parts_too(root: Path) -> None:
    other = playlist_id(2)
    heavy = [item(number, album=HEAVY) for number in range(8)]
    lists = [heavy, heavy[:1], [*heavy[:1], item(20)]]
    days = [Dated(FIRST + timedelta(days=n), snapshot(songs, id=other)) for n, songs in enumerate(lists)]
    assert replay(root, {other: tuple(days)}, aliases={}, repository=SITE) == len(lists)
    last = Store(root).record(other)
    assert last
    made = {layout.data(other), *pages(last, SITE)}
    assert {path for path in git(root, "ls-files").splitlines() if other in path} == made
    first = git(root, "ls-tree", "-r", "--name-only", "HEAD~2").splitlines()
    assert {path for path in first if other in path} - made
