"""Runs git in the archive's repository, and reads from it. commit.py and push.py change the repository."""

import os
import posixpath
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import IO, Final, NamedTuple

from ..untrusted import for_log
from .process import Answer, Process, arguments, dates, environment, running
from .process import GitError as GitError  # noqa: PLC0414 - whoever asks git something has to do with it
from .versions import day_of_clock

BOT: Final = {
    "GIT_AUTHOR_NAME": "github-actions[bot]",
    "GIT_AUTHOR_EMAIL": "41898282+github-actions[bot]@users.noreply.github.com",
    "GIT_COMMITTER_NAME": "github-actions[bot]",
    "GIT_COMMITTER_EMAIL": "41898282+github-actions[bot]@users.noreply.github.com",
}
"""The identity of the bot's commits."""

LOCAL_SECONDS: Final = 1_800
"""The time limit for local commands. A first commit of 10,000 playlists takes half a minute."""

NETWORK_SECONDS: Final = 600
"""The time limit for a push or a fetch. GitHub ends pushes of more than 2 GB."""

BRANCHES: Final = "refs/heads/"
INDEX_LOCK: Final = "index.lock"

_SHOWN_PATHS: Final = 3
_NO: Final = 1
"""The exit code of git for the answer no, or for no result."""

_ORIGIN = re.compile(
    r"(?:(?:https?|git|ssh)://(?:[^@/\s]+@)?(?:www\.|ssh\.)?github\.com(?::\d+)?/|(?:[\w.-]+@)?github\.com:)"
    r"([\w.-]+/[\w.-]+?)(?:\.git)?/?",
    re.ASCII | re.IGNORECASE,
)


class Blob(NamedTuple):
    """A file of a commit: its mode, such as `100644`, and the name of its contents."""

    mode: str
    name: str


