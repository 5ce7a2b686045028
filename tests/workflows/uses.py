"""What stands behind `uses:`, read as the runner reads it."""

import re
from typing import NamedTuple

_REMOTE = re.compile(r"(?P<repository>[\w.-]+/[\w.-]+)(?:/(?P<path>[^@]+))?@(?P<ref>[^@]+)")
_COMMIT = re.compile(r"[0-9a-f]{40}")


class RefusedError(Exception):
    """GitHub does not start the run, or the runner fails the job."""


class Used(NamedTuple):
    """An action: in the workspace, in the workflow's own repository (`$/`), or at a commit of another repository."""

    place: str
    path: str


WORKSPACE = "."
SELF = "$"


def parse_uses(uses: str) -> Used:
    """The action that a step names.

    Raises:
        RefusedError: GitHub refuses it, or it may change without notice.
    """
    if uses.startswith("./"):
        return Used(WORKSPACE, uses)
    if uses.startswith("$/"):
        path = uses.removeprefix("$/").strip("/")
        if not path:
            raise RefusedError(f"Expected format {{org}}/{{repo}}[/path]@ref. Actual '{uses}'")
        return Used(SELF, path)
    match = _REMOTE.fullmatch(uses)
    if not match:
        raise RefusedError(f"Expected format {{org}}/{{repo}}[/path]@ref. Actual '{uses}'")
    if not _COMMIT.fullmatch(match["ref"]):
        raise RefusedError(f"not pinned to a commit: {uses}")
    return Used(match["repository"], match["path"] or "")
