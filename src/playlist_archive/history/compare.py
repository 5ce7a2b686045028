"""Finds the differences between two states of a playlist, and the days with changes. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from ..archive.model import Named, Unavailable
from .align import Alignment, Pair, align
from .timeline import TEXT_KEYS, Song, State, Timeline, day_ends


class Moved(NamedTuple):
    """A song that moved among songs that stayed. Positions count from 1."""

    song: Song
    from_position: int
    to_position: int


class Changed(NamedTuple):
    """A song with other facts, such as a corrected title."""

    before: Song
    after: Song


class TextChange(NamedTuple):
    """A changed text of the playlist itself.

    `key` is one of `name`, `alias`, `description`, `owner`, `likes`, `unavailable`; the values are fields of a `State`.
    """

    key: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """The changes between two states. Songs are counted by row, so a second copy of a song counts as added.

    `added` and `moved` are in the new order, `removed` in the old order. The object is false if nothing differs.
    """

    added: tuple[Song, ...] = ()
    removed: tuple[Song, ...] = ()
    moved: tuple[Moved, ...] = ()
    changed: tuple[Changed, ...] = ()
    texts: tuple[TextChange, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.added or self.removed or self.moved or self.changed or self.texts)

    def text(self, key: str) -> TextChange | None:
        """The change of one text, None if both are equal."""
        return next((change for change in self.texts if change.key == key), None)

    def of_song(self, uri: str) -> "Difference":
        """The part that is about one song."""
        return Difference(
            added=tuple(song for song in self.added if song.uri == uri),
            removed=tuple(song for song in self.removed if song.uri == uri),
            moved=tuple(moved for moved in self.moved if moved.song.uri == uri),
            changed=tuple(changed for changed in self.changed if changed.after.uri == uri),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """The changes of a day. `commit` is the commit of the day's last version.

    `is_first` is true on the first archived day. Then all songs of the playlist are added.
    """

    day: date
    commit: str | None
    title: str
    difference: Difference
    is_first: bool = False


def compare(a: State, b: State) -> Difference:
    """The differences of `b` from `a`. `compare(b, a)` is the mirror image."""
    old = [song.uri for song in a.tracks]
    new = [song.uri for song in b.tracks]
    found = align(old, new) if old <= new else _mirrored(align(new, old))
    return Difference(
        added=tuple(b.tracks[position] for position in found.added),
        removed=tuple(a.tracks[position] for position in found.removed),
        moved=tuple(Moved(b.tracks[to], came + 1, to + 1) for came, to in sorted(found.moved, key=_new_position)),
        changed=_changed(a, b, found),
        texts=tuple(_text_changes(a, b)),
    )


def events(timeline: Timeline, *, since: date = date.min, until: date = date.max) -> Iterator[Event]:
    """The days with changes from the day before, newest first, from `since` to `until`."""
    found: list[Event] = []
    before: State | None = None
    for state in day_ends(timeline):
        if since <= state.day <= until:
            found.extend(_event(before, state, is_cut=timeline.is_cut))
        before = state
    return reversed(found)


def value_text(value: object) -> str:
    """A value of a `TextChange` as raw text, such as the owner's name, or the first day without service."""
    match value:
        case None:
            return ""
        case Named():
            return value.name or value.id or ""
        case Unavailable():
            return f"not served since {value.since} ({value.reason})"
    return str(value)


def _event(before: State | None, state: State, *, is_cut: bool) -> Iterator[Event]:
    """The event of a day. Nothing if no difference exists, or for the first version of a cut history."""
    if before is None and is_cut:
        return
    difference = compare(before, state) if before else Difference(added=state.tracks)
    if difference or before is None:
        yield Event(
            day=state.day, commit=state.commit, title=state.title, difference=difference, is_first=before is None
        )


def _mirrored(found: Alignment) -> Alignment:
    kept, moved = ([(old, new) for new, old in pairs] for pairs in (found.kept, found.moved))
    return Alignment(kept, moved, removed=found.added, added=found.removed)


def _new_position(pair: Pair) -> int:
    return pair[1]


def _changed(a: State, b: State, found: Alignment) -> tuple[Changed, ...]:
    """The songs whose facts changed. Songs with equal facts are dropped before sorting, nearly always all."""
    before, after = a.tracks, b.tracks
    pairs = [(old, new) for old, new in found.kept + found.moved if before[old] is not after[new]]
    pairs = [(old, new) for old, new in pairs if before[old] != after[new]]
    pairs.sort(key=lambda pair: (before[pair[0]].uri, min(pair), max(pair)))
    return tuple(dict.fromkeys(Changed(before[old], after[new]) for old, new in pairs))


def _text_changes(a: State, b: State) -> Iterator[TextChange]:
    for key in TEXT_KEYS:
        before, after = getattr(a, key), getattr(b, key)
        if before != after:
            yield TextChange(key, before, after)
