"""add-playlist.yml and the issue form: of an issue, one playlist and a name arrive, and nothing else."""

import json
import re

import pytest

from playlist_archive.archive.layout import REGISTRY
from playlist_archive.bot.request import ALIAS_HEADING, LINK_HEADING
from tests.workflows.conftest import GitHub, git, workflow
from tests.workflows.runner import ROOT, Job, load
from tests.worlds import world_id

ID = world_id(2)
LINK = f"https://open.spotify.com/playlist/{ID}?si=0123456789abcdef"


@pytest.fixture
def repository(github: GitHub) -> GitHub:
    github.write_code()
    github.write(f"{REGISTRY}/{world_id(1)}")
    github.write(f"{REGISTRY}/0000000000000000000abc")
    github.push()
    github.gh.has_issue("add-playlist", "@all")
    return github


def form(link: str, alias: str = "_No response_") -> str:
    """The text of an issue, as GitHub makes it of the form."""
    return f"### {LINK_HEADING}\n\n{link}\n\n### {ALIAS_HEADING}\n\n{alias}"


def approve(github: GitHub, body: str, *, label: str = "approved", fails: str = "") -> Job:
    event = github.folder / "event.json"
    issue = {"number": 1, "title": "`$(touch canary)`", "body": body, "user": {"login": "stranger"}}
    event.write_text(json.dumps({"action": "labeled", "issue": issue}))
    context = {"github.event.label.name": label, "github.token": "a token", "github.repository": "somebody/archive"}
    job = github.job(context, GITHUB_EVENT_PATH=str(event), FAKE_GH_FAILS=fails)
    job.run(workflow("add-playlist.yml"))
    return job


def comments(github: GitHub) -> list[str]:
    found: list[str] = github.gh.state["issues"][0]["comments"]
    return found


def test_an_approved_issue_becomes_a_branch_and_a_pull_request(repository: GitHub) -> None:
    job = approve(repository, form(LINK, "My Songs"))

    assert job.failed == []
    assert repository.text(f"{REGISTRY}/{ID}", f"add/{ID}") == "My Songs"
    assert repository.log(f"add/{ID}") == [f"Add playlist {ID}", "By somebody"]
    (request,) = repository.gh.state["requests"]
    assert request["head"] == f"add/{ID}"
    assert request["title"] == f"Add playlist {ID}"
    assert request["body"] == f"https://open.spotify.com/playlist/{ID}\n\nCloses #1"
    assert comments(repository) == []


def test_an_issue_that_is_approved_again_brings_its_pull_request_up_to_date(repository: GitHub) -> None:
    approve(repository, form(LINK))
    again = approve(repository, form(LINK))
    edited = approve(repository, form(LINK, "A Better Name"))

    assert "is open already: https://github.test/pull/1" in again.log
    assert "brought up to date: https://github.test/pull/1" in edited.log
    assert len(repository.gh.state["requests"]) == 1
    assert repository.text(f"{REGISTRY}/{ID}", f"add/{ID}") == "A Better Name"
    assert repository.log(f"add/{ID}") == [f"Add playlist {ID}", "By somebody"]


def test_a_branch_of_an_older_request_is_started_anew_without_its_history(repository: GitHub) -> None:
    git(repository.somebody, "switch", "--quiet", "--create", "old")
    for number in range(3):
        repository.write("notes", f"{number}\n")
        repository.push(f"add/{ID}")
    git(repository.somebody, "switch", "--quiet", "main")
    repository.write("news", "later\n")
    repository.push()

    job = approve(repository, form(LINK))

    assert job.failed == []
    assert repository.log(f"add/{ID}") == [f"Add playlist {ID}", "By somebody", "By somebody"]
    assert {"news", f"{REGISTRY}/{ID}"} <= {*repository.files(f"add/{ID}")}
    assert "notes" not in repository.files(f"add/{ID}")
    assert git(job.workspace, "rev-list", "--count", "--all") == "2", "history was fetched"


def test_where_github_refuses_the_pull_request_a_comment_has_the_link_to_open_it(repository: GitHub) -> None:
    job = approve(repository, form(LINK), fails="pr create")

    assert job.failed == ["Propose: 3"]
    assert f"{REGISTRY}/{ID}" in repository.files(f"add/{ID}")
    (comment,) = comments(repository)
    assert f" https://github.com/somebody/archive/compare/main...add/{ID}?expand=1\n" in comment
    assert "Allow GitHub Actions to create and approve pull requests" in comment

    again = approve(repository, form(LINK))
    assert again.failed == []
    assert "opened https://github.test/pull/1" in again.log


def test_a_strangers_pull_request_from_a_branch_of_that_name_is_not_taken_for_ours(repository: GitHub) -> None:
    theirs = {"url": "x", "state": "open", "isCrossRepository": True, "head": f"add/{ID}"}
    repository.gh.state |= {"requests": [theirs]}
    job = approve(repository, form(LINK))
    assert "opened https://github.test/pull/2" in job.log


def test_no_other_label_starts_anything(repository: GitHub) -> None:
    job = approve(repository, form(LINK), label="add-playlist")
    assert job.log == ""
    assert repository.gh.state["calls"] == []


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (form(f"https://open.spotify.com/playlist/{world_id(1)}"), "the playlist is in the registry already"),
        (form("0000000000000000000ABC"), "differs from this one by the case of letters alone"),
        (form(f"{LINK} $(touch canary) @everyone ${{{{ github.token }}}}"), "there must be the link of one playlist"),
        (form(LINK, "two\nlines"), "there may be one line of at most 200 printable characters"),
    ],
    ids=["registered", "twin", "more than a link", "two lines of alias"],
)
def test_what_cannot_be_added_is_answered_in_words_of_ours(repository: GitHub, body: str, sentence: str) -> None:
    job = approve(repository, body)

    assert job.failed == ["Propose: 2"]
    (comment,) = comments(repository)
    assert sentence in comment
    assert not set(comment) & set("@$#")
    assert list(job.folder.rglob("canary")) == []
    assert repository.gh.state["requests"] == []
    assert [name for name in repository.files() if name.startswith(REGISTRY)] == [
        f"{REGISTRY}/{world_id(1)}",
        f"{REGISTRY}/0000000000000000000abc",
    ]


def test_the_form_asks_for_what_the_workflow_reads() -> None:
    asked = load((ROOT / ".github" / "ISSUE_TEMPLATE" / "add-playlist.yml").read_text())
    labels = [field["attributes"]["label"] for field in asked["body"] if field["type"] == "input"]
    assert labels == [LINK_HEADING, ALIAS_HEADING]
    assert "approved" not in asked["labels"]


def test_the_form_leads_to_a_part_of_the_readme_that_exists() -> None:
    form = (ROOT / ".github" / "ISSUE_TEMPLATE" / "add-playlist.yml").read_text()
    (anchor,) = re.findall(r"README\.md#([\w-]+)", form)
    headings = re.findall(r"^#+ (.+)$", (ROOT / "README.md").read_text(), re.MULTILINE)
    assert anchor in {heading.lower().replace(" ", "-") for heading in headings}


def test_nothing_of_the_issue_is_pasted_into_the_workflow() -> None:
    text = (ROOT / ".github" / "workflows" / "add-playlist.yml").read_text()
    assert "github.event.issue.title" not in text
    assert "github.event.issue.body" not in text
    assert workflow("add-playlist.yml")["permissions"] == {}
