"""Timelines: every version of one playlist in one small file (docs/formats.md, "The timeline"). Pure.

`as_of` gives the playlist at the end of a day; compare.py finds the differences between two such states.
"""

import gzip
import zlib
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import accumulate
from operator import itemgetter
from typing import Any, Final, NamedTuple, NoReturn

from pydantic import BaseModel, ConfigDict

from ..archive.formats import refuse_newer
from ..archive.ids import PlaylistId
from ..archive.model import Item, Named, Track, Unavailable

TIMELINE_FORMAT: Final = 1
"""The version of the file's format. A cache of another version is made anew."""

COMMIT_CHARACTERS: Final = 12
"""The characters to keep of a commit's hash, enough for git to find the commit in any archive."""


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", cache_strings="keys")


class Song(_Frozen):
    """The facts of a track, without its days. The keys are those of a record's line. Unknown keys are left out."""

    uri: str
    name: str
    artists: tuple[Named, ...] = ()
    album: Named | None = None
    show: Named | None = None
    duration_ms: int = 0
    linked: bool = True


class Version(NamedTuple):
    """A commit that changed the playlist. `day` is its day in UTC, `commit` the first characters of its hash.

    `deleted` are positions in the order before, `inserted` positions in the order after. Both are gaps: each number
    counts the rows since the previous position. `tracks` are the numbers of the inserted tracks.
    """

    day: date
    commit: str
    deleted: tuple[int, ...]
    inserted: tuple[int, ...]
    tracks: tuple[int, ...]


class Skipped(NamedTuple):
    """A version that could not be read, and the reason."""

    day: date
    commit: str
    reason: str


class Texts(_Frozen):
    """The texts of the playlist itself: pairs of a version's number and the value from this version on.

    `description` is the visible text, without Spotify's HTML.
    """

    name: tuple[tuple[int, str], ...] = ()
    alias: tuple[tuple[int, str | None], ...] = ()
    description: tuple[tuple[int, str], ...] = ()
    owner: tuple[tuple[int, Named], ...] = ()
    likes: tuple[tuple[int, int | None], ...] = ()
    unavailable: tuple[tuple[int, Unavailable | None], ...] = ()


TEXT_KEYS: Final = tuple(Texts.model_fields)


class Timeline(_Frozen):
    """All versions of one playlist, oldest first. `tracks` holds each track once per wording of its facts.

    `is_cut` is true if this clone lacks versions before the first.
    """

    format: int
    id: PlaylistId
    tracks: tuple[Song, ...]
    versions: tuple[Version, ...]
    texts: Texts
    is_cut: bool = False
    skipped: tuple[Skipped, ...] = ()

    @property
    def days(self) -> tuple[date, ...]:
        """The day of each version. The days never descend."""
        return tuple(version.day for version in self.versions)


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """A past state of a playlist. `day` and `commit` are those of the version. `tracks` are in the playlist's order.

    `commit` is None if the state does not come from git.
    """

    playlist_id: PlaylistId
    day: date
    commit: str | None
    name: str
    owner: Named
    alias: str | None = None
    description: str = ""
    likes: int | None = None
    unavailable: Unavailable | None = None
    tracks: tuple[Song, ...] = ()

    @property
    def title(self) -> str:
        """The name to show: the alias from the registry, or else Spotify's name."""
        return self.alias or self.name


class Presence(NamedTuple):
    """A time in which a track belonged. `removed_on` is the day of the first version without it, None if current.

    `upper_bound` is true if the track may have belonged before `added_on`.
    """

    song: Song
    added_on: date
    removed_on: date | None
    upper_bound: bool = False


def read_timeline(content: bytes, *, of: PlaylistId | None = None) -> Timeline:
    """A timeline from the gzipped JSON of `timeline_bytes`.

    Raises:
        NewerFormatError: a newer program wrote it.
        ValueError: the data is no timeline, has another format, or is not of the playlist that `of` names.
    """
    try:
        text = gzip.decompress(content)
    except (OSError, EOFError, zlib.error) as error:
        msg = "the timeline cannot be unpacked: delete it, it is made anew"
        raise ValueError(msg) from error
    timeline = _parsed(text)
    if timeline.format != TIMELINE_FORMAT:
        msg = f"the timeline is of format {timeline.format}, this program knows {TIMELINE_FORMAT}: delete it"
        raise ValueError(msg)
    _check(timeline)
    if of not in (None, timeline.id):
        _refuse("playlist")
    return timeline


def _check(timeline: Timeline) -> None:
    """Looks whether the numbers in a timeline fit each other, so that nobody who reads it finds nothing there.

    Raises:
        ValueError: they do not.
    """
    size = 0
    for version in timeline.versions:
        size -= len(version.deleted)
        fits = _are_gaps(version.deleted, below=size + len(version.deleted))
        size += len(version.inserted)
        if not (fits and _are_gaps(version.inserted, below=size) and len(version.tracks) == len(version.inserted)):
            _refuse("positions")
        if version.tracks and not 0 <= min(version.tracks) <= max(version.tracks) < len(timeline.tracks):
            _refuse("songs")
    if timeline.versions and not all(getattr(timeline.texts, key) for key in TEXT_KEYS):
        _refuse("texts")


