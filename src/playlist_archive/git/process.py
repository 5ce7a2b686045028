"""Starts git: bytes in, bytes out, within a time limit. Git ends no later than this program."""

import os
import re
import signal
import subprocess
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import date
from pathlib import Path
from tempfile import TemporaryFile
from types import FrameType
from typing import IO, Final, NamedTuple

from ..problem import ProblemError
from ..untrusted import for_log

SETTINGS: Final = {
    "commit.gpgSign": "false",
    "core.attributesFile": os.devnull,
    "core.autocrlf": "false",
    "core.checkStat": "default",
    "core.fsmonitor": "false",
    "core.hooksPath": os.devnull,
    "core.ignoreStat": "false",
    "core.quotePath": "false",
    "core.trustctime": "true",
    "credential.interactive": "never",
    "gc.auto": "0",  # collection would continue in the background after the run
    "i18n.commitEncoding": "utf-8",
    "i18n.logOutputEncoding": "utf-8",
    "log.showSignature": "false",
    "maintenance.auto": "false",
    "pack.packSizeLimit": "0",
    "push.followTags": "false",
    "push.gpgSign": "false",
    "push.recurseSubmodules": "no",
    "submodule.recurse": "false",
}
"""Settings that replace the user's, which are meant for the user's own commits."""

_ENVIRONMENT: Final = {
    "GCM_INTERACTIVE": "never",
    "GIT_ATTR_NOSYSTEM": "1",
    "GIT_LITERAL_PATHSPECS": "1",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "LC_ALL": "C",
}
"""Makes git ask for no password, avoid optional locks, take paths literally, and speak English."""

_OF_ANOTHER_REPOSITORY: Final = frozenset(
    {
        "GIT_ALTERNATE_OBJECT_DIRECTORIES",
        "GIT_COMMON_DIR",
        "GIT_DIR",
        "GIT_GRAFT_FILE",
        "GIT_IMPLICIT_WORK_TREE",
        "GIT_INDEX_FILE",
        "GIT_NAMESPACE",
        "GIT_OBJECT_DIRECTORY",
        "GIT_PREFIX",
        "GIT_QUARANTINE_PATH",
        "GIT_SHALLOW_FILE",
        "GIT_WORK_TREE",
    }
)
"""Variables of a hook's environment. They would make git use another repository (`git rev-parse --local-env-vars`)."""

_DISTURBING: Final = re.compile(r"GIT_(?:TRACE.*|(?:GLOB|NOGLOB|ICASE)_PATHSPECS|ATTR_SOURCE)")
"""Variables that add other text to git's messages, or contradict `_ENVIRONMENT`."""

_LONGEST_ANSWER: Final = 1_000
_SECONDS_TO_END: Final = 5
_URL = re.compile(r"(?P<host>[a-z][\w+.-]*://)(?P<rest>\S*)", re.ASCII | re.IGNORECASE)
_USERINFO = re.compile(r"\S+@")
_QUERY = re.compile(r"[?#][^\s'\"]*")
_SECRET_IN_PATH = re.compile(r"(?<=/)(?=[\w%~+=-]*\d)[\w%~+=-]{16,}", re.ASCII)


class GitError(ProblemError):
    """Git refuses. The message is git's own, on one line and without the secrets of a URL."""


class TimeLimitError(GitError):
    """Git exceeded its time limit, and was stopped."""


def environment() -> dict[str, str]:
    """The environment of this program, without a hook's variables for another repository."""
    kept = {name: value for name, value in os.environ.items() if name not in _OF_ANOTHER_REPOSITORY}
    return {name: value for name, value in kept.items() if not _DISTURBING.fullmatch(name)} | _ENVIRONMENT


def arguments(command: Sequence[str], settings: Mapping[str, str]) -> tuple[str, ...]:
    """The command line of git with these settings on top of `SETTINGS`."""
    options = [part for name, value in {**SETTINGS, **settings}.items() for part in ("-c", f"{name}={value}")]
    return ("git", *options, *command)


def masked(text: str) -> str:
    """The text without possible secrets in a URL: user, query, and parts of the path that look like a token."""
    return _URL.sub(lambda found: found["host"] + _masked_rest(found["rest"]), text)


def _masked_rest(rest: str) -> str:
    return _SECRET_IN_PATH.sub("***", _QUERY.sub("?***", _USERINFO.sub("***@", rest)))


