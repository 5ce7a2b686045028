"""The release of this program that a new archive's workflow calls: the commit that is installed here."""

import json
import re
from importlib.metadata import PackageNotFoundError, distribution
from typing import Any, Final, NamedTuple

from ..upstream import RELEASED_COMMIT, UPSTREAM

NO_COMMIT: Final = "0" * 40
"""Stands after `uses:` if the commit is unknown. GitHub refuses such a workflow."""

_PACKAGE: Final = "playlist-archive"
_GITHUB = re.compile(r"(?:https|ssh)://(?:[^@/\s]+@)?github\.com/([\w.-]+/[\w.-]+?)(?:\.git)?/?", re.ASCII)
_COMMIT = re.compile(r"[0-9a-f]{40}")
_TAG = re.compile(r"v[0-9]+(?:\.[0-9]+){0,2}", re.ASCII)


class Pin(NamedTuple):
    """A commit of a repository on GitHub, and its tag. The tag is empty if it is unknown."""

    repository: str
    commit: str
    tag: str = ""

    @property
    def is_known(self) -> bool:
        """Whether the commit is known."""
        return self.commit != NO_COMMIT

    def __str__(self) -> str:
        """The text after `uses:` in a workflow."""
        return f"{self.repository}@{self.commit}{f' # {self.tag}' if self.tag else ''}"


def installed_pin() -> Pin:
    """The commit from which pip installed this program. If pip used no commit on GitHub, the release's commit."""
    try:
        package = distribution(_PACKAGE)
    except PackageNotFoundError:
        return Pin(UPSTREAM, RELEASED_COMMIT)
    pin = pin_of(package.read_text("direct_url.json") or "")
    return pin or Pin(UPSTREAM, RELEASED_COMMIT, f"v{package.version}")


def pin_of(direct_url: str) -> Pin | None:
    """The commit in pip's record of `pip install git+https://…` (PEP 610); None if the record has none."""
    try:
        found: dict[str, Any] = json.loads(direct_url)
        repository = _GITHUB.fullmatch(found["url"])
        commit = _COMMIT.fullmatch(found["vcs_info"]["commit_id"])
        tag = _TAG.fullmatch(found["vcs_info"].get("requested_revision", ""))
    except (ValueError, TypeError, KeyError, AttributeError):
        return None
    return Pin(repository[1], commit[0], tag[0] if tag else "") if repository and commit else None