def _are_gaps(numbers: Sequence[int], *, below: int) -> bool:
    """Whether the numbers are gaps between positions in a list of so many rows."""
    return not numbers or (min(numbers) >= 0 and sum(numbers) + len(numbers) <= below)


def _refuse(what: str) -> NoReturn:
    msg = f"the timeline is damaged ({what}): delete it, it is made anew"
    raise ValueError(msg)


def _parsed(text: bytes) -> Timeline:
    try:
        timeline = Timeline.model_validate_json(text)
    except ValueError:
        refuse_newer(text, "the timeline", known=TIMELINE_FORMAT)
        raise
    if timeline.format > TIMELINE_FORMAT:
        refuse_newer(text, "the timeline", known=TIMELINE_FORMAT)
    return timeline


def timeline_bytes(timeline: Timeline) -> bytes:
    """The timeline as gzipped JSON. Equal timelines give equal bytes."""
    return gzip.compress(timeline.model_dump_json(exclude_defaults=True).encode(), compresslevel=6, mtime=0)


def song_of(track: Track | Item) -> Song:
    """The facts of a record's track or of a snapshot's item, without its days."""
    return Song.model_construct(
        None,
        uri=track.uri,
        name=track.name,
        artists=track.artists,
        album=track.album,
        show=track.show,
        duration_ms=track.duration_ms,
        linked=track.linked,
    )


def positions(gaps: Sequence[int]) -> list[int]:
    """The ascending positions for these gaps."""
    return [total + number for number, total in enumerate(accumulate(gaps))]


def gaps(ascending: Sequence[int]) -> tuple[int, ...]:
    """Ascending positions as gaps. The first gap counts from 0."""
    return tuple(here - before - 1 for before, here in zip([-1, *ascending], ascending, strict=False))


def orders(timeline: Timeline) -> Iterator[list[int]]:
    """The track numbers in each version's order, oldest first. The list is changed in place for each version."""
    rows: list[int] = []
    for version in timeline.versions:
        for position in reversed(positions(version.deleted)):
            del rows[position]
        for position, number in zip(positions(version.inserted), version.tracks, strict=True):
            rows.insert(position, number)
        yield rows


def as_of(timeline: Timeline, day: date) -> State | None:
    """The playlist at the end of a day, None before the first version."""
    number = bisect_right(timeline.days, day) - 1
    return state_at(timeline, number) if number >= 0 else None


def state_at(timeline: Timeline, number: int) -> State:
    """The playlist in version `number`, counted from 0."""
    rows = next(order for count, order in enumerate(orders(timeline)) if count == number)
    return state_of_rows(timeline, number, rows)


def last_state(timeline: Timeline) -> State:
    """The playlist in the newest version."""
    return state_at(timeline, len(timeline.versions) - 1)


def state_of_rows(timeline: Timeline, number: int, rows: Sequence[int]) -> State:
    """The state of version `number`, from its known order."""
    version = timeline.versions[number]
    tracks = tuple(map(timeline.tracks.__getitem__, rows))
    texts = {key: _text_at(getattr(timeline.texts, key), number) for key in TEXT_KEYS}
    return State(playlist_id=timeline.id, day=version.day, commit=version.commit, tracks=tracks, **texts)


def day_ends(timeline: Timeline) -> Iterator[State]:
    """The state at the end of each day with a version, oldest first."""
    days = timeline.days
    for number, rows in enumerate(orders(timeline)):
        if number + 1 == len(days) or days[number + 1] != days[number]:
            yield state_of_rows(timeline, number, rows)


def presences(timeline: Timeline) -> tuple[Presence, ...]:
    """The times of each track by the versions' days, with its newest facts, in the order of first days."""
    newest = {song.uri: song for song in timeline.tracks}
    began: dict[str, date] = {}
    found: list[Presence] = []
    first = timeline.versions[0].day if timeline.versions else None
    for state in day_ends(timeline):
        there = dict.fromkeys(song.uri for song in state.tracks)
        ended = [uri for uri in began if uri not in there]
        found += [Presence(newest[uri], began.pop(uri), state.day) for uri in ended]
        for uri in there:
            began.setdefault(uri, state.day)
    found += [Presence(newest[uri], day, None) for uri, day in began.items()]
    return tuple(presence._replace(upper_bound=presence.added_on == first) for presence in sorted(found, key=_by_day))


def _by_day(presence: Presence) -> tuple[date, str]:
    return presence.added_on, presence.song.uri


def _text_at(changes: Sequence[tuple[int, Any]], number: int) -> Any:  # noqa: ANN401 - a text of any kind
    newest = changes[-1]
    return newest[1] if newest[0] <= number else changes[bisect_right(changes, number, key=itemgetter(0)) - 1][1]
