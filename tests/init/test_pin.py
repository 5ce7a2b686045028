import json

import pytest

from playlist_archive.init.pin import NO_COMMIT, Pin, installed_pin, pin_of
from playlist_archive.upstream import UPSTREAM

COMMIT = "0123456789abcdef0123456789abcdef01234567"


def written_by_pip(url: str, commit: str = COMMIT, **facts: object) -> str:
    """What pip writes beside a package that it took from git."""
    return json.dumps({"url": url, "vcs_info": {"vcs": "git", "commit_id": commit, **facts}})


GITHUB = f"https://github.com/{UPSTREAM}"


@pytest.mark.parametrize(
    ("written", "pin"),
    [
        (written_by_pip(GITHUB), f"{UPSTREAM}@{COMMIT}"),
        (written_by_pip(f"{GITHUB}.git", requested_revision="v1.2.0"), f"{UPSTREAM}@{COMMIT} # v1.2.0"),
        (written_by_pip("ssh://git@github.com/a.b/my_bot", requested_revision="main"), f"a.b/my_bot@{COMMIT}"),
    ],
    ids=["main", "tag", "a copy, by ssh"],
)
def test_the_workflow_calls_the_very_commit_that_is_installed(written: str, pin: str) -> None:
    found = pin_of(written)
    assert str(found) == pin


@pytest.mark.parametrize(
    "written",
    [
        "",
        "{}",
        "[]",
        "[" * 5,
        '{"url": "file:///somewhere", "dir_info": {"editable": true}}',
        written_by_pip("https://example.org/owner/name"),
        written_by_pip("https://github.com/owner/name", "abc"),
        written_by_pip("https://github.com/owner/name@x y\n"),
        json.dumps({"url": 7, "vcs_info": {"commit_id": COMMIT}}),
    ],
)
def test_what_is_no_commit_on_github_is_no_pin(written: str) -> None:
    assert pin_of(written) is None


def test_a_pin_without_a_commit_says_so() -> None:
    assert not Pin(UPSTREAM, NO_COMMIT).is_known
    assert Pin(UPSTREAM, COMMIT).is_known
    assert installed_pin().repository
