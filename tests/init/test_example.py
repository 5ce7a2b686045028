"""The example of the template goes from a copy, and from nowhere else, and takes nothing of the owner's with it."""

import shutil
import subprocess
from pathlib import Path

import pytest

from playlist_archive.archive import layout
from playlist_archive.archive.registry import read_registry
from playlist_archive.archive.store import Store
from playlist_archive.git.repository import GitError
from playlist_archive.init.example import EXAMPLE, drop_example, has_example, is_copy, own_registry
from playlist_archive.render.page import Repository
from playlist_archive.run.pages import render
from playlist_archive.upstream import UPSTREAM
from tests.builders import playlist_id
from tests.conftest import missing
from tests.test_repository import IS_A_COPY, NO_EXAMPLE, ROOT

OWN = "somebody/my-archive"


@pytest.fixture
def copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the template, as far as the example goes, as one commit."""
    if IS_A_COPY:
        missing(NO_EXAMPLE)
    config = tmp_path / "gitconfig"
    config.write_text("[user]\nname = Somebody\nemail = somebody@example.org\n[init]\ndefaultBranch = main\n")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(config))
    folder = tmp_path / "copy"
    for name in (layout.REGISTRY, layout.PLAYLISTS):
        shutil.copytree(ROOT / name, folder / name)
    code = folder / "src" / "playlist_archive"
    code.mkdir(parents=True)
    (code / "upstream.py").touch()
    git(folder, "init", "--quiet")
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", "Initial commit")
    return folder


def git(folder: Path, *arguments: str) -> str:
    done = subprocess.run(("git", *arguments), cwd=folder, check=True, capture_output=True, encoding="utf-8")
    return done.stdout.strip()


def archived(folder: Path) -> list[str]:
    """The committed files of the archive."""
    return git(folder, "ls-tree", "-r", "--name-only", "HEAD", layout.REGISTRY, layout.PLAYLISTS).splitlines()


def register(folder: Path, number: int) -> None:
    (folder / layout.registry_entry(playlist_id(number))).touch()
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", "Add mine")


def test_the_example_goes_with_all_its_files_in_a_commit_of_its_own(copy: Path) -> None:
    register(copy, 1)
    registry = own_registry(copy, OWN, commits=True)
    assert set(registry.aliases) == {playlist_id(1)}
    assert archived(copy) == [layout.registry_entry(playlist_id(1))]
    assert git(copy, "log", "--format=%s").splitlines() == [
        "Remove the template's example",
        "Add mine",
        "Initial commit",
    ]
    assert git(copy, "status", "--porcelain") == ""
    assert not has_example(copy, OWN)


def test_a_run_that_does_not_commit_leaves_the_example_out_and_its_files_alone(copy: Path) -> None:
    register(copy, 1)
    assert set(own_registry(copy, OWN, commits=False).aliases) == {playlist_id(1)}
    assert git(copy, "status", "--porcelain") == ""
    assert layout.data(EXAMPLE) in archived(copy)


@pytest.mark.parametrize("repository", [UPSTREAM, None], ids=["the project itself", "no repository"])
def test_the_example_stays_where_it_belongs(copy: Path, repository: str | None) -> None:
    assert own_registry(copy, repository, commits=True) == read_registry(copy)
    assert EXAMPLE in read_registry(copy).aliases


def test_the_same_playlist_in_an_archive_without_the_code_is_somebodys_own(copy: Path) -> None:
    shutil.rmtree(copy / "src")
    assert not is_copy(copy)
    assert EXAMPLE in own_registry(copy, OWN, commits=True).aliases


def test_an_example_that_somebodys_own_run_has_written_is_theirs(copy: Path) -> None:
    render(Store(copy), Repository(OWN, "main"), read_registry(copy))
    assert EXAMPLE in own_registry(copy, OWN, commits=True).aliases
    assert layout.data(EXAMPLE) in archived(copy)


def test_an_example_to_which_somebody_gave_a_name_is_theirs(copy: Path) -> None:
    (copy / layout.registry_entry(EXAMPLE)).write_text("My ballads\n")
    assert EXAMPLE in own_registry(copy, OWN, commits=True).aliases


def test_an_example_whose_entry_was_deleted_by_hand_goes_too(copy: Path) -> None:
    git(copy, "rm", "--quiet", layout.registry_entry(EXAMPLE))
    git(copy, "commit", "--quiet", "--message", "Delete the example")
    own_registry(copy, OWN, commits=True)
    assert archived(copy) == []


def test_a_record_that_was_changed_since_the_last_commit_stops_it(copy: Path) -> None:
    with (copy / layout.data(EXAMPLE)).open("a") as file:
        file.write(" ")
    with pytest.raises(GitError, match="local modifications"):
        drop_example(copy)
    assert layout.data(EXAMPLE) in archived(copy)


def test_nothing_is_removed_in_the_midst_of_a_merge_or_without_a_branch(copy: Path) -> None:
    (copy / ".git" / "MERGE_HEAD").write_text(git(copy, "rev-parse", "HEAD"))
    with pytest.raises(GitError, match="something else is under way"):
        own_registry(copy, OWN, commits=True)
    (copy / ".git" / "MERGE_HEAD").unlink()
    git(copy, "checkout", "--quiet", "--detach")
    with pytest.raises(GitError, match="no branch is checked out"):
        own_registry(copy, OWN, commits=True)
    assert git(copy, "status", "--porcelain") == ""


def test_tables_and_an_index_that_speak_of_other_playlists_stay(copy: Path) -> None:
    shutil.copyfile(copy / layout.data(EXAMPLE), copy / layout.data(playlist_id(1)))
    (table,) = (copy / layout.FOLLOWERS).glob("*.csv")
    with table.open("a") as file:
        file.write(f"{playlist_id(1)},7\n")
    register(copy, 1)
    own_registry(copy, OWN, commits=True)
    assert archived(copy) == [
        layout.data(playlist_id(1)),
        f"{layout.FOLLOWERS}/{table.name}",
        layout.INDEX_DATA,
        layout.INDEX_PAGE,
        layout.registry_entry(playlist_id(1)),
    ]
