"""What is committed and pushed of a run; the run itself is in end_to_end/."""

import subprocess
from datetime import date, timedelta
from pathlib import Path

import pytest

from playlist_archive.archive import layout
from playlist_archive.archive.ids import parse_playlist_id
from playlist_archive.archive.registry import read_registry
from playlist_archive.archive.store import Store, StoreError
from playlist_archive.git.repository import Git, GitError
from playlist_archive.outcome import Kind, Outcome, Result
from playlist_archive.render.page import Repository
from playlist_archive.run import start as run
from playlist_archive.run.start import Job, new_entries
from playlist_archive.settings import Settings
from tests.harness import Archive, spotify
from tests.worlds import START, daily, playlist, world_id

PAGE = f"{layout.PLAIN}/page"
SOME = Settings(archive_date=START)


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with one commit of `START`, and the bare one that it pushes to."""
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "none"))
    root = tmp_path / "root"
    (root / layout.PLAIN).mkdir(parents=True)
    git(root, "init", "--quiet", "--initial-branch=main")
    (root / PAGE).write_text("first\n")
    Git(root, day=START).commit("First\n")
    git(tmp_path, "clone", "--quiet", "--bare", str(root), "origin.git")
    git(root, "remote", "add", "origin", str(tmp_path / "origin.git"))
    return root


def git(folder: Path, *arguments: str) -> str:
    done = subprocess.run(("git", *arguments), cwd=folder, check=True, capture_output=True, encoding="utf-8")
    return done.stdout.strip()


def job(root: Path, **facts: object) -> Job:
    return Job(root=root, registry=read_registry(root))._replace(**facts)  # type: ignore[arg-type]  # any field


def result(day: date = START, **facts: object) -> Result:
    outcome = Outcome(parse_playlist_id(world_id(1)), Kind.UPDATED, "Songs", added=1)
    return Result(day, (outcome,), problems=(), requests=1, written=())._replace(**facts)  # type: ignore[arg-type]  # any field


def subjects(root: Path) -> list[str]:
    return git(root, "log", "--format=%s").splitlines()


def test_a_commit_tells_what_changed_and_a_push_takes_it_along(root: Path) -> None:
    (root / PAGE).write_text("second\n")
    run.commit(SOME, job(root, push=True), result())
    assert subjects(root.parent / "origin.git") == ["Archive 2026-11-02: 1 playlist changed, +1 −0 songs", "First"]


def test_other_runs_are_kept_out_until_all_is_committed(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tried = []

    def commit(*_: object) -> None:
        with pytest.raises(StoreError, match="another run is at work"), Store(root).locked():
            pass
        tried.append(True)

    monkeypatch.setattr(run, "commit", commit)
    run.archive(SOME, job(root, shards=()))

    assert tried
    with Store(root).locked():
        pass


def test_a_record_that_somebody_broke_is_not_committed(tmp_path: Path) -> None:
    archive = Archive(
        tmp_path / "archive", spotify(daily([playlist(1), playlist(2)], [playlist(1), playlist(2, songs=(1, 9))]))
    )
    archive.register()
    archive.run()
    git(archive.root, "init", "--quiet")
    first = Git(archive.root).commit("First\n")
    broken, whole = (parse_playlist_id(world_id(number)) for number in (1, 2))
    for path in layout.files_of(broken):
        (archive.root / path).write_text("")
    archive.simulator.day += timedelta(days=1)
    told = archive.run()

    run.commit(SOME, job(archive.root, commit=True), told)

    changed = git(archive.root, "show", "--format=", "--name-only", "HEAD").splitlines()
    assert first
    assert layout.data(whole) in changed
    assert not set(changed) & set(layout.files_of(broken))
    assert (archive.root / layout.data(broken)).read_text() == ""


def test_where_a_commit_would_go_wrong_nothing_is_archived(root: Path) -> None:
    git(root, "switch", "--quiet", "--detach")
    with pytest.raises(GitError, match="no branch is checked out"):
        run.archive(SOME, job(root, commit=True, shards=()))
    assert not (root / layout.INDEX_PAGE).exists()
    run.archive(SOME, job(root, commit=True, dry_run=True, shards=()))


def test_a_commit_alone_is_not_pushed(root: Path) -> None:
    (root / PAGE).write_text("second\n")
    run.commit(SOME, job(root, commit=True), result())
    assert len(subjects(root)) == 2
    assert subjects(root.parent / "origin.git") == ["First"]


@pytest.mark.parametrize(
    ("facts", "refused"),
    [({}, ""), ({"push": True, "dry_run": True}, ""), ({"push": True}, "nothing was served")],
    ids=["not asked to", "a dry run", "a refused run"],
)
def test_nothing_is_committed(root: Path, facts: dict[str, object], refused: str) -> None:
    (root / PAGE).write_text("second\n")
    run.commit(SOME, job(root, **facts), result(refused=refused))
    assert subjects(root) == ["First"]


@pytest.mark.parametrize(("days", "signs"), [(40, 0), (41, 1)])
def test_after_forty_quiet_days_a_sign_of_life_is_pushed(root: Path, days: int, signs: int) -> None:
    today = START + timedelta(days=days)
    run.commit(Settings(archive_date=today), job(root, push=True), result(today))
    assert len(subjects(root.parent / "origin.git")) == 1 + signs


def test_a_push_that_cannot_be_is_an_error(root: Path) -> None:
    git(root, "remote", "remove", "origin")
    with pytest.raises(GitError, match="nowhere to push to"):
        run.commit(SOME, job(root, push=True), result())


def test_the_site_is_what_github_says_else_what_the_remote_says(root: Path) -> None:
    assert run.linked_repository(Settings(github_repository="a/b", github_ref_name="trunk"), Git(root)) == Repository(
        "a/b", "trunk"
    )
    git(root, "remote", "set-url", "origin", "https://github.com/c/d")
    assert run.linked_repository(Settings(), Git(root)) == Repository("c/d", "main")


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