class Git:
    """The repository around a folder. `day` dates the commits of a replay. None means now."""

    def __init__(self, root: Path, *, day: date | None = None, network_seconds: float = NETWORK_SECONDS) -> None:
        self.root = root
        self._network_seconds = network_seconds
        self._environment = environment() | BOT | dates(day)

    def run(
        self,
        *command: str,
        text: bytes = b"",
        settings: Mapping[str, str] | None = None,
        variables: Mapping[str, str] | None = None,
        allowed: Sequence[int] = (0,),
    ) -> bytes:
        """Git's answer to a command with `text` as its input.

        Raises:
            TimeLimitError: git took too long.
            GitError: git refuses, with an exit code that is not `allowed`.
        """
        process = self._start(command, text, settings, variables)
        try:
            with running(process, seconds=LOCAL_SECONDS):
                answer = process.stdout.read()
            process.check(command[0], allowed)
        finally:
            process.close()
        return answer

    def line(self, *command: str, allowed: Sequence[int] = (0,), variables: Mapping[str, str] | None = None) -> str:
        """Git's answer of one line. Empty if git ends with an `allowed` exit code.

        Raises:
            GitError: git refuses.
        """
        return os.fsdecode(self.run(*command, allowed=allowed, variables=variables)).removesuffix("\n")

    def paths(self, *command: str, variables: Mapping[str, str] | None = None) -> list[str]:
        """Git's answer to a command with `-z`, split at its zero bytes.

        Raises:
            GitError: git refuses.
        """
        return os.fsdecode(self.run(*command, variables=variables)).split("\0")[:-1]

    def over_network(self, *command: str, settings: Mapping[str, str] | None = None) -> "Answer":
        """The outcome of a command over the network, even if it failed.

        Raises:
            TimeLimitError: git took too long.
        """
        process = self._start(command, b"", settings, None)
        try:
            with running(process, seconds=self._network_seconds):
                answer = process.stdout.read()
            code = process.check(command[0], allowed=range(-64, 256))
            return Answer(command[0], code == 0, os.fsdecode(answer), process.words())
        finally:
            process.close()

    @contextmanager
    def reading(self, *command: str, text: bytes = b"") -> Iterator[IO[bytes]]:
        """Git's output as a stream. The block must read all of it.

        Raises:
            GitError: git refuses.
        """
        process = self._start(command, text, None, None)
        try:
            with running(process, seconds=LOCAL_SECONDS):
                yield process.stdout
            process.check(command[0], (0,))
        finally:
            process.close()

    @contextmanager
    def writing(self, *command: str, settings: Mapping[str, str] | None = None) -> Iterator[IO[bytes]]:
        """Git's input as a stream. The block writes to it.

        Raises:
            GitError: git refuses.
        """
        process = self._start(command, None, settings, None)
        try:
            try:
                with running(process, seconds=LOCAL_SECONDS):
                    yield process.stdin
            except BrokenPipeError:
                process.check(command[0], (0,))  # git says why it stopped reading
                raise
            process.check(command[0], (0,))
        finally:
            process.close()

    def _start(
        self,
        command: Sequence[str],
        text: bytes | None,
        settings: Mapping[str, str] | None,
        variables: Mapping[str, str] | None,
    ) -> Process:
        return Process(arguments(command, settings or {}), self.root, self._environment | dict(variables or {}), text)

    def exists(self) -> bool:
        """Whether the folder or a folder around it has a `.git`, even if the repository is damaged."""
        folder = self.root.resolve()
        return any(os.path.lexists(place / ".git") for place in (folder, *folder.parents))

    def has_origin(self) -> bool:
        """Whether there is a remote to push to.

        Raises:
            GitError: git refuses.
        """
        return "origin" in self.line("remote").split("\n")

    def on_github(self) -> str | None:
        """The `owner/name` of the origin remote on GitHub. None without such a remote or without a repository.

        Raises:
            GitError: git refuses.
        """
        if not (self.exists() and self.has_origin()):
            return None
        match = _ORIGIN.fullmatch(self.line("remote", "get-url", "origin"))
        return match[1] if match else None

    def branch(self) -> str | None:
        """The branch that is checked out. None for a detached commit, or without a repository.

        Raises:
            GitError: git refuses.
        """
        if not self.exists():
            return None
        return self.line("symbolic-ref", "--quiet", "HEAD", allowed=(0, _NO)).removeprefix(BRANCHES) or None

    def commit_of(self, name: str) -> str:
        """The hash of a commit. Empty if no commit has the name.

        Raises:
            GitError: git refuses.
        """
        return self.line("rev-parse", "--verify", "--quiet", "--end-of-options", name, allowed=(0, _NO))

    def head(self) -> str:
        """The last commit. Empty if the repository has none.

        Raises:
            GitError: git refuses, or cannot read the name of the last commit.
        """
        found = self.commit_of("HEAD")
        ref = "" if found else self.line("symbolic-ref", "--quiet", "HEAD", allowed=(0, _NO))
        if ref and os.path.lexists(self.git_path(ref)):
            msg = f"git cannot read which commit is the last of {for_log(ref)}: see `git fsck`, or clone it anew"
            raise GitError(msg)
        return found

    def git_path(self, name: str) -> Path:
        """The path of a file in git's own folder.

        Raises:
            GitError: git refuses.
        """
        return Path(self.root, self.line("rev-parse", "--git-path", name))

    @cached_property
    def object_format(self) -> str:
        """The algorithm that names contents, such as `sha1`.

        Raises:
            GitError: git refuses.
        """
        return self.line("rev-parse", "--show-object-format")

    @cached_property
    def index(self) -> Path:
        """The path of the user's index, even if the file does not exist.

        Raises:
            GitError: git refuses.
        """
        return self.git_path("index")

    @cached_property
    def prefix(self) -> str:
        """The path of the archive's folder from the top of the repository. Empty, or with a slash at its end.

        Raises:
            GitError: git refuses.
        """
        return self.line("rev-parse", "--show-prefix")

    def relative(self, path: str) -> str:
        """Turns a path from the top of the repository into a path from the archive's folder.

        Raises:
            GitError: git refuses.
        """
        return posixpath.relpath(path, self.prefix) if self.prefix else path

    def from_top(self, path: str) -> str:
        """Turns a path from the archive's folder into a path from the top of the repository.

        Raises:
            GitError: git refuses.
        """
        return posixpath.normpath(self.prefix + path) if self.prefix else path

    def tree(self, commit: str = "HEAD", *places: str) -> Mapping[str, Blob]:
        """The files of a commit at or below some paths, by their path from the archive's folder.

        Raises:
            GitError: git refuses, or the commit does not exist.
        """
        found = {}
        for entry in self.paths("ls-tree", "-r", "-z", commit, "--", *places):
            about, _, path = entry.partition("\t")
            mode, _, name = about.split(" ")
            found[path] = Blob(mode, name)
        return found

    def changed(self, old: str, new: str) -> frozenset[str]:
        """The paths at which two commits differ, from the archive's folder.

        Raises:
            GitError: one of the commits does not exist.
        """
        return frozenset(
            map(self.relative, self.paths("diff-tree", "-r", "-z", "--name-only", "--no-renames", old, new))
        )

    def last_day(self) -> date | None:
        """The day of the last commit, in UTC. None without a commit.

        Raises:
            GitError: git refuses.
        """
        return day_of_clock(int(self.line("show", "--no-patch", "--format=%ct", "HEAD"))) if self.head() else None


def dated(root: Path, day: date | None) -> Git:
    """The repository around a folder, whose commits are of this day; None means now.

    They are never before the last commit, because the day of that commit would then be taken for a wrong clock's.
    """
    last = None
    with suppress(GitError):
        last = Git(root).last_day() if day else None
    return Git(root, day=max(day, last) if day and last else day)


def some(paths: Sequence[str]) -> str:
    """The first paths in words, and the number of the other paths."""
    rest = [f"and {len(paths) - _SHOWN_PATHS} more"] if len(paths) > _SHOWN_PATHS else []
    return ", ".join([*map(for_log, paths[:_SHOWN_PATHS]), *rest])
