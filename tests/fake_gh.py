"""A fake of GitHub's command line: keeps issues and pull requests in a file, and writes down how it was called.

Its search lags, as GitHub's does: `gh issue list --label` knows no issue that was opened after the last `index`.
"""

import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

EMPTY: dict[str, Any] = {"calls": [], "issues": [], "labels": [], "requests": [], "searchable": 0}
OPEN = "repos/{owner}/{repo}/"


class FakeGh:
    """The fake in a folder: `environment` lets a command find it, `state` is what it was told."""

    def __init__(self, folder: Path) -> None:
        self._state = folder / "gh.json"
        self.state = EMPTY
        command = folder / "bin" / "gh"
        command.parent.mkdir()
        command.write_text(f'#!/bin/sh\nexec {sys.executable} -S {__file__} "$@"\n')
        command.chmod(0o755)
        path = f"{command.parent}:{os.environ['PATH']}"
        self.environment = {"PATH": path, "FAKE_GH_STATE": str(self._state)}

    @property
    def state(self) -> dict[str, Any]:
        state: dict[str, Any] = json.loads(self._state.read_text())
        return state

    @state.setter
    def state(self, state: dict[str, Any]) -> None:
        self._state.write_text(json.dumps(state))

    def has_issue(self, label: str, title: str) -> None:
        """Lets it know an open issue more."""
        issues = self.state["issues"]
        known = {"number": len(issues) + 1, "state": "open", "label": label, "title": title, "comments": []}
        self.state |= {"issues": [*issues, known]}

    def index(self) -> None:
        """Lets its search catch up with what it knows."""
        self.state |= {"searchable": len(self.state["issues"])}


def main(arguments: list[str]) -> int:
    state_file = Path(os.environ["FAKE_GH_STATE"])
    state = json.loads(state_file.read_text())
    body = sys.stdin.read() if "-" in arguments else ""
    state["calls"].append({"arguments": arguments, "body": body, "repository": os.environ.get("GH_REPO")})
    command, parameters = parsed(arguments)
    code = 1 if command in os.environ.get("FAKE_GH_FAILS", "").split(",") else 0
    if code:
        sys.stderr.write("HTTP 502: bad\x1b[31m gateway\n::error::not a command\n")
    else:
        COMMANDS[command](state, parameters, body)
    state_file.write_text(json.dumps(state))
    return code


def parsed(arguments: list[str]) -> tuple[str, list[str]]:
    """The command's name and what is behind it; of a request, `METHOD kind`, its path, and its query if it has one."""
    if arguments[0] != "api":
        return " ".join(arguments[:2]), arguments[2:]
    method = option(arguments, "--method")
    path, _, query = arguments[1].removeprefix(OPEN).partition("?")
    assert arguments[1].startswith(OPEN), arguments[1]
    kind = next(part for part in reversed(path.split("/")) if not part.isdecimal())
    return f"{method} {kind}", [path, query]


def option(arguments: list[str], name: str) -> str:
    return arguments[arguments.index(name) + 1]


def listed(found: list[dict[str, Any]], arguments: list[str]) -> None:
    fields = option(arguments, "--json").split(",")
    sys.stdout.write(
        json.dumps([{name: each[name] for name in fields} for each in found if each["state"] == "open"]) + "\n"
    )


def issue_list(state: dict[str, Any], arguments: list[str], _: str) -> None:
    found = [issue for issue in state["issues"] if issue["label"] == option(arguments, "--label")]
    listed([issue for issue in found if issue["number"] <= state["searchable"]], arguments)


def get_issues(state: dict[str, Any], arguments: list[str], _: str) -> None:
    """Pull requests are issues too, in this list."""
    asked = parse_qs(arguments[1])
    assert asked["state"] == ["open"]
    found = [issue for issue in state["issues"] if [issue["label"]] == asked["labels"] and issue["state"] == "open"]
    sys.stdout.write(json.dumps([*as_issues(state["requests"], asked["labels"]), *found]) + "\n")


def as_issues(requests: list[dict[str, Any]], labels: list[str]) -> Iterator[dict[str, Any]]:
    for number, each in enumerate(requests):
        if [each.get("label")] == labels:
            yield {"number": -number, "title": each["title"], "pull_request": {"url": each["url"]}}


def post_labels(state: dict[str, Any], _: list[str], body: str) -> None:
    name = json.loads(body)["name"]
    if name in state["labels"]:
        sys.exit("gh: Validation Failed (HTTP 422)")
    state["labels"].append(name)


def post_issues(state: dict[str, Any], _: list[str], body: str) -> None:
    given = json.loads(body)
    (label,) = given["labels"]
    number = len(state["issues"]) + 1
    known = {"number": number, "state": "open", "label": label, "comments": []}
    state["issues"].append({**known, "title": given["title"], "body": given["body"]})


def issue(state: dict[str, Any], path: str) -> dict[str, Any]:
    number = int(path.split("/")[1])
    found: dict[str, Any] = next(each for each in state["issues"] if each["number"] == number)
    return found


def patch_issues(state: dict[str, Any], arguments: list[str], body: str) -> None:
    given = json.loads(body)
    assert given.keys() <= {"title", "body", "state"}
    issue(state, arguments[0]).update(given)


def post_comments(state: dict[str, Any], arguments: list[str], body: str) -> None:
    issue(state, arguments[0])["comments"].append(json.loads(body)["body"])


def pr_list(state: dict[str, Any], arguments: list[str], _: str) -> None:
    listed([each for each in state["requests"] if each["head"] == option(arguments, "--head")], arguments)


def pr_create(state: dict[str, Any], arguments: list[str], body: str) -> None:
    url = f"https://github.test/pull/{len(state['requests']) + 1}"
    known = {"url": url, "state": "open", "isCrossRepository": False, "body": body}
    state["requests"].append({**known, "head": option(arguments, "--head"), "title": option(arguments, "--title")})
    sys.stdout.write(url + "\n")


COMMANDS = {
    "issue list": issue_list,
    "GET issues": get_issues,
    "POST issues": post_issues,
    "PATCH issues": patch_issues,
    "POST comments": post_comments,
    "POST labels": post_labels,
    "pr list": pr_list,
    "pr create": pr_create,
}

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
