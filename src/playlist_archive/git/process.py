"""Starts git: bytes in, bytes out, within a time limit, and never longer than the program itself runs."""

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
    "gc.auto": "0",  # it would go on in the background after the run
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
"""The user's own settings are for the user's own commits."""

_ENVIRONMENT: Final = {
    "GCM_INTERACTIVE": "never",
    "GIT_ATTR_NOSYSTEM": "1",
    "GIT_LITERAL_PATHSPECS": "1",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "LC_ALL": "C",
}
"""Git asks nobody for a password, locks no more than it must, takes paths as they are, and speaks English."""

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
"""What a hook finds in its environment, and would make git work elsewhere (`git rev-parse --local-env-vars`)."""

_DISTURBING: Final = re.compile(r"GIT_(?:TRACE.*|(?:GLOB|NOGLOB|ICASE)_PATHSPECS|ATTR_SOURCE)")
"""Variables that mix other text into git's messages, or contradict `_ENVIRONMENT`."""

_LONGEST_ANSWER: Final = 1_000
_SECONDS_TO_END: Final = 5
_URL = re.compile(r"(?P<host>[a-z][\w+.-]*://)(?P<rest>\S*)", re.ASCII | re.IGNORECASE)
_USERINFO = re.compile(r"\S+@")
_QUERY = re.compile(r"[?#][^\s'\"]*")
_SECRET_IN_PATH = re.compile(r"(?<=/)(?=[\w%~+=-]*\d)[\w%~+=-]{16,}", re.ASCII)


class GitError(ProblemError):
    """Git refuses; the message is its own, on one line and without the secrets of a URL."""


class TimeLimitError(GitError):
    """Git took longer than it may, and was ended."""


def environment() -> dict[str, str]:
    """That of this program, without what a hook around it says of another repository."""
    kept = {name: value for name, value in os.environ.items() if name not in _OF_ANOTHER_REPOSITORY}
    return {name: value for name, value in kept.items() if not _DISTURBING.fullmatch(name)} | _ENVIRONMENT


def arguments(command: Sequence[str], settings: Mapping[str, str]) -> tuple[str, ...]:
    """The command line of git with these settings on top of `SETTINGS`."""
    options = [part for name, value in {**SETTINGS, **settings}.items() for part in ("-c", f"{name}={value}")]
    return ("git", *options, *command)


def masked(text: str) -> str:
    """The text without what may be a secret in a URL: user, query, and parts of the path that look like a token."""
    return _URL.sub(lambda found: found["host"] + _masked_rest(found["rest"]), text)


def _masked_rest(rest: str) -> str:
    return _SECRET_IN_PATH.sub("***", _QUERY.sub("?***", _USERINFO.sub("***@", rest)))


class Process:
    """A git that runs. `stdin` is open where no `text` was given for it."""

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
                    start_new_session=True,  # so that what git starts ends with it
                )
            except OSError as error:
                self._errors.close()
                msg = f"git cannot be started in the archive's folder: {error.strerror}"
                raise GitError(msg) from error

    @property
    def stdin(self) -> IO[bytes]:
        """What git reads."""
        assert self._process.stdin is not None  # noqa: S101 - for the type checker: it is a pipe
        return self._process.stdin

    @property
    def stdout(self) -> IO[bytes]:
        """What git writes."""
        assert self._process.stdout is not None  # noqa: S101 - for the type checker: it is a pipe
        return self._process.stdout

    def stop(self) -> None:
        """Ends git and all that it started, because the time is over."""
        self._is_over_time = True
        self.kill()

    def kill(self) -> None:
        """Ends git and all that it started."""
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
        """Lets go of what git said."""
        self._errors.close()

    def check(self, command: str, allowed: Sequence[int]) -> int:
        """The exit code of a git that ended.

        Raises:
            TimeLimitError: it was stopped.
            GitError: the code is none of those that are allowed.
        """
        code = self._process.returncode
        if self._is_over_time:
            msg = f"git {command} took too long and was ended: look at your connection and your disk, then try again"
            raise TimeLimitError(msg)
        if code not in allowed:
            raise GitError(f"git {command}: {self.words() or f'exit code {code}'}")
        return code

    def words(self) -> str:
        """What git said on standard error, on one line and without secrets."""
        self._errors.seek(0)
        return for_log(masked(os.fsdecode(self._errors.read())), longest=_LONGEST_ANSWER)


@contextmanager
def _input(text: bytes | None) -> Iterator[int | IO[bytes]]:
    """A file with the text, which no reader makes us wait for; a pipe where there is none."""
    if not text:
        yield subprocess.PIPE if text is None else subprocess.DEVNULL
        return
    with TemporaryFile() as file:
        file.write(text)
        file.seek(0)
        yield file


@contextmanager
def running(process: Process, *, seconds: float) -> Iterator[Process]:
    """The process, which has ended after the block: at once where the block raises or the seconds are over."""
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
    """Ends git too where SIGTERM ends this program, as it does unless somebody else has asked for the signal."""
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
    """How a command over the network ended: its answer, and its words on standard error without secrets."""

    command: str
    is_done: bool
    text: str
    words: str

    def error(self) -> GitError:
        """Git's refusal: its words, and what it says of the branches that were rejected."""
        rejected = [line for line in self.text.splitlines() if line.startswith("!")]
        return GitError(f"git {self.command}: {' '.join([self.words, *map(for_log, map(masked, rejected))])}".strip())


def dates(day: date | None) -> dict[str, str]:
    """The variables that date commits of a replay: noon of a day; none for now."""
    if day is None:
        return {}
    noon = f"{day.isoformat()}T12:00:00+00:00"
    return {"GIT_AUTHOR_DATE": noon, "GIT_COMMITTER_DATE": noon}
