"""The git repository of an old archive: a folder, a bundle or a URL. It is only read, and its settings are ignored.

The settings of a repository may name programs for git to start: to check signatures, or to fetch missing objects. So an
empty repository of ours borrows the objects of the old archive, and git reads only in this repository.
"""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, NamedTuple

from ..git.process import masked
from ..git.repository import BRANCHES, Git, GitError
from ..problem import ProblemError
from ..untrusted import for_log

_PROTOCOLS: Final = {"GIT_ALLOW_PROTOCOL": "file:https:http:ssh:git"}
_USUAL: Final = ("HEAD", f"{BRANCHES}main", f"{BRANCHES}master")
_NAME_ONE: Final = "name the folder of one, a bundle, or a URL"


class SourceError(ProblemError):
    """No old archive can be read."""


class Source(NamedTuple):
    """Our repository with the objects of an old archive, and the commit to read."""

    git: Git
    head: str


@contextmanager
def opened(source: str) -> Iterator[Source]:
    """The old archive in a folder, a bundle or at a URL. Copies are deleted after the block.

    Raises:
        SourceError: the repository does not exist, or has no history.
    """
    with tempfile.TemporaryDirectory() as own:
        folder = Path(source)
        if os.path.isdir(source):  # noqa: PTH112 - Path raises if a folder above is closed to us
            if not os.access(source, os.R_OK | os.X_OK):
                raise SourceError(f"{for_log(source)} is a folder that you may not read", "look at its rights")
        else:
            folder = Path(own, "copy.git")
            _run(Path(own), "clone", "--quiet", "--bare", "--", source, folder.name, what=source)
        yield _borrowed(folder, Path(own, "read.git"), source)


def _borrowed(folder: Path, own: Path, source: str) -> Source:
    asked = ("--is-shallow-repository", "--show-object-format", "--git-path", "objects")
    is_shallow, kind, objects = _run(folder, "rev-parse", *asked, what=source).split("\n", 2)
    if is_shallow == "true":
        message = "the repository is a shallow clone, without its history"
        raise SourceError(message, "fetch all with `git fetch --unshallow`")
    named = _named_head(folder)
    _run(own.parent, "init", "--quiet", "--bare", f"--object-format={kind}", "--template=", own.name, what=source)
    alternates = own / "objects" / "info" / "alternates"
    alternates.parent.mkdir(exist_ok=True)
    alternates.write_bytes(_quoted(os.fsencode((folder / objects).resolve())))
    head = _run(own, "rev-parse", "--verify", "--quiet", f"{named}^{{commit}}", what=source)
    return Source(Git(own), head)


def _quoted(path: bytes) -> bytes:
    """A path as a line of git's list of alternates, with any characters in the path."""
    inside = path.replace(b"\\", b"\\\\").replace(b'"', b'\\"').replace(b"\n", b"\\n")
    return b'"' + inside + b'"\n'


def _named_head(folder: Path) -> str:
    """The branch of HEAD, else a usual branch, else the only branch. Git reads no object for that."""
    git = Git(folder)
    branches = git.line("for-each-ref", "--format=%(refname)", BRANCHES).split()
    for name in (*_USUAL, *(branches if len(branches) == 1 else ())):
        if found := git.line("rev-parse", "--verify", "--quiet", name, allowed=(0, 1)):
            return found
    raise SourceError("the repository has no commit on a branch of its own", "check the archive's branch out there")


def _run(folder: Path, *command: str, what: str) -> str:
    try:
        return os.fsdecode(Git(folder).run(*command, variables=_PROTOCOLS)).removesuffix("\n")
    except GitError as error:
        message = f"{for_log(masked(what))} cannot be read as a git repository ({error})"
        raise SourceError(message, _NAME_ONE) from None
