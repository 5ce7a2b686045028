"""GitHub's own command line, `gh`, which every runner has: issues and pull requests."""

import json
import os
import subprocess
from typing import Any, Final, NamedTuple

from .untrusted import for_log

LABEL_COLOUR: Final = "b60205"

_LONGEST_ANSWER: Final = 500


class GitHubError(Exception):
    """`gh` is missing or refuses; the message is its own, on one line."""


class Issue(NamedTuple):
    """An open issue."""

    number: int
    title: str


def find_issue(label: str) -> Issue | None:
    """The oldest open issue with the label, None where there is none.

    Raises:
        GitHubError: `gh` refuses.
    """
    found = _list("issue", "list", "--label", label, "--state", "open", "--json", "number,title")
    return min((Issue(issue["number"], issue["title"]) for issue in found), default=None)


def open_issue(label: str, *, title: str, body: str) -> None:
    """Opens an issue with the label, which is made where it does not exist.

    Raises:
        GitHubError: `gh` refuses.
    """
    _gh("label", "create", label, "--force", "--color", LABEL_COLOUR, "--description", "Opened and closed by the bot")
    _gh("issue", "create", "--label", label, "--title", title, "--body-file", "-", text=body)


def rewrite_issue(number: int, *, title: str, body: str) -> None:
    """Gives an issue another title and text, which notifies nobody.

    Raises:
        GitHubError: `gh` refuses.
    """
    _gh("issue", "edit", str(number), "--title", title, "--body-file", "-", text=body)


def comment(number: int, body: str) -> None:
    """Comments on an issue, which notifies those who watch it.

    Raises:
        GitHubError: `gh` refuses.
    """
    _gh("issue", "comment", str(number), "--body-file", "-", text=body)


def close_issue(number: int, *, body: str) -> None:
    """Closes an issue with a comment.

    Raises:
        GitHubError: `gh` refuses.
    """
    comment(number, body)
    _gh("issue", "close", str(number))


def find_pull_request(branch: str) -> str | None:
    """The address of the open pull request from a branch of this repository, None where there is none.

    Raises:
        GitHubError: `gh` refuses.
    """
    found = _list("pr", "list", "--head", branch, "--state", "open", "--json", "url,isCrossRepository")
    return next((request["url"] for request in found if not request["isCrossRepository"]), None)


def open_pull_request(*, branch: str, title: str, body: str) -> str:
    """Opens a pull request from a branch that was pushed, and returns its address.

    Raises:
        GitHubError: `gh` refuses.
    """
    return _gh("pr", "create", "--head", branch, "--title", title, "--body-file", "-", text=body)


def set_secret(repository: str, name: str, value: str) -> None:
    """Sets a secret of the Actions of `owner/name`; the value goes through standard input, where nobody sees it.

    Raises:
        GitHubError: `gh` refuses.
    """
    _gh("secret", "set", name, "--repo", repository, text=value)


def set_variable(repository: str, name: str, value: str) -> None:
    """Sets a variable of the Actions of `owner/name`.

    Raises:
        GitHubError: `gh` refuses.
    """
    _gh("variable", "set", name, "--repo", repository, text=value)


def _list(*arguments: str) -> list[dict[str, Any]]:
    """What `gh` lists as JSON."""
    text = _gh(*arguments, "--limit", "100")
    try:
        found: list[dict[str, Any]] = json.loads(text or "[]")
    except ValueError as error:
        msg = f"gh {' '.join(arguments[:2])} gave no JSON"
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
        raise GitHubError(f"gh {' '.join(arguments[:2])}: {answer}") from None
    return done.stdout.strip()
