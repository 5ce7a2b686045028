"""A playlist that somebody asks for in an issue: from the issue form to a pull request.

Of the issue, nothing is used but one playlist id and, if it passes the registry's own check, a name to show.
"""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple

from . import github
from .git import Git
from .layout import PlaylistId, registry_entry
from .registry import check_alias, parse_reference
from .store import Store

LINK_HEADING: Final = "Playlist link"
ALIAS_HEADING: Final = "Name to show"
"""The labels of the fields in .github/ISSUE_TEMPLATE/add-playlist.yml, which GitHub writes into the issue's text."""

LONGEST_BODY: Final = 65_536
"""What GitHub lets an issue hold (github-actions.md, section 4)."""

_HEADING = re.compile(r"^### (.+?)[ \t]*$", re.MULTILINE)
_NOTHING = "_No response_"


class WishError(Exception):
    """The issue cannot be granted; the sentence is for the person who wrote it. `issue` is its number, where known."""

    def __init__(self, sentence: str, *, issue: int | None = None) -> None:
        super().__init__(sentence)
        self.issue = issue


class Wish(NamedTuple):
    """What an issue asks for."""

    issue: int
    playlist: PlaylistId
    alias: str


def grant(root: Path, event: Path) -> str:
    """Opens a pull request for the issue in `event`, the file that `GITHUB_EVENT_PATH` names; returns its address.

    Raises:
        WishError: the issue names no playlist, more than one, or one that is registered already; the issue was told.
        StoreError, GitError, GitHubError: the entry cannot be written, pushed or proposed.
    """
    try:
        return _propose(root, read_wish(event))
    except WishError as error:
        if error.issue:
            github.comment(error.issue, f"This cannot be added: {error}. Edit the issue, and have it approved again.")
        raise


def read_wish(event: Path) -> Wish:
    """What the issue in an event asks for.

    Raises:
        WishError: it is not an issue, or names no playlist, or more than one.
    """
    try:
        issue: Mapping[str, Any] = json.loads(event.read_bytes())["issue"]
        number, body = int(issue["number"]), str(issue["body"] or "")[:LONGEST_BODY]
    except (OSError, ValueError, TypeError, KeyError, RecursionError) as error:
        msg = "this run was not started by an issue"
        raise WishError(msg) from error
    fields = _fields(body.replace("\r\n", "\n"))
    try:
        return Wish(number, _playlist(fields.get(LINK_HEADING, "")), check_alias(fields.get(ALIAS_HEADING, "")))
    except ValueError as error:
        raise WishError(str(error), issue=number) from error


def _propose(root: Path, wish: Wish) -> str:
    path = registry_entry(wish.playlist)
    if (root / path).exists():
        msg = "it is in the registry already"
        raise WishError(msg, issue=wish.issue)
    Store(root).write(path, f"{wish.alias}\n" if wish.alias else "")
    branch = f"add/{wish.playlist}"
    Git(root).push_branch(branch, path, message=f"Add playlist {wish.playlist}\n\nAsked for in #{wish.issue}.\n")
    return github.open_pull_request(
        branch=branch,
        title=f"Add playlist {wish.playlist}",
        body=f"https://open.spotify.com/playlist/{wish.playlist}\n\nCloses #{wish.issue}",
    )


def _fields(body: str) -> dict[str, str]:
    """Heading → text below it, as GitHub writes an issue form; the first of two headings that are the same counts."""
    _, *parts = _HEADING.split(body)
    fields: dict[str, str] = {}
    for heading, text in zip(parts[::2], parts[1::2], strict=True):
        fields.setdefault(heading, text.strip().removeprefix(_NOTHING))
    return fields


def _playlist(text: str) -> PlaylistId:
    words = text.split()
    if len(words) != 1:
        msg = f"below “{LINK_HEADING}” there must be one link to a playlist, and nothing else"
        raise ValueError(msg)
    return parse_reference(words[0])
