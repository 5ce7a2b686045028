"""A file of the archive as it was on a day."""

from datetime import date, timedelta
from pathlib import Path

from .repository import Git, GitError


def text_on(root: Path, path: str, day: date) -> str | None:
    """The file as the last commit of that UTC day or before has it; None where no commit does.

    The branch that is checked out is followed, by first parents.
    """
    git = Git(root)
    before = f"--before={day + timedelta(days=1)}T00:00:00Z"
    try:
        commit = git.run("log", "-1", "--first-parent", "--format=%H", before, "--", path)
        return git.run("show", f"{commit}:./{path}") if commit else None
    except GitError:
        return None
