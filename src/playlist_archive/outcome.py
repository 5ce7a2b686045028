"""What became of each playlist in a run: what `update` makes and `report` tells."""

import json
from collections.abc import Iterable, Sequence
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Final, NamedTuple

from pydantic import TypeAdapter

from .archive.ids import PlaylistId, parse_playlist_id
from .archive.model import Reason
from .archive.registry import Problem


class Kind(StrEnum):
    """One of these for every playlist (design.md, "A run", step 5)."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    UNAVAILABLE = "unavailable"
    FAILED = "failed"
    SKIPPED = "skipped"


SERVED = frozenset({Kind.CREATED, Kind.UPDATED, Kind.UNCHANGED})


class Outcome(NamedTuple):
    """What became of one playlist. `title` is Spotify's text; `why` is a sentence for all but the served ones."""

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


class ExitCode:
    """What the command returns (design.md, "Commands")."""

    DONE = 0
    USAGE = 2
    PARTIAL = 3
    REFUSED = 4
    INTERRUPTED = 130


class Result(NamedTuple):
    """A whole run.

    `day` is that of its start, in UTC, however long it takes. `ended` says why no more was asked, and `cut_short` that
    this was not as planned, `interrupted` that somebody stopped the run; `refused` why nothing is trusted; `troubles`
    are sentences on what is wrong with the run as a whole.
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
        partial = self.problems or self.of(Kind.FAILED) or self.troubles or self.cut_short
        return ExitCode.PARTIAL if partial else ExitCode.DONE


_RESULT: Final = TypeAdapter(Result)


def result_text(result: Result) -> str:
    """The result as a JSON object, whose keys are the fields of `Result`, for another process to read."""
    outcomes = [outcome._asdict() for outcome in result.outcomes]
    problems = [problem._asdict() for problem in result.problems]
    data = result._asdict() | {"outcomes": outcomes, "problems": problems}
    return json.dumps(data, default=str, indent=1) + "\n"


def read_result(path: Path) -> Result | None:
    """What `result_text` gave; None where there is no such file, or none that is whole and of playlists."""
    try:
        result = _RESULT.validate_json(path.read_bytes())
        for outcome in result.outcomes:
            parse_playlist_id(outcome.id)
    except (OSError, ValueError):
        return None
    return result


def together(results: Sequence[Result], playlists: Iterable[PlaylistId], *, today: date) -> Result:
    """What the shards of a run did, as one result, with an outcome for each of `playlists`.

    Those of a shard that left no result count as failed; of two results that tell of a playlist the newer one counts.
    The day is that of the shards, `today` where there are none.
    """
    results = sorted(results, key=lambda result: result.day)
    outcomes = {outcome.id: outcome for result in results for outcome in result.outcomes}
    for playlist_id in playlists:
        outcomes.setdefault(playlist_id, Outcome(playlist_id, Kind.FAILED, why="its shard left no result"))
    return Result(
        day=max((result.day for result in results), default=today),
        outcomes=tuple(outcomes[playlist_id] for playlist_id in sorted(outcomes)),
        problems=tuple(dict.fromkeys(problem for result in results for problem in result.problems)),
        requests=sum(result.requests for result in results),
        written=tuple(sorted({path for result in results for path in result.written})),
        ended=next((result.ended for result in results if result.ended), ""),
        cut_short=any(result.cut_short for result in results),
        interrupted=any(result.interrupted for result in results),
        troubles=tuple(dict.fromkeys(trouble for result in results for trouble in result.troubles)),
    )
