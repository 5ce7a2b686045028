"""Spotify's answers as they really come: unknown keys ignored, nearly everything optional (spotify-web-api.md, 2).

They become the archive's own models in one place, `snapshot_of` and `item_of`.
"""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict

from ..model import Item, Named, Snapshot
from .errors import UnexpectedAnswer


class _Answer(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


Text = Annotated[str, BeforeValidator(lambda value: "" if value is None else value)]
"""A string that Spotify may also leave out or send as null."""


class Token(_Answer):
    """The answer of the token endpoint (2.1). Its `repr` shows no secret."""

    access_token: str
    expires_in: int = 3600
    refresh_token: Text = ""

    def __repr__(self) -> str:
        return f"Token(expires_in={self.expires_in})"

    __str__ = __repr__


class ExternalUrls(_Answer):
    """`{}` for what Spotify does not link."""

    spotify: str | None = None


class ExternalIds(_Answer):
    """Only the ISRC is of interest."""

    isrc: str | None = None


class Thing(_Answer):
    """An artist, album, show, or user: all have an id, a name and a link, each of which may be missing."""

    id: str | None = None
    name: Text = ""
    display_name: Text = ""
    external_urls: ExternalUrls | None = None

    def named(self) -> Named:
        """The id stays out where Spotify gives no URL, so that no page links to nothing."""
        linked = self.external_urls is None or self.external_urls.spotify
        return Named(id=self.id or None if linked else None, name=self.name)


class Song(_Answer):
    """A track, local file, episode, episode dressed as a track, or of a kind that does not exist yet (2.5 to 2.8)."""

    id: str | None = None
    uri: str | None = None
    type: Text = "track"
    name: Text = ""
    duration_ms: int | None = None
    artists: tuple[Thing, ...] | None = None
    album: Thing | None = None
    show: Thing | None = None
    external_ids: ExternalIds | None = None
    external_urls: ExternalUrls | None = None


class Adder(_Answer):
    """Who added an entry; the id is empty in lists that Spotify made."""

    id: Text = ""


class Entry(_Answer):
    """A row of a playlist (2.4). Whether `item` and `track` are there at all is told by `model_fields_set`."""

    added_at: datetime | None = None
    added_by: Adder | None = None
    item: Song | None = None
    track: Song | None = None

    def song(self) -> Song | None:
        """What the row holds; None for what Spotify removed (2.7).

        Raises:
            UnexpectedAnswer: neither key is there: the filter did not fit the dialect, it is not a removed song (0.5).
        """
        if "item" in self.model_fields_set:
            return self.item
        if "track" in self.model_fields_set:
            return self.track
        msg = "a row has neither `item` nor `track`: the answer is of a dialect that this program does not know"
        raise UnexpectedAnswer(msg)


class Page(_Answer):
    """A paging object (2.3). `items` is None where only a summary came; a null row counts as a removed song."""

    items: tuple[Entry | None, ...] | None = None
    total: int | None = None


class Followers(_Answer):
    """`total` may be null."""

    total: int | None = None


class Playlist(_Answer):
    """The playlist object (2.2). Which of `items` and `tracks` is there tells the app's class (1.4)."""

    id: str
    name: Text = ""
    description: Text = ""
    snapshot_id: str
    owner: Thing
    followers: Followers | None = None
    items: Page | None = None
    tracks: Page | None = None


class LibraryRow(_Answer):
    """A playlist in `/me/playlists` (2.10): what tells whether it changed."""

    id: str
    snapshot_id: str
    owner: Thing
    collaborative: bool = False
    public: bool | None = None
    name: Text = ""


class LibraryPage(_Answer):
    """A page of `/me/playlists`; rows are null for playlists that the app may not see."""

    items: tuple[LibraryRow | None, ...]
    total: int
    limit: int


class User(_Answer):
    """`GET /me`."""

    id: str
    display_name: Text = ""


Dialect = Literal["items", "tracks"]
"""The key under which a playlist holds its contents: `items`, or `tracks` before 2026."""


def contents(playlist: Playlist, dialect: Dialect) -> Page | None:
    """The embedded page of contents; None where the app may not read them (2.2)."""
    return playlist.items if dialect == "items" else playlist.tracks


def snapshot_of(playlist: Playlist, entries: Iterable[Entry | None]) -> Snapshot:
    """The whole playlist as the archive keeps it: null items are counted, everything else is kept.

    Raises:
        UnexpectedAnswer: a row has no song key, or a song no identity.
    """
    rows = [item_of(entry) for entry in entries]
    owner = playlist.owner.named()
    return Snapshot(
        id=playlist.id,
        name=playlist.name,
        description=playlist.description,
        owner=owner.model_copy(update={"name": playlist.owner.display_name or playlist.owner.id or ""}),
        likes=_not_negative(playlist.followers.total) if playlist.followers else None,
        snapshot_id=playlist.snapshot_id,
        items=tuple(row for row in rows if row),
        null_items=rows.count(None),
    )


def item_of(entry: Entry | None) -> Item | None:
    """One row as the archive keeps it; None for a song that Spotify removed."""
    song = entry.song() if entry else None
    if entry is None or song is None:
        return None
    is_episode = song.type == "episode"
    home = song.show or song.album if is_episode else song.album
    isrc = song.external_ids.isrc if song.external_ids else None
    return Item(
        uri=_identity(song),
        name=song.name,
        artists=() if is_episode else tuple(artist.named() for artist in song.artists or ()),
        album=home.named() if home and not is_episode else None,
        show=home.named() if home and is_episode else None,
        duration_ms=_not_negative(song.duration_ms) or 0,
        isrc=isrc.upper() if isrc else None,
        added_by=entry.added_by.id or None if entry.added_by else None,
        linked=song.external_urls is None or song.external_urls.spotify is not None or song.id is None,
        added_at=_day(entry.added_at),
    )


def _identity(song: Song) -> str:
    if song.uri:
        return song.uri
    if song.id:
        return f"spotify:{song.type}:{song.id}"
    msg = f"a row of type {song.type!r} has neither a uri nor an id"
    raise UnexpectedAnswer(msg)


def _day(moment: datetime | None) -> date | None:
    """The UTC day; None for the sentinel 1970-01-01, which stands for "unknown" (2.4)."""
    if moment is None or moment.timestamp() < _FIRST_REAL_MOMENT.timestamp():
        return None
    return moment.astimezone(UTC).date()


_FIRST_REAL_MOMENT = datetime(1970, 1, 2, tzinfo=UTC)


def _not_negative(number: int | None) -> int | None:
    return number if number is None else max(number, 0)
