"""The git repository of an old archive: a folder, a bundle or a URL. It is only read."""

import os
import re
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Final

from ..git.process import environment
from ..problem import ProblemError
from ..untrusted import for_log

_USERINFO: Final = re.compile(r"(?<=://)\S+@")
_PROTOCOLS: Final = "file:https:http:ssh:git"
_BRANCHES: Final = ("HEAD", "refs/heads/main", "refs/heads/master")


class SourceError(ProblemError):
    """There is no old archive to be read."""


@contextmanager
def opened(source: str) -> Iterator[Path]:
    """The folder of git's for a folder, a bundle or a URL; a copy of the latter two is gone afterwards.

    Raises:
        SourceError: there is no repository.
    """
    folder = Path(source)
    if folder.is_dir():
        yield folder
        return
    with tempfile.TemporaryDirectory() as copy:
        _git(Path(copy), "clone", "--quiet", "--bare", "--", source, "source.git", what=source)
        yield Path(copy, "source.git")


def head_of(repository: Path) -> str:
    """The commit to read: of HEAD, else of the usual branches, else of the only one."""
    if not _try(repository, "rev-parse", "--git-dir"):
        raise SourceError("it is no git repository", "name the folder of one, a bundle, or a URL")
    if _try(repository, "rev-parse", "--is-shallow-repository") == "true":
        message = "the repository is a shallow clone, without its history"
        raise SourceError(message, "fetch all with `git fetch --unshallow`")
    branches = _try(repository, "for-each-ref", "--format=%(refname)", "refs/heads").split()
    for name in (*_BRANCHES, *(branches if len(branches) == 1 else ())):
        if commit := _try(repository, "rev-parse", "--verify", "--quiet", f"{name}^{{commit}}"):
            return commit
    raise SourceError("the repository has no commit on a branch of its own", "check the archive's branch out there")


@contextmanager
def stream(repository: Path, *arguments: str, given: IO[bytes] | None = None) -> Iterator[IO[bytes]]:
    """What git writes, as it comes.

    Raises:
        SourceError: git ends with an error.
    """
    command = ("git", "-c", "core.quotePath=false", *arguments)
    with (
        tempfile.TemporaryFile() as told,
        subprocess.Popen(  # noqa: S603 - no shell, and no argument is a stranger's text
            command, cwd=repository, env=_environment(), stdin=given, stdout=subprocess.PIPE, stderr=told
        ) as running,
    ):
        assert running.stdout  # noqa: S101 - for the type checker: it is a pipe
        yield running.stdout
        running.stdout.read()
        if running.wait():
            told.seek(0)
            raise _refusal(told.read(), "the repository")


def _git(folder: Path, *arguments: str, what: str) -> str:
    try:
        done = subprocess.run(  # noqa: S603 - no shell; a stranger's text stands behind `--`
            ("git", *arguments),  # noqa: S607 - the user's git, from the user's PATH
            cwd=folder,
            env=_environment(),
            capture_output=True,
            check=True,
            stdin=subprocess.DEVNULL,
        )
    except OSError as error:
        raise SourceError(f"git cannot be started ({error.strerror})", "install git") from None
    except subprocess.CalledProcessError as error:
        raise _refusal(error.stderr, what) from None
    return os.fsdecode(done.stdout).strip()


def _refusal(told: bytes, what: str) -> SourceError:
    words = _USERINFO.sub("***@", os.fsdecode(told))
    shown = _USERINFO.sub("***@", what)
    message = f"{for_log(shown)} cannot be read as a git repository ({for_log(words, longest=300)})"
    return SourceError(message, "name the folder of one, a bundle, or a URL")


def _try(repository: Path, *arguments: str) -> str:
    try:
        return _git(repository, *arguments, what="")
    except SourceError:
        return ""


def _environment() -> dict[str, str]:
    """Nothing but the usual protocols, and nobody is asked for a password."""
    return environment() | {"GIT_ALLOW_PROTOCOL": _PROTOCOLS, "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C"}
