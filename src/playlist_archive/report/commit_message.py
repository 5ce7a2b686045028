"""A result for the history of the archive: the messages of commits."""

import re
from collections.abc import Collection, Iterable
from datetime import date
from typing import Final

from ..archive.ids import PlaylistId
from ..outcome import Kind, Outcome, Result
from ..untrusted import for_commit
from .words import CHANGED, all_songs, change, counted

COMMIT_LINES: Final = 200
"""Playlists named in a commit's message (our choice: GitHub folds long messages)."""


FORGET: Final = "Forget"
"""How the subject of a commit begins that takes a day back."""

_FORGOTTEN: Final = re.compile(r"^- ([0-9A-Za-z]{22}) without (\d{4}-\d\d-\d\d)$", re.MULTILINE)


def commit_message(result: Result, today: date) -> str:
    """Subject and body: a line per playlist that changed or is no longer served."""
    changed = result.of(*CHANGED)
    lines = [f"- {_named(outcome)}: {change(outcome)}" for outcome in changed]
    lost = [outcome for outcome in result.of(Kind.UNAVAILABLE) if outcome.marked]
    marked = [f"- {_named(outcome)}: no longer served" for outcome in lost]
    subject = f"Archive {today}: {counted(len(changed), 'playlist')} changed, {all_songs(changed)} songs"
    return _with_body(subject, lines + marked)


def forget_message(day: date, playlists: Collection[PlaylistId]) -> str:
    """Subject and body of the commit that takes a day back; `forgotten_days` reads the body again."""
    lines = [f"- {playlist_id} without {day}" for playlist_id in sorted(playlists)]
    subject = f"{FORGET} {day}: {counted(len(lines), 'playlist')} as if that day had not been seen"
    return "\n".join([subject, "", *lines]) + "\n"


def forgotten_days(messages: str) -> frozenset[tuple[str, date]]:
    """The playlists and days that commits with these messages took back."""
    return frozenset((playlist_id, date.fromisoformat(day)) for playlist_id, day in _FORGOTTEN.findall(messages))


def still_watching(since: date) -> str:
    """The subject of the empty commit that keeps GitHub's schedule awake."""
    return f"Still watching: nothing changed since {since}\n"


def _named(outcome: Outcome) -> str:
    title = for_commit(outcome.title)
    return f"{title} ({outcome.id})" if title else outcome.id


def _with_body(subject: str, lines: Iterable[str]) -> str:
    body = list(lines)
    rest = [f"- and {len(body) - COMMIT_LINES:,} more"] if len(body) > COMMIT_LINES else []
    return "\n".join([subject, *([""] if body else []), *body[:COMMIT_LINES], *rest]) + "\n"
