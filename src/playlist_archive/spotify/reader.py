"""Reads one playlist, complete and consistent, or not at all (docs/spotify.md, sections 1.4, 2 and 3)."""

import math
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from typing import Final, NamedTuple

from ..archive.model import Snapshot
from .client import SpotifyClient
from .convert import snapshot_of
from .errors import Inconsistent, InvalidLimit, NoSong, UnexpectedAnswer, Unreadable
from .evidence import Ask, Contents, check_page, check_songs, contents_of, held
from .library import LIBRARY_LIMIT, step_of
from .responses import Dialect, ItemsPage, LibraryPage, LibraryRow, Playlist, PlaylistItem

MOST_ROWS: Final = 20_000
"""A playlist has 10,000 to 11,000 rows at most (docs/spotify.md, section 3.3). Twice as many cannot be true."""

ITEMS_LIMIT: Final = 100
ITEMS_LIMIT_DOCUMENTED: Final = 50
"""Rows per page, as served and as documented (docs/spotify.md, section 3.2)."""

_SONG = (
    "id,uri,type,name,duration_ms,external_urls,external_ids,artists(id,name,external_urls),"
    "album(id,name,external_urls),show(id,name,external_urls),audiobook(id,name,authors(name),external_urls)"
)
_METADATA = "id,name,description,public,collaborative,snapshot_id,owner(id,display_name,external_urls),followers.total"
_SONG_KEYS: Final[Mapping[Dialect, str]] = {"items": "item", "tracks": "track"}
_OTHER: Final[Mapping[Dialect, Dialect]] = {"items": "tracks", "tracks": "items"}


class Known(NamedTuple):
    """The archive's facts of a playlist before the first request."""

    snapshot_id: str
    rows: int


class Unchanged(NamedTuple):
    """The playlist is unchanged, except perhaps for its likes; None if not given.

    `null_items` are the rows without a song; 0 if the playlist was not read completely.
    """

    likes: int | None
    null_items: int = 0


