"""Lines about a result for the person at a terminal: plain text that no program obeys."""

from collections.abc import Iterable, Mapping
from typing import Final

from ..archive.ids import PlaylistId
from ..archive.registry import Problem, Registry
from ..outcome import Kind, Outcome, Result
from ..untrusted import for_log
from .words import CHANGED, LONGEST_REASON, UNKNOWN, counted, notices, null_items, said, songs

MOST_LINES: Final = 100
"""The most files of a pull request that the log names per kind (our choice)."""


def of_run(result: Result) -> list[str]:
    """The closing lines of a run: the counts, then the notices on the whole run."""
    counts = [f"{len(found)} {kind}" for kind in Kind if (found := result.of(kind))]
    lines = [f"{', '.join(counts) or 'nothing to archive'}; {counted(result.requests, 'request')}"]
    if nulls := null_items(result):
        lines.append(f"{nulls:,} removed by Spotify from its catalogue: such rows are counted, not shown")
    return lines + [for_log(notice.text, longest=LONGEST_REASON) for notice in notices(result)]


def of_outcome(outcome: Outcome) -> str:
    """The line for a playlist. It begins with the kind, which is our word, and never with Spotify's text."""
    words = [f"{outcome.kind:<11}", outcome.id]
    if title := for_log(outcome.title):
        words.append(title)
    if outcome.kind in CHANGED:
        words.append(songs(outcome.added, outcome.removed))
    if why := said(outcome):
        words.append(f"({for_log(why, longest=LONGEST_REASON)})")
    return " ".join(words)


def of_problem(problem: Problem) -> str:
    """The line for a bad registry entry."""
    return f"bad entry   {for_log(problem.path)}: {for_log(problem.sentence, longest=LONGEST_REASON)}"


def of_titles(registry: Registry, titles: Mapping[PlaylistId, str | None]) -> list[str]:
    """One line per good entry whose title was looked up on Spotify's public site."""
    found = [(playlist_id, titles[playlist_id]) for playlist_id in registry.aliases if playlist_id in titles]
    return [f"{playlist_id}: {UNKNOWN if title is None else for_log(title)}" for playlist_id, title in found]


def of_other_files(removed: Iterable[str], others: Iterable[str]) -> list[str]:
    """The lines for removed entries, and for files that are no entries: at most `MOST_LINES` of each kind."""
    return [
        *_first(f"removes     {for_log(path)}" for path in removed),
        *_first(f"touches     {for_log(path)}: no entry of the registry, look at it yourself" for path in others),
    ]


def _first(lines: Iterable[str]) -> list[str]:
    known = list(lines)
    rest = [f"and {len(known) - MOST_LINES:,} more"] if len(known) > MOST_LINES else []
    return known[:MOST_LINES] + rest
