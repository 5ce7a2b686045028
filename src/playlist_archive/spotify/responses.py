"""Spotify's answers as they really come: unknown keys ignored, nearly everything optional (docs/spotify.md, section 2).

What a row *is*, its id, uri, name and artists, must be as documented, or the playlist fails for today: a guess would
go into the archive for ever. What only adorns it, days, links, lengths, counts, is left out where it makes no sense.

The answers become the archive's own models in one place, convert.py.
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

from ..archive.model import Named
from .errors import NoSong

SENTINEL: Final = date(1970, 1, 1)
"""Stands for "unknown" (docs/spotify.md, section 2.4)."""

LARGEST_NUMBER: Final = 2**53
"""No length or count is larger: beyond it JSON's numbers are not exact."""

TOKEN_SECONDS: Final = 3600
"""How long an access token lives (docs/spotify.md, section 2.1)."""


class _Answer(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True, hide_input_in_errors=True, cache_strings="keys")


class _Else:
    """Gives a function what is not of the type. All else is spared the call back to Python: there are hundreds."""

    def __init__(self, function: Callable[[object], object]) -> None:
        self._function = function

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        other = core_schema.no_info_plain_validator_function(self._function)
        return core_schema.union_schema([handler(source), other], mode="left_to_right")


def _number(value: object) -> int | None:
    """A count or length; None for what is none, 0 for a negative one."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) <= LARGEST_NUMBER:
        return None
    return max(int(value), 0)


def _day(value: object) -> date | None:
    """The UTC day of a time stamp; None for what is none, and for the sentinel."""
    try:
        moment = datetime.fromisoformat(str(value))
        day = moment.astimezone(UTC).date() if moment.tzinfo else moment.date()
    except (ValueError, OverflowError):
        return None
    return day if day > SENTINEL else None


Adornment: Final = _Else(lambda _: None)
"""Marks a field that is None where it is not as documented."""

Text = Annotated[str, BeforeValidator(lambda value: "" if value is None else value)]
"""A string that Spotify may also leave out or send as null."""

Number = Annotated[int | None, Field(strict=True, ge=0, le=LARGEST_NUMBER), _Else(_number)]
Day = Annotated[date | None, BeforeValidator(_day)]


class Token(_Answer):
    """The answer of the token endpoint (2.1). `refresh_token` is empty where the old one stays valid."""

    access_token: Annotated[SecretStr, Field(min_length=1)]
    expires_in: Annotated[int, BeforeValidator(lambda value: _number(value) or TOKEN_SECONDS)] = TOKEN_SECONDS
    refresh_token: Annotated[SecretStr | None, Adornment] = None
    scope: Annotated[str | None, Adornment] = None
    """What the user's consent covers, separated by blanks; None where Spotify does not say."""


class ExternalIds(_Answer):
    """Only the ISRC is of interest."""

    isrc: str | None = None


ExternalUrls = Annotated[dict[str, object] | None, Adornment]
"""`{}` for what Spotify does not link."""


def is_linked(urls: dict[str, object] | None) -> bool:
    """Whether Spotify links what has these URLs, or does not say."""
    return urls is None or bool(urls.get("spotify"))


class Thing(_Answer):
    """An artist, album, show, or user: all have an id, a name and a link, each of which may be missing."""

    id: str | None = None
    name: Text = ""
    display_name: Text = ""
    external_urls: ExternalUrls = None

    def named(self) -> Named:
        """The id stays out where Spotify gives no URL, so that no page links to nothing."""
        return Named(self.id or None if is_linked(self.external_urls) else None, self.name)


class Home(Thing):
    """A show or audiobook, and its people where there are any: an audiobook has authors."""

    authors: Annotated[tuple[Thing | None, ...] | None, Adornment] = None


class Song(_Answer):
    """A track, local file, episode, chapter, or of a kind that does not exist yet (2.5 to 2.8).

    An episode may come dressed as a track.
    """

    id: str | None = None
    uri: str | None = None
    type: Text = "track"
    name: Text = ""
    duration_ms: Number = None
    artists: tuple[Thing | None, ...] | None = None
    album: Thing | None = None
    show: Home | None = None
    audiobook: Home | None = None
    external_ids: Annotated[ExternalIds | None, Adornment] = None
    external_urls: ExternalUrls = None


class Adder(_Answer):
    """Who added a song; the id is empty in lists that Spotify made."""

    id: Text = ""


class PlaylistItem(_Answer):
    """A row of a playlist (2.4). Whether `item` and `track` are there at all is told by `model_fields_set`."""

    added_at: Day = None
    added_by: Annotated[Adder | None, Adornment] = None
    item: Song | None = None
    track: Song | None = None

    def song(self) -> Song | None:
        """What the row holds; None for what Spotify removed (2.7).

        Raises:
            NoSong: neither key is there: the filter did not fit the dialect, it is not a removed song (0.5).
        """
        if "item" in self.model_fields_set:
            return self.item
        if "track" in self.model_fields_set:
            return self.track
        msg = "a row has neither `item` nor `track`: the answer is of a dialect that this program does not know"
        raise NoSong(msg)


class Page(_Answer):
    """The contents that a playlist holds (2.3): a page, or a summary without `items`; a null row is a removed song."""

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
    """`total` may be null."""

    total: Number = None


class Playlist(_Answer):
    """The playlist object (2.2). Which of `items` and `tracks` is there tells the app's class (1.4)."""

    id: str
    name: Text = ""
    description: Text = ""
    snapshot_id: str
    owner: Thing
    followers: Annotated[Followers | None, Adornment] = None
    public: Annotated[bool | None, Adornment] = None
    collaborative: Annotated[bool | None, Adornment] = None
    items: Page | None = None
    tracks: Page | None = None

    @property
    def likes(self) -> int | None:
        """How many follow it; None where Spotify does not say."""
        return self.followers.total if self.followers else None


class LibraryRow(_Answer):
    """A playlist in `/me/playlists` (2.10): what tells whether it changed."""

    id: str
    snapshot_id: str
    owner: Thing
    collaborative: bool = False
    public: bool | None = None
    name: Text = ""
    items: Annotated[Page | None, Adornment] = None
    tracks: Annotated[Page | None, Adornment] = None
    """A summary that restricted apps do not get (2.10)."""

    @property
    def totals(self) -> frozenset[int]:
        """How many rows it has, as `items` and `tracks` say: none, one, or two that contradict each other."""
        pages = (self.items, self.tracks)
        return frozenset(page.total for page in pages if page and page.total is not None)


class LibraryPage(_Answer):
    """A page of `/me/playlists`; rows are null for playlists that the app may not see."""

    items: tuple[Annotated[LibraryRow | None, Adornment], ...]
    total: int
    limit: int


class User(_Answer):
    """`GET /me`."""

    id: str
    display_name: Text = ""


Dialect = Literal["items", "tracks"]
"""The key under which a playlist holds its contents: `items`, or `tracks` before 2026."""
