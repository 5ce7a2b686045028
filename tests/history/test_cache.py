import fcntl
import resource
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from playlist_archive.archive.layout import data
from playlist_archive.archive.model import Snapshot
from playlist_archive.git import versions
from playlist_archive.git.repository import GitError
from playlist_archive.history.cache import Timelines, timelines
from playlist_archive.history.timeline import Timeline, as_of, last_state, read_timeline, timeline_bytes
from tests.archives import Commit, archived, committed, git, noon
from tests.builders import item, playlist_id, snapshot
from tests.watched import Watched

DAY = date(2026, 11, 2)
ONE, TWO = playlist_id(1), playlist_id(2)


def seen(number: int, *songs: int, name: str = "A") -> Snapshot:
    return snapshot([item(song) for song in songs], id=playlist_id(number), name=name)


def day(number: int) -> date:
    return DAY + timedelta(days=number)


WORLD = [
    (day(0), seen(1, 1, 2)),
    (day(0), seen(2, 5)),
    (day(1), seen(1, 2, 1)),
    (day(2), seen(1, 3)),
    (day(3), seen(2, 5, 6, name="B")),
    (day(4), seen(1, 3, 4)),
]
COMMITS = list(archived(WORLD))


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return committed(tmp_path / "archive", COMMITS)


def names(timeline: Timeline | None) -> list[str]:
    assert timeline
    return [song.name for song in last_state(timeline).tracks]


def contents(found: Timelines) -> dict[str, bytes | None]:
    read = ((playlist_id, found.get(playlist_id)) for playlist_id in found.ids())
    return {playlist_id: timeline_bytes(timeline) if timeline else None for playlist_id, timeline in read}


def cache(root: Path) -> Path:
    return versions.place(root).cache


@contextmanager
def counted(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str | None]]:
    """Since which commits git was asked for versions meanwhile; None for all of them."""
    asked: list[str | None] = []

    def read_log(root: Path, head: str, *, since: str | None = None) -> versions.Log:
        asked.append(since)
        return real(root, head, since=since)

    real = versions.read_log
    with monkeypatch.context() as patched:
        patched.setattr(versions, "read_log", read_log)
        yield asked


def test_every_playlist_of_the_history_has_a_timeline(root: Path) -> None:
    found = timelines(root)
    assert found.ids() == (ONE, TWO)
    assert [timeline.id for timeline in found] == [ONE, TWO]
    assert names(found.get(ONE)) == ["Song 3", "Song 4"]
    assert names(found.get(TWO)) == ["Song 5", "Song 6"]
    assert found.get(playlist_id(3)) is None
    assert found.content(playlist_id(3)) is None
    assert (found.is_shallow, found.note) == (False, "")
    assert found.head == git(root, "rev-parse", "HEAD")


def test_the_content_is_the_timeline_to_ship(root: Path) -> None:
    found = timelines(root)
    content = found.content(ONE)
    assert content
    assert read_timeline(content) == found.get(ONE)