class Process:
    """A running git. `stdin` is open if no `text` was given."""

    def __init__(self, line: Sequence[str], folder: Path, variables: Mapping[str, str], text: bytes | None) -> None:
        self._errors = TemporaryFile()  # noqa: SIM115 - closed by `close`
        self._is_over_time = False
        with _input(text) as source:
            try:
                self._process = subprocess.Popen(  # noqa: S603 - no shell, and no argument is a stranger's text
                    line,
                    cwd=folder,
                    env=variables,
                    stdin=source,
                    stdout=subprocess.PIPE,
                    stderr=self._errors,
                    start_new_session=True,  # so that git's children end with git
                )
            except OSError as error:
                self._errors.close()
                msg = f"git cannot be started in the archive's folder: {error.strerror}"
                raise GitError(msg) from error

    @property
    def stdin(self) -> IO[bytes]:
        """The standard input of git."""
        assert self._process.stdin is not None  # noqa: S101 - for the type checker: it is a pipe
        return self._process.stdin

    @property
    def stdout(self) -> IO[bytes]:
        """The standard output of git."""
        assert self._process.stdout is not None  # noqa: S101 - for the type checker: it is a pipe
        return self._process.stdout

    def stop(self) -> None:
        """Kills git and its children, because the time is over."""
        self._is_over_time = True
        self.kill()

    def kill(self) -> None:
        """Kills git and its children."""
        self._signal(signal.SIGTERM)
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(_SECONDS_TO_END)
        self._signal(signal.SIGKILL)

    def _signal(self, number: int) -> None:
        with suppress(OSError):
            os.killpg(self._process.pid, number)

    def end(self) -> None:
        """Closes all pipes, and waits for the end."""
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe:
                with suppress(BrokenPipeError):
                    pipe.close()
        self._process.wait()

    def close(self) -> None:
        """Closes git's standard error."""
        self._errors.close()

    def check(self, command: str, allowed: Sequence[int]) -> int:
        """The exit code of git.

        Raises:
            TimeLimitError: git was stopped.
            GitError: the exit code is not allowed.
        """
        code = self._process.returncode
        if self._is_over_time:
            msg = f"git {command} took too long and was ended: look at your connection and your disk, then try again"
            raise TimeLimitError(msg)
        if code not in allowed:
            raise GitError(f"git {command}: {self.words() or f'exit code {code}'}")
        return code

    def words(self) -> str:
        """Git's standard error, on one line and without secrets."""
        self._errors.seek(0)
        return for_log(masked(os.fsdecode(self._errors.read())), longest=_LONGEST_ANSWER)


@contextmanager
def _input(text: bytes | None) -> Iterator[int | IO[bytes]]:
    """A file with the text, so that writing never waits for a reader. A pipe if there is no text."""
    if not text:
        yield subprocess.PIPE if text is None else subprocess.DEVNULL
        return
    with TemporaryFile() as file:
        file.write(text)
        file.seek(0)
        yield file


@contextmanager
def running(process: Process, *, seconds: float) -> Iterator[Process]:
    """The process. It has ended after the block. It ends at once if the block raises, or after `seconds`."""
    clock = threading.Timer(seconds, process.stop)
    clock.daemon = True
    clock.start()
    try:
        with _ended_by_sigterm(process):
            yield process
            process.end()
    except BaseException:
        process.kill()
        process.end()
        raise
    finally:
        clock.cancel()
        clock.join()


@contextmanager
def _ended_by_sigterm(process: Process) -> Iterator[None]:
    """Stops git if SIGTERM stops this program. The signal does so unless other code handles it."""
    is_main = threading.current_thread() is threading.main_thread()
    if not is_main or signal.getsignal(signal.SIGTERM) != signal.SIG_DFL:
        yield
        return

    def end(number: int, _: FrameType | None) -> None:
        process.kill()
        signal.signal(number, signal.SIG_DFL)
        os.kill(os.getpid(), number)

    signal.signal(signal.SIGTERM, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)


class Answer(NamedTuple):
    """The outcome of a command over the network: its answer, and its standard error without secrets."""

    command: str
    is_done: bool
    text: str
    words: str

    def error(self) -> GitError:
        """Git's refusal: its message, and its reasons for rejected branches."""
        rejected = [line for line in self.text.splitlines() if line.startswith("!")]
        return GitError(f"git {self.command}: {' '.join([self.words, *map(for_log, map(masked, rejected))])}".strip())


def dates(day: date | None) -> dict[str, str]:
    """The variables that date commits of a replay to noon of a day. Empty for now."""
    if day is None:
        return {}
    noon = f"{day.isoformat()}T12:00:00+00:00"
    return {"GIT_AUTHOR_DATE": noon, "GIT_COMMITTER_DATE": noon}
