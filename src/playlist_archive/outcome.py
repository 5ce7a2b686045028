"""What became of each playlist in a run: what `update` makes and `report` tells."""

import json
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Final, NamedTuple

from pydantic import TypeAdapter

from .archive.doubt import Suspect
from .archive.ids import PlaylistId, parse_playlist_id
from .archive.model import Reason
from .archive.registry import Problem
from .exit_code import ExitCode


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

    `title` is Spotify's text; `why` is a sentence for all but the served ones, and for those that turned private.
    """

    id: PlaylistId
    kind: Kind
    title: str = ""
    added: int = 0
    removed: int = 0
    null_items: int = 0
    likes: int | None = None
    why: str = ""
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
    are sentences on what is wrong with the run as a whole, `warnings` on what is or will be inconvenient.

    `suspects` are playlists that wait for a judgement over all shards of a run. `at` is the time of Spotify's last
    answer, None where there was none.
    """

    day: date
    outcomes: tuple[Outcome, ...]
    problems: tuple[Problem, ...]
    requests: int
    written: tuple[str, ...]
    ended: str = ""
    cut_short: bool = False
    refused: str = ""
    interrupted: bool = False
    troubles: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    suspects: tuple[Suspect, ...] = ()
    at: datetime | None = None

    def of(self, *kinds: Kind) -> list[Outcome]:
        """The outcomes of some kinds, in order."""
        return [outcome for outcome in self.outcomes if outcome.kind in kinds]

    def with_trouble(self, sentence: str) -> "Result":
        """The same run with one more thing that is wrong with it."""
        return self._replace(troubles=(*self.troubles, sentence))

    @property
    def exit_code(self) -> int:
        """0 done, 3 some failed or are not well-formed, 4 nothing was served, 130 somebody stopped the run."""
        if self.interrupted:
            return ExitCode.INTERRUPTED
        if self.refused:
            return ExitCode.REFUSED
        partial = self.problems or self.of(Kind.FAILED, Kind.DOUBTED) or self.troubles or self.cut_short
        return ExitCode.PARTIAL if partial else ExitCode.DONE


_RESULT: Final = TypeAdapter(Result)


def _snapshot_id(suspect: Suspect) -> str:
    """The id of a suspect; empty where its snapshot is of another playlist, or missing."""
    snapshot = suspect.snapshot
    return suspect.playlist_id if snapshot and snapshot.id == suspect.playlist_id else ""


def result_text(result: Result) -> str:
    """The result as a JSON object, whose keys are the fields of `Result`, for another process to read."""
    outcomes = [outcome._asdict() for outcome in result.outcomes]
    problems = [problem._asdict() for problem in result.problems]
    suspects = [suspect._asdict() for suspect in result.suspects]
    data = result._asdict() | {"outcomes": outcomes, "problems": problems, "suspects": suspects}
    return json.dumps(data, default=str, indent=1) + "\n"


def read_result(path: Path) -> Result | None:
    """What `result_text` gave; None where there is no such file, or none that is whole and of playlists."""
    try:
        result = _RESULT.validate_json(path.read_bytes())
        for playlist_id in (*(outcome.id for outcome in result.outcomes), *map(_snapshot_id, result.suspects)):
            parse_playlist_id(playlist_id)
    except (OSError, ValueError):
        return None
    return result