def test_where_nothing_is_new_git_is_not_read_again(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = contents(timelines(root))
    with counted(monkeypatch) as asked:
        assert contents(timelines(root)) == before
    assert asked == []


@pytest.mark.parametrize("cut", range(1, len(COMMITS)))
def test_a_cache_that_is_continued_is_as_one_made_at_once(
    tmp_path: Path, root: Path, monkeypatch: pytest.MonkeyPatch, cut: int
) -> None:
    other = committed(tmp_path / "other", COMMITS[:cut])
    head = timelines(other).head
    committed(other, COMMITS[cut:])
    with counted(monkeypatch) as asked:
        assert contents(timelines(other)) == contents(timelines(root))
    assert asked == [head, None]


def test_a_history_that_was_rewritten_is_read_anew(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    timelines(root)
    git(root, "reset", "--quiet", "--hard", "HEAD~2")
    committed(root, [Commit(noon(day(9)), {data(TWO): None, "x": b"x"})])
    with counted(monkeypatch) as asked:
        found = timelines(root)
    assert asked == [None]
    assert names(found.get(ONE)) == ["Song 3"]
    assert names(found.get(TWO)) == ["Song 5"]


def test_a_branch_that_was_merged_since_is_read_anew(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    timelines(root)
    before = git(root, "rev-parse", "HEAD")
    git(root, "checkout", "--quiet", "-b", "side", "HEAD~1")
    (root / data(TWO)).write_bytes((root / data(TWO)).read_bytes().replace(b"Song 6", b"Song 7"))
    git(root, "commit", "--quiet", "--all", "--message=side")
    git(root, "merge", "--quiet", "--no-edit", before)
    with counted(monkeypatch) as asked:
        assert names(timelines(root).get(TWO)) == ["Song 5", "Song 7"]
    assert asked == [before, None]


def test_a_clone_that_got_its_older_commits_is_read_anew(tmp_path: Path, root: Path) -> None:
    git(tmp_path, "clone", "--quiet", "--depth=2", root.as_uri(), "shallow")
    shallow = tmp_path / "shallow"
    cut = timelines(shallow)
    assert cut.is_shallow
    assert [timeline.is_cut for timeline in cut] == [True, True]
    assert as_of(next(iter(cut)), day(2)) is None
    git(shallow, "fetch", "--quiet", "--unshallow")
    assert contents(timelines(shallow)) == contents(timelines(root))


def test_a_partial_clone_has_the_same_timelines(tmp_path: Path, root: Path) -> None:
    git(root, "config", "uploadpack.allowFilter", "true")
    git(root, "config", "uploadpack.allowAnySHA1InWant", "true")
    git(tmp_path, "clone", "--quiet", "--filter=blob:none", root.as_uri(), "partial")
    assert contents(timelines(tmp_path / "partial")) == contents(timelines(root))


def test_a_commit_whose_clock_jumped_counts_for_the_day_before_it(tmp_path: Path) -> None:
    jumped = [*COMMITS]
    jumped[2] = jumped[2]._replace(when=noon(date(2011, 1, 1)))
    found = timelines(committed(tmp_path / "jumped", jumped)).get(ONE)
    assert found
    assert [version.day for version in found.versions] == [day(0), day(1), day(1), day(4)]


def test_a_clock_that_turns_out_wrong_later_makes_the_cache_anew(tmp_path: Path) -> None:
    ahead = [*COMMITS]
    ahead[3] = ahead[3]._replace(when=noon(date(2031, 1, 1)))
    root = committed(tmp_path / "ahead", ahead[:4])
    found = timelines(root).get(TWO)
    assert found
    assert found.versions[-1].day == date(2031, 1, 1)
    found = timelines(committed(root, ahead[4:])).get(TWO)
    assert found
    assert found.versions[-1].day == day(2)


def test_several_runs_on_a_day_are_versions_of_that_day(tmp_path: Path) -> None:
    twice = [commit._replace(when=noon(day(number // 2))) for number, commit in enumerate(COMMITS)]
    found = timelines(committed(tmp_path / "twice", twice)).get(ONE)
    assert found
    state = as_of(found, day(0))
    assert state
    assert [song.name for song in state.tracks] == ["Song 2", "Song 1"]


def spoil_state(folder: Path) -> None:
    (folder / "state.json").write_bytes(b"{")


def other_format(folder: Path) -> None:
    text = (folder / "state.json").read_text(encoding="utf-8")
    (folder / "state.json").write_text(text.replace('"format":1', '"format":0'), encoding="utf-8")


def lose_state(folder: Path) -> None:
    (folder / "state.json").unlink()


def lose_everything(folder: Path) -> None:
    shutil.rmtree(folder)


def lose_timelines(folder: Path) -> None:
    shutil.rmtree(folder / "timelines")


def spoil_timelines(folder: Path) -> None:
    for path in (folder / "timelines").iterdir():
        path.write_bytes(b"\x1f\x8bnothing")


def cut_timelines(folder: Path) -> None:
    for path in (folder / "timelines").iterdir():
        path.write_bytes(path.read_bytes()[:-20])


DAMAGE = [spoil_state, other_format, lose_state, lose_everything, lose_timelines, spoil_timelines, cut_timelines]


@pytest.mark.parametrize("damage", DAMAGE)
@pytest.mark.parametrize("later", [0, 2])
def test_a_cache_that_is_damaged_or_gone_is_made_anew(root: Path, tmp_path: Path, damage: Any, later: int) -> None:
    other = committed(tmp_path / "other", COMMITS[: len(COMMITS) - later])
    timelines(other)
    damage(cache(other))
    committed(other, COMMITS[len(COMMITS) - later :])
    assert contents(timelines(other)) == contents(timelines(root))
    assert contents(timelines(other)) == contents(timelines(root))


def test_a_cache_of_a_newer_program_stays_and_costs_time_and_no_answer(root: Path) -> None:
    expected = contents(timelines(root))
    state = cache(root) / "state.json"
    text = state.read_text(encoding="utf-8").replace('"format":1', '"format":2,"needs":"1.4","more":[]')
    state.write_text(text, encoding="utf-8")
    kept = {path: path.read_bytes() for path in cache(root).rglob("*") if path.is_file()}
    found = timelines(root)
    assert contents(found) == expected
    assert found.note == (
        "the cache in git's folder is of format 2, this program knows up to 1: update playlist-archive to 1.4 or "
        "later; until then this takes longer than it need to"
    )
    assert {path: path.read_bytes() for path in cache(root).rglob("*") if path.is_file()} == kept


def test_a_cache_that_cannot_be_made_costs_time_and_no_answer(root: Path) -> None:
    cache(root).write_bytes(b"a file where the folder should be")
    found = timelines(root)
    assert names(found.get(ONE)) == ["Song 3", "Song 4"]
    assert found.note == "the cache in git's folder cannot be used (File exists), so this took longer than it need to"


@contextmanager
def full_disk(bytes_left: int) -> Iterator[None]:
    """No file can become longer than that: to a program it looks like a disk that fills up while it writes."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (bytes_left, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_full_disk_costs_the_cache_and_no_answer(root: Path, tmp_path: Path) -> None:
    whole = contents(timelines(committed(tmp_path / "other", COMMITS)))
    with full_disk(bytes_left=100):
        found = timelines(root)
    assert "File too large" in found.note
    assert contents(found) == whole
    assert not [path for path in cache(root).rglob("*") if path.name not in {"lock", "timelines"}]
    assert contents(timelines(root)) == whole
    assert timelines(root).note == ""


def test_a_run_that_is_cut_off_leaves_no_half_cache(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def keep(_: Timelines, timeline: Timeline, *, on_disk: bool) -> None:
        raise KeyboardInterrupt(timeline.id, on_disk)

    with monkeypatch.context() as patched:
        patched.setattr(Timelines, "keep", keep)
        with pytest.raises(KeyboardInterrupt):
            timelines(root)
    assert not (cache(root) / "state.json").exists()
    assert names(timelines(root).get(ONE)) == ["Song 3", "Song 4"]


def test_the_cache_is_locked_while_it_is_written(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tried = []

    def keep(self: Timelines, timeline: Timeline, *, on_disk: bool) -> None:
        with (cache(root) / "lock").open("a") as lock, pytest.raises(BlockingIOError):
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        tried.append(timeline.id)
        real(self, timeline, on_disk=on_disk)

    real = Timelines.keep
    monkeypatch.setattr(Timelines, "keep", keep)
    timelines(root)
    assert tried == [ONE, TWO]
    with (cache(root) / "lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)


def test_without_a_repository_or_a_commit_there_are_none(tmp_path: Path) -> None:
    with pytest.raises(GitError, match="not a git repository"):
        timelines(tmp_path)
    git(tmp_path, "init", "--quiet")
    with pytest.raises(GitError, match="no commit yet"):
        timelines(tmp_path)


def test_an_archive_without_records_has_no_timelines(tmp_path: Path) -> None:
    found = timelines(committed(tmp_path / "a", [Commit(noon(DAY), {"README.md": b"x"})]))
    assert found.ids() == ()
    assert list(found) == []


def test_each_version_that_is_read_is_a_step(root: Path) -> None:
    watched = Watched()
    timelines(root, watched)
    assert (watched.totals, watched.steps) == ([6], 6)
    timelines(root, watched)
    assert watched.totals == [6]
    committed(root, list(archived([*WORLD, (day(5), seen(1, 9))]))[-1:])
    timelines(root, watched)
    assert (watched.totals, watched.steps) == ([6, 1], 7)
