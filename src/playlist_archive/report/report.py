"""Tells what a run did: on the console, in GitHub's step summary, as annotations, as the commit's message."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Final, NamedTuple
from urllib.parse import quote

from ..archive import layout
from ..archive.ids import PlaylistId
from ..archive.registry import Problem, Registry
from ..outcome import Kind, Outcome, Result
from ..render.markdown import at_line_start, bare, link
from ..render.page import Repository
from ..render.text import url
from ..spotify.oembed import UNKNOWN
from ..untrusted import for_annotation, for_commit, for_log, for_property, one_line

COMMIT_LINES: Final = 200
"""Playlists named in a commit's message (our choice: GitHub folds long messages)."""

ANNOTATIONS: Final = 9
"""GitHub shows ten a step; the tenth counts the rest (github-actions.md, section 5)."""

CONSOLE_LINES: Final = 100
"""Files of a pull request that the log names (our choice)."""

SUMMARY_ROWS: Final = 500
SUMMARY_BYTES: Final = 1_000_000
"""A step summary may hold 1 MiB, and vanishes near the limit (github-actions.md, section 5)."""

GITHUB: Final = "https://github.com"

_NO_REPOSITORY: Final = Repository(None)
_CHANGED = (Kind.CREATED, Kind.UPDATED)
_LONGEST_REASON: Final = 300
_LONGEST_TROUBLE: Final = 500
_CUT: Final = "\n\nThe rest is left out: GitHub shows no longer summary. The log has a line for each playlist.\n"


def console_line(outcome: Outcome) -> str:
    """One line a playlist; the kind is our word, so the line never begins with Spotify's text."""
    words = [f"{outcome.kind:<11}", outcome.id]
    if title := for_log(outcome.title):
        words.append(title)
    if outcome.kind in _CHANGED:
        words.append(_songs(outcome.added, outcome.removed))
    if outcome.why:
        words.append(f"({for_log(outcome.why, longest=_LONGEST_REASON)})")
    return " ".join(words)


def console_totals(result: Result) -> list[str]:
    """The closing lines: counts, and what is wrong."""
    counts = [f"{len(found)} {kind}" for kind in Kind if (found := result.of(kind))]
    lines = [f"{', '.join(counts) or 'nothing to archive'}; {_requests(result)}"]
    if nulls := _null_items(result):
        lines.append(f"{nulls:,} removed by Spotify from its catalogue: such rows are counted, not shown")
    return lines + [for_log(told.sentence, longest=_LONGEST_TROUBLE) for told in _whole_run(result)]


def problem_line(problem: Problem) -> str:
    """A bad registry entry, for the console."""
    return f"bad entry   {for_log(problem.path)}: {for_log(problem.sentence, longest=_LONGEST_REASON)}"


def check_lines(registry: Registry, titles: Mapping[PlaylistId, str | None]) -> list[str]:
    """What Spotify's public site says of good entries; nothing of those that it was not asked for."""
    found = [(playlist_id, titles[playlist_id]) for playlist_id in registry.aliases if playlist_id in titles]
    return [f"{playlist_id}: {UNKNOWN if title is None else for_log(title)}" for playlist_id, title in found]


def proposal_lines(removed: Iterable[str], others: Iterable[str]) -> list[str]:
    """What a pull request does besides adding and changing entries, with at most `CONSOLE_LINES` of each kind."""
    return [
        *_first(f"removes     {for_log(path)}" for path in removed),
        *_first(f"touches     {for_log(path)}: no entry of the registry, look at it yourself" for path in others),
    ]


def _first(lines: Iterable[str]) -> list[str]:
    known = list(lines)
    rest = [f"and {len(known) - CONSOLE_LINES:,} more"] if len(known) > CONSOLE_LINES else []
    return known[:CONSOLE_LINES] + rest


def commit_message(result: Result, today: date) -> str:
    """Subject and body (design.md, "A run", step 7)."""
    changed = result.of(*_CHANGED)
    lines = [f"- {_named(outcome)}: {_change(outcome)}" for outcome in changed]
    lost = [outcome for outcome in result.of(Kind.UNAVAILABLE) if outcome.marked]
    marked = [f"- {_named(outcome)}: no longer served" for outcome in lost]
    return _with_body(
        f"Archive {today}: {_playlists(len(changed))} changed, {_all_songs(changed)} songs", lines + marked
    )


def still_watching(since: date) -> str:
    """The subject of the empty commit that keeps GitHub's schedule awake."""
    return f"Still watching: nothing changed since {since}\n"


def annotations(result: Result) -> Iterator[str]:
    """Workflow commands: one a problem, at most `ANNOTATIONS`, and one that counts the rest."""
    messages = [
        *(_annotation(told.level, told.sentence) for told in _whole_run(result)),
        *(problem_annotation(problem) for problem in result.problems),
        *(_annotation("error", f"{lost.id}: {lost.why}") for lost in result.of(Kind.FAILED, Kind.DOUBTED)),
        *(_annotation("warning", f"{lost.id}: {lost.why}") for lost in result.of(Kind.UNAVAILABLE)),
        *(_annotation("warning", f"{told.id}: {told.why}") for told in _told_of(result)),
    ]
    yield from capped(messages)


def problem_annotation(problem: Problem) -> str:
    """A bad registry entry, shown by GitHub at its file and line."""
    file = for_property(problem.path)
    return f"::error file={file},line={problem.line},title=Bad registry entry::{for_annotation(problem.sentence)}"


