"""The archive's data model: a snapshot is Spotify's answer of today, and a record is everything that was ever seen.

Everything is frozen. Sequences are tuples, and days are UTC. Spotify's answers are checked before they become a
snapshot (spotify/responses.py). The contents of files are checked here; unknown fields are refused.
"""

from collections.abc import Callable, Iterable
from datetime import date
from enum import StrEnum
from operator import attrgetter
from typing import Annotated, Any, Final, NamedTuple, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from .ids import PlaylistId, parse_playlist_id

FORMAT_VERSION = 1
"""The version of the record's format that this program writes, and the newest that it reads."""

Count = Annotated[int, Field(ge=0)]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", cache_strings="keys")


class Named(NamedTuple):
    """An artist, album, show or owner. `id` is None if Spotify has no page for it (local file, removed album).

    In JSON it is a pair, `["id","name"]`: this form is the shortest and the quickest to read.
    """

    id: str | None = None
    name: str = ""


class Item(NamedTuple):
    """A row of a playlist today. Its facts are those of a `Track`.

    `added_on` is the day of addition according to Spotify; None if Spotify does not give it.
    """

    uri: str
    name: str
    artists: tuple[Named, ...] = ()
    album: Named | None = None
    show: Named | None = None
    duration_ms: int = 0
    isrc: str | None = None
    added_by: str | None = None
    linked: bool = True
    added_on: date | None = None


class Snapshot(NamedTuple):
    """A whole playlist at one moment. `likes` is None if Spotify does not give likes to this app.

    `private` says whether the playlist is neither public nor collaborative; None if Spotify does not say so.
    """

    id: PlaylistId
    name: str
    owner: Named
    snapshot_id: str
    items: tuple[Item, ...]
    description: str = ""
    likes: int | None = None
    null_items: int = 0
    private: bool | None = None


class Span(NamedTuple):
    """A past time in the playlist: the day of addition, and the day of the first snapshot without the track."""

    added_on: date
    removed_on: date


class Track(_Frozen):
    """A track that belongs to the playlist, or once belonged: its facts, its kind, and the days it came and went.

    `uri` is the identity. A track has an `album`, an episode a `show`, and a local file often neither. `duration_ms` is
    in milliseconds. `added_by` is None if the playlist's owner added it. `linked` is False if Spotify gave no URL for
    something that has an id.

    `added_on` is the day on which the newest time in the playlist began; `spans` are the earlier times. `upper_bound`
    says that the earliest day is the day of the playlist's first snapshot, so that the track may be older. `observed`
    lists the times that began on a day of our clock: 0 is the earliest, `len(spans)` the newest. All other days are
    Spotify's. An upper bound is a day of our clock too, but `observed` does not repeat it. `removed_on` is the day of
    the first snapshot without the track; None while it is there.
    """

    model_config = ConfigDict(validate_by_name=True, serialize_by_alias=True)

    uri: str
    name: str
    artists: tuple[Named, ...] = ()
    album: Named | None = None
    show: Named | None = None
    duration_ms: Count = 0
    isrc: str | None = None
    added_by: str | None = None
    linked: bool = True
    added_on: date = Field(alias="added")
    upper_bound: bool = False
    observed: tuple[Count, ...] = ()
    removed_on: date | None = Field(default=None, alias="removed")
    spans: tuple[Span, ...] = ()

    @property
    def first_added(self) -> date:
        """The earliest known day, which the cumulative page shows."""
        return self.spans[0].added_on if self.spans else self.added_on

    @property
    def given_on(self) -> date | None:
        """Spotify's day of the newest addition; None if only our clock gave a day."""
        newest = len(self.spans)
        is_clocks = newest in self.observed or (self.upper_bound and newest == 0)
        return None if is_clocks else self.added_on


FACTS: Final = Item._fields[:-1]
"""The fields that an item and a track have in common."""

facts: Callable[[Item | Track], tuple[Any, ...]] = attrgetter(*FACTS)
"""The facts of an item or a track, in the order of `FACTS`."""


class Reason(StrEnum):
    """The reason why Spotify does not serve a playlist (docs/spotify.md, section 5), in the words of the page."""

    NOT_FOUND = "not found: deleted, private, or closed to this app"
    CLOSED = "its contents are closed to this app"
    BROKEN = "Spotify refuses the request for it"


class Unavailable(_Frozen):
    """The day since which Spotify does not serve a playlist, and the reason."""

    since: date
    reason: Reason


class Versioned(_Frozen):
    """What a file begins with: the version of its format."""

    format: int = FORMAT_VERSION


class Head(Versioned):
    """The facts of a playlist itself, without its songs."""

    id: Annotated[PlaylistId, AfterValidator(parse_playlist_id)]
    name: str
    alias: str | None = None
    description: str = ""
    owner: Named
    likes: Count | None = None
    snapshot_id: str
    first_archived: date
    unavailable: Unavailable | None = None
    private: bool = False
    null_items: Count = 0

    @property
    def title(self) -> str:
        """The name to show: the alias from the registry, otherwise Spotify's name."""
        return self.alias or self.name


class Record(Head):
    """All that the archive knows of a playlist: the newest snapshot in playlist order, and the removed tracks."""

    tracks: tuple[Track, ...] = ()
    removed: tuple[Track, ...] = ()

    @model_validator(mode="after")
    def _only_what_left_has_a_day_for_it(self) -> Self:
        if any(track.removed_on for track in self.tracks) or not all(track.removed_on for track in self.removed):
            msg = "`removed` must hold the tracks that have a day of that name, and no others"
            raise ValueError(msg)
        return self

    @property
    def songs(self) -> int:
        """The number of songs in the list today."""
        return len(self.tracks)


def row_order(track: Track) -> tuple[str, str, int, str]:
    """Sorts rows: lower-cased title, lower-cased artists, length, identity (docs/formats.md, "The cumulative page")."""
    return (track.name.lower(), artist_names(track).lower(), track.duration_ms, track.uri)


def by_identity(tracks: Iterable[Track]) -> dict[str, Track]:
    """One track per identity. If two local files share an identity, the order does not decide between them."""
    chosen: dict[str, Track] = {}
    for track in tracks:
        other = chosen.setdefault(track.uri, track)
        if other is not track and _tie_break(track) < _tie_break(other):
            chosen[track.uri] = track
    return chosen


def _tie_break(track: Track) -> tuple[tuple[str, str, int, str], str]:
    return (row_order(track), track.model_dump_json())


def artist_names(track: Track) -> str:
    """The artists' names, joined as on every page."""
    return ", ".join(artist.name for artist in track.artists)
