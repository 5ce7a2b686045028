"""GitHub's own command line, `gh`, which every runner has: issues and pull requests."""

import json
import os
import subprocess
from typing import Final

LABEL_COLOUR: Final = "b60205"


class GitHubError(Exception):
    """`gh` is missing or refuses; the message is its own."""


def find_issue(label: str) -> int | None:
    """The number of the oldest open issue with the label, None where there is none.

    Raises:
        GitHubError: `gh` refuses.
    """
    text = _gh("issue", "list", "--label", label, "--state", "open", "--json", "number", "--limit", "100")
    try:
        numbers = [int(issue["number"]) for issue in json.loads(text or "[]")]
    except (ValueError, TypeError, KeyError) as error:
        msg = "gh issue list gave no list of issues"
        raise GitHubError(msg) from error
    return min(numbers, default=None)


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


def open_pull_request(*, branch: str, title: str, body: str) -> str:
    """Opens a pull request from a branch that was pushed, and returns its address.

    Raises:
        GitHubError: `gh` refuses.
    """
    return _gh("pr", "create", "--head", branch, "--title", title, "--body-file", "-", text=body)


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
    except FileNotFoundError as error:
        msg = "gh, GitHub's command line, is not installed"
        raise GitHubError(msg) from error
    except subprocess.CalledProcessError as error:
        msg = f"gh {' '.join(arguments[:2])}: {(error.stderr or error.stdout).strip()}"
        raise GitHubError(msg) from None
    return done.stdout.strip()
