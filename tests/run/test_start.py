"""How a run begins and ends; what it reads and writes is in end_to_end/."""

import subprocess
from pathlib import Path

import pytest

from playlist_archive.archive import layout
from playlist_archive.archive.ids import parse_playlist_id
from playlist_archive.archive.registry import read_registry
from playlist_archive.archive.store import Store, StoreError
from playlist_archive.exit_code import ExitCode
from playlist_archive.git.repository import Git, GitError
from playlist_archive.outcome import Result
from playlist_archive.problem import Note
from playlist_archive.render.page import Repository
from playlist_archive.run import start as run
from playlist_archive.run.linked import linked_repository
from playlist_archive.run.shards import Shard
from playlist_archive.run.start import Job, NothingToArchiveError, new_entries
from playlist_archive.settings import Settings, SettingsError
from tests.git.repositories import archived
from tests.harness import Archive, spotify
from tests.worlds import START, daily, playlist, world_id

PAGE = f"{layout.PLAIN}/page"
ONE = parse_playlist_id(world_id(1))
SOME = Settings(archive_date=START)


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with one commit of `START`, and the bare one that it pushes to."""
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "none"))
    root = tmp_path / "root"
    (root / layout.PLAIN).mkdir(parents=True)
    git(root, "init", "--quiet", "--initial-branch=main")
    (root / PAGE).write_text("first\n")
    archived(root, "First\n", day=START)
    git(tmp_path, "clone", "--quiet", "--bare", str(root), "origin.git")
    git(root, "remote", "add", "origin", str(tmp_path / "origin.git"))
    return root


def git(folder: Path, *arguments: str) -> str:
    done = subprocess.run(("git", *arguments), cwd=folder, check=True, capture_output=True, encoding="utf-8")
    return done.stdout.strip()


def job(root: Path, **facts: object) -> Job:
    return Job(root=root, registry=read_registry(root))._replace(**facts)  # type: ignore[arg-type]  # any field


def registered(root: Path) -> None:
    (root / layout.REGISTRY).mkdir()
    (root / layout.registry_entry(ONE)).touch()


def subjects(root: Path) -> list[str]:
    return git(root, "log", "--format=%s").splitlines()


def test_other_runs_are_kept_out_until_all_is_committed(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tried = []

    def commit(_: Git, result: Result, **__: object) -> Result:
        with pytest.raises(StoreError, match="another run is at work"), Store(root).locked():
            pass
        tried.append(True)
        return result

    monkeypatch.setattr(run, "commit_run", commit)
    registered(root)
    run.archive(SOME, job(root, commit=True, shards=()))

    assert tried
    with Store(root).locked():
        pass


def test_where_a_commit_would_go_wrong_nothing_is_archived(root: Path) -> None:
    git(root, "switch", "--quiet", "--detach")
    registered(root)
    with pytest.raises(GitError, match="no branch is checked out"):
        run.archive(SOME, job(root, commit=True, shards=()))
    assert not (root / layout.INDEX_PAGE).exists()
    run.archive(SOME, job(root, commit=True, dry_run=True, shards=()))


@pytest.mark.parametrize("facts", [{}, {"commit": True}, {"shard": Shard(1, 2)}, {"shards": ()}])
def test_no_run_that_writes_begins_a_record_anew_that_the_last_commit_has(root: Path, facts: dict[str, object]) -> None:
    path = layout.data(ONE)
    (root / path).parent.mkdir()
    (root / path).write_text("{}")
    archived(root, day=START)
    (root / path).unlink()
    registered(root)
    with pytest.raises(GitError, match=rf"\({path}\): put it back with git restore"):
        run.archive(SOME, job(root, **facts))
    with pytest.raises(SettingsError):  # it has no credentials, and so comes far enough to look for them
        run.archive(SOME, job(root, dry_run=True))


def test_what_git_refuses_ends_a_run_before_it_begins(root: Path) -> None:
    registered(root)
    (root / ".git/HEAD").write_text("")
    with pytest.raises(GitError, match="not a git repository"):
        run.archive(SOME, job(root, shards=()))
    assert not (root / layout.INDEX_PAGE).exists()


@pytest.mark.parametrize("is_there", [False, True])
def test_a_registry_that_is_gone_or_empty_is_told_and_nothing_is_done(root: Path, *, is_there: bool) -> None:
    (root / layout.data(ONE)).parent.mkdir()
    (root / layout.data(ONE)).write_text("{}")
    archived(root, day=START)
    if is_there:
        (root / layout.REGISTRY).mkdir()
        (root / layout.REGISTRY / ".gitkeep").touch()
    before = git(root, "rev-parse", "HEAD")

    done = run.archive(SOME, job(root, push=True))

    assert done.exit_code == ExitCode.PARTIAL
    message = "the registry is empty or missing, though there are 1 records"
    assert done.troubles == (Note(message, "put it back from git history"),)
    assert git(root, "rev-parse", "HEAD") == before
    assert git(root, "status", "--porcelain", "--", layout.PLAYLISTS) == ""
    assert subjects(root.parent / "origin.git") == ["First"]


def test_without_registry_and_records_there_is_nothing_to_do(root: Path) -> None:
    with pytest.raises(NothingToArchiveError, match="no playlist is registered"):
        run.archive(SOME, job(root, push=True))
    assert not (root / layout.INDEX_PAGE).exists()
    assert subjects(root) == ["First"]


def test_the_site_is_what_github_says_else_what_the_remote_says(root: Path) -> None:
    assert linked_repository(Settings(github_repository="a/b", github_ref_name="trunk"), Git(root)) == Repository(
        "a/b", "trunk"
    )
    git(root, "remote", "set-url", "origin", "https://github.com/c/d")
    assert linked_repository(Settings(), Git(root)) == Repository("c/d", "main")


def test_new_entries_are_those_without_a_record_and_those_with_another_name(tmp_path: Path) -> None:
    archive = Archive(tmp_path, spotify(daily([playlist(number) for number in range(1, 5)])))
    archive.register(*map(world_id, (1, 2, 3)))
    archive.run()
    archive.register(world_id(2), alias="Another Name")
    archive.register(world_id(4))
    (tmp_path / layout.data(parse_playlist_id(world_id(3)))).write_text("{")
    registry = read_registry(tmp_path)
    assert new_entries(tmp_path, registry) == {world_id(2), world_id(3), world_id(4)}
    assert new_entries(tmp_path, registry, among=frozenset(list(registry.aliases)[:2])) == {world_id(2)}
