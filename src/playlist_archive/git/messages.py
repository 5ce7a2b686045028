"""The messages of commits."""

from pathlib import Path

from .stream import answer


def messages(root: Path, commits: str, beginning: str) -> list[tuple[str, str]]:
    """The hashes and messages of commits with a line that begins like this, newest first.

    Raises:
        GitError: git refuses.
    """
    told = answer(root, "log", "--topo-order", f"--grep=^{beginning}", "--format=%H%n%B%x00", commits)
    pairs = (entry.strip("\n").partition("\n") for entry in told.split("\0"))
    return [(commit, message) for commit, _, message in pairs if commit]


def ancestors(root: Path, commit: str) -> frozenset[str]:
    """The hashes of all commits before this one.

    Raises:
        GitError: git refuses.
    """
    return frozenset(answer(root, "rev-list", commit).split()) - {commit}
