"""The message of a commit: the difference between two commits in words. It depends on nothing else of the run."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Final, NamedTuple

from ..archive.ids import PlaylistId
from ..archive.merge import difference
from ..archive.model import Record
from ..untrusted import for_commit

COMMIT_LINES: Final = 200
"""The most playlists that a commit message names (our choice: GitHub folds long messages)."""


class Change(NamedTuple):
    """A playlist whose record differs between two commits. A record is None if it is missing or unreadable.

    The records may lack songs that both have. They may also lack new songs, if `added` counts these songs.
    """

    playlist_id: PlaylistId
    old: Record | None
    new: Record | None
    added: int = 0


class _Line(NamedTuple):
    """A change in words. `counts` is false if the only change is that Spotify stopped serving the playlist."""

    text: str
    added: int
    removed: int
    counts: bool


def commit_message(changes: Iterable[Change], day: date) -> str:
    """The message of the commit with these changes: subject and body. `day` is the day of the run."""
    lines = [_line(change) for change in changes]
    counted = [line for line in lines if line.counts]
    songs = _songs(sum(line.added for line in counted), sum(line.removed for line in counted))
    subject = f"Archive {day}: {_playlists(len(counted))} changed, {songs} songs"
    return _with_body(subject, [line.text for line in sorted(lines, key=lambda line: not line.counts)])


def render_message(version: str, playlists: int) -> str:
    """The message of a commit that renders pages anew with a new version of this program."""
    return f"Render anew with playlist-archive {version}: {_playlists(playlists)}\n"


def still_watching(since: date) -> str:
    """The message of the empty commit that keeps GitHub's schedule awake."""
    return f"Still watching: nothing changed since {since}\n"


def _line(change: Change) -> _Line:
    name = _named(change)
    if change.new is None:
        return _Line(f"- {name}: removed", 0, 0, counts=True)
    found = difference(change.old, change.new)
    added, removed = len(found.added) + change.added, len(found.removed)
    what = f"{'updated' if change.old else 'created'} {_songs(added, removed)}"
    if change.new.unavailable and not (change.old and change.old.unavailable):
        is_more = bool(added or removed or not change.old)
        return _Line(f"- {name}: {f'{what}, ' if is_more else ''}no longer served", added, removed, counts=is_more)
    return _Line(f"- {name}: {what}", added, removed, counts=True)


def _named(change: Change) -> str:
    record = change.new or change.old
    title = for_commit(record.title) if record else ""
    return f"{title} ({change.playlist_id})" if title else change.playlist_id


def _songs(added: int, removed: int) -> str:
    return f"+{added:,} −{removed:,}"


def _playlists(number: int) -> str:
    return f"{number:,} playlist{'' if number == 1 else 's'}"


def _with_body(subject: str, lines: Sequence[str]) -> str:
    rest = [f"- and {len(lines) - COMMIT_LINES:,} more"] if len(lines) > COMMIT_LINES else []
    return "\n".join([subject, *([""] if lines else []), *lines[:COMMIT_LINES], *rest]) + "\n"
