"""What a pull request proposes, told apart by git's trees; what it is told is in workflows/test_pull_request.py."""

import os
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playlist_archive.archive.layout import REGISTRY
from playlist_archive.archive.registry import Problem, Registry
from playlist_archive.bot import check as verdict
from playlist_archive.bot.proposal import MOST_ENTRIES, Proposal, read_proposal
from playlist_archive.git.repository import GitError
from playlist_archive.report.annotations import MOST_ANNOTATIONS
from tests.builders import playlist_id
from tests.github_runner import is_obeyed, read_command
from tests.hostile import texts

OLD, NEW = playlist_id(1), playlist_id(2)


@pytest.fixture
def trees(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Path]:
    """What is proposed, and the base: two checkouts of the same."""
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    base = tmp_path / "base"
    write(base, f"{REGISTRY}/{OLD}", "Old\n")
    write(base, "README.md", "text\n")
    git(base, "init", "--quiet")
    commit(base)
    git(tmp_path, "clone", "--quiet", "base", "proposed")
    return tmp_path / "proposed", base


def git(folder: Path, *arguments: str) -> None:
    identity = ("-c", "user.name=Somebody", "-c", "user.email=somebody@example.org")
    subprocess.run(("git", *identity, *arguments), cwd=folder, check=True, capture_output=True)


def commit(folder: Path) -> None:
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--allow-empty", "--message", "Some")


def write(folder: Path, path: str, text: str = "") -> None:
    (folder / path).parent.mkdir(parents=True, exist_ok=True)
    (folder / path).write_text(text)


def proposed(trees: tuple[Path, Path]) -> Proposal:
    commit(trees[0])
    return read_proposal(*trees)


def test_nothing_that_is_as_it_was_is_proposed(trees: tuple[Path, Path]) -> None:
    assert proposed(trees) == Proposal(Registry({}, ()), (), ())


def test_entries_are_proposed_by_being_added_or_changed(trees: tuple[Path, Path]) -> None:
    write(trees[0], f"{REGISTRY}/{OLD}", "Newer\n")
    write(trees[0], f"{REGISTRY}/{NEW}")
    assert proposed(trees) == Proposal(Registry({OLD: "Newer", NEW: None}, ()), (), ())


def test_what_is_removed_and_what_lies_elsewhere_is_told_apart(trees: tuple[Path, Path]) -> None:
    (trees[0] / REGISTRY / OLD).unlink()
    (trees[0] / "README.md").unlink()
    write(trees[0], f"{REGISTRY}.md")
    write(trees[0], f"{REGISTRY}/.hidden/file")
    assert proposed(trees) == Proposal(
        Registry({}, ()), (f"{REGISTRY}/{OLD}",), ("README.md", f"{REGISTRY}.md", f"{REGISTRY}/.hidden/file")
    )


def test_a_folder_is_a_problem_at_a_file_in_it(trees: tuple[Path, Path]) -> None:
    for name in ("b", "a"):
        write(trees[0], f"{REGISTRY}/https:/open.spotify.com/playlist/{name}")
    (problem,) = proposed(trees).entries.problems
    assert problem.path == f"{REGISTRY}/https:/open.spotify.com/playlist/a"
    assert problem.sentence.startswith("it is a folder: put a file there")


def test_a_registry_that_is_a_link_is_nothing_but_another_path(trees: tuple[Path, Path], tmp_path: Path) -> None:
    (trees[0] / REGISTRY / OLD).unlink()
    (trees[0] / REGISTRY).rmdir()
    write(tmp_path, f"elsewhere/{NEW}")
    (trees[0] / REGISTRY).symlink_to(tmp_path / "elsewhere")
    assert proposed(trees) == Proposal(Registry({}, ()), (f"{REGISTRY}/{OLD}",), (REGISTRY,))


def test_twins_are_told_whether_the_other_one_is_new_or_not(trees: tuple[Path, Path]) -> None:
    lower, upper = "0000000000000000000abc", "0000000000000000000ABC"
    write(trees[1], f"{REGISTRY}/{lower}")
    commit(trees[1])
    git(trees[0], "pull", "--quiet", "origin")
    write(trees[0], f"{REGISTRY}/{upper}")
    assert proposed(trees).entries.problems == (
        Problem(
            f"{REGISTRY}/{upper}", f"it differs from {REGISTRY}/{lower} by letter case alone", "keep the right one"
        ),
    )


@pytest.mark.parametrize(("count", "good"), [(MOST_ENTRIES, MOST_ENTRIES), (MOST_ENTRIES + 1, 0)])
def test_of_too_many_entries_none_is_opened(trees: tuple[Path, Path], count: int, good: int) -> None:
    for number in range(count):
        write(trees[0], f"{REGISTRY}/{playlist_id(100 + number)}")
    entries = proposed(trees).entries
    assert (len(entries.aliases), len(entries.problems)) == (good, 0 if good else 1)


def test_a_name_that_is_no_text_is_a_problem_like_others(trees: tuple[Path, Path]) -> None:
    (trees[0] / REGISTRY / os.fsdecode(b"caf\xe9")).touch()
    (problem,) = proposed(trees).entries.problems
    assert problem.path == f"{REGISTRY}/caf\N{REPLACEMENT CHARACTER}"


def test_a_folder_that_is_no_checkout_is_an_error(trees: tuple[Path, Path], tmp_path: Path) -> None:
    with pytest.raises(GitError, match="not a git repository"):
        read_proposal(trees[0], tmp_path)


# What it is told

paths = st.lists(texts, max_size=12).map(tuple)
proposals = st.builds(
    Proposal,
    st.builds(
        Registry,
        st.dictionaries(st.integers(1, 20).map(playlist_id), texts, max_size=12),
        st.lists(st.builds(Problem, texts, texts), max_size=12).map(tuple),
    ),
    paths,
    paths,
)


@given(proposals, texts | st.none())
def test_whatever_is_proposed_is_told_in_ten_commands_of_ours(proposal: Proposal, title: str | None) -> None:
    told = verdict.annotations(proposal, dict.fromkeys(proposal.entries.aliases, title))
    assert len(told) <= MOST_ANNOTATIONS + 1
    for line in told:
        assert not is_obeyed(line.partition("::")[2].rpartition("::")[2])
        assert read_command(line).name in {"error", "notice", "warning"}
        assert "\n" not in line


@given(proposals, texts | st.none())
def test_the_summary_is_lines_of_ours(proposal: Proposal, title: str | None) -> None:
    text = verdict.summary(proposal, dict.fromkeys(proposal.entries.aliases, title))
    assert {line[:2] for line in text.splitlines() if line} <= {"##", "- ", "No"}
