"""The summary of a run's result on GitHub: a page of Markdown."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Final
from urllib.parse import quote

from ..ahead import End, nearest
from ..archive import layout
from ..archive.registry import Problem
from ..outcome import Kind, Outcome, Result
from ..render.markdown import at_line_start, bare, link
from ..render.page import Repository
from ..render.text import url
from ..untrusted import one_line, without_tokens
from .words import (
    CHANGED,
    LONGEST_REASON,
    Level,
    Notice,
    all_songs,
    change,
    counted,
    noteworthy,
    notices,
    null_items,
    said,
)

MOST_ROWS: Final = 500
"""The most lines of one list (our choice)."""

MOST_BYTES: Final = 1_000_000
"""The most bytes of a summary. GitHub allows 1 MiB, and summaries near that limit vanish.

See docs/github.md, "What GitHub shows of a run".
"""

GITHUB: Final = "https://github.com"

_ALERTS: Final = {Level.ERROR: "CAUTION", Level.WARNING: "WARNING", Level.NOTICE: "NOTE"}
"""The Markdown alert per level."""

_NO_REPOSITORY: Final = Repository(None)
_CUT: Final = "\n\nThe rest is left out: GitHub shows no longer summary. The log has a line per playlist.\n"


def of_run(
    result: Result, repository: Repository = _NO_REPOSITORY, *, server: str = GITHUB, ends: Iterable[End] = ()
) -> str:
    """The whole page: totals, the nearest end, the changes, the problems and their remedies.

    Names link to the pages of `repository` on the GitHub at `server`, or to Spotify if there is no such page.
    """
    pages = f"{server}/{quote(repository.name)}/blob/{quote(repository.branch)}" if repository.name else ""
    lost = result.of(Kind.FAILED) + result.of(Kind.DOUBTED) + result.of(Kind.UNAVAILABLE)
    changed = result.of(*CHANGED)
    return page(
        [
            f"## Archive of {result.day}",
            _totals(result),
            _next_end(ends, result.day),
            *map(_of_notice, notices(result)),
            section("What changed", [f"{_link(outcome, pages)}: {change(outcome)}" for outcome in changed]),
            section("What to look at", [f"{_link(one, pages)}: {_text(said(one))}" for one in noteworthy(result)]),
            section("Bad registry entries", list(map(of_problem, result.problems))),
            section("What is wrong", [f"{_link(o, pages)}: {o.kind}: {_text(said(o))}" for o in lost]),
            section("What was left for another run", _reasons(result.of(Kind.SKIPPED))),
        ]
    )


def of_problem(problem: Problem) -> str:
    """The line of Markdown for a bad registry entry."""
    return f"{_text_at_line_start(problem.path)}: {_text(problem.sentence)}"


def section(title: str, lines: Sequence[str]) -> str:
    """A list under a heading, with at most `MOST_ROWS` lines and the count of the rest; empty without lines."""
    if not lines:
        return ""
    rest = [f"- and {len(lines) - MOST_ROWS:,} more"] if len(lines) > MOST_ROWS else []
    return "\n".join([f"### {title}", "", *(f"- {line}" for line in lines[:MOST_ROWS]), *rest])


def page(sections: Iterable[str]) -> str:
    """One page of all sections that are not empty. A page that GitHub would not show is cut to its first lines."""
    text = "\n\n".join(filter(None, sections)) + "\n"
    if len(text.encode()) <= MOST_BYTES:
        return text
    room = MOST_BYTES - len(_CUT.encode())
    return text.encode()[:room].rpartition(b"\n")[0].decode() + _CUT


def _totals(result: Result) -> str:
    rows = {
        **{str(kind): f"{len(result.of(kind)):,}" for kind in Kind if kind != Kind.DOUBTED or result.of(kind)},
        "songs": all_songs(result.of(*CHANGED)),
        "songs that Spotify removed": f"{null_items(result):,}",
        "requests": f"{result.requests:,}",
    }
    return "\n".join(["| Playlists | |", "|---|---|", *(f"| {name} | {value} |" for name, value in rows.items())])


def _next_end(ends: Iterable[End], today: date) -> str:
    """A sentence about the nearest end. `doctor` tells all ends."""
    end = nearest(ends)
    return f"Next: {end.what} in {counted(end.days_left(today), 'day')}, on {end.on}." if end else ""


def _of_notice(notice: Notice) -> str:
    return f"> [!{_ALERTS[notice.level]}]\n> {_text_at_line_start(notice.text)}"


def _link(outcome: Outcome, pages: str) -> str:
    """The playlist's name with a link to its page. A playlist that was never archived has neither name nor page."""
    title = one_line(outcome.title)
    if title and pages:
        return link(title, f"{pages}/{layout.pretty(outcome.id)}", otherwise=outcome.id)
    return link(title, url("playlist", outcome.id), otherwise=outcome.id)


def _reasons(outcomes: Iterable[Outcome]) -> list[str]:
    """One line per reason, since a run may skip thousands of playlists."""
    reasons = Counter(said(outcome) for outcome in outcomes)
    return [f"{counted(count, 'playlist')}: {_text(why)}" for why, count in reasons.items()]


def _text(text: str) -> str:
    return bare(one_line(without_tokens(text), longest=LONGEST_REASON))


def _text_at_line_start(text: str) -> str:
    return at_line_start(one_line(without_tokens(text), longest=LONGEST_REASON))
