"""The words that every audience of a report reads: counts, changes, and what concerns the run as a whole."""

from enum import StrEnum
from typing import Final, NamedTuple

from ..outcome import Kind, Outcome, Result
from ..problem import Note

CHANGED: Final = (Kind.CREATED, Kind.UPDATED)
"""What became of a playlist that has another record now."""

LONGEST_REASON: Final = 500
"""Characters shown of a message (our choice)."""

UNKNOWN: Final = "Spotify shows no public playlist under this id: it is private, Spotify's own, or mistyped"
"""What is said of an entry without a title."""


class Level(StrEnum):
    """How bad a notice is, in GitHub's words for annotations."""

    ERROR = "error"
    WARNING = "warning"
    NOTICE = "notice"


class Notice(NamedTuple):
    """Something that concerns the whole run. It may hold text of strangers."""

    level: Level
    note: Note

    @property
    def text(self) -> str:
        """What it is and what to do about it, as a sentence."""
        return str(self.note)


def notices(result: Result) -> list[Notice]:
    """All that concerns the whole run, the worst first. A run that ended where it was meant to is no error."""
    refused = [_not_written(result.refused)] if result.refused else []
    wrong = [Notice(Level.ERROR, note) for note in (*refused, *result.troubles)]
    ended = [Notice(Level.ERROR if result.cut_short else Level.NOTICE, result.ended)] if result.ended else []
    return wrong + [Notice(Level.WARNING, note) for note in result.warnings] + ended


def _not_written(refused: Note) -> Note:
    return refused._replace(message=f"nothing was written: {refused.message}")


def said(outcome: Outcome) -> str:
    """What is told of a playlist, as a sentence; empty where there is nothing to tell."""
    return str(outcome.note) if outcome.note else ""


def change(outcome: Outcome) -> str:
    """`updated +2 −1`."""
    return f"{outcome.kind} {songs(outcome.added, outcome.removed)}"


def songs(added: int, removed: int) -> str:
    """`+1,234 −5`."""
    return f"+{added:,} −{removed:,}"


def all_songs(outcomes: list[Outcome]) -> str:
    """The songs that were added to and removed from all of these playlists."""
    return songs(sum(outcome.added for outcome in outcomes), sum(outcome.removed for outcome in outcomes))


def null_items(result: Result) -> int:
    """Rows whose song Spotify removed from its catalogue."""
    return sum(outcome.null_items for outcome in result.outcomes)


def counted(number: int, noun: str) -> str:
    """`1 playlist`, `2,000 requests`."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def noteworthy(result: Result) -> list[Outcome]:
    """Playlists that are archived, and of which there is something to say all the same."""
    return [outcome for outcome in result.of(*CHANGED, Kind.UNCHANGED) if outcome.note]
