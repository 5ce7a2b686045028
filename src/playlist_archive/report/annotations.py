"""Workflow commands for a run's result. GitHub shows them as annotations on the page of the run."""

from collections.abc import Sequence
from typing import Final

from ..archive.registry import Problem
from ..outcome import Kind, Result
from ..untrusted import for_annotation, for_property
from .words import Level, noteworthy, notices, said

MOST_ANNOTATIONS: Final = 9
"""The most annotations before the last, which counts the rest: GitHub shows ten per step.

See docs/github.md, "What GitHub shows of a run".
"""


def of_run(result: Result) -> list[str]:
    """One command per problem, the worst first: at most `MOST_ANNOTATIONS`, then a command that counts the rest."""
    return capped(
        [
            *(of_sentence(notice.level, notice.text) for notice in notices(result)),
            *map(of_problem, result.problems),
            *(of_sentence(Level.ERROR, f"{lost.id}: {said(lost)}") for lost in result.of(Kind.FAILED, Kind.DOUBTED)),
            *(of_sentence(Level.WARNING, f"{lost.id}: {said(lost)}") for lost in result.of(Kind.UNAVAILABLE)),
            *(of_sentence(Level.WARNING, f"{one.id}: {said(one)}") for one in noteworthy(result)),
        ]
    )


def of_problem(problem: Problem) -> str:
    """The command for a bad registry entry, shown at its file and line."""
    file = for_property(problem.path)
    return f"::error file={file},line={problem.line},title=Bad registry entry::{for_annotation(problem.sentence)}"


def of_sentence(level: Level, text: str) -> str:
    """The command that shows a sentence on the page of the run."""
    return f"::{level}::{for_annotation(text)}"


def capped(commands: Sequence[str]) -> list[str]:
    """At most `MOST_ANNOTATIONS` of the commands, then a command that counts the rest."""
    if len(commands) <= MOST_ANNOTATIONS:
        return list(commands)
    rest = f"::warning::and {len(commands) - MOST_ANNOTATIONS} more, see the run's summary"
    return [*commands[:MOST_ANNOTATIONS], rest]
