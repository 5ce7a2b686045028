"""What became of each playlist in a run: what `update` makes and `report` tells."""

from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple

from .archive.doubt import Suspect
from .archive.ids import PlaylistId
from .archive.model import Reason
from .archive.registry import Problem
from .exit_code import ExitCode
from .problem import Note


class Kind(StrEnum):
    """One of these for every playlist (docs/design.md, "A run", step 5)."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    UNAVAILABLE = "unavailable"
    DOUBTED = "doubted"
    FAILED = "failed"
    SKIPPED = "skipped"


SERVED = frozenset({Kind.CREATED, Kind.UPDATED, Kind.UNCHANGED, Kind.DOUBTED})
"""Kinds of playlists that Spotify served. What it served of the doubted is not believed: they are as they were."""


class Outcome(NamedTuple):
    """What became of one playlist.

    `title` is Spotify's text; all but the served ones have a `note`, and those of which there is something to tell.
    """

    id: PlaylistId
    kind: Kind
    title: str = ""
    added: int = 0
    removed: int = 0
    null_items: int = 0
    likes: int | None = None
    note: Note | None = None
    marked: bool = False
    """Whether this run is the first to tell readers that Spotify stopped serving it."""
    was_served: bool = False
    """Whether the record says that Spotify served it until now."""
    lost: Reason | None = None
    """Why Spotify does not serve what it served until now; to be marked, if the run is to be believed."""
    digest: str = ""
    """For a playlist that was never seen before: what tells whether another one has the very same songs."""


class Result(NamedTuple):
    """A whole run.

    `day` is that of its start, in UTC, however long it takes. `ended` says why no more was asked, and `cut_short` that
    this was not as planned, `interrupted` that somebody stopped the run; `refused` why nothing is trusted; `troubles`
    tell what is wrong with the run as a whole, `warnings` what is or will be inconvenient.

    `suspects` are playlists that wait for a judgement over all shards of a run. `at` is the time of Spotify's last
    answer, None where there was none.
    """

    day: date
    outcomes: tuple[Outcome, ...]
    problems: tuple[Problem, ...]
    requests: int
    written: tuple[str, ...]
    ended: Note | None = None
    cut_short: bool = False
    refused: Note | None = None
    interrupted: bool = False
    troubles: tuple[Note, ...] = ()
    warnings: tuple[Note, ...] = ()
    suspects: tuple[Suspect, ...] = ()
    at: datetime | None = None

    def of(self, *kinds: Kind) -> list[Outcome]:
        """The outcomes of some kinds, in order."""
        return [outcome for outcome in self.outcomes if outcome.kind in kinds]

    def with_trouble(self, message: str, remedy: str = "") -> "Result":
        """The same run with one more thing that is wrong with it."""
        return self._replace(troubles=(*self.troubles, Note(message, remedy)))

    @property
    def exit_code(self) -> int:
        """0 done, 3 some failed or are not well-formed, 4 nothing was served, 130 somebody stopped the run."""
        if self.interrupted:
            return ExitCode.INTERRUPTED
        if self.refused:
            return ExitCode.REFUSED
        partial = self.problems or self.of(Kind.FAILED, Kind.DOUBTED) or self.troubles or self.cut_short
        return ExitCode.PARTIAL if partial else ExitCode.DONE
