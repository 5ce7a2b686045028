"""What is committed and pushed of a run."""

import subprocess
from datetime import date, timedelta
from pathlib import Path

import pytest

from playlist_archive.archive import layout
from playlist_archive.archive.ids import PlaylistId, parse_playlist_id
from playlist_archive.archive.store import Store
from playlist_archive.git.commit import LARGEST_BYTES
from playlist_archive.git.repository import Git
from playlist_archive.outcome import Result
from playlist_archive.problem import Note
from playlist_archive.render.page import Repository
from playlist_archive.run.commit import commit_run
from playlist_archive.run.pages import pages
from playlist_archive.run.review import LARGE_BYTES
from tests.builders import record, track
from tests.worlds import START, day, world_id

ONE, TWO = (parse_playlist_id(world_id(number)) for number in (1, 2))
SITE = Repository(None)


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with two playlists in its only commit, which is of `START`, and the bare one that it pushes to."""
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "none"))
    root = tmp_path / "root"
    root.mkdir()
    git(root, "init", "--quiet", "--initial-branch=main")
    for playlist_id in (ONE, TWO):
        archive(root, playlist_id, 1)
    committed(root)
    git(tmp_path, "clone", "--quiet", "--bare", str(root), "origin.git")
    git(root, "remote", "add", "origin", str(tmp_path / "origin.git"))
    return root


def git(folder: Path, *arguments: str) -> str:
    done = subprocess.run(("git", *arguments), cwd=folder, check=True, capture_output=True, encoding="utf-8")
    return done.stdout.strip()


def archive(root: Path, playlist_id: PlaylistId, *songs: int) -> Store:
    """Writes the files of a playlist, as a run does."""
    store = Store(root)
    made = record([track(number) for number in songs], id=playlist_id, name="Songs")
    store.save(made, pages(made, SITE))
    store.finish()
    return store


def committed(root: Path, on: date = START, *, is_pushed: bool = False, **facts: object) -> Result:
    """What becomes of the result of a run that read nothing, with any of its fields replaced."""
    result = Result(on, outcomes=(), problems=(), requests=1, written=())._replace(**facts)  # type: ignore[arg-type]
    return commit_run(Git(root, day=on), result, repository=SITE, is_pushed=is_pushed)


def log(root: Path) -> list[str]:
    return git(root, "log", "--format=%s").splitlines()


def changed(root: Path) -> set[str]:
    """The paths of the last commit."""
    return set(git(root, "show", "--format=", "--name-only", "HEAD").splitlines())


def test_a_commit_tells_what_changed_and_a_push_takes_it_along(root: Path) -> None:
    archive(root, ONE, 1, 2)
    assert committed(root, day(1), is_pushed=True).exit_code == 0
    assert log(root.parent / "origin.git") == [
        "Archive 2026-11-03: 1 playlist changed, +1 −0 songs",
        "Archive 2026-11-02: 2 playlists changed, +2 −0 songs",
    ]


def test_a_commit_alone_is_not_pushed(root: Path) -> None:
    archive(root, ONE, 1, 2)
    committed(root)
    assert len(log(root)) == 2
    assert len(log(root.parent / "origin.git")) == 1


def test_nothing_is_committed_of_a_run_that_is_not_trusted(root: Path) -> None:
    archive(root, ONE, 1, 2)
    committed(root, is_pushed=True, refused=Note("nothing was served"))
    assert len(log(root)) == 1


def test_what_an_earlier_run_left_is_told_too(root: Path) -> None:
    archive(root, ONE, 1, 2)  # by a run that was interrupted
    now = archive(root, TWO, 3)
    committed(root, day(2), written=tuple(now.written))
    assert git(root, "log", "-1", "--format=%B") == (
        "Archive 2026-11-04: 2 playlists changed, +2 −1 songs\n"
        "\n"
        f"- Songs ({ONE}): updated +1 −0\n"
        f"- Songs ({TWO}): updated +1 −1"
    )


@pytest.mark.parametrize(("days", "signs"), [(40, 0), (41, 1)])
def test_after_forty_quiet_days_a_sign_of_life_is_pushed(root: Path, days: int, signs: int) -> None:
    committed(root, START + timedelta(days=days), is_pushed=True)
    assert len(log(root.parent / "origin.git")) == 1 + signs


def test_a_push_that_cannot_be_is_a_trouble(root: Path) -> None:
    git(root, "remote", "remove", "origin")
    archive(root, ONE, 1, 2)
    (trouble,) = committed(root, is_pushed=True).troubles
    assert trouble == Note(
        "what was archived is committed here, but not pushed (there is nowhere to push to)",
        "name the repository with `git remote add origin URL`",
    )
    assert len(log(root)) == 2


def test_a_commit_that_cannot_be_is_a_trouble(root: Path) -> None:
    archive(root, ONE, 1, 2)
    (root / ".git/refs/heads/main.lock").touch()
    (trouble,) = committed(root, is_pushed=True).troubles
    assert trouble.message.startswith("what was archived is not committed (git update-ref: ")
    assert "main.lock" in trouble.message
    assert len(log(root)) == 1


# Each playlist stands for itself


def large(path: Path, size: int) -> None:
    """A file of that size, which takes no room on the disk."""
    with path.open("r+b") as file:
        file.truncate(size)


@pytest.mark.parametrize("path", layout.files_of(ONE))
def test_a_file_that_github_would_refuse_keeps_its_playlist_out_and_no_other(root: Path, path: str) -> None:
    stores = [archive(root, playlist_id, 1, 2) for playlist_id in (ONE, TWO)]
    large(root / path, LARGEST_BYTES + 1)
    done = committed(root, is_pushed=True, written=tuple(path for store in stores for path in store.written))
    message = f"{path} is not committed, nor is what belongs to it, for it has 95 MB"
    assert [trouble.message for trouble in done.troubles] == [
        f"{message}, and GitHub takes no file of more than 100 MB"
    ]
    assert changed(root) == set(layout.files_of(TWO))
    assert log(root) == log(root.parent / "origin.git")
    assert len(log(root)) == 2


@pytest.mark.parametrize(("size", "warnings"), [(LARGE_BYTES - 1, 0), (LARGE_BYTES, 1), (LARGEST_BYTES, 1)])
def test_a_large_file_is_warned_of(root: Path, size: int, warnings: int) -> None:
    large(root / layout.plain(ONE), size)
    done = committed(root)
    assert len(done.warnings) == warnings
    assert done.exit_code == 0
    assert changed(root) == {layout.plain(ONE)}


@pytest.mark.parametrize("path", layout.files_of(ONE))
@pytest.mark.parametrize("kind", ["folder", "link", "pipe"])
def test_what_is_no_plain_file_keeps_its_playlist_out_and_no_other(root: Path, path: str, kind: str) -> None:
    for playlist_id in (ONE, TWO):
        archive(root, playlist_id, 1, 2)
    (root / path).unlink()
    match kind:
        case "folder":
            (root / path).mkdir()
            (root / path / "notes").write_text("mine")
        case "link":
            (root / path).symlink_to("/etc/hostname")
        case _:
            subprocess.run(("mkfifo", str(root / path)), check=True)
    done = committed(root)
    assert len(done.troubles) >= 1
    assert all(path in str(trouble) for trouble in done.troubles)
    assert changed(root) == set(layout.files_of(TWO))


def test_a_folder_that_is_a_link_takes_nothing_away(root: Path, tmp_path: Path) -> None:
    (root / layout.PLAIN).rename(tmp_path / "elsewhere")
    (root / layout.PLAIN).symlink_to(tmp_path / "elsewhere")
    archive_files = set(git(root, "ls-tree", "-r", "--name-only", "HEAD").splitlines())
    done = committed(root)
    assert [layout.PLAIN in str(trouble) for trouble in done.troubles] == [True]
    assert set(git(root, "ls-tree", "-r", "--name-only", "HEAD").splitlines()) == archive_files


@pytest.mark.parametrize("text", ["{", "", None])
def test_a_broken_or_missing_record_keeps_its_playlist_out_and_no_other(root: Path, text: str | None) -> None:
    for playlist_id in (ONE, TWO):
        archive(root, playlist_id, 1, 2)
    if text is None:
        (root / layout.data(ONE)).unlink()
    else:
        (root / layout.data(ONE)).write_text(text)
    done = committed(root)
    assert [layout.data(ONE) in str(trouble) for trouble in done.troubles] == [True]
    assert changed(root) == set(layout.files_of(TWO))


def test_a_playlist_that_is_gone_with_all_its_files_is_kept_by_git(root: Path) -> None:
    for path in layout.files_of(ONE):
        (root / path).unlink()
    done = committed(root)
    assert [trouble.message.partition(",")[0] for trouble in done.troubles] == [f"{layout.data(ONE)} is missing"]
    assert len(log(root)) == 1


@pytest.mark.parametrize("text", ["playlist;2026", None])
def test_a_broken_or_missing_table_stays_out_and_all_else_goes(root: Path, text: str | None) -> None:
    table = layout.followers(START)
    (root / table).parent.mkdir()
    (root / table).write_text(f"playlist,2026-11-02\n{ONE},1\n")
    committed(root)
    archive(root, TWO, 1, 2)
    if text is None:
        (root / table).unlink()
    else:
        (root / table).write_text(text)
    done = committed(root)
    assert [table in str(trouble) for trouble in done.troubles] == [True]
    assert changed(root) == set(layout.files_of(TWO))


# The index of the user


def test_a_lock_that_a_dead_git_left_stops_nothing_and_is_named(root: Path) -> None:
    archive(root, ONE, 1, 2)
    (root / ".git/index.lock").touch()
    done = committed(root, is_pushed=True)
    assert done.exit_code == 0
    (warning,) = done.warnings
    assert warning.message.startswith("all is committed, but `git status` does not know it (")
    assert str(root / ".git/index.lock") in warning.message
    assert log(root) == log(root.parent / "origin.git")
    assert changed(root) == set(layout.files_of(ONE))
    assert committed(root).warnings == ()
    assert len(log(root)) == 2

    (root / ".git/index.lock").unlink()
    git(root, "reset", "--quiet")
    assert git(root, "status", "--porcelain") == ""
