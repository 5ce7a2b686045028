"""Checks what an answer says of itself: its playlist, its offset, its total. A contradiction is an error."""

from collections.abc import Iterable
from typing import Final, NamedTuple
from urllib.parse import parse_qs, quote, unquote, urlsplit

from .errors import Closed, Inconsistent, UnexpectedAnswer
from .responses import Dialect, ItemsPage, Page, Playlist, PlaylistItem, song_of

TYPES: Final = "track,episode"
DIALECTS: Final[tuple[Dialect, ...]] = ("items", "tracks")


class Ask(NamedTuple):
    """A playlist to read. If `filtered`, the request has `fields`, which leaves out keys that are not needed."""

    playlist: str
    filtered: bool

    @property
    def path(self) -> str:
        """The path of the playlist in the Web API."""
        return f"/playlists/{quote(self.playlist, safe='')}"

    def query(self, fields: str) -> dict[str, str | int]:
        """The parameters of the request. `fields` names the keys that are needed."""
        types: dict[str, str | int] = {"additional_types": TYPES}
        return types | {"fields": fields} if self.filtered else types


class Contents(NamedTuple):
    """The first page of a playlist. `more` is True if Spotify names a next page."""

    dialect: Dialect
    rows: tuple[PlaylistItem | None, ...]
    total: int
    more: bool


def contents_of(playlist: Playlist) -> Contents:
    """The first page of a playlist's contents.

    Raises:
        Closed: the answer has neither contents nor a summary of them.
        Inconsistent: `items` and `tracks` contradict each other.
        NoSong: a row lacks the key of its song.
        UnexpectedAnswer: the answer has only a summary.
    """
    pages = [page for page in (playlist.items, playlist.tracks) if page]
    totals = {page.total for page in pages if page.total is not None}
    if len(totals) > 1:
        msg = f"Spotify says that the playlist has {min(totals)} rows, and that it has {max(totals)}"
        raise Inconsistent(msg)
    for dialect in DIALECTS:
        page = held(playlist, dialect)
        if page and page.items is not None and page.total is not None:
            check_songs(page.items)
            return Contents(dialect, page.items, page.total, page.next is not None)
    if pages:
        msg = "Spotify gave a summary of the playlist's contents instead of the contents"
        raise UnexpectedAnswer(msg)
    msg = (
        "Spotify gives the playlist's name, but its contents are closed to this app: "
        "have its owner make you a collaborator, or run this themselves"
    )
    raise Closed(msg)


def held(playlist: Playlist, dialect: Dialect) -> Page | None:
    """The page under the key of the dialect; None if the playlist lacks it."""
    return playlist.items if dialect == "items" else playlist.tracks


def check_page(ask: Ask, page: Page | ItemsPage | None, *, offset: int) -> None:
    """Raises `Inconsistent` if a page says that it belongs to another playlist or another offset."""
    if page is None:
        return
    playlist, place = _address(page.href or "")
    if playlist not in ("", ask.playlist) or not {page.offset, place} <= {offset, None}:
        msg = f"asked for the rows from {offset} on, Spotify answered with those of another playlist or place"
        raise Inconsistent(msg, path=ask.path)


def _address(href: str) -> tuple[str, int | None]:
    """The playlist and the offset in the address of a page; empty and None if the address lacks them."""
    try:
        address = urlsplit(href)
        text = parse_qs(address.query).get("offset", [""])[0]
    except ValueError:
        return "", None
    playlist = unquote(address.path.partition("/playlists/")[2].partition("/")[0])
    return playlist, int(text) if text.isdecimal() else None


def check_songs(rows: Iterable[PlaylistItem | None]) -> None:
    """Raises `NoSong` if a row lacks the key of its song, before further pages are requested."""
    for row in rows:
        if row is not None:
            song_of(row)
