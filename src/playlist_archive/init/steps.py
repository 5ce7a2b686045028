"""What is to be done next in an archive that was begun: each step is seen from its traces in the folder."""

from pathlib import Path
from typing import Final, NamedTuple

from ..git.repository import Git
from .example import is_copy
from .files import WORKFLOW
from .pin import NO_COMMIT

_NO_SUCH: Final = 128
"""How git ends where there is no such commit, or no repository."""


class Step(NamedTuple):
    """What is not done yet, and what to do."""

    message: str
    remedy: str


def next_step(root: Path) -> Step | None:
    """The first thing that keeps the workflow from running on GitHub; None where it is there, or where there is none.

    Whether secrets are set on GitHub cannot be seen from here.
    """
    try:
        text = (root / WORKFLOW).read_text(encoding="utf-8")
    except (OSError, ValueError):
        return None
    if NO_COMMIT in text:
        return Step(f"{WORKFLOW} calls no release of the bot", f"write the commit of one over the zeros in {WORKFLOW}")
    return _unpushed(Git(root))


def _unpushed(git: Git) -> Step | None:
    if not _has_workflow(git, "HEAD"):
        return Step(f"{WORKFLOW} is not committed", "run `git add .`, then `git commit -m Begin`")
    if not git.on_github():
        remedy = "make a repository on GitHub, then run `git remote add origin` with its address"
        return Step(f"{WORKFLOW} is not on GitHub yet", remedy)
    if not _has_workflow(git, f"refs/remotes/origin/{git.branch()}"):
        remedy = "set the secrets there, then run `git push -u origin main`"
        return Step(f"{WORKFLOW} is not pushed to GitHub", remedy)
    return None


def _has_workflow(git: Git, commit: str) -> bool:
    return bool(git.line("ls-tree", "--name-only", commit, "--", WORKFLOW, allowed=(0, _NO_SUCH)))


def reminder(root: Path) -> str:
    """What is not to be seen from here, and still keeps the workflow from running."""
    return "in a copy of this project it also needs the variable ARCHIVE_ENABLED" if is_copy(root) else ""
