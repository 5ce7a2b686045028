from pathlib import Path

import pytest

from playlist_archive import github
from playlist_archive.github import GitHubError, Issue
from tests.fake_gh import FakeGh


@pytest.fixture
def gh(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FakeGh:
    fake = FakeGh(tmp_path)
    for name, value in fake.environment.items():
        monkeypatch.setenv(name, value)
    return fake


def test_an_issue_is_opened_with_a_label_that_is_made_for_it(gh: FakeGh) -> None:
    github.open_issue("trouble", title="-t `$(x)`", body="--body\n")
    (issue,) = gh.state["issues"]
    assert (issue["label"], issue["title"], issue["body"]) == ("trouble", "-t `$(x)`", "--body\n")
    assert gh.state["labels"] == ["trouble"]


def test_the_oldest_open_issue_with_the_label_is_found(gh: FakeGh) -> None:
    assert github.find_issue("trouble") is None
    for label in ("other", "trouble", "trouble"):
        gh.has_issue(label, f"About {label}")
    assert github.find_issue("trouble") == Issue(2, "About trouble")
    github.close_issue(2, body="Over.")
    assert github.find_issue("trouble") == Issue(3, "About trouble")
    assert gh.state["issues"][1]["comments"] == ["Over."]


def test_a_label_that_is_there_or_cannot_be_made_keeps_no_issue_from_being_opened(
    gh: FakeGh, monkeypatch: pytest.MonkeyPatch
) -> None:
    github.open_issue("trouble", title="One", body="")
    github.open_issue("trouble", title="Two", body="")
    monkeypatch.setenv("FAKE_GH_FAILS", "POST labels")
    github.open_issue("other", title="Three", body="")
    assert [issue["label"] for issue in gh.state["issues"]] == ["trouble", "trouble", "other"]


def test_an_issue_is_found_at_once_though_the_search_lags(gh: FakeGh) -> None:
    github.open_issue("trouble & more", title="New", body="")
    assert gh.state["searchable"] == 0
    assert github.find_issue("trouble & more") == Issue(1, "New")


def test_a_pull_request_with_the_label_is_no_issue(gh: FakeGh) -> None:
    request = {"url": "x", "state": "open", "label": "trouble", "title": "A change"}
    gh.state |= {"requests": [request]}
    assert github.find_issue("trouble") is None


def test_an_issue_is_rewritten_and_spoken_to(gh: FakeGh) -> None:
    gh.has_issue("trouble", "Old")
    github.rewrite_issue(1, title="New", body="Text")
    github.comment(1, "A word")
    (issue,) = gh.state["issues"]
    assert (issue["title"], issue["body"], issue["comments"]) == ("New", "Text", ["A word"])


def test_a_pull_request_of_a_branch_is_opened_once_and_found_again(gh: FakeGh) -> None:
    assert github.find_pull_request("add/x") is None
    address = github.open_pull_request(branch="add/x", title="Add x", body="Closes #1")
    assert github.find_pull_request("add/x") == address
    assert github.find_pull_request("add/y") is None
    assert [request["title"] for request in gh.state["requests"]] == ["Add x"]


def test_a_refusal_is_one_line_without_control_characters(gh: FakeGh, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FAKE_GH_FAILS", "GET issues")
    with pytest.raises(GitHubError) as raised:
        github.find_issue("trouble")
    assert str(raised.value) == "gh api issues: HTTP 502: bad [31m gateway : :error: :not a command"
    assert gh.state["issues"] == []


def test_an_answer_that_is_no_json_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    command = tmp_path / "gh"
    command.write_text("#!/bin/sh\necho a page of HTML\n")
    command.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(GitHubError, match="gh api gave no JSON"):
        github.find_issue("trouble")


def test_a_machine_without_gh_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(GitHubError, match=r"cannot be started \(No such file or directory\): install it"):
        github.find_issue("trouble")
