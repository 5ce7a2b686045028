"""Turns an issue that asks for a playlist into a pull request.

The bot takes only two parts of the issue: one playlist id, and a name to show if it passes the registry's check.
"""

import json
from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple, TypeVar

from .. import github
from ..archive.ids import PlaylistId, parse_reference
from ..archive.layout import registry_entry
from ..archive.registry import ALIAS_CHARACTERS, check_alias, read_registry
from ..git import propose as branches
from ..git.propose import Change
from ..git.repository import Git
from ..github import GitHubError

Text = TypeVar("Text", bound=str)

LINK_HEADING: Final = "Playlist link"
ALIAS_HEADING: Final = "Name to show"
"""The labels of the fields in .github/ISSUE_TEMPLATE/add-playlist.yml, which GitHub writes into the issue's text."""

LONGEST_BODY: Final = 65_536
"""The most characters in the text of an issue (docs/github.md, "What GitHub shows of a run")."""

_REFUSED: Final = (
    "The playlist is ready to be added, but GitHub did not let the bot open the pull request. Open it with this link: "
    "{url}\n\nTo let the bot open the next one, tick “Allow GitHub Actions to create and approve pull requests” under "
    "Settings > Actions > General > Workflow permissions."
)

_NOTHING: Final = "_No response_"
_LONGEST_LINK: Final = 500

_NO_ISSUE: Final = "this run was not started by an issue"
_NO_LINK: Final = (
    f"below “{LINK_HEADING}” there must be the link of one playlist, such as "
    "`https://open.spotify.com/playlist/37i9dQZF1DX5LEXW9eXA0n`, and nothing else: no short link, no album, no song"
)
_NO_ALIAS: Final = f"below “{ALIAS_HEADING}” there may be one line of at most {ALIAS_CHARACTERS} printable characters"
_REGISTERED: Final = "the playlist is in the registry already"
_TWIN: Final = "the registry has a playlist whose id differs from this one by the case of letters alone"


class RequestError(Exception):
    """The playlist cannot be added. The message has no stranger's text in it; `issue` is the issue's number."""

    def __init__(self, sentence: str, *, issue: int | None = None) -> None:
        super().__init__(sentence)
        self.issue = issue


class PlaylistRequest(NamedTuple):
    """The playlist that an issue asks for. An empty alias means Spotify's own name."""

    issue: int
    playlist_id: PlaylistId
    alias: str


def propose(root: Path, event: Path, *, repository_url: str) -> str:
    """Proposes the playlist that an issue asks for, and returns the action in words.

    `event` is the file that `GITHUB_EVENT_PATH` names. If the issue is approved again, its pull request is updated. A
    branch left over from an earlier request is recreated. If GitHub refuses the pull request, the bot comments on the
    issue with a link to open it by hand.

    Raises:
        RequestError: the issue names no playlist, more than one, or a registered playlist.
        StoreError, GitError, GitHubError: the entry cannot be written, pushed or proposed.
    """
    request = read_request(event)
    _check_is_new(request, read_registry(root).named)
    git = Git(root)
    change = Change(f"add/{request.playlist_id}", registry_entry(request.playlist_id), _text(request))
    known = github.find_pull_request(change.branch)
    if known and branches.proposes(git, change):
        return f"is open already: {known}"
    base = git.branch() or "main"
    branches.propose(git, change, message=f"{_title(request)}\n\nAsked for in #{request.issue}.\n")
    if known:
        return f"brought up to date: {known}"
    return f"opened {_open(request, change.branch, f'{repository_url}/compare/{base}...{change.branch}?expand=1')}"


def _open(request: PlaylistRequest, branch: str, compare_url: str) -> str:
    """The address of the new pull request.

    If GitHub refuses it, a comment on the issue has a link to open it by hand.
    """
    try:
        return github.open_pull_request(branch=branch, title=_title(request), body=_body(request))
    except GitHubError:
        github.comment(request.issue, _REFUSED.format(url=compare_url))
        raise


def answer(error: RequestError) -> None:
    """Comments on the issue with the reason why the playlist cannot be added.

    Raises:
        GitHubError: `gh` refuses.
    """
    if error.issue:
        github.comment(error.issue, f"This cannot be added: {error}. Edit the issue, and have it approved again.")


def read_request(event: Path) -> PlaylistRequest:
    """The request in the issue of an event.

    Raises:
        RequestError: the event has no issue, or the issue names no playlist or more than one.
    """
    try:
        issue: Mapping[str, Any] = json.loads(event.read_bytes())["issue"]
        number, body = int(issue["number"]), str(issue["body"] or "")[:LONGEST_BODY]
    except (OSError, ValueError, TypeError, KeyError, RecursionError) as error:
        raise RequestError(_NO_ISSUE) from error
    fields = _fields(body.replace("\r\n", "\n"))
    playlist_id = _taken(parse_reference, _one_word(fields.get(LINK_HEADING, "")), otherwise=_NO_LINK, issue=number)
    alias = _taken(check_alias, fields.get(ALIAS_HEADING, ""), otherwise=_NO_ALIAS, issue=number)
    return PlaylistRequest(number, playlist_id, alias)


def _taken(check: Callable[[str], Text], text: str, *, otherwise: str, issue: int) -> Text:
    """The checked text. If the check fails, `otherwise` replaces its message, which quotes the stranger's text."""
    try:
        return check(text)
    except ValueError as error:
        raise RequestError(otherwise, issue=issue) from error


def _check_is_new(request: PlaylistRequest, registered: Collection[str]) -> None:
    if request.playlist_id in registered:
        raise RequestError(_REGISTERED, issue=request.issue)
    if request.playlist_id.lower() in map(str.lower, registered):
        raise RequestError(_TWIN, issue=request.issue)


def _text(request: PlaylistRequest) -> str:
    """The content of the registry entry."""
    return f"{request.alias}\n" if request.alias else ""


def _title(request: PlaylistRequest) -> str:
    return f"Add playlist {request.playlist_id}"


def _body(request: PlaylistRequest) -> str:
    return f"https://open.spotify.com/playlist/{request.playlist_id}\n\nCloses #{request.issue}"


def _fields(body: str) -> dict[str, str]:
    """Heading → text below it, in GitHub's format of an issue form. If a heading occurs twice, the first one counts."""
    fields: dict[str, str] = {}
    for part in f"\n{body}".split("\n### ")[1:]:
        heading, _, text = part.partition("\n")
        fields.setdefault(heading.strip(), text.strip().removeprefix(_NOTHING))
    return fields


def _one_word(text: str) -> str:
    """The text if it may be a link, else an empty text."""
    return text if len(text.split()) == 1 and len(text) <= _LONGEST_LINK else ""