class Reader:
    """Reads playlists through one client, and learns the app's class from the answers."""

    def __init__(self, client: SpotifyClient, *, default_budget: bool) -> None:
        """With `default_budget`, the limit of the client's budget holds only for a restricted app."""
        self.client = client
        self.restricted: bool | None = None
        self._default_budget = default_budget
        self._dialect: Dialect = "items"
        self._limit = ITEMS_LIMIT
        self._filters_fit = True
        self._listed: dict[str, LibraryRow] = {}

    async def library(self, wanted: AbstractSet[str] | None = None, *, largest: int = 0) -> dict[str, LibraryRow]:
        """The playlists in the user's library by id, one request per 50 playlists. `next` is not followed (2.10).

        `wanted` are the playlists whose row saves a request; None means the whole library. With `wanted`, rows may be
        missing. A further page is read only if it may save more requests than it costs. All pages together cost at most
        half of the budget, and leave enough for the `largest` playlist.

        Raises:
            SpotifyError: a page could not be read.
        """
        most = self._most_pages(wanted, largest)
        offset, pages, is_over = 0, 0, False
        while pages < most and not is_over:
            page = await self.client.get("/me/playlists", LibraryPage, limit=LIBRARY_LIMIT, offset=offset)
            step = step_of(page)
            self._listed |= {row.id: row for row in page.items if row and len(row.totals) <= 1}
            offset, pages = offset + step, pages + 1
            further = -(-(page.total - offset) // max(step, 1))
            is_over = step == 0 or further <= 0 or (wanted is not None and len(wanted - self._listed.keys()) < further)
        return dict(self._listed)

    def _most_pages(self, wanted: AbstractSet[str] | None, largest: int) -> float:
        """The number of library pages that may be read."""
        if wanted is None:
            return math.inf
        limit = self.client.budget.limit
        return min(max(len(wanted) - 1, 0), math.inf if limit is None else min(limit // 2, limit - largest))

    async def glance(self, playlist: str) -> Playlist:
        """The playlist without its rows, for one request. `items` and `tracks` are None if its contents are closed.

        Raises:
            Unreadable: Spotify does not serve it.
            SpotifyError: anything else.
        """
        ask = Ask(playlist, filtered=True)
        seen = await self.client.get(ask.path, Playlist, **ask.query(f"{_METADATA},items.total,tracks.total"))
        self._learn_class(seen)
        return seen

    async def read(self, playlist: str, *, known: Known | None = None) -> Snapshot | Unchanged:
        """The whole playlist; `Unchanged` if its snapshot is `known` and further reading would cost more requests.

        If the answers do not fit together, the playlist is read once more without `fields`, a possible cause (3.1).

        Raises:
            Unreadable: Spotify does not serve it.
            Inconsistent: the playlist changed during both reads.
            SpotifyError: anything else.
        """
        try:
            return await self._read(Ask(playlist, filtered=self._filters_fit), known)
        except Inconsistent:
            pass
        except NoSong:
            self._filters_fit = False
        return await self._read(Ask(playlist, filtered=False), known)

    async def _read(self, ask: Ask, known: Known | None) -> Snapshot | Unchanged:
        first = await self._first(ask)
        contents = contents_of(first)
        check_page(ask, held(first, contents.dialect), offset=0)
        self._check_listed(ask, first, contents)
        is_long = len(contents.rows) < contents.total
        if is_long and known == Known(first.snapshot_id, contents.total):
            return Unchanged(first.likes)
        rows = await self._read_on(ask, contents, afterwards=1)
        if is_long:
            await self._confirm(ask, first, rows)
        return snapshot_of(first, rows)

    def _check_listed(self, ask: Ask, first: Playlist, contents: Contents) -> None:
        """Raises Inconsistent if the playlist has fewer rows than the library said, in the same state."""
        row = self._listed.get(ask.playlist)
        if row and row.snapshot_id == first.snapshot_id and contents.total < max(row.totals, default=0):
            msg = f"the library says that the playlist has {max(row.totals)} rows, the playlist says {contents.total}"
            raise Inconsistent(msg, path=ask.path)

    async def _first(self, ask: Ask) -> Playlist:
        """The metadata and the first page, in the dialect of this API."""
        dialect = self._dialect
        first = await self._metadata(ask, dialect)
        other = _OTHER[dialect]
        if ask.filtered and held(first, dialect) is None and held(first, other) is not None:
            self._dialect = other
            return await self._metadata(ask, other)
        return first

    async def _metadata(self, ask: Ask, dialect: Dialect) -> Playlist:
        fields = f"{_METADATA},{dialect}(total,offset,next,href,items({_row_fields(dialect)})),{_OTHER[dialect]}.total"
        first = await self.client.get(ask.path, Playlist, **ask.query(fields))
        if first.id != ask.playlist:
            msg = f"asked for the playlist {ask.playlist}, Spotify answered with another one"
            raise UnexpectedAnswer(msg, path=ask.path)
        self._learn_class(first)
        return first

    def _learn_class(self, first: Playlist) -> None:
        """Learns the app's class from the key that holds the contents (1.4)."""
        if self.restricted is None:
            self.restricted = first.tracks is None
            if self._default_budget and not self.restricted:
                self.client.budget.set_limit(None)

    async def _read_on(self, ask: Ask, first: Contents, *, afterwards: int = 0) -> list[PlaylistItem | None]:
        """All rows. The offset grows by the rows that came, not by the rows that were asked for (3.2).

        `afterwards` is the number of requests that a long playlist needs after its last page. With `fields`, `total`
        may be too low (3.1), so a next page named by Spotify counts too.
        """
        if first.total > MOST_ROWS:
            msg = f"Spotify says that the playlist has {first.total} rows, more than any can have"
            raise UnexpectedAnswer(msg, path=ask.path)
        rows, more = list(first.rows), first.more
        while len(rows) < first.total:
            await self.client.budget.reserve(-(-(first.total - len(rows)) // self._limit) + afterwards)
            page = await self._page(ask, first.dialect, offset=len(rows))
            if not page.items or page.total != first.total or await self._is_repeated(ask, first, page, rows):
                msg = f"the playlist had {first.total} rows, and its page from row {len(rows)} does not fit them"
                raise Inconsistent(msg, path=ask.path)
            rows += page.items
            more = page.next is not None
        if len(rows) != first.total or more:
            msg = f"the playlist has {first.total} rows, but {len(rows)} came{' and there are more' if more else ''}"
            raise Inconsistent(msg, path=ask.path)
        return rows

    async def _is_repeated(self, ask: Ask, first: Contents, page: ItemsPage, rows: list[PlaylistItem | None]) -> bool:
        """Whether the page has rows of an earlier page instead of its own.

        A playlist may really have the same rows twice. Then a page that starts one row earlier starts with the row
        before.
        """
        count = len(page.items)
        if page.items != first.rows[:count] and list(page.items) != rows[-count:]:
            return False
        earlier = await self._page(ask, first.dialect, offset=len(rows) - 1)
        return earlier.items[: count + 1] != (rows[-1], *page.items)[: len(earlier.items)]

    async def _page(self, ask: Ask, dialect: Dialect, *, offset: int) -> ItemsPage:
        """A further page. If the playlist was served, its pages are never missing for good (3.5).

        Raises:
            Inconsistent: Spotify serves the playlist, but not this page.
        """
        limit = self._limit
        query = ask.query(f"total,offset,next,href,items({_row_fields(dialect)})")
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
        check_songs(page.items)
        check_page(ask, page, offset=offset)
        return page

    async def _confirm(self, ask: Ask, first: Playlist, rows: list[PlaylistItem | None]) -> None:
        """Checks after the last page that the playlist is still as on its first page (3.5).

        If its snapshot id differs, all rows are read again, since some lists change the id on every request.
        """
        again = await self._first(ask)
        contents = contents_of(again)
        is_same = contents.total == len(rows) and list(contents.rows) == rows[: len(contents.rows)]
        if is_same and again.snapshot_id != first.snapshot_id:
            is_same = await self._read_on(ask, contents) == rows
        if not is_same:
            msg = "the playlist changed while it was read"
            raise Inconsistent(msg, path=ask.path)


def _row_fields(dialect: Dialect) -> str:
    return f"added_at,added_by.id,{_SONG_KEYS[dialect]}({_SONG})"
