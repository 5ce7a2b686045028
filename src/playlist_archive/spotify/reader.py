"""Reads one playlist, whole and consistent or not at all (spotify-web-api.md, sections 1.4, 2 and 3)."""

from typing import Final, NamedTuple
from urllib.parse import quote

from ..model import Snapshot
from .client import SpotifyClient
from .errors import Closed, Inconsistent, InvalidLimit, UnexpectedAnswer
from .pacing import RESTRICTED_CEILING
from .responses import Dialect, Entry, LibraryPage, LibraryRow, Page, Playlist, contents, snapshot_of

SPOTIFY: Final = "spotify"
"""The owner whose lists change their snapshot id on every request (spotify-web-api.md, section 4.4)."""

LIBRARY_LIMIT: Final = 50
"""The most playlists a page of `/me/playlists` (spotify-web-api.md, section 2.10)."""

ITEMS_LIMIT: Final = 100
ITEMS_LIMIT_DOCUMENTED: Final = 50
"""Rows a page: what is served in practice, and what is documented (spotify-web-api.md, section 3.2)."""

READS: Final = 2
"""Reads of a playlist that changes while it is read (design.md, "A run", step 2)."""

_SONG = (
    "id,uri,type,name,duration_ms,external_urls,external_ids,artists(id,name,external_urls),"
    "album(id,name,external_urls),show(id,name,external_urls)"
)
_METADATA = "id,name,description,snapshot_id,owner(id,display_name,external_urls),followers.total"
_TYPES = "track,episode"


class Known(NamedTuple):
    """What the archive knows of a playlist before it asks."""

    snapshot_id: str
    rows: int


class Unchanged(NamedTuple):
    """The playlist has the snapshot that is known; only its likes, None where not given, may be new."""

    likes: int | None


class Reader:
    """Reads playlists through one client, and finds out on the way which class the app is of."""

    def __init__(self, client: SpotifyClient, *, default_ceiling: bool) -> None:
        """With `default_ceiling`, an app that turns out to be restricted gets the ceiling of `RESTRICTED_CEILING`."""
        self.client = client
        self.restricted: bool | None = None
        self._default_ceiling = default_ceiling
        self._dialect: Dialect = "items"
        self._limit = ITEMS_LIMIT

    async def library(self) -> dict[str, LibraryRow]:
        """The playlists in the user's library by id, one request for 50 of them; `next` is not followed (2.10).

        Raises:
            SpotifyError: a page could not be read.
        """
        rows: dict[str, LibraryRow] = {}
        offset, total = 0, 1
        while offset < total:
            page = await self.client.get("/me/playlists", LibraryPage, limit=LIBRARY_LIMIT, offset=offset)
            rows |= {row.id: row for row in page.items if row}
            offset, total = offset + max(page.limit, 1), page.total
        return rows

    async def read(self, playlist: str, *, known: Known | None = None) -> Snapshot | Unchanged:
        """The whole playlist; `Unchanged` where its snapshot is `known` and reading on would cost more requests.

        Raises:
            Unreadable: Spotify does not serve it.
            Inconsistent: it changed during each of `READS` reads.
            SpotifyError: anything else.
        """
        for attempt in range(1, READS + 1):
            try:
                return await self._read_once(playlist, known)
            except Inconsistent:
                if attempt == READS:
                    raise
        raise AssertionError

    async def _read_once(self, playlist: str, known: Known | None) -> Snapshot | Unchanged:
        first = await self._first(playlist)
        page = self._contents(first)
        entries = list(page.items or ())
        if len(entries) < _total(page):
            if first.owner.id != SPOTIFY and known == Known(first.snapshot_id, _total(page)):
                return Unchanged(first.followers.total if first.followers else None)
            await self._read_on(playlist, entries, _total(page))
            await self._confirm(first, page)
        if len(entries) != page.total:
            msg = f"the playlist has {page.total} rows, but {len(entries)} came"
            raise Inconsistent(msg)
        return snapshot_of(first, entries)

    async def _first(self, playlist: str) -> Playlist:
        """Metadata and the first page, in the dialect that this API speaks."""
        path = f"/playlists/{quote(playlist, safe='')}"
        song, other = ("item", "tracks") if self._dialect == "items" else ("track", "items")
        embedded = f"{self._dialect}(total,items({_row_fields(song)}))"
        first = await self.client.get(
            path, Playlist, fields=f"{_METADATA},{embedded},{other}.total", additional_types=_TYPES
        )
        if first.id != playlist:
            msg = f"asked for the playlist {playlist}, Spotify answered with another one"
            raise UnexpectedAnswer(msg, path=path)
        self._learn_class(first)
        if self._dialect == "items" and first.items is None and first.tracks is not None:
            self._dialect = "tracks"
            return await self._first(playlist)
        return first

    def _learn_class(self, first: Playlist) -> None:
        """The app's class shows in which keys hold the contents (1.4)."""
        if self.restricted is None:
            self.restricted = first.tracks is None
            if self.restricted and self._default_ceiling:
                self.client.ceiling = RESTRICTED_CEILING

    def _contents(self, playlist: Playlist) -> Page:
        page = contents(playlist, self._dialect)
        if page is None:
            msg = "Spotify gives its name, but its contents are closed to this app"
            raise Closed(msg)
        if page.items is None or page.total is None:
            msg = "Spotify gave a summary of the playlist's contents instead of the contents"
            raise UnexpectedAnswer(msg)
        return page

    async def _read_on(self, playlist: str, entries: list[Entry | None], total: int) -> None:
        """Appends the further pages; the offset advances by the rows that came, not by those asked for (3.2)."""
        while len(entries) < total:
            page = await self._page(playlist, offset=len(entries))
            if not page.items or page.total != total:
                msg = f"the playlist had {total} rows, and now has {page.total}"
                raise Inconsistent(msg)
            entries += page.items

    async def _page(self, playlist: str, *, offset: int) -> Page:
        path = f"/playlists/{quote(playlist, safe='')}/{self._dialect}"
        fields = f"total,items({_row_fields('item' if self._dialect == 'items' else 'track')})"
        try:
            return await self.client.get(
                path, Page, offset=offset, limit=self._limit, additional_types=_TYPES, fields=fields
            )
        except InvalidLimit:
            if self._limit == ITEMS_LIMIT_DOCUMENTED:
                raise
            self._limit = ITEMS_LIMIT_DOCUMENTED
        return await self._page(playlist, offset=offset)

    async def _confirm(self, first: Playlist, page: Page) -> None:
        """After the last page the playlist must be the one that the first page was of (3.5).

        Spotify's own lists have another snapshot id on every request, so there the first page itself is compared.
        """
        again = await self._first(first.id)
        now = self._contents(again)
        same = now.items == page.items if first.owner.id == SPOTIFY else again.snapshot_id == first.snapshot_id
        if not same or now.total != page.total:
            msg = "the playlist changed while it was read"
            raise Inconsistent(msg)


def _row_fields(song: str) -> str:
    return f"added_at,added_by.id,{song}({_SONG})"


def _total(page: Page) -> int:
    return page.total or 0
