"""Reads every version of the records from git: the commits that changed a record, and its text at each commit.

Two processes of git stream the answer. `git log --raw` names the versions. One `git cat-file --batch` gives their texts
in order of path, so that one playlist is read at a time (docs/scale.md, "Reading it back").
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import IO, Final, NamedTuple

from ..archive.ids import PlaylistId, parse_playlist_id
from ..archive.layout import DATA
from .process import GitError
from .stream import answer, started

CACHE: Final = "playlist-archive"
"""Our folder inside git's own folder. It is never committed, and is deleted with the clone."""

_RAW: Final = ("-r", "--raw", "-z", "--no-abbrev", "--no-renames", "--no-color", "--relative")
_LOG: Final = ("log", *_RAW, "--no-notes", "--topo-order", "--parents", "--format=%x01%H %at %P")
_FETCH: Final = (
    *("-c", "fetch.negotiationAlgorithm=noop", "fetch", "--quiet", "--no-tags", "--no-write-fetch-head"),
    *("--recurse-submodules=no", "--filter=blob:none", "--stdin"),
)
"""The options with which git itself fetches the missing objects of a partial clone, here for all objects at once."""

_AT_ONCE: Final = 1_000
"""The number of hashes requested before the answers are read. At 41 bytes each, they fit a pipe (64 KiB on Linux)."""

_CHUNK_BYTES: Final = 1 << 16
_IS_FILE: Final = b"100"
"""The beginning of the modes of plain files."""

_COMMIT: Final = b"\x01"
_SUFFIX: Final = ".json"
_NONE: Final = "no commit"


class Place(NamedTuple):
    """The archive's place in git: the last commit, our folder inside git's own, and the archive's folder in the tree.

    `border` holds the commits whose parents a shallow clone does not have.
    """

    head: str
    cache: Path
    prefix: str
    border: frozenset[str]


class Commit(NamedTuple):
    """A commit that changed a record. `day` is the author's day in UTC, which a rebase keeps."""

    hash: str
    day: date


class Change(NamedTuple):
    """The version of a record in a commit: the number of the commit, and the hash of the text."""

    playlist_id: PlaylistId
    commit: int
    blob: str


class Log(NamedTuple):
    """The commits that changed records, oldest first, and their changes, sorted by playlist and commit.

    `has_merges` is true if the history has merges.
    """

    commits: tuple[Commit, ...]
    changes: tuple[Change, ...]
    has_merges: bool


def place(root: Path) -> Place:
    """The place in git of the archive at `root`.

    Raises:
        GitError: the repository does not exist or has no commit, or git refuses.
    """
    asked = ("--show-prefix", "--git-path", CACHE, "--git-path", "shallow")
    prefix, cache, shallow = answer(root, "rev-parse", *asked).split("\n")[:3]
    try:
        head = answer(root, "rev-parse", "--verify", "--quiet", "HEAD").strip()
    except GitError:
        msg = "the repository has no commit yet: commit the archive, or let `update --commit` do it"
        raise GitError(msg) from None
    return Place(head, root / cache, prefix, _border(root, root / shallow))


def has_ancestor(root: Path, commit: str, head: str) -> bool:
    """Whether `commit` is in the history of `head`. After a rewrite it may not be."""
    try:
        answer(root, "merge-base", "--is-ancestor", commit, head)
    except GitError:
        return False
    return True


def read_log(root: Path, head: str, *, since: str | None = None) -> Log:
    """The versions of all records up to `head`, or only the versions after the commit `since`.

    Commits are ordered by ancestry. At a merge, only the branch counts from which the merge took the records. If the
    merge took them from several branches, its first parent counts, as everybody saw it.

    Raises:
        GitError: git refuses.
    """
    commits: list[Commit] = []
    found: list[Change] = []
    wanted, has_merges, is_ours = "", False, False
    for token, path in _tokens(root, *_LOG, f"{since}..{head}" if since else head, "--", DATA):
        if not path:
            commit, seconds, *parents = token.decode().split()
            is_ours = commit == (wanted or commit)
            if not is_ours:
                continue
            wanted = parents[0] if parents else _NONE
            commits.append(Commit(commit, day_of_clock(int(seconds))))
            if len(parents) > 1:  # git shows no difference for a merge
                has_merges = True
                found.extend(_changes(_tokens(root, "diff-tree", *_RAW, wanted, commit, "--", DATA), len(commits)))
        elif is_ours:
            found.extend(_changes([(token, path)], len(commits)))
    last = len(commits)
    for number, change in enumerate(found):  # in place, since an archive has many versions
        found[number] = change._replace(commit=last - change.commit)
    return Log(tuple(reversed(commits)), tuple(sorted(found)), has_merges)


