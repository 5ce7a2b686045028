"""Every version of the records, read from git: which commit changed which record, and the text it had then.

Two processes of git do it, both streamed: `git log --raw` names the versions, and one `git cat-file --batch` gives
their texts in order of path, so that one playlist is read at a time (docs/scale.md, "Reading it back").
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from datetime import UTC, date, datetime
from pathlib import Path
from typing import IO, Final, NamedTuple

from ..archive.ids import PlaylistId, parse_playlist_id
from ..archive.layout import DATA
from .process import GitError
from .stream import answer, started

CACHE: Final = "playlist-archive"
"""Our folder in git's own: never committed, and deleted with the clone."""

_RAW: Final = ("-r", "--raw", "-z", "--no-abbrev", "--no-renames", "--no-color", "--relative")
_LOG: Final = ("log", *_RAW, "--no-notes", "--topo-order", "--parents", "--format=%x01%H %at %P")
_FETCH: Final = (
    *("-c", "fetch.negotiationAlgorithm=noop", "fetch", "--quiet", "--no-tags", "--no-write-fetch-head"),
    *("--recurse-submodules=no", "--filter=blob:none", "--stdin"),
)
"""How git itself fetches what a partial clone lacks, but for all of it at once."""

_AT_ONCE: Final = 1_000
"""Hashes that are asked for before the answers are read: 41 bytes each, so that a pipe holds them (64 KiB on Linux)."""

_CHUNK_BYTES: Final = 1 << 16
_IS_FILE: Final = b"100"
"""How the modes of plain files begin."""

_COMMIT: Final = b"\x01"
_SUFFIX: Final = ".json"
_NONE: Final = "no commit"


class Place(NamedTuple):
    """Where the archive lies in git: the last commit, our folder in git's own, and the archive's folder in the tree.

    `border` holds the commits whose parents a shallow clone does not have.
    """

    head: str
    cache: Path
    prefix: str
    border: frozenset[str]


class Commit(NamedTuple):
    """A commit that changed a record; `day` is the author's, in UTC, which a rebase keeps."""

    hash: str
    day: date


class Change(NamedTuple):
    """A record as a commit has it: the number of the commit, and the hash of the text."""

    playlist_id: PlaylistId
    commit: int
    blob: str


class Log(NamedTuple):
    """The commits that changed records, the oldest first, and what they changed, sorted by playlist and commit.

    `has_merges` says that branches were merged on the way.
    """

    commits: tuple[Commit, ...]
    changes: tuple[Change, ...]
    has_merges: bool


def place(root: Path) -> Place:
    """Where the archive at `root` lies in git.

    Raises:
        GitError: there is no repository or no commit, or git refuses.
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
    """Whether `commit` is still a part of the history of `head`, which a rewritten one may not have."""
    try:
        answer(root, "merge-base", "--is-ancestor", commit, head)
    except GitError:
        return False
    return True


def read_log(root: Path, head: str, *, since: str | None = None) -> Log:
    """The versions of all records up to `head`, or only those after the commit `since`.

    Commits are ordered by ancestry. Where branches were merged, the branch counts that the merge took the records from;
    if it took them from several, the first parent of the merge, as everybody saw it.

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
            if len(parents) > 1:  # git shows no difference for it
                has_merges = True
                found.extend(_changes(_tokens(root, "diff-tree", *_RAW, wanted, commit, "--", DATA), len(commits)))
        elif is_ours:
            found.extend(_changes([(token, path)], len(commits)))
    last = len(commits)
    changes = sorted(change._replace(commit=last - change.commit) for change in found)
    return Log(tuple(reversed(commits)), tuple(changes), has_merges)


def texts(root: Path, blobs: Sequence[str]) -> Iterator[bytes]:
    """The text behind each hash, in their order; what a partial clone lacks must have been fetched before.

    Raises:
        GitError: git refuses, or does not have one of them.
    """
    with started(root, "cat-file", "--batch=%(objectsize)") as (stdin, stdout):
        for start in range(0, len(blobs), _AT_ONCE):
            asked = blobs[start : start + _AT_ONCE]
            stdin.write("".join(f"{blob}\n" for blob in asked).encode())
            stdin.flush()
            for blob in asked:
                yield _text(stdout, blob)


def fetch_missing(root: Path, head: str) -> None:
    """Fetches the records that a partial clone left out, all at once; nothing in any other clone.

    Raises:
        GitError: they cannot be fetched.
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
    """The commits without the parents that they name; the very first one, which has none, may be listed too."""
    listed = shallow.read_text(encoding="ascii").split() if shallow.is_file() else []
    return frozenset(commit for commit in listed if _has_parents(root, commit))


def _has_parents(root: Path, commit: str) -> bool:
    head, _, _ = answer(root, "cat-file", "commit", commit).partition("\n\n")
    return "\nparent " in head


def _tokens(root: Path, *arguments: str) -> Iterator[tuple[bytes, bytes]]:
    """What git prints with `--raw -z`: a commit with an empty path, then the line and the path of each file."""
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
    """The parts between the zero bytes of a stream."""
    rest = b""
    while chunk := stream.read(_CHUNK_BYTES):
        *parts, rest = (rest + chunk).split(b"\0")
        yield from parts


def _changes(files: Iterable[tuple[bytes, bytes]], commit: int) -> Iterator[Change]:
    """The records that lines of `--raw` speak of, without those that are deleted."""
    for line, path in files:
        _, mode, _, blob, _ = line.split(b" ")
        name = path.decode("utf-8", "replace").removeprefix(f"{DATA}/")
        if mode.startswith(_IS_FILE) and name.endswith(_SUFFIX):
            with suppress(ValueError):
                yield Change(parse_playlist_id(name.removesuffix(_SUFFIX)), commit, blob.decode())


def _text(stdout: IO[bytes], blob: str) -> bytes:
    size = stdout.readline().strip()
    if not size.isdigit():
        msg = f"git does not have the text of a version ({blob[:12]}): see `git fsck`, or clone the archive anew"
        raise GitError(msg)
    text = stdout.read(int(size))
    stdout.read(1)
    return text


def day_of_clock(seconds: int) -> date:
    """The day of a commit, whatever its clock said."""
    try:
        return datetime.fromtimestamp(seconds, UTC).date()
    except (OverflowError, ValueError, OSError):
        return date.max if seconds > 0 else date.min
