"""Reads one playlist, whole and consistent or not at all (spotify-web-api.md, sections 1.4, 2 and 3)."""

from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple
from urllib.parse import quote

from ..archive.model import Snapshot
from .client import SpotifyClient
from .errors import Closed, Inconsistent, InvalidLimit, NoSong, UnexpectedAnswer, Unreadable
from .pacing import RESTRICTED_CEILING
from .responses import Dialect, Entry, ItemsPage, LibraryPage, LibraryRow, Page, Playlist, snapshot_of

SPOTIFY: Final = "spotify"
"""The owner whose lists change their snapshot id on every request (spotify-web-api.md, section 4.4)."""

LIBRARY_LIMIT: Final = 50
"""The most playlists a page of `/me/playlists` (spotify-web-api.md, section 2.10)."""

MOST_LISTED: Final = 100_000
"""The largest offset of `/me/playlists` (the same section)."""

MOST_ROWS: Final = 20_000
"""A playlist holds 10,000 to 11,000 entries at most (spotify-web-api.md, section 3.3); twice that is a lie."""

ITEMS_LIMIT: Final = 100
ITEMS_LIMIT_DOCUMENTED: Final = 50
"""Rows a page: what is served in practice, and what is documented (spotify-web-api.md, section 3.2)."""

_SONG = (
    "id,uri,type,name,duration_ms,external_urls,external_ids,artists(id,name,external_urls),"
    "album(id,name,external_urls),show(id,name,external_urls)"
)
_METADATA = "id,name,description,public,collaborative,snapshot_id,owner(id,display_name,external_urls),followers.total"
_TYPES = "track,episode"
_SONG_KEYS: Final[Mapping[Dialect, str]] = {"items": "item", "tracks": "track"}
_OTHER: Final[Mapping[Dialect, Dialect]] = {"items": "tracks", "tracks": "items"}


class Known(NamedTuple):
    """What the archive knows of a playlist before it asks."""

    snapshot_id: str
    rows: int


class Unchanged(NamedTuple):
    """The playlist has the snapshot that is known; only its likes, None where not given, may be new."""

    likes: int | None


class _Ask(NamedTuple):
    """A playlist that is being read, with or without `fields` to leave out what is not needed."""

    playlist: str
    filtered: bool

    @property
    def path(self) -> str:
        return f"/playlists/{quote(self.playlist, safe='')}"

    def query(self, fields: str) -> dict[str, str | int]:
        types: dict[str, str | int] = {"additional_types": _TYPES}
        return types | {"fields": fields} if self.filtered else types


class _Contents(NamedTuple):
    """The first page of a playlist. `more` tells that Spotify speaks of a next one."""

    dialect: Dialect
    rows: tuple[Entry | None, ...]
    total: int
    more: bool


