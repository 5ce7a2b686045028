import errno
import os
import subprocess
from datetime import date
from pathlib import Path

import pytest

from playlist_archive.archive.layout import data
from playlist_archive.archive.record_file import record_text
from playlist_archive.archive.registry import Registry
from playlist_archive.archive.store import Store
from playlist_archive.export.files import export_csv
from playlist_archive.git.repository import GitError
from playlist_archive.history.answers import History
from playlist_archive.history.whole import WholeArchive
from playlist_archive.importer.adopt import Choice, Import, read_import
from playlist_archive.importer.keep import Kept, keep
from playlist_archive.render.page import Repository
from playlist_archive.run.pages import pages
from tests.answers import as_it_is
from tests.builders import item, playlist_id, record, snapshot, track
from tests.importer.old import written

NOTHING = Registry({}, ())
TODAY = date(2026, 11, 27)
HERE = Repository("some/archive")


def git(root: Path, *arguments: str) -> str:
    done = subprocess.run(("git", *arguments), cwd=root, check=True, capture_output=True, text=True)
    return done.stdout.strip()


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """An archive in a repository with one commit."""
    folder = tmp_path / "archive"
    folder.mkdir()
    git(folder, "init", "--quiet", "--initial-branch=main")
    git(folder, "config", "user.name", "A Tester")
    git(folder, "config", "user.email", "tester@example.org")
    git(folder, "commit", "--quiet", "--allow-empty", "--message=Begin")
    return folder


@pytest.fixture
def source(tmp_path: Path) -> Path:
    one, two = snapshot([item(1), item(2)]), snapshot([item(9)], id=playlist_id(2), name="Another")
    days = [
        (date(2020, 1, 1), [one, two]),
        (date(2020, 2, 1), [one._replace(items=(item(2), item(3)))]),
        (date(2020, 2, 5), [one._replace(items=(item(3), item(2)))]),
        (date(2020, 3, 1), [one._replace(items=(item(3),))]),
    ]
    return written(tmp_path / "old.git", days, "by name")


def read(root: Path, source: Path, *named: int) -> Import:
    return read_import(root, str(source), NOTHING, Choice(tuple(map(playlist_id, named)), every=not named), today=TODAY)


def kept(root: Path, found: Import, *, with_history: bool = False) -> Kept:
    return keep(root, found, NOTHING, HERE, with_history=with_history)


def test_records_pages_entries_and_index_are_one_commit(root: Path, source: Path) -> None:
    result = kept(root, read(root, source, 1))
    assert result.is_committed
    assert git(root, "rev-list", "--count", "HEAD") == "2"
    assert git(root, "status", "--porcelain") == ""
    files = git(root, "ls-tree", "-r", "--name-only", "HEAD").splitlines()
    assert f"registry/{playlist_id()}" in files
    assert {data(playlist_id()), "playlists/index.md", f"playlists/cumulative/{playlist_id()}.md"} <= {*files}
    assert data(playlist_id(2)) not in files


def test_an_import_leaves_what_was_staged_alone_and_needs_no_gitignore(root: Path, source: Path) -> None:
    (root / ".gitignore").write_text("playlists/\n", encoding="utf-8")
    (root / "mine").write_text("staged", encoding="utf-8")
    git(root, "add", "mine")
    assert kept(root, read(root, source, 1)).is_committed
    assert data(playlist_id()) in git(root, "ls-tree", "-r", "--name-only", "HEAD").splitlines()
    assert git(root, "status", "--porcelain").splitlines() == ["A  mine", "?? .gitignore"]


def test_a_lock_of_another_git_does_not_keep_an_import_from_its_commit(root: Path, source: Path) -> None:
    lock = root / ".git" / "index.lock"
    lock.touch()
    result = kept(root, read(root, source, 1))
    assert result.is_committed
    assert "index.lock is in the way" in result.in_the_way


