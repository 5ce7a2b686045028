"""What an archive answers, to compare it with what another one does."""

from dataclasses import replace
from pathlib import Path

from playlist_archive.history.answers import Change
from playlist_archive.history.cache import timelines
from playlist_archive.history.compare import events
from playlist_archive.history.timeline import day_ends


def told(root: Path) -> dict[str, object]:
    """What `log`, `show` and `diff` tell of every playlist and day, without the hashes of commits."""
    found: dict[str, object] = {}
    for timeline in timelines(root):
        states = [replace(state, commit=None) for state in day_ends(timeline)]
        changed = [replace(event, commit=None) for event in events(timeline)]
        found[timeline.id] = (timeline.is_cut, states, changed)
    return found


def as_it_is(change: Change) -> Change:
    """All of a change in the log."""
    return change
