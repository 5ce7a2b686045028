"""The repository of a decade: the bot's clone, the origin that it pushes to, and a colleague who pushes there too.

Most runs are committed through one `git fast-import`, with the files and the day of the run: to start git 20 times for
each of 7,300 runs would take a quarter of an hour. The others are committed and pushed by the program itself.
"""

import subprocess
from collections.abc import Collection
from datetime import date
from pathlib import Path
from typing import IO, Final

from playlist_archive.git.repository import BOT

from ..packed import git

_FAST: Final = ("git", "-c", "core.compression=1", "fast-import", "--quiet", "--date-format=raw")
_BOT: Final = f"{BOT['GIT_COMMITTER_NAME']} <{BOT['GIT_COMMITTER_EMAIL']}>"
_OF_THE_COLLEAGUE: Final = ("-c", "user.name=A Colleague", "-c", "user.email=colleague@example.org")


class Repository:
    """The bot's clone is at `root`; all else lies beside it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.origin = root.parent / "origin.git"
        self._colleague = root.parent / "colleague"
        self._stream: subprocess.Popen[bytes] | None = None
        git(root.parent, "init", "--quiet", "--bare", "--initial-branch=main", str(self.origin))
        for clone in (self._colleague, root):
            git(root.parent, "clone", "--quiet", str(self.origin), str(clone))
            git(clone, "symbolic-ref", "HEAD", "refs/heads/main")

    def commit(self, written: Collection[str], day: date) -> None:
        """Commits what a run wrote, on the day that its machine has."""
        if not written:
            return
        stream = self._open()
        noon = f"{int(_noon(day))} +0000"
        stream.write(f"commit refs/heads/main\ncommitter {_BOT} {noon}\ndata 7\nArchive\n".encode())
        for path in written:
            place = self.root / path
            stream.write(_file(path, place.read_bytes()) if place.exists() else f"D {path}\n".encode())

    def settle(self) -> None:
        """Makes git know of all that was committed, as after a checkout; the origin does not have it yet."""
        if self._stream is None:
            return
        assert self._stream.stdin
        self._stream.stdin.close()
        if self._stream.wait():
            raise RuntimeError("git fast-import refuses")
        self._stream = None
        git(self.root, "read-tree", "HEAD")
        git(self.root, "update-index", "-q", "--refresh")

    def push(self) -> None:
        """Gives the origin all that was committed."""
        self.settle()
        git(self.root, "push", "--quiet", "origin", "HEAD:refs/heads/main")

    def fetch(self) -> None:
        """A new checkout of what the origin has."""
        git(self.root, "fetch", "--quiet", "origin", "main")
        git(self.root, "reset", "--quiet", "--hard", "FETCH_HEAD")

    def merge(self, path: str, text: str | None) -> None:
        """The colleague changes one file at the origin, or removes it: as a pull request that is merged."""
        git(self._colleague, "fetch", "--quiet", "origin")
        if git(self._colleague, "branch", "--remotes", "--list", "origin/main"):
            git(self._colleague, "reset", "--quiet", "--hard", "origin/main")
        place = self._colleague / path
        place.parent.mkdir(parents=True, exist_ok=True)
        if text is None:
            place.unlink()
        else:
            place.write_text(text, encoding="utf-8")
        git(self._colleague, "add", "--all", path)
        git(self._colleague, *_OF_THE_COLLEAGUE, "commit", "--quiet", "--message", "Merge a pull request")
        git(self._colleague, "push", "--quiet", "origin", "HEAD:refs/heads/main")

    def move(self) -> None:
        """The origin gets another address."""
        self.origin = self.origin.rename(self.origin.with_name("moved.git"))
        for clone in (self.root, self._colleague):
            git(clone, "remote", "set-url", "origin", str(self.origin))

    def _open(self) -> IO[bytes]:
        if self._stream is None:
            self._stream = subprocess.Popen(_FAST, cwd=self.root, stdin=subprocess.PIPE)
            begun = git(self.root, "rev-parse", "--verify", "HEAD").strip()
            assert self._stream.stdin
            self._stream.stdin.write(f"reset refs/heads/main\nfrom {begun}\n\n".encode())
        assert self._stream.stdin
        return self._stream.stdin


def _noon(day: date) -> float:
    return (day - date(1970, 1, 1)).days * 86_400 + 43_200


def _file(path: str, content: bytes) -> bytes:
    return f"M 100644 inline {path}\ndata {len(content)}\n".encode() + content + b"\n"
