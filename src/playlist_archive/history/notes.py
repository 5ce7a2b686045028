"""The sentences of an answer about the past: what is missing, and why."""

from datetime import date
from typing import Final

from ..archive.ids import PlaylistId
from .timeline import Skipped, Timeline

UNSHALLOW: Final = "`git fetch --unshallow` gets the rest"
BY_RECORD: Final = "days without a commit are told by the record: songs that were added and removed only"

_SHOWN: Final = 3


def not_begun(begins: date) -> str:
    """No change lies in the time that was asked for, because it ends before the first day."""
    return f"nothing of this was archived before {begins}"


def skipped_between(skipped: tuple[Skipped, ...], begin: date, end: date) -> list[str]:
    """The notes on unreadable versions within the time of an answer."""
    return [skipped_note(version) for version in skipped if begin <= version.day <= end][-_SHOWN:]


def skipped_note(version: Skipped) -> str:
    """The version that cannot be read, and why."""
    return f"the version of {version.day} in commit {version.commit} is left out: {version.reason}"


def unknown(playlist_id: PlaylistId) -> str:
    """The archive has never had the playlist."""
    return f"{playlist_id} was never archived here: see `playlist-archive register --help`"


def too_early(timeline: Timeline, day: date) -> str:
    """The history of the playlist begins after the day."""
    begins = f"begins on {timeline.versions[0].day}" if timeline.versions else "has no version that can be read"
    return f"nothing is known of {timeline.id} on {day}: its history {begins}"
