"""The words that the reports for all audiences share: counts, changes, and notices on the whole run."""

from enum import StrEnum
from typing import Final, NamedTuple

from ..outcome import Kind, Outcome, Result
from ..problem import Note

CHANGED: Final = (Kind.CREATED, Kind.UPDATED)
"""The outcomes of playlists whose record changed."""

LONGEST_REASON: Final = 500
"""The most characters of a message that are shown (our choice)."""

UNKNOWN: Final = "Spotify shows no public playlist under this id: it is private, Spotify's own, or mistyped"
"""The text for an entry without a title."""


class Level(StrEnum):
    """The severity of a notice, in GitHub's words for annotations."""

    ERROR = "error"
    WARNING = "warning"
    NOTICE = "notice"


class Notice(NamedTuple):
    """A message about the whole run. It may hold text of strangers."""

    level: Level
    note: Note

    @property
    def text(self) -> str:
        """The message and its remedy as a sentence."""
        return str(self.note)


def notices(result: Result) -> list[Notice]:
    """All notices on the whole run, the worst first. A run that ended as planned is no error."""
    refused = [_not_written(result.refused)] if result.refused else []
    wrong = [Notice(Level.ERROR, note) for note in (*refused, *result.troubles)]
    ended = [Notice(Level.ERROR if result.cut_short else Level.NOTICE, result.ended)] if result.ended else []
    return wrong + [Notice(Level.WARNING, note) for note in result.warnings] + ended


def _not_written(refused: Note) -> Note:
    return refused._replace(message=f"nothing was written: {refused.message}")


def said(outcome: Outcome) -> str:
    """The note on a playlist as a sentence; empty without a note."""
    return str(outcome.note) if outcome.note else ""


def change(outcome: Outcome) -> str:
    """A change in words, such as `updated +2 −1`."""
    return f"{outcome.kind} {songs(outcome.added, outcome.removed)}"


def songs(added: int, removed: int) -> str:
    """The numbers of added and removed songs, such as `+1,234 −5`."""
    return f"+{added:,} −{removed:,}"


def all_songs(outcomes: list[Outcome]) -> str:
    """The numbers of songs added to and removed from all these playlists together."""
    return songs(sum(outcome.added for outcome in outcomes), sum(outcome.removed for outcome in outcomes))


def null_items(result: Result) -> int:
    """The number of rows whose song Spotify removed from its catalogue."""
    return sum(outcome.null_items for outcome in result.outcomes)


def counted(number: int, noun: str) -> str:
    """A number with its noun, such as `1 playlist` or `2,000 requests`."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def noteworthy(result: Result) -> list[Outcome]:
    """The playlists that are archived, but have a note."""
    return [outcome for outcome in result.of(*CHANGED, Kind.UNCHANGED) if outcome.note]