def test_a_second_import_changes_nothing(root: Path, source: Path) -> None:
    for with_history in (False, True):
        kept(root, read(root, source), with_history=with_history)
        head = git(root, "rev-parse", "HEAD")
        again = kept(root, read(root, source), with_history=with_history)
        assert (again.files, again.replayed, again.is_committed) == (0, 0, False)
        assert git(root, "rev-parse", "HEAD") == head


def test_the_cumulative_page_knows_the_old_days(root: Path, source: Path) -> None:
    kept(root, read(root, source))
    text = (root / f"playlists/cumulative/{playlist_id()}.md").read_text(encoding="utf-8")
    assert "| 2020-01-01\\* | 2020-02-01 |" in text
    assert "| 2020-02-01 |  |" in text
    assert "first scraped on 2020-01-01" in text


def test_replayed_days_are_commits_of_their_day(root: Path, source: Path) -> None:
    result = kept(root, read(root, source), with_history=True)
    assert result.replayed == 4
    assert git(root, "log", "--reverse", "--format=%cs", "--skip=1", "--max-count=4").splitlines() == [
        "2020-01-01",
        "2020-02-01",
        "2020-02-05",
        "2020-03-01",
    ]
    assert git(root, "status", "--porcelain") == ""


def test_replayed_and_joined_at_once_end_as_the_same_files(root: Path, source: Path, tmp_path: Path) -> None:
    kept(root, read(root, source), with_history=True)
    other = tmp_path / "other"
    other.mkdir()
    kept(other, read(other, source))
    files = [path.relative_to(other) for path in other.rglob("*") if path.is_file()]
    assert len(files) >= 10
    assert {path: (root / path).read_bytes() for path in files} == {path: (other / path).read_bytes() for path in files}


def test_git_knows_each_replayed_day(root: Path, source: Path) -> None:
    kept(root, read(root, source), with_history=True)
    history = History(root)
    for day, expected in {date(2020, 2, 4): (2, 3), date(2020, 2, 29): (3, 2), date(2020, 3, 2): (3,)}.items():
        shown = history.show(playlist_id(), day)
        assert [song.uri for song in shown.state.tracks] == [item(number).uri for number in expected]
        assert shown.basis.is_ordered


def test_what_is_archived_already_is_joined_and_not_replayed(root: Path, source: Path) -> None:
    ours = record([track(3), track(4)])
    Store(root).save(ours, pages(ours, HERE))
    git(root, "add", "--all")
    git(root, "commit", "--quiet", "--message=Ours")
    result = kept(root, read(root, source), with_history=True)
    assert result.replayed == 1  # the day of the other playlist
    joined = Store(root).record(playlist_id())
    assert joined
    assert joined.first_archived == date(2020, 1, 1)
    assert git(root, "show", f"HEAD:{data(playlist_id())}") + "\n" == record_text(joined)


def test_a_file_in_the_way_of_a_replay_leaves_everything_as_it_was(root: Path, source: Path) -> None:
    found = read(root, source)
    head = git(root, "rev-parse", "HEAD")
    (root / "playlists" / "plain").mkdir(parents=True)
    (root / "playlists" / "plain" / playlist_id()).write_text("mine", encoding="utf-8")
    with pytest.raises(GitError, match="untracked working tree files would be overwritten"):
        kept(root, found, with_history=True)
    assert git(root, "rev-parse", "HEAD") == head
    assert git(root, "for-each-ref", "refs/playlist-archive") == ""
    assert not (root / data(playlist_id())).exists()


def test_a_merge_under_way_refuses_the_import_before_anything_is_written(root: Path, source: Path) -> None:
    found = read(root, source)
    (root / ".git" / "MERGE_HEAD").write_text(git(root, "rev-parse", "HEAD"), encoding="utf-8")
    with pytest.raises(GitError, match="something else is under way"):
        kept(root, found)
    assert not (root / "playlists").exists()


