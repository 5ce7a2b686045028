"""A playlist that somebody asks for in an issue: from the issue form to a pull request.

Of the issue, nothing is used but one playlist id and, if it passes the registry's own check, a name to show.
"""

import json
from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple, TypeVar

from .. import github
from ..archive.ids import PlaylistId, parse_reference
from ..archive.layout import registry_entry
from ..archive.registry import ALIAS_CHARACTERS, check_alias, read_registry
from ..archive.store import Store
from ..git.push import push_file, switch_to
from ..git.repository import Git

Text = TypeVar("Text", bound=str)

LINK_HEADING: Final = "Playlist link"
ALIAS_HEADING: Final = "Name to show"
"""The labels of the fields in .github/ISSUE_TEMPLATE/add-playlist.yml, which GitHub writes into the issue's text."""

LONGEST_BODY: Final = 65_536
"""What GitHub lets an issue hold (github-actions.md, section 4)."""

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


class WishError(Exception):
    """The issue cannot be granted: a fixed sentence, in which no word is a stranger's. `issue` is its number."""

    def __init__(self, sentence: str, *, issue: int | None = None) -> None:
        super().__init__(sentence)
        self.issue = issue


class Wish(NamedTuple):
    """What an issue asks for; the alias is empty for Spotify's own name."""

    issue: int
    playlist_id: PlaylistId
    alias: str


def grant(root: Path, event: Path) -> str:
    """Proposes what the issue in `event` asks for, the file that `GITHUB_EVENT_PATH` names; returns what was done.

    An issue that is approved again brings its pull request up to date.

    Raises:
        WishError: the issue names no playlist, more than one, or one that is registered already.
        StoreError, GitError, GitHubError: the entry cannot be written, pushed or proposed.
    """
    wish = read_wish(event)
    _check_is_new(wish, read_registry(root).named)
    branch = f"add/{wish.playlist_id}"
    changed = _push(root, branch, wish)
    if known := github.find_pull_request(branch):
        return f"{'brought up to date' if changed else 'is open already'}: {known}"
    return f"opened {github.open_pull_request(branch=branch, title=_title(wish), body=_body(wish))}"


def tell(error: WishError) -> None:
    """Says in the issue why it cannot be granted.

    Raises:
        GitHubError: `gh` refuses.
    """
    if error.issue:
        github.comment(error.issue, f"This cannot be added: {error}. Edit the issue, and have it approved again.")


def read_wish(event: Path) -> Wish:
    """What the issue in an event asks for.

    Raises:
        WishError: it is not an issue, or names no playlist, or more than one.
    """
    try:
        issue: Mapping[str, Any] = json.loads(event.read_bytes())["issue"]
        number, body = int(issue["number"]), str(issue["body"] or "")[:LONGEST_BODY]
    except (OSError, ValueError, TypeError, KeyError, RecursionError) as error:
        raise WishError(_NO_ISSUE) from error
    fields = _fields(body.replace("\r\n", "\n"))
    playlist_id = _taken(parse_reference, _one_word(fields.get(LINK_HEADING, "")), otherwise=_NO_LINK, issue=number)
    alias = _taken(check_alias, fields.get(ALIAS_HEADING, ""), otherwise=_NO_ALIAS, issue=number)
    return Wish(number, playlist_id, alias)


def _taken(check: Callable[[str], Text], text: str, *, otherwise: str, issue: int) -> Text:
    """What a check of the registry makes of the text; its own words have the stranger's in them."""
    try:
        return check(text)
    except ValueError as error:
        raise WishError(otherwise, issue=issue) from error


def _check_is_new(wish: Wish, registered: Collection[str]) -> None:
    if wish.playlist_id in registered:
        raise WishError(_REGISTERED, issue=wish.issue)
    if wish.playlist_id.lower() in map(str.lower, registered):
        raise WishError(_TWIN, issue=wish.issue)


def _push(root: Path, branch: str, wish: Wish) -> bool:
    git = Git(root)
    switch_to(git, branch)
    store = Store(root)
    store.write(registry_entry(wish.playlist_id), f"{wish.alias}\n" if wish.alias else "")
    store.finish()
    return push_file(git, registry_entry(wish.playlist_id), message=f"{_title(wish)}\n\nAsked for in #{wish.issue}.\n")


def _title(wish: Wish) -> str:
    return f"Add playlist {wish.playlist_id}"


def _body(wish: Wish) -> str:
    return f"https://open.spotify.com/playlist/{wish.playlist_id}\n\nCloses #{wish.issue}"


def _fields(body: str) -> dict[str, str]:
    """Heading → text below it, as GitHub writes an issue form; the first of two headings that are the same counts."""
    fields: dict[str, str] = {}
    for part in f"\n{body}".split("\n### ")[1:]:
        heading, _, text = part.partition("\n")
        fields.setdefault(heading.strip(), text.strip().removeprefix(_NOTHING))
    return fields


def _one_word(text: str) -> str:
    """The text if it may be a link, else nothing."""
    return text if len(text.split()) == 1 and len(text) <= _LONGEST_LINK else ""
