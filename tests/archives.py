"""Archives in git, made quickly: a commit per entry of a list, through `git fast-import`."""

import os
import subprocess
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import NamedTuple

from playlist_archive.archive.layout import data
from playlist_archive.archive.merge import merge
from playlist_archive.archive.model import Record, Snapshot
from playlist_archive.archive.record_file import record_text

NOBODY = "Nobody <nobody@example.org>"
_QUIET = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull, "LC_ALL": "C"}


class Commit(NamedTuple):
    """Files (path → content, None for a deletion) that a commit changes, and when it says that it was made.

    `mark` names it, `parents` are marks; without parents it stands on the one before it in the list.
    """

    when: datetime
    files: Mapping[str, bytes | None]
    mark: int | None = None
    parents: Sequence[int] = ()


def git(root: Path, *arguments: str, text: bytes = b"", **environment: str) -> str:
    """What git prints in a folder, whatever the machine's own settings are."""
    done = subprocess.run(
        ("git", "-c", "user.name=Nobody", "-c", "user.email=nobody@example.org", *arguments),
        cwd=root,
        env=os.environ | _QUIET | environment,
        input=text,
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout.decode().strip()


def noon(day: date) -> datetime:
    """An hour on a day at which the bot may have run."""
    return datetime.combine(day, time(12), UTC)


def committed(root: Path, commits: Iterable[Commit]) -> Path:
    """A repository at `root` with these commits on `main`, checked out; one that is there already is continued."""
    root.mkdir(parents=True, exist_ok=True)
    if not (root / ".git").exists():
        git(root, "init", "--quiet", "--initial-branch=main")
    last = subprocess.run(("git", "rev-parse", "HEAD"), cwd=root, capture_output=True, check=False, text=True)
    tip = last.stdout.strip() if last.returncode == 0 else ""
    git(root, "fast-import", "--quiet", "--date-format=raw-permissive", text=b"".join(_stream(commits, tip)))
    git(root, "reset", "--quiet", "--hard", "main")
    return root


def _stream(commits: Iterable[Commit], tip: str) -> Iterator[bytes]:
    parents = [tip] if tip else []
    for number, commit in enumerate(commits, start=1_000):
        mark = commit.mark or number
        if commit.parents:
            parents = [f":{parent}" for parent in commit.parents]
        yield f"commit refs/heads/main\nmark :{mark}\n".encode()
        yield f"committer {NOBODY} {int(commit.when.timestamp())} +0000\ndata 1\nx\n".encode()
        yield "".join(f"{word} {parent}\n" for word, parent in zip(_WORDS, parents, strict=False)).encode()
        for path, content in commit.files.items():
            yield f"D {path}\n".encode() if content is None else _file(path, content)
        parents = [f":{mark}"]


_WORDS = ("from", "merge", "merge")


def _file(path: str, content: bytes) -> bytes:
    return f"M 100644 inline {path}\ndata {len(content)}\n".encode() + content + b"\n"


def files(*records: Record) -> dict[str, bytes | None]:
    """The files of records: path → content."""
    return {data(record.id): record_text(record).encode() for record in records}


def archived(days: Iterable[tuple[date, Snapshot]]) -> Iterator[Commit]:
    """A commit for each day on which a run would have changed a record; the days ascend."""
    records: dict[str, Record] = {}
    changed: dict[date, list[Record]] = {}
    for day, seen in days:
        after = merge(records.get(seen.id), seen, today=day)
        if after is not records.get(seen.id):
            records[seen.id] = after
            changed.setdefault(day, []).append(after)
    yield from (Commit(noon(day), files(*found)) for day, found in changed.items())
