"""Findings on the archive's folder: the registry, the repository, and the schedule of daily runs."""

from collections.abc import Iterator
from pathlib import Path

from ..archive.registry import Registry
from ..git.index import stale_lock
from ..git.repository import Git, GitError
from ..init.files import WORKFLOW
from ..init.steps import next_step, reminder
from ..settings import Settings
from .findings import Finding, Mark


def findings(settings: Settings, registry: Registry, root: Path) -> Iterator[Finding]:
    """The findings on the folder, without any request."""
    yield from _entries(registry)
    yield from _git(settings, Git(root))
    yield _schedule(root)


def _entries(registry: Registry) -> Iterator[Finding]:
    if not registry.named:
        yield Finding("entries", Mark.NOTE, "no playlist is registered", "run `playlist-archive register --mine`")
    for problem in registry.problems:
        yield Finding("entry", Mark.WRONG, f"bad entry: {problem.message}", problem.remedy, problem.path)


def _git(settings: Settings, git: Git) -> Iterator[Finding]:
    """The findings on the remote, on a refusal by git, and on a lock that blocks git."""
    try:
        repository = settings.github_repository or git.on_github()
        branch = settings.github_ref_name or git.branch() or "no branch"
        lock = stale_lock(git) if git.exists() else None
    except GitError as error:
        yield Finding("git", Mark.WRONG, str(error), "mend that first: without git nothing is committed")
        return
    if repository:
        yield Finding("remote", Mark.GOOD, f"github.com/{repository}, {branch}")
    else:
        message = "not on GitHub: pages do not link to their history"
        remedy = "set the remote `origin` to a repository on GitHub, if you want these links"
        yield Finding("remote", Mark.NOTE, message, remedy)
    if lock:
        yield Finding("git", Mark.NOTE, f"{lock} is in the way", "delete that file, if no other git is at work")


def _schedule(root: Path) -> Finding:
    """The finding on the workflow. After `init`, it names the next step on the way to GitHub."""
    if not (root / WORKFLOW).is_file():
        message = f"there is no {WORKFLOW}: nothing runs by itself"
        return Finding("schedule", Mark.NOTE, message, "run `playlist-archive init`, or run `update` daily yourself")
    if step := next_step(root):
        return Finding("schedule", Mark.NOTE, step.message, step.remedy)
    return Finding("schedule", Mark.GOOD, "; ".join(filter(None, [f"{WORKFLOW} is there", reminder(root)])))
