"""Decides which files of a run stay out of its commit. All files of a playlist are committed, or none of them."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final, NamedTuple

from ..archive import layout
from ..archive.ids import PlaylistId, parse_playlist_id
from ..archive.store import RecordError, Store
from ..git.commit import LARGEST_BYTES, Changes
from ..outcome import Kind, Result
from ..problem import Note
from ..render.followers import read_table

LARGE_BYTES: Final = 50_000_000
"""GitHub warns of files from this size on, and so does the run."""

_MB: Final = 1_000_000


class Review(NamedTuple):
    """The files that stay out of a commit, and why."""

    left_out: frozenset[str]
    troubles: tuple[Note, ...]


class _Reason(NamedTuple):
    """The reason why a file stays out. Its note is None if the run has already told it."""

    path: str
    note: Note | None = None


def review(store: Store, found: Changes, result: Result) -> Review:
    """The changes that have to stay out of a run's commit."""
    failed = frozenset(outcome.id for outcome in result.of(Kind.FAILED))
    just_written = frozenset(result.written) - frozenset(found.gone)
    changed = [path for path in (*found.written, *found.gone) if path not in just_written]
    reasons = [
        *_failed(store, failed),
        *_odd(found.odd, failed),
        *_too_large(store.root, found.written),
        *_unreadable(store, changed, failed),
    ]
    notes = dict.fromkeys(reason.note for reason in reasons if reason.note)
    groups = {group_of(reason.path) for reason in reasons}
    left_out = frozenset(path for path in (*found.written, *found.gone, *found.odd) if group_of(path) in groups)
    return Review(left_out, tuple(notes))


def large(root: Path, paths: Iterable[str]) -> Iterator[Note]:
    """A note for each file that is so large that GitHub accepts it with a warning."""
    for path in paths:
        size = (root / path).stat().st_size
        if size >= LARGE_BYTES:
            message = f"{path} has {size // _MB} MB, and GitHub takes no file of more than 100 MB"
            yield Note(message, "plan for what comes then")


def group_of(path: str) -> str:
    """The name of the group that is committed together: the playlist, or else the path of the single file."""
    return playlist_of(path) or path


def playlist_of(path: str) -> PlaylistId | None:
    """The playlist of a record or page; None for other paths."""
    try:
        playlist_id = parse_playlist_id(layout.playlist_name(path) or "")
    except ValueError:
        return None
    return playlist_id if path in layout.files_of(playlist_id) or layout.is_part(path) else None


def _failed(store: Store, failed: Iterable[PlaylistId]) -> Iterator[_Reason]:
    """Playlists that failed because of their records. Git has the good records, so they can be restored."""
    for playlist_id in failed:
        try:
            store.record(playlist_id)
        except RecordError:
            yield _Reason(layout.data(playlist_id))


def _odd(paths: Iterable[str], failed: frozenset[PlaylistId]) -> Iterator[_Reason]:
    for path in paths:
        playlist_id = playlist_of(path)
        if playlist_id or path in (layout.PLAYLISTS, *layout.FOLDERS, *layout.FILES):
            what = "folder" if path in (layout.PLAYLISTS, *layout.FOLDERS) else "file"
            note = Note(f"{path} is not committed, for it is no plain {what}", "move it away, then run this again")
            yield _Reason(path, None if playlist_id in failed else note)


def _too_large(root: Path, paths: Iterable[str]) -> Iterator[_Reason]:
    for path in paths:
        size = (root / path).stat().st_size
        if size > LARGEST_BYTES:
            message = (
                f"{path} is not committed, nor is what belongs to it, for it has {size // _MB} MB, "
                "and GitHub takes no file of more than 100 MB"
            )
            yield _Reason(path, Note(message, "move these files away to begin anew"))


def _unreadable(store: Store, paths: Iterable[str], failed: frozenset[PlaylistId]) -> Iterator[_Reason]:
    """Records and tables that cannot be read or are missing, and that this run did not write."""
    changed = frozenset(paths)
    for path in sorted(changed):
        playlist_id = playlist_of(path)
        if playlist_id and layout.is_part(path) and layout.data(playlist_id) in changed:
            continue  # the part is read with the record's own file
        try:
            _read(store, path)
        except RecordError as error:
            yield _Reason(path, None if playlist_id in failed else error.note)


def _read(store: Store, path: str) -> None:
    folder, playlist_id = path.rpartition("/")[0], playlist_of(path)
    if folder == layout.DATA and playlist_id:
        is_there = store.record(playlist_id) is not None
    elif folder == layout.FOLLOWERS:
        is_there = _is_table(store.read(path), path)
    else:
        return
    if not is_there:
        raise RecordError(f"{path} is missing, though the last commit has it", "put it back with git restore")


def _is_table(text: str | None, path: str) -> bool:
    """Whether there is a table of likes.

    Raises:
        RecordError: the table cannot be read.
    """
    try:
        return text is not None and read_table(text) is not None
    except ValueError as error:
        raise RecordError(f"{path} cannot be read ({error})", "put it back from git history") from error
