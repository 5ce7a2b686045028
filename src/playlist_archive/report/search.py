"""The answer to `search` as plain lines."""

from collections.abc import Iterator

from ..history.found import Found, InPlaylist, Searched
from .history import song_line, words


def search_lines(searched: Searched) -> Iterator[str]:
    """One line per song, and below it one line per time that the song belonged to a playlist."""
    for found in searched.found:
        yield song_line(found.song)
        yield from (f"  {time_line(time)}" for time in found.presences)
    if not searched.found:
        yield "nothing was found"


def time_line(time: InPlaylist) -> str:
    """`PLAYLIST: since 2026-05-05`, or `PLAYLIST: 2026-05-05 to 2026-06-01`."""
    return f"{words(time.title)}: {_days(time)}"


def added(time: InPlaylist) -> str:
    """The day on which the song was added, with `or earlier` if the song may be older."""
    return f"{time.presence.added_on}{' or earlier' if time.presence.upper_bound else ''}"


def _days(time: InPlaylist) -> str:
    ended = time.presence.removed_on
    return f"{added(time)} to {ended}" if ended else f"since {added(time)}"


def note_lines(searched: Searched) -> Iterator[str]:
    """One line in brackets per note on what the answer lacks."""
    notes = [*searched.notes]
    if searched.has_more:
        count = len(searched.found)
        notes.append(f"only the best {count:,} are shown: `--limit 0` shows all, more words find fewer")
    yield from (f"({words(note)})" for note in notes)


def shown_presences(found: Found) -> Iterator[tuple[str, str, str]]:
    """The cells of a table, one row per time that the song belonged: playlist, added, removed."""
    for time in found.presences:
        yield words(time.title), added(time), str(time.presence.removed_on or "")