def warning(sentence: str) -> str:
    """A workflow command that shows a sentence with the run."""
    return _annotation("warning", sentence)


def capped(messages: list[str]) -> list[str]:
    """At most `ANNOTATIONS` of the workflow commands, and one that counts the rest."""
    if len(messages) <= ANNOTATIONS:
        return messages
    return [*messages[:ANNOTATIONS], f"::warning::and {len(messages) - ANNOTATIONS} more, see the run's summary"]


def summary(result: Result, today: date, repository: Repository = _NO_REPOSITORY, *, server: str = GITHUB) -> str:
    """The step summary: totals, what changed, what is wrong and what to do about it.

    Names lead to the pages of `repository` on the GitHub at `server`, or to Spotify where there is no such page.
    """
    pages = f"{server}/{quote(repository.name)}/blob/{quote(repository.branch)}" if repository.name else ""
    lost = result.of(Kind.FAILED) + result.of(Kind.DOUBTED) + result.of(Kind.UNAVAILABLE)
    sections = [
        f"## Archive of {today}",
        _totals(result),
        *(f"> [!{_ALERTS[told.level]}]\n> {_text_at_line_start(told.sentence)}" for told in _whole_run(result)),
        section("What changed", [f"{_link(outcome, pages)}: {_change(outcome)}" for outcome in result.of(*_CHANGED)]),
        section("What to look at", [f"{_link(o, pages)}: {_text(o.why)}" for o in _told_of(result)]),
        section("Bad registry entries", [problem_text(problem) for problem in result.problems]),
        section("What is wrong", [f"{_link(o, pages)}: {o.kind}: {_text(o.why)}" for o in lost]),
        section("What was left for another run", _reasons(result.of(Kind.SKIPPED))),
    ]
    return fitting("\n\n".join(section for section in sections if section) + "\n")


def _told_of(result: Result) -> list[Outcome]:
    """Playlists that are archived, and of which there is something to be told all the same."""
    return [outcome for outcome in result.of(*_CHANGED, Kind.UNCHANGED) if outcome.why]


def _totals(result: Result) -> str:
    changed = result.of(*_CHANGED)
    rows = {
        **{str(kind): f"{len(result.of(kind)):,}" for kind in Kind},
        "songs": _all_songs(changed),
        "songs that Spotify removed": f"{_null_items(result):,}",
        "requests": f"{result.requests:,}",
    }
    return "\n".join(["| Playlists | |", "|---|---|", *(f"| {name} | {value} |" for name, value in rows.items())])


class _Told(NamedTuple):
    """What is to be told of the whole run, and GitHub's word for how bad it is."""

    level: str
    sentence: str


_ALERTS: Final = {"error": "CAUTION", "notice": "NOTE"}
"""The Markdown alert for each level."""


def _whole_run(result: Result) -> list[_Told]:
    """The worst first; that a run ended where it was meant to is no error."""
    refused = [f"nothing was written: {result.refused}"] if result.refused else []
    wrong = [_Told("error", sentence) for sentence in (*refused, *result.troubles)]
    ended = [_Told("error" if result.cut_short else "notice", result.ended)] if result.ended else []
    return wrong + ended


def section(title: str, lines: list[str]) -> str:
    """A list of Markdown under a heading, cut where it is endless; nothing for an empty one."""
    if not lines:
        return ""
    rest = [f"- and {len(lines) - SUMMARY_ROWS:,} more"] if len(lines) > SUMMARY_ROWS else []
    return "\n".join([f"### {title}", "", *(f"- {line}" for line in lines[:SUMMARY_ROWS]), *rest])


def _link(outcome: Outcome, pages: str) -> str:
    """The name with a link to its page; what was never archived has neither name nor page."""
    title = one_line(outcome.title)
    if title and pages:
        return link(title, f"{pages}/{layout.pretty(outcome.id)}")
    return link(title or outcome.id, url("playlist", outcome.id))


def problem_text(problem: Problem) -> str:
    """A bad registry entry, as Markdown."""
    return f"{_text_at_line_start(problem.path)}: {_text(problem.sentence)}"


def _reasons(outcomes: Iterable[Outcome]) -> list[str]:
    """One line a reason, for a run may skip thousands."""
    return [f"{_playlists(count)}: {_text(why)}" for why, count in Counter(o.why for o in outcomes).items()]


def _text(text: str) -> str:
    return bare(one_line(text, longest=_LONGEST_TROUBLE))


def _text_at_line_start(text: str) -> str:
    return at_line_start(one_line(text, longest=_LONGEST_TROUBLE))


def fitting(text: str) -> str:
    """The text, or its first lines where GitHub would not show it whole."""
    if len(text.encode()) <= SUMMARY_BYTES:
        return text
    room = SUMMARY_BYTES - len(_CUT.encode())
    return text.encode()[:room].rpartition(b"\n")[0].decode() + _CUT


def _named(outcome: Outcome) -> str:
    title = for_commit(outcome.title)
    return f"{title} ({outcome.id})" if title else outcome.id


def _all_songs(outcomes: list[Outcome]) -> str:
    return _songs(sum(outcome.added for outcome in outcomes), sum(outcome.removed for outcome in outcomes))


def _null_items(result: Result) -> int:
    return sum(outcome.null_items for outcome in result.outcomes)


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
