"""Issues, pull requests, secrets and variables on GitHub, through its command line `gh`, which every runner has."""

import json
import os
import subprocess
from collections.abc import Sequence
from contextlib import suppress
from typing import Any, Final, NamedTuple
from urllib.parse import quote

from .untrusted import for_log

LABEL_COLOUR: Final = "b60205"
LABEL_DESCRIPTION: Final = "Opened and closed by the bot"

_REPOSITORY: Final = "repos/{owner}/{repo}"
"""`gh` fills in the repository from `GH_REPO`, or the repository of the folder."""

_LONGEST_ANSWER: Final = 500


class GitHubError(Exception):
    """`gh` is missing or fails. The message repeats the answer of `gh` on one line."""


class Issue(NamedTuple):
    """An open issue."""

    number: int
    title: str


def find_issue(label: str) -> Issue | None:
    """The oldest open issue with the label; None if there is none.

    The issue is looked up in GitHub's list of issues. `gh issue list --label` would use the search, which is minutes
    late: it would miss the issue that the last run opened.

    Raises:
        GitHubError: `gh` refuses.
    """
    query = f"labels={quote(label, safe='')}&state=open&sort=created&direction=asc&per_page=100"
    found = _parsed(_api("GET", f"{_REPOSITORY}/issues?{query}"), "api")
    issues = (Issue(issue["number"], issue["title"]) for issue in found if "pull_request" not in issue)
    return min(issues, default=None)


def open_issue(label: str, *, title: str, body: str) -> None:
    """Opens an issue with the label, and creates the label if necessary.

    Raises:
        GitHubError: `gh` refuses.
    """
    with suppress(GitHubError):  # it exists already, or GitHub creates a plain label with the issue
        _api("POST", f"{_REPOSITORY}/labels", name=label, color=LABEL_COLOUR, description=LABEL_DESCRIPTION)
    _api("POST", f"{_REPOSITORY}/issues", title=title, body=body, labels=[label])


def rewrite_issue(number: int, *, title: str, body: str) -> None:
    """Replaces the title and text of an issue. This notifies nobody.

    Raises:
        GitHubError: `gh` refuses.
    """
    _api("PATCH", f"{_REPOSITORY}/issues/{number}", title=title, body=body)


def comment(number: int, body: str) -> None:
    """Comments on an issue. This notifies the people who watch it.

    Raises:
        GitHubError: `gh` refuses.
    """
    _api("POST", f"{_REPOSITORY}/issues/{number}/comments", body=body)


def close_issue(number: int, *, body: str) -> None:
    """Closes an issue with a comment.

    Raises:
        GitHubError: `gh` refuses.
    """
    comment(number, body)
    _api("PATCH", f"{_REPOSITORY}/issues/{number}", state="closed")


def find_pull_request(branch: str) -> str | None:
    """The address of the open pull request from a branch of this repository; None if there is none.

    Raises:
        GitHubError: `gh` refuses.
    """
    found = _list("pr", "list", "--head", branch, "--state", "open", "--json", "url,isCrossRepository")
    return next((request["url"] for request in found if not request["isCrossRepository"]), None)


def open_pull_request(*, branch: str, title: str, body: str) -> str:
    """Opens a pull request from a pushed branch, and returns its address.

    Raises:
        GitHubError: `gh` refuses.
    """
    return _gh("pr", "create", "--head", branch, "--title", title, "--body-file", "-", text=body)


def set_secret(repository: str, name: str, value: str) -> None:
    """Sets a secret for the Actions of `owner/name`. The value goes through standard input, where nobody sees it.

    Raises:
        GitHubError: `gh` refuses.
    """
    _gh("secret", "set", name, "--repo", repository, text=value)


def set_variable(repository: str, name: str, value: str) -> None:
    """Sets a variable for the Actions of `owner/name`.

    Raises:
        GitHubError: `gh` refuses.
    """
    _gh("variable", "set", name, "--repo", repository, text=value)


def _api(method: str, path: str, **fields: object) -> str:
    """The answer of GitHub's REST API. The fields go through standard input, as JSON."""
    given = ("--input", "-") if fields else ()
    return _gh("api", path, "--method", method, *given, text=json.dumps(fields) if fields else "")


def _list(*arguments: str) -> list[dict[str, Any]]:
    """The JSON list that a command of `gh` prints."""
    return _parsed(_gh(*arguments, "--limit", "100"), " ".join(arguments[:2]))


def _parsed(text: str, command: str) -> list[dict[str, Any]]:
    try:
        found: list[dict[str, Any]] = json.loads(text or "[]")
    except ValueError as error:
        msg = f"gh {command} gave no JSON"
        raise GitHubError(msg) from error
    return found


def _gh(*arguments: str, text: str = "") -> str:
    try:
        done = subprocess.run(  # noqa: S603 - no shell, and strangers' text goes through standard input
            ("gh", *arguments),  # noqa: S607 - the runner's gh, from its PATH
            input=text,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            check=True,
            env=os.environ | {"GH_PROMPT_DISABLED": "1", "NO_COLOR": "1"},
        )
    except OSError as error:
        msg = f"gh, GitHub's command line, cannot be started ({error.strerror}): install it"
        raise GitHubError(msg) from error
    except subprocess.CalledProcessError as error:
        answer = for_log(error.stderr or error.stdout, longest=_LONGEST_ANSWER)
        raise GitHubError(f"gh {_command(arguments)}: {answer}") from None
    return done.stdout.strip()


def _command(arguments: Sequence[str]) -> str:
    """The command of `gh` in short, for messages: `pr create`, `api issues/7`."""
    name, what = arguments[:2]
    return f"{name} {what.removeprefix(f'{_REPOSITORY}/').partition('?')[0]}"
