"""The shapes of Spotify's answers. Unknown keys are ignored, and most keys are optional (docs/spotify.md, section 2).

The identity of a row (id, uri, name, artists) must be as documented. Otherwise the playlist fails for today, since a
guess would stay in the archive for ever. Other facts (days, links, lengths, counts) are left out if they are invalid.

convert.py turns the answers into the archive's own models.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Annotated, Final, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    SecretStr,
)
from pydantic_core import CoreSchema, core_schema
from typing_extensions import TypedDict

from ..archive.model import Named
from .errors import NoSong

SENTINEL: Final = date(1970, 1, 1)
"""This day means "unknown" (docs/spotify.md, section 2.4)."""

LARGEST_NUMBER: Final = 2**53
"""The largest length or count. Larger numbers are not exact in JSON."""

TOKEN_SECONDS: Final = 3600
"""The lifetime of an access token (docs/spotify.md, section 2.1)."""


class _Answer(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True, hide_input_in_errors=True, cache_strings="keys")


class _Else:
    """Calls `function` only for values of the wrong type. The other values, hundreds per page, need no Python code."""

    def __init__(self, function: Callable[[object], object]) -> None:
        self._function = function

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        other = core_schema.no_info_plain_validator_function(self._function)
        return core_schema.union_schema([handler(source), other], mode="left_to_right")


def _number(value: object) -> int | None:
    """A count or length; None if the value is no number, 0 if it is negative."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) <= LARGEST_NUMBER:
        return None
    return max(int(value), 0)


def _day(value: object) -> date | None:
    """The UTC day of a timestamp; None if the timestamp is invalid or the sentinel."""
    try:
        moment = datetime.fromisoformat(str(value))
        day = moment.date() if moment.tzinfo in (UTC, None) else moment.astimezone(UTC).date()
    except (ValueError, OverflowError):
        return None
    return day if day > SENTINEL else None


Adornment: Final = _Else(lambda _: None)
"""Marks a field that becomes None if its value is not as documented."""

Text = Annotated[str, BeforeValidator(lambda value: "" if value is None else value)]
"""A string that Spotify may also leave out or send as null."""

Number = Annotated[int | None, Field(strict=True, ge=0, le=LARGEST_NUMBER), _Else(_number)]
Day = Annotated[date | None, BeforeValidator(_day)]


class Token(_Answer):
    """The answer of the token endpoint (2.1). `refresh_token` is missing or empty if the old token stays valid."""

    access_token: Annotated[SecretStr, Field(min_length=1)]
    expires_in: Annotated[int, BeforeValidator(lambda value: _number(value) or TOKEN_SECONDS)] = TOKEN_SECONDS
    refresh_token: Annotated[SecretStr | None, Adornment] = None
    scope: Annotated[str | None, Adornment] = None
    """The scopes of the user's consent, separated by blanks; None if Spotify does not list them."""


class ExternalIds(TypedDict, total=False):
    """The ids of a song elsewhere. Only the ISRC is used."""

    isrc: str | None


ExternalUrls = Annotated[dict[str, object] | None, Adornment]
"""Links to Spotify's pages; `{}` if there is no page."""


def is_linked(urls: dict[str, object] | None) -> bool:
    """Whether Spotify has a page for the thing with these URLs. Missing URLs count as yes."""
    return urls is None or bool(urls.get("spotify"))


class Thing(TypedDict, total=False):
    """An artist, album or show. Id, name and link may each be missing."""

    id: str | None
    name: str | None
    external_urls: ExternalUrls


class Home(Thing, total=False):
    """A show or an audiobook. An audiobook has authors."""

    authors: Annotated[tuple[Thing | None, ...] | None, Adornment]


class Song(TypedDict, total=False):
    """A track, local file, episode, chapter, or a future type (2.5 to 2.8).

    An episode may have the shape of a track.
    """

    id: str | None
    uri: str | None
    type: str | None
    name: str | None
    duration_ms: Number
    artists: tuple[Thing | None, ...] | None
    album: Thing | None
    show: Home | None
    audiobook: Home | None
    external_ids: Annotated[ExternalIds | None, Adornment]
    external_urls: ExternalUrls


class Adder(TypedDict, total=False):
    """The user who added a song. The id is empty in playlists that Spotify made."""

    id: str | None


class PlaylistItem(TypedDict, total=False):
    """A row of a playlist (2.4). It holds its song under one of two keys, which `song_of` knows."""

    added_at: Day
    added_by: Annotated[Adder | None, Adornment]
    item: Song | None
    track: Song | None


def song_of(row: PlaylistItem) -> Song | None:
    """The song of a row; None if Spotify removed it (2.7).

    Raises:
        NoSong: both keys are missing: `fields` did not fit the dialect (2.4).
    """
    if "item" in row:
        return row["item"]
    if "track" in row:
        return row["track"]
    msg = "a row has neither `item` nor `track`: the answer is of a dialect that this program does not know"
    raise NoSong(msg)


class Owner(_Answer):
    """The user who owns a playlist. Id, name and link may each be missing."""

    id: str | None = None
    display_name: Text = ""
    external_urls: ExternalUrls = None

    def named(self) -> Named:
        """Id and name; the id stands for a missing name. Without a page of Spotify's there is no id."""
        linked = self.id or None if is_linked(self.external_urls) else None
        return Named(linked, self.display_name or self.id or "")


class Page(_Answer):
    """The contents in a playlist (2.3): a page, or a summary without `items`. A null row is a removed song."""

    items: tuple[PlaylistItem | None, ...] | None = None
    total: int | None = None
    offset: int | None = None
    next: str | None = None
    href: str | None = None


class ItemsPage(_Answer):
    """A page of `/items` or `/tracks` (2.3)."""

    items: tuple[PlaylistItem | None, ...]
    total: int
    offset: int | None = None
    next: str | None = None
    href: str | None = None


class Followers(_Answer):
    """The followers of a playlist. `total` may be null."""

    total: Number = None


class Playlist(_Answer):
    """The playlist object (2.2). The keys `items` and `tracks` show the app's class (1.4)."""

    id: str
    name: Text = ""
    description: Text = ""
    snapshot_id: str
    owner: Owner
    followers: Annotated[Followers | None, Adornment] = None
    public: Annotated[bool | None, Adornment] = None
    collaborative: Annotated[bool | None, Adornment] = None
    items: Page | None = None
    tracks: Page | None = None

    @property
    def likes(self) -> int | None:
        """The number of followers; None if Spotify does not give it."""
        return self.followers.total if self.followers else None


class LibraryRow(_Answer):
    """A playlist in `/me/playlists` (2.10), with the facts that show whether it changed."""

    id: str
    snapshot_id: str
    owner: Owner
    collaborative: bool = False
    public: bool | None = None
    name: Text = ""
    items: Annotated[Page | None, Adornment] = None
    tracks: Annotated[Page | None, Adornment] = None
    """A summary that restricted apps do not get (2.10)."""

    @property
    def totals(self) -> frozenset[int]:
        """The numbers of rows that `items` and `tracks` give. Two different numbers contradict each other."""
        pages = (self.items, self.tracks)
        return frozenset(page.total for page in pages if page and page.total is not None)


class LibraryPage(_Answer):
    """A page of `/me/playlists`. A row is null if the app may not see the playlist."""

    items: tuple[Annotated[LibraryRow | None, Adornment], ...]
    total: int
    limit: int


class User(_Answer):
    """The answer to `GET /me`."""

    id: str
    display_name: Text = ""


Dialect = Literal["items", "tracks"]
"""The key under which a playlist holds its contents: `items`, or `tracks` before 2026."""
