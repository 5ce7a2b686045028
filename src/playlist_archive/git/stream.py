"""Git's output, as a stream of bytes or as a short text, independent of the user's settings."""

import os
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Final

from ..untrusted import for_log
from .process import GitError, environment

_SETTINGS: Final = ("log.follow=false", "log.showRoot=true", "log.showSignature=false", "core.quotePath=false")
"""Settings that replace the user's, which are meant for the user's eyes."""


def _command(*arguments: str) -> tuple[str, ...]:
    return ("git", *(part for setting in _SETTINGS for part in ("-c", setting)), *arguments)


@contextmanager
def started(root: Path, *arguments: str) -> Iterator[tuple[IO[bytes], IO[bytes]]]:
    """A process of git with its input and its output. A block that stops reading early ends the process.

    Raises:
        GitError: git cannot be started, or refuses.
    """
    pipe = subprocess.PIPE
    try:
        process = subprocess.Popen(  # noqa: S603 - no shell, and no argument is a stranger's text
            _command(*arguments), cwd=root, env=_environment(), stdin=pipe, stdout=pipe, stderr=pipe
        )
    except OSError as error:
        msg = f"git cannot be started in the archive's folder: {error.strerror}"
        raise GitError(msg) from error
    with process:
        assert process.stdin  # noqa: S101 - a pipe, as asked for
        assert process.stdout  # noqa: S101
        assert process.stderr  # noqa: S101
        try:
            yield process.stdin, process.stdout
            process.stdin.close()
        except BrokenPipeError:  # git ended early, and says why
            pass
        except BaseException:
            process.kill()
            raise
        words = process.stderr.read()
    if process.returncode:
        raise GitError(_refusal(arguments, words))


def answer(root: Path, *arguments: str, text: str = "") -> str:
    """Git's output as a text, for short answers."""
    try:
        done = subprocess.run(  # noqa: S603 - no shell, and no argument is a stranger's text
            _command(*arguments), cwd=root, env=_environment(), input=text.encode(), capture_output=True, check=True
        )
    except OSError as error:
        msg = f"git cannot be started in the archive's folder: {error.strerror}"
        raise GitError(msg) from error
    except subprocess.CalledProcessError as error:
        raise GitError(_refusal(arguments, error.stderr)) from None
    return os.fsdecode(done.stdout)


def _refusal(arguments: Sequence[str], words: bytes) -> str:
    verb = next(argument for argument in arguments if not argument.startswith("-") and "=" not in argument)
    return f"git {verb}: {for_log(words.decode('utf-8', 'replace'), longest=1_000)}"


def _environment() -> dict[str, str]:
    return environment() | {"LC_ALL": "C", "GIT_TERMINAL_PROMPT": "0"}