def test_another_record_that_cannot_be_read_costs_the_index_alone(root: Path, source: Path) -> None:
    found = read(root, source)
    broken = root / data(playlist_id(7))
    broken.parent.mkdir(parents=True)
    broken.write_text("{", encoding="utf-8")
    result = kept(root, found)
    assert "does not parse" in str(result.problem)
    assert result.is_committed
    assert (root / data(playlist_id())).exists()
    assert not (root / "playlists" / "index.md").exists()
    assert broken.read_text(encoding="utf-8") == "{"


def test_without_a_repository_files_are_written_and_nothing_is_committed(tmp_path: Path, source: Path) -> None:
    root = tmp_path / "plain"
    root.mkdir()
    result = kept(root, read(root, source))
    assert not result.is_committed
    assert (root / data(playlist_id())).exists()


def added_and_removed(root: Path) -> list[tuple[str, list[str], list[str], bool]]:
    """What the log tells, the oldest day first."""
    return [
        (
            change.event.day.isoformat(),
            [song.uri[-1] for song in change.event.difference.added],
            [song.uri[-1] for song in change.event.difference.removed],
            change.event.is_first,
        )
        for change in reversed([*History(root).log(as_it_is, [playlist_id()]).changes])
    ]


IMPORTED = [
    ("2020-01-01", ["1", "2"], [], True),
    ("2020-02-01", ["3"], ["1"], False),
    ("2020-03-01", [], ["2"], False),
]


def test_the_log_tells_imported_days_without_commits_of_their_own(root: Path, source: Path) -> None:
    kept(root, read(root, source))
    assert added_and_removed(root) == IMPORTED
    (note,) = History(root).log(as_it_is, [playlist_id()]).basis.notes
    assert "added and removed only" in note
    assert not History(root).log(as_it_is, [playlist_id()], since=TODAY).changes


def test_the_log_tells_the_days_before_and_after_ours_began(root: Path, source: Path) -> None:
    ours = record([track(3, added="2020-02-01"), track(7)])
    Store(root).save(ours, pages(ours, HERE))
    git(root, "add", "--all")
    when = {"GIT_AUTHOR_DATE": "2026-11-02T12:00:00Z", "GIT_COMMITTER_DATE": "2026-11-02T12:00:00Z"}
    subprocess.run(("git", "commit", "--quiet", "--message=Ours"), cwd=root, check=True, env={**os.environ, **when})
    kept(root, read(root, source))
    assert added_and_removed(root) == [*IMPORTED, ("2026-11-02", ["7"], [], False)]


def test_exports_have_the_imported_changes(root: Path, source: Path, tmp_path: Path) -> None:
    kept(root, read(root, source, 1))
    export_csv(WholeArchive(root), tmp_path / "tables")
    rows = (tmp_path / "tables" / "changes.csv").read_text(encoding="utf-8").splitlines()
    assert [(row.split(",")[0], row.split(",")[4]) for row in rows[1:]] == [
        ("2020-01-01", "added"),
        ("2020-01-01", "added"),
        ("2020-02-01", "added"),
        ("2020-02-01", "removed"),
        ("2020-03-01", "removed"),
    ]


def test_a_file_that_cannot_be_read_for_the_commit_is_told_in_a_sentence(
    root: Path, source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read_bytes = Path.read_bytes

    def failing(path: Path) -> bytes:
        if path == root / data(playlist_id()):
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        return read_bytes(path)

    found = read(root, source)
    monkeypatch.setattr(Path, "read_bytes", failing)
    with pytest.raises(
        GitError, match=r"what was imported is written, but not committed \(.*Input/output error"
    ) as told:
        kept(root, found)
    assert told.value.remedy == "look at the disk and your rights, then commit it with git"
    monkeypatch.undo()
    assert Store(root).record(playlist_id())
    assert git(root, "status", "--porcelain", "--untracked-files=all", "playlists/data")
