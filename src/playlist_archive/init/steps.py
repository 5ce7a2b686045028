"""The next step in setting up an archive, found from the files in its folder."""

from pathlib import Path
from typing import Final, NamedTuple

from ..git.repository import Git
from .example import is_copy
from .files import WORKFLOW
from .pin import NO_COMMIT

_NO_SUCH: Final = 128
"""Git's exit code if the commit or the repository does not exist."""


class Step(NamedTuple):
    """An open step, and how to do it."""

    message: str
    remedy: str


def next_step(root: Path) -> Step | None:
    """The first open step before the workflow runs on GitHub. None if it is pushed, or if there is no workflow.

    Secrets on GitHub cannot be seen from here, so they are not checked.
    """
    try:
        text = (root / WORKFLOW).read_text(encoding="utf-8")
    except (OSError, ValueError):
        return None
    if NO_COMMIT in text:
        return Step(
            f"{WORKFLOW} calls no release of the bot", f"replace the zeros in {WORKFLOW} with a release's commit"
        )
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
    """A setting that the workflow needs and that cannot be seen from here; empty if the workflow needs none."""
    return "in a copy of this project it also needs the variable ARCHIVE_ENABLED" if is_copy(root) else ""
