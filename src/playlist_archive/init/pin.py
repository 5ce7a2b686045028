"""Which release of this program a new archive's workflow calls: the commit that is installed here."""

import json
import re
from importlib.metadata import PackageNotFoundError, distribution
from typing import Any, Final, NamedTuple

from ..upstream import RELEASED_COMMIT, UPSTREAM

NO_COMMIT: Final = "0" * 40
"""What stands behind `uses:` where the commit is not known; GitHub refuses it."""

_PACKAGE: Final = "playlist-archive"
_GITHUB = re.compile(r"(?:https|ssh)://(?:[^@/\s]+@)?github\.com/([\w.-]+/[\w.-]+?)(?:\.git)?/?", re.ASCII)
_COMMIT = re.compile(r"[0-9a-f]{40}")
_TAG = re.compile(r"v[0-9]+(?:\.[0-9]+){0,2}", re.ASCII)


class Pin(NamedTuple):
    """A commit of a repository on GitHub, and the tag that names it; the tag is empty where none is known."""

    repository: str
    commit: str
    tag: str = ""

    @property
    def is_known(self) -> bool:
        """Whether there is such a commit."""
        return self.commit != NO_COMMIT

    def __str__(self) -> str:
        """What stands behind `uses:` in a workflow."""
        return f"{self.repository}@{self.commit}{f' # {self.tag}' if self.tag else ''}"


def installed_pin() -> Pin:
    """The commit that pip installed this program from; where that was no commit on GitHub, that of the release."""
    try:
        package = distribution(_PACKAGE)
    except PackageNotFoundError:
        return Pin(UPSTREAM, RELEASED_COMMIT)
    pin = pin_of(package.read_text("direct_url.json") or "")
    return pin or Pin(UPSTREAM, RELEASED_COMMIT, f"v{package.version}")


def pin_of(direct_url: str) -> Pin | None:
    """The commit in what pip writes down of `pip install git+https://…` (PEP 610); None where there is none."""
    try:
        found: dict[str, Any] = json.loads(direct_url)
        repository = _GITHUB.fullmatch(found["url"])
        commit = _COMMIT.fullmatch(found["vcs_info"]["commit_id"])
        tag = _TAG.fullmatch(found["vcs_info"].get("requested_revision", ""))
    except (ValueError, TypeError, KeyError, AttributeError):
        return None
    return Pin(repository[1], commit[0], tag[0] if tag else "") if repository and commit else None