class Reader:
    """Reads playlists through one client, and finds out on the way which class the app is of."""

    def __init__(self, client: SpotifyClient, *, default_ceiling: bool) -> None:
        """With `default_ceiling`, an app that turns out to be restricted gets the ceiling of `RESTRICTED_CEILING`."""
        self.client = client
        self.restricted: bool | None = None
        self._default_ceiling = default_ceiling
        self._dialect: Dialect = "items"
        self._limit = ITEMS_LIMIT
        self._filters_fit = True

    async def library(self) -> dict[str, LibraryRow]:
        """The playlists in the user's library by id, one request for 50 of them; `next` is not followed (2.10).

        It ends where a page is empty: the library only spares requests, so what it does not list is asked for.

        Raises:
            SpotifyError: a page could not be read.
        """
        rows: dict[str, LibraryRow] = {}
        offset, total = 0, 1
        while offset < total:
            page = await self.client.get("/me/playlists", LibraryPage, limit=LIBRARY_LIMIT, offset=offset)
            if not page.items:
                break
            if page.limit < 1 or page.total > MOST_LISTED:
                msg = f"Spotify gave a page of the library with a limit of {page.limit} and a total of {page.total}"
                raise UnexpectedAnswer(msg, path="/me/playlists")
            rows |= {row.id: row for row in page.items if row}
            offset, total = offset + page.limit, page.total
        return rows

    async def glance(self, playlist: str) -> Playlist:
        """The playlist without its rows, for one request; neither `items` nor `tracks` where its contents are closed.

        Raises:
            Unreadable: Spotify does not serve it.
            SpotifyError: anything else.
        """
        ask = _Ask(playlist, filtered=True)
        seen = await self.client.get(ask.path, Playlist, **ask.query(f"{_METADATA},items.total,tracks.total"))
        self._learn_class(seen)
        return seen

    async def read(self, playlist: str, *, known: Known | None = None) -> Snapshot | Unchanged:
        """The whole playlist; `Unchanged` where its snapshot is `known` and reading on would cost more requests.

        What does not fit together is read once more, without `fields`, which may be what made it so (3.1).

        Raises:
            Unreadable: Spotify does not serve it.
            Inconsistent: it changed during both reads.
            SpotifyError: anything else.
        """
        try:
            return await self._read(_Ask(playlist, filtered=self._filters_fit), known)
        except Inconsistent:
            pass
        except NoSong:
            self._filters_fit = False
        return await self._read(_Ask(playlist, filtered=False), known)

    async def _read(self, ask: _Ask, known: Known | None) -> Snapshot | Unchanged:
        first = await self._first(ask)
        contents = _contents(first)
        is_long = len(contents.rows) < contents.total
        if is_long and first.owner.id != SPOTIFY and known == Known(first.snapshot_id, contents.total):
            return Unchanged(first.likes)
        rows = await self._read_on(ask, contents)
        if is_long:
            await self._confirm(ask, first, rows)
        return snapshot_of(first, rows)

    async def _first(self, ask: _Ask) -> Playlist:
        """Metadata and the first page, in the dialect that this API speaks."""
        dialect = self._dialect
        first = await self._metadata(ask, dialect)
        other = _OTHER[dialect]
        if ask.filtered and _held(first, dialect) is None and _held(first, other) is not None:
            self._dialect = other
            return await self._metadata(ask, other)
        return first

    async def _metadata(self, ask: _Ask, dialect: Dialect) -> Playlist:
        fields = f"{_METADATA},{dialect}(total,next,items({_row_fields(dialect)})),{_OTHER[dialect]}.total"
        first = await self.client.get(ask.path, Playlist, **ask.query(fields))
        if first.id != ask.playlist:
            msg = f"asked for the playlist {ask.playlist}, Spotify answered with another one"
            raise UnexpectedAnswer(msg, path=ask.path)
        self._learn_class(first)
        return first

    def _learn_class(self, first: Playlist) -> None:
        """The app's class shows in which keys hold the contents (1.4)."""
        if self.restricted is None:
            self.restricted = first.tracks is None
            if self.restricted and self._default_ceiling:
                self.client.ceiling = RESTRICTED_CEILING

    async def _read_on(self, ask: _Ask, first: _Contents) -> list[Entry | None]:
        """All rows; the offset advances by the rows that came, not by those asked for (3.2).

        With `fields`, `total` may be too low (3.1): then it counts that Spotify speaks of a next page.
        """
        if first.total > MOST_ROWS:
            msg = f"Spotify says that the playlist has {first.total} rows, more than any can have"
            raise UnexpectedAnswer(msg, path=ask.path)
        rows, more = list(first.rows), first.more
        while len(rows) < first.total:
            page = await self._page(ask, first.dialect, offset=len(rows))
            if not page.items or page.total != first.total or page.offset not in {None, len(rows)}:
                msg = f"the playlist had {first.total} rows, and its page from row {len(rows)} does not fit them"
                raise Inconsistent(msg, path=ask.path)
            rows += page.items
            more = page.next is not None
        if len(rows) != first.total or (more and ask.filtered):
            msg = f"the playlist has {first.total} rows, but {len(rows)} came{' and there are more' if more else ''}"
            raise Inconsistent(msg, path=ask.path)
        return rows

    async def _page(self, ask: _Ask, dialect: Dialect, *, offset: int) -> ItemsPage:
        """A further page. That of a playlist which was served is never missing for good (3.5).

        Raises:
            Inconsistent: Spotify serves the playlist, but not this page.
        """
        limit = self._limit
        query = ask.query(f"total,offset,next,items({_row_fields(dialect)})")
        try:
            page = await self.client.get(f"{ask.path}/{dialect}", ItemsPage, offset=offset, limit=limit, **query)
        except InvalidLimit:
            if limit <= ITEMS_LIMIT_DOCUMENTED:
                raise
            self._limit = ITEMS_LIMIT_DOCUMENTED
            return await self._page(ask, dialect, offset=offset)
        except Unreadable as error:
            msg = f"Spotify serves the playlist, but not its rows from {offset} on: {error}"
            raise Inconsistent(msg, status=error.status, path=error.path) from error
        _check_songs(page.items)
        return page

    async def _confirm(self, ask: _Ask, first: Playlist, rows: list[Entry | None]) -> None:
        """After the last page the playlist must be the one that the first page was of (3.5).

        Spotify's own lists have another snapshot id on every request, so there all rows are read again and compared.
        """
        again = await self._first(ask)
        contents = _contents(again)
        if first.owner.id == SPOTIFY:
            is_same = await self._read_on(ask, contents) == rows
        else:
            is_same = (again.snapshot_id, contents.total) == (first.snapshot_id, len(rows))
            is_same = is_same and list(contents.rows) == rows[: len(contents.rows)]
        if not is_same:
            msg = "the playlist changed while it was read"
            raise Inconsistent(msg, path=ask.path)


def _contents(playlist: Playlist) -> _Contents:
    """The page that a playlist holds.

    Raises:
        Closed: it holds none, nor a summary of one.
        NoSong: a row without the key of the song.
        UnexpectedAnswer: it holds only a summary.
    """
    for dialect in _OTHER:
        page = _held(playlist, dialect)
        if page and page.items is not None and page.total is not None:
            _check_songs(page.items)
            return _Contents(dialect, page.items, page.total, page.next is not None)
    if playlist.items or playlist.tracks:
        msg = "Spotify gave a summary of the playlist's contents instead of the contents"
        raise UnexpectedAnswer(msg)
    msg = (
        "Spotify gives the playlist's name, but its contents are closed to this app: "
        "have its owner make you a collaborator, or run this themselves"
    )
    raise Closed(msg)


def _held(playlist: Playlist, dialect: Dialect) -> Page | None:
    return playlist.items if dialect == "items" else playlist.tracks


def _check_songs(rows: Iterable[Entry | None]) -> None:
    """Raises `NoSong` for a row without the key of the song, before further pages are asked for."""
    for row in rows:
        if row:
            row.song()


def _row_fields(dialect: Dialect) -> str:
    return f"added_at,added_by.id,{_SONG_KEYS[dialect]}({_SONG})"