def texts(root: Path, blobs: Sequence[str]) -> Iterator[bytes]:
    """The text of each hash, in order. In a partial clone, missing texts must have been fetched before.

    Raises:
        GitError: git refuses, or lacks one of the texts.
    """
    with started(root, "cat-file", "--batch=%(objectsize)") as (stdin, stdout):
        for start in range(0, len(blobs), _AT_ONCE):
            asked = blobs[start : start + _AT_ONCE]
            stdin.write("".join(f"{blob}\n" for blob in asked).encode())
            stdin.flush()
            for blob in asked:
                yield _text(stdout, blob)


def fetch_missing(root: Path, head: str) -> None:
    """Fetches the records that a partial clone left out, all at once. In other clones, nothing is fetched.

    Raises:
        GitError: the records cannot be fetched.
    """
    try:
        remote = answer(root, "config", "--get-regexp", r"^remote\..*\.promisor$").split(".")[1]
    except GitError:
        return
    listed = answer(root, "rev-list", "--objects", "--missing=print", "--no-object-names", head, "--", DATA)
    missing = "".join(f"{line[1:]}\n" for line in listed.splitlines() if line.startswith("?"))
    if missing:
        answer(root, *_FETCH, remote, text=missing)


def _border(root: Path, shallow: Path) -> frozenset[str]:
    """The commits whose parents are missing. The very first commit, which has no parent, may be listed too."""
    listed = shallow.read_text(encoding="ascii").split() if shallow.is_file() else []
    return frozenset(commit for commit in listed if _has_parents(root, commit))


def _has_parents(root: Path, commit: str) -> bool:
    head, _, _ = answer(root, "cat-file", "commit", commit).partition("\n\n")
    return "\nparent " in head


def _tokens(root: Path, *arguments: str) -> Iterator[tuple[bytes, bytes]]:
    """Git's output with `--raw -z`: a commit with an empty path, then the line and the path of each file."""
    with started(root, *arguments) as (_, stdout):
        line = b""
        for token in _split(stdout):
            if line:
                yield line, token
                line = b""
            elif token.startswith(_COMMIT):
                yield token.removeprefix(_COMMIT), b""
            else:
                line = token.strip()


def _split(stream: IO[bytes]) -> Iterator[bytes]:
    """The parts of a stream, split at its zero bytes."""
    rest = b""
    while chunk := stream.read(_CHUNK_BYTES):
        *parts, rest = (rest + chunk).split(b"\0")
        yield from parts


def _changes(files: Iterable[tuple[bytes, bytes]], commit: int) -> Iterator[Change]:
    """The records in lines of `--raw`, without deleted records."""
    for line, path in files:
        _, mode, _, blob, _ = line.split(b" ")
        name = path.decode("utf-8", "replace").removeprefix(f"{DATA}/")
        if mode.startswith(_IS_FILE) and name.endswith(_SUFFIX):
            with suppress(ValueError):
                yield Change(_playlist_id(name.removesuffix(_SUFFIX)), commit, blob.decode())


@cache
def _playlist_id(text: str) -> PlaylistId:
    """The id, in memory once for all its versions."""
    return parse_playlist_id(text)


def _text(stdout: IO[bytes], blob: str) -> bytes:
    size = stdout.readline().strip()
    if not size.isdigit():
        msg = f"git does not have the text of a version ({blob[:12]}): see `git fsck`, or clone the archive anew"
        raise GitError(msg)
    text = stdout.read(int(size))
    stdout.read(1)
    return text


def day_of_clock(seconds: int) -> date:
    """The day of a commit, or the nearest possible day if its clock was wrong."""
    try:
        return datetime.fromtimestamp(seconds, UTC).date()
    except (OverflowError, ValueError, OSError):
        return date.max if seconds > 0 else date.min
