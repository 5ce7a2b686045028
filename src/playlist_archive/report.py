"""Tells what a run did: on the console, in GitHub's step summary, as annotations, as the commit's message."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Final

from . import layout
from .outcome import Kind, Outcome, Result
from .registry import Problem
from .render.markdown import bare, link
from .untrusted import for_annotation, for_commit, for_log, for_property

COMMIT_LINES: Final = 200
"""Playlists named in a commit's message (our choice: GitHub folds long messages)."""

ANNOTATIONS: Final = 9
"""GitHub shows ten a step; the tenth counts the rest (github-actions.md, section 5)."""

SUMMARY_ROWS: Final = 500
SUMMARY_BYTES: Final = 1_000_000
"""A step summary may hold 1 MiB, and vanishes near the limit (github-actions.md, section 5)."""

_CHANGED = (Kind.CREATED, Kind.UPDATED)
_WRONG = (Kind.FAILED, Kind.UNAVAILABLE, Kind.SKIPPED)


def console_line(outcome: Outcome) -> str:
    """One line a playlist; the kind is our word, so the line never begins with Spotify's text."""
    words = [f"{outcome.kind:<11}", outcome.id]
    if outcome.title:
        words.append(for_log(outcome.title))
    if outcome.kind in _CHANGED:
        words.append(_songs(outcome.added, outcome.removed))
    if outcome.why:
        words.append(f"({for_log(outcome.why, longest=300)})")
    return " ".join(words)


def console_totals(result: Result) -> list[str]:
    """The closing lines: counts, and what is wrong."""
    counts = [f"{len(found)} {kind}" for kind in Kind if (found := result.of(kind))]
    lines = [f"{', '.join(counts) or 'nothing to archive'}; {_requests(result)}"]
    if nulls := sum(outcome.null_items for outcome in result.outcomes):
        lines.append(f"{nulls} rows are songs that Spotify removed: they are counted, not shown")
    return lines + [f"{for_log(wrong, longest=500)}" for wrong in _whole_run(result)]


def problem_line(problem: Problem) -> str:
    """A bad registry entry, for the console."""
    return f"bad entry   {for_log(problem.path)}: {problem.sentence}"


def commit_message(result: Result, today: date) -> str:
    """Subject and body (design.md, "A run", step 7)."""
    changed = result.of(*_CHANGED)
    songs = _songs(sum(outcome.added for outcome in changed), sum(outcome.removed for outcome in changed))
    lines = [f"- {for_commit(outcome.title)} ({outcome.id}): {_change(outcome)}" for outcome in changed]
    lost = [outcome for outcome in result.of(Kind.UNAVAILABLE) if outcome.marked]
    marked = [f"- {for_commit(outcome.title)} ({outcome.id}): no longer served" for outcome in lost]
    return _with_body(f"Archive {today}: {_playlists(len(changed))} changed, {songs} songs", lines + marked)


def still_watching(since: date) -> str:
    """The subject of the empty commit that keeps GitHub's schedule awake."""
    return f"Still watching: nothing changed since {since}\n"


def annotations(result: Result) -> Iterator[str]:
    """Workflow commands: one a problem, at most `ANNOTATIONS`, and one that counts the rest."""
    messages = [
        *(_annotation("error", wrong) for wrong in _whole_run(result)),
        *(problem_annotation(problem) for problem in result.problems),
        *(_annotation("error", f"{lost.id}: {lost.why}") for lost in result.of(Kind.FAILED)),
        *(_annotation("warning", f"{lost.id}: {lost.why}") for lost in result.of(Kind.UNAVAILABLE)),
    ]
    yield from capped(messages)


def problem_annotation(problem: Problem) -> str:
    """A bad registry entry, shown by GitHub at its file and line."""
    file = for_property(problem.path)
    return f"::error file={file},line={problem.line},title=Bad registry entry::{for_annotation(problem.sentence)}"


def capped(messages: list[str]) -> list[str]:
    """At most `ANNOTATIONS` of the workflow commands, and one that counts the rest."""
    if len(messages) <= ANNOTATIONS + 1:
        return messages
    return [*messages[:ANNOTATIONS], f"::warning::and {len(messages) - ANNOTATIONS} more, see the run's summary"]


def summary(result: Result, today: date) -> str:
    """The step summary: totals, what changed, what is wrong and what to do about it."""
    counts = [f"| {kind} | {len(result.of(kind)):,} |" for kind in Kind]
    sections = [
        f"## Archive of {today}",
        "\n".join(["| Playlists | |", "|---|---|", *counts, f"| requests | {result.requests:,} |", _nulls(result)]),
        *(f"> [!CAUTION]\n> {bare(wrong)}" for wrong in _whole_run(result)),
        _section("What changed", [_changed_line(outcome) for outcome in result.of(*_CHANGED)]),
        _section("Bad registry entries", [f"{bare(wrong.path)}: {bare(wrong.sentence)}" for wrong in result.problems]),
        _section("What is wrong", [_wrong_line(outcome) for outcome in result.of(*_WRONG)]),
    ]
    text = "\n\n".join(section for section in sections if section) + "\n"
    return text.encode()[:SUMMARY_BYTES].decode(errors="ignore")


def _whole_run(result: Result) -> list[str]:
    """What is wrong with the run, not with one playlist."""
    refused = f"nothing was written: {result.refused}" if result.refused else ""
    return [wrong for wrong in (refused, *result.troubles, result.ended) if wrong]


def _section(title: str, lines: list[str]) -> str:
    if not lines:
        return ""
    rest = [f"- and {len(lines) - SUMMARY_ROWS:,} more"] if len(lines) > SUMMARY_ROWS else []
    return "\n".join([f"### {title}", "", *(f"- {line}" for line in lines[:SUMMARY_ROWS]), *rest])


def _changed_line(outcome: Outcome) -> str:
    return f"{_page_link(outcome)}: {_change(outcome)}"


def _wrong_line(outcome: Outcome) -> str:
    return f"{_page_link(outcome)}: {outcome.kind}: {bare(outcome.why)}"


def _page_link(outcome: Outcome) -> str:
    return link(for_log(outcome.title) or outcome.id, f"../blob/HEAD/{layout.pretty(outcome.id)}")


def _nulls(result: Result) -> str:
    return f"| songs that Spotify removed | {sum(outcome.null_items for outcome in result.outcomes):,} |"


def _change(outcome: Outcome) -> str:
    return f"{outcome.kind} {_songs(outcome.added, outcome.removed)}"


def _songs(added: int, removed: int) -> str:
    return f"+{added:,} −{removed:,}"


def _playlists(number: int) -> str:
    return f"{number:,} playlist{'' if number == 1 else 's'}"


def _requests(result: Result) -> str:
    return f"{result.requests:,} request{'' if result.requests == 1 else 's'}"


def _annotation(level: str, message: str) -> str:
    return f"::{level}::{for_annotation(message)}"


def _with_body(subject: str, lines: Iterable[str]) -> str:
    body = list(lines)
    rest = [f"- and {len(body) - COMMIT_LINES:,} more"] if len(body) > COMMIT_LINES else []
    return "\n".join([subject, *([""] if body else []), *body[:COMMIT_LINES], *rest]) + "\n"
