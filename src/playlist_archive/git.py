"""Commits what the run wrote, and pushes it: git is the archive."""

import os
import re
import subprocess
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Final

from . import layout

BOT: Final = {
    "GIT_AUTHOR_NAME": "github-actions[bot]",
    "GIT_AUTHOR_EMAIL": "41898282+github-actions[bot]@users.noreply.github.com",
    "GIT_COMMITTER_NAME": "github-actions[bot]",
    "GIT_COMMITTER_EMAIL": "41898282+github-actions[bot]@users.noreply.github.com",
}
"""The identity of commits by GitHub's bot (github-actions.md, section 3)."""

QUIET_DAYS: Final = 40
"""Without a commit for longer, GitHub may stop the schedule: it does after 60 days (github-actions.md, section 2)."""

PUSHES: Final = 5
"""Tries to push when others push too (github-actions.md, section 4)."""

_ORIGIN = re.compile(r"(?:https://github\.com/|git@github\.com:|ssh://git@github\.com/)([\w.-]+/[\w.-]+?)(?:\.git)?/?")


class GitError(Exception):
    """Git refuses; the message is its own."""


class Git:
    """The repository that the archive lies in. `day` dates the commits of a replay; None means now."""

    def __init__(self, root: Path, *, day: date | None = None) -> None:
        self._root = root
        self._environment = os.environ | BOT | _dates(day)

    def repository(self) -> str | None:
        """`owner/name` of the origin remote on GitHub, None where there is no such."""
        match = _ORIGIN.fullmatch(self._try("remote", "get-url", "origin"))
        return match[1] if match else None

    def branch(self) -> str | None:
        """The branch that is checked out."""
        return self._try("symbolic-ref", "--short", "HEAD") or None

    def commit(self, message: str) -> bool:
        """Commits the archive's files, and nothing else; False where they are as in the last commit.

        Raises:
            GitError: git refuses.
        """
        self._run("add", "--all", "--", layout.PLAYLISTS)
        if not self._run("diff", "--cached", "--name-only", "--", layout.PLAYLISTS):
            return False
        self._commit(message, "--only", "--", layout.PLAYLISTS)
        return True

    def last_day(self) -> date | None:
        """The day of the last commit, in UTC; None where there is none."""
        seconds = self._try("log", "-1", "--format=%ct")
        return datetime.fromtimestamp(int(seconds), UTC).date() if seconds else None

    def commit_nothing(self, message: str) -> None:
        """An empty commit, a sign of life.

        Raises:
            GitError: git refuses.
        """
        self._commit(message, "--allow-empty", "--only")

    def push(self) -> None:
        """Pushes the branch; when others were faster, puts our commits on top of theirs. Never forces.

        Raises:
            GitError: git refuses, or ours do not fit on theirs.
        """
        branch = self._run("symbolic-ref", "--short", "HEAD")
        for _ in range(PUSHES):
            try:
                self._run("push", "origin", f"HEAD:{branch}")
            except GitError as error:
                refused = error
            else:
                return
            self._run("fetch", "origin", branch)
            try:
                self._run("rebase", "FETCH_HEAD")
            except GitError:
                self._try("rebase", "--abort")
                raise
        raise refused

    def _commit(self, message: str, *arguments: str) -> None:
        options = ("-c", "commit.gpgsign=false", "commit", "--quiet", "--cleanup=verbatim", "--file=-")
        self._run(*options, *arguments, text=message)

    def _try(self, *arguments: str) -> str:
        """Git's answer, empty where it refuses."""
        try:
            return self._run(*arguments)
        except GitError:
            return ""

    def _run(self, *arguments: str, text: str = "") -> str:
        try:
            done = subprocess.run(  # noqa: S603 - no shell, and no argument is a stranger's text
                ("git", *arguments),  # noqa: S607 - the user's git, from the user's PATH
                cwd=self._root,
                env=self._environment,
                input=text,
                capture_output=True,
                encoding="utf-8",
                errors="replace",
                check=True,
            )
        except FileNotFoundError as error:
            msg = "git is not installed, or the archive's folder is gone"
            raise GitError(msg) from error
        except subprocess.CalledProcessError as error:
            msg = f"git {arguments[0]}: {(error.stderr or error.stdout).strip()}"
            raise GitError(msg) from None
        return done.stdout.strip()


def _dates(day: date | None) -> dict[str, str]:
    if day is None:
        return {}
    noon = f"{day.isoformat()}T12:00:00+00:00"
    return {"GIT_AUTHOR_DATE": noon, "GIT_COMMITTER_DATE": noon}
