"""Reads records from commits."""

from collections.abc import Iterable, Sequence

from ..archive.model import Record
from ..archive.record_file import RecordError, parse_record
from ..git.objects import content, contents
from ..git.repository import Git


class Committed:
    """Reads records from commits. A part that many commits share is read once."""

    def __init__(self, git: Git) -> None:
        self._git = git
        self._texts: dict[str, str] = {}

    def record(self, commit: str, path: str) -> Record | None:
        """The record whose own file has this path; None if the commit has no such file.

        Raises:
            GitError: git refuses.
            RecordError: it cannot be read.
        """
        text = content(self._git, commit, path)
        return None if text is None else self.parsed(text, commit, path)

    def parsed(self, text: bytes, commit: str, path: str) -> Record:
        """The record from its text at this path in a commit.

        Raises:
            GitError: git refuses.
            RecordError: it cannot be read.
        """
        return parse_record(_decoded(text, path), path, lambda paths: self._parts(commit, paths))

    def _parts(self, commit: str, paths: Sequence[str]) -> Iterable[str | None]:
        tree = self._git.tree(commit, *paths)
        names = {path: tree[path].name for path in paths if path in tree}
        new = {name: path for path, name in names.items() if name not in self._texts}
        for (name, path), text in zip(new.items(), contents(self._git, new), strict=True):
            self._texts[name] = _decoded(text, path)
        return [self._texts[names[path]] if path in names else None for path in paths]


def _decoded(text: bytes, path: str) -> str:
    try:
        return text.decode("utf-8")
    except UnicodeDecodeError as error:
        raise RecordError(f"{path} cannot be read ({type(error).__name__})", "put it back from git history") from error
