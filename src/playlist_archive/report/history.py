"""The answers to `show`, `diff` and `log` as plain lines, safe for a terminal, a log and a pipe."""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Final

from ..archive.model import Named
from ..history.answers import Basis, Change, Compared, DayText, Logged, Shown
from ..history.compare import Changed, Difference, Moved, TextChange, value_text
from ..history.timeline import Song, State
from ..render.text import counted, length, total_length
from ..untrusted import for_log

_LONGEST: Final = 1_000
_KEYS: Final = {
    "name": "renamed",
    "alias": "shown under another name",
    "description": "another description",
    "owner": "another owner",
    "likes": "likes",
    "unavailable": "availability",
}


@lru_cache(maxsize=5_000)
def words(text: str) -> str:
    """A text from Spotify on one line, safe to print."""
    return for_log(text, longest=_LONGEST)


def artists(song: Song) -> str:
    """The artists' names, joined with commas as on every page."""
    return words(", ".join(artist.name for artist in song.artists))


def album(song: Song) -> str:
    """The name of an episode's show, else of the album; empty if the song has neither."""
    found = song.show or song.album
    return words(found.name) if found else ""


def title(song: Song) -> str:
    """The title of a song, or its URI if it has no title."""
    return words(song.name) or words(song.uri)


def song_line(song: Song) -> str:
    """`TITLE -- ARTIST, ARTIST -- ALBUM`, as in the plain pages."""
    return " -- ".join(filter(None, (title(song), artists(song), album(song))))


def heading(shown: Shown) -> Iterator[str]:
    """The lines above the songs: name, description, owner, counts, and the basis of the answer."""
    state = shown.state
    yield words(state.title) or state.playlist_id
    if description := words(state.description):
        yield description
    yield " - ".join(filter(None, (owner(state.owner), counted(state.likes, "like"), *_size(state))))
    if state.unavailable:
        yield f"Spotify stopped serving this playlist on {state.unavailable.since} ({state.unavailable.reason})"
    yield from basis_lines(shown.basis)


def basis_lines(basis: Basis) -> Iterator[str]:
    """The basis of an answer, in brackets; no line if there is nothing to say about it."""
    if basis.sentence:
        yield f"({for_log(basis.sentence, longest=_LONGEST)})"


def shown_lines(shown: Shown) -> Iterator[str]:
    """The lines that answer `show`."""
    yield from heading(shown)
    yield ""
    for number, song in enumerate(shown.state.tracks, start=1):
        yield f"{number}. {song_line(song)} ({length(song.duration_ms)})"


def diff_heading(compared: Compared) -> Iterator[str]:
    """The lines above the songs: the playlist, both days with their bases, and the counts."""
    yield words(compared.after.state.title) or compared.after.state.playlist_id
    for word, shown in (("from", compared.before), ("to", compared.after)):
        yield " ".join((word, str(shown.day or "now"), *basis_lines(shown.basis)))
    yield counts(compared.difference) or "nothing differs"


def diff_lines(compared: Compared) -> Iterator[str]:
    """The lines that answer `diff`."""
    yield from diff_heading(compared)
    yield from (f"  {line}" for line in difference_lines(compared.difference))


def log_texts(logged: Logged[DayText]) -> Iterator[str]:
    """The answer to `log` in pieces: the days, the newest first, and below each day the texts of its changes."""
    yield from (f"{line}\n" for line in basis_lines(logged.basis))
    day = None
    for change in logged.changes:
        if change.day != day:
            day = change.day
            yield f"{day}\n"
        yield change.text
    if day is None:
        yield "nothing changed\n"


def change_text(change: Change) -> str:
    """A line for the playlist that changed, and below it a line per change."""
    lines = () if change.event.is_first else difference_lines(change.event.difference)
    return "\n    ".join((f"  {change_title(change)} ({change_counts(change)})", *lines)) + "\n"


def change_title(change: Change) -> str:
    """The title of the playlist that changed, or its id if it has no title."""
    return words(change.event.title) or change.playlist_id


def change_counts(change: Change) -> str:
    """The counts of a change, or the number of songs if the playlist was first archived."""
    event = change.event
    if event.is_first:
        return f"first archived with {counted(len(event.difference.added), 'song')}"
    return counts(event.difference)


def counts(difference: Difference) -> str:
    """The counts of a difference, such as `3 added, 2 removed, 1 moved, renamed`; empty if nothing differs."""
    lists = {
        "added": difference.added,
        "removed": difference.removed,
        "moved": difference.moved,
        "corrected": difference.changed,
    }
    parts = [f"{len(found):,} {word}" for word, found in lists.items() if found]
    return ", ".join([*parts, *(_KEYS[change.key] for change in difference.texts)])


def difference_lines(difference: Difference) -> Iterator[str]:
    """One line per change: `+` song added, `-` removed, `>` moved, `~` corrected, `*` text of the playlist."""
    yield from (f"* {text_line(change)}" for change in difference.texts)
    yield from (f"+ {song_line(song)}" for song in difference.added)
    yield from (f"- {song_line(song)}" for song in difference.removed)
    yield from (f"> {moved_line(moved)}" for moved in difference.moved)
    yield from (f"~ {changed_line(changed)}" for changed in difference.changed)


def moved_line(moved: Moved) -> str:
    """The song and its two positions."""
    return f"{song_line(moved.song)} (from {moved.from_position} to {moved.to_position})"


def changed_line(changed: Changed) -> str:
    """The song as it is now, and the earlier values of the facts that changed."""
    before, after = changed
    parts = zip(_facts(before), _facts(after), strict=True)
    differing = [old or "nothing" for old, new in parts if old != new]
    return f"{song_line(after)} (before: {', '.join(differing) or 'other links'})"


def text_line(change: TextChange) -> str:
    """A text of the playlist before and after the change."""
    before, after = value_words(change.before), value_words(change.after)
    return f"{_KEYS[change.key]}: {before or 'nothing'} → {after or 'nothing'}"


def value_words(value: object) -> str:
    """A value in words: a text, an owner, a number of likes, or since when Spotify does not serve the playlist."""
    return f"{value:,}" if isinstance(value, int) else words(value_text(value))


def owner(named: Named) -> str:
    """The owner's name, or the id if the owner has no name."""
    return words(named.name or named.id or "")


def _facts(song: Song) -> Sequence[str]:
    return title(song), artists(song), album(song), length(song.duration_ms)


def _size(state: State) -> tuple[str, str]:
    return counted(len(state.tracks), "song"), total_length(sum(song.duration_ms for song in state.tracks))
