"""The JSON of playlists, pages and library, in the dialect of the app's class (docs/spotify.md, section 1.2)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final
from urllib.parse import quote

from .fields import Chosen, Fields
from .library import Listed
from .songs import PAGES, Body, images, song_body, user_body
from .world import Person, Row, WorldPlaylist


class AppClass(StrEnum):
    """The classes of apps (section 1.2)."""

    EXTENDED = "extended"
    LEGACY = "legacy"
    RESTRICTED = "restricted"


@dataclass(frozen=True)
class Dialect:
    """The keys for a playlist's contents and a row's song. If `permissive`, tracks have all their fields."""

    contents: tuple[str, ...]
    song: tuple[str, ...]
    permissive: bool


DUAL: Final = Dialect(contents=("tracks", "items"), song=("track", "item"), permissive=True)
RESTRICTED: Final = Dialect(contents=("items",), song=("item",), permissive=False)
BEFORE_2026: Final = Dialect(contents=("tracks",), song=("track",), permissive=True)


@dataclass(frozen=True)
class View:
    """The shape of the answer to one request. Links to pages begin with `origin`; `dressed` episodes look like tracks.

    `locale` is repeated in links if the client sent Accept-Language.
    """

    dialect: Dialect
    origin: str
    dressed: bool = True
    fields: Fields | None = None
    locale: str = ""
    followers: bool = True
    embedded: int = 100

    def wants(self, *keys: str) -> bool:
        """Whether the request's `fields` select the value under these nested keys."""
        fields = self.fields
        for key in keys:
            if fields is None:
                return True
            if not fields.wants(key):
                return False
            fields = fields.within(key)
        return True

    def within(self, *keys: str) -> Fields | None:
        """The selection inside the value under these nested keys; None for the whole value."""
        fields = self.fields
        for key in keys:
            fields = fields and fields.within(key)
        return fields

    def link(self, path: str, *query: str) -> str:
        """The URL of another page. It drops parameters and always has `additional_types=track` (section 3.4)."""
        locale = (f"locale={quote(self.locale)}",) if self.locale else ()
        return f"{self.origin}/v1{path}?{'&'.join((*query, 'additional_types=track', *locale))}"


def playlist_body(playlist: WorldPlaylist, view: View, *, snapshot: str, readable: bool) -> Body:
    """The answer to `GET /playlists/{id}`. If not `readable`, the contents are absent, not empty (section 1.2)."""
    body = dict(playlist.body) if playlist.body is not None else _metadata(playlist, view)
    body["snapshot_id"] = snapshot
    if playlist.body is None and view.followers:
        body["followers"] = {"href": None, "total": playlist.likes}
    if playlist.body is None:
        body["href"] = view.link(f"/playlists/{playlist.id}")
    if readable:
        body |= _embedded(playlist, view)
    return view.fields.of(body) if view.fields else body


def _embedded(playlist: WorldPlaylist, view: View) -> Body:
    shown, keys = playlist.rows[: view.embedded], [key for key in view.dialect.contents if view.wants(key)]
    return {
        key: _page(playlist, view, key=key, rows=rows_body(shown, view, key, "items"), offset=0, limit=view.embedded)
        for key in keys
    }


def items_body(playlist: WorldPlaylist, view: View, *, key: str, offset: int, limit: int) -> Body:
    """The answer to `GET /playlists/{id}/{key}`. `items` and `tracks` differ only in their links."""
    rows = rows_body(playlist.rows[offset : offset + limit], view, "items")
    body = _page(playlist, view, key=key, rows=rows, offset=offset, limit=limit)
    return view.fields.of(body) if view.fields else body


def _page(playlist: WorldPlaylist, view: View, *, key: str, rows: list[Body], offset: int, limit: int) -> Body:
    def link(start: int) -> str:
        return view.link(f"/playlists/{playlist.id}/{key}", f"offset={start}", f"limit={limit}")

    return paging(rows, link=link, offset=offset, limit=limit, total=len(playlist.rows))


def paging(rows: Sequence[Body | None], *, link: Callable[[int], str], offset: int, limit: int, total: int) -> Body:
    """A paging object (section 2.3); `link` gives the URL of the page at an offset."""
    return {
        "href": link(offset),
        "items": list(rows),
        "limit": limit,
        "next": link(offset + limit) if limit and offset + limit < total else None,
        "offset": offset,
        "previous": link(max(offset - limit, 0)) if offset else None,
        "total": total,
    }


def rows_body(rows: Sequence[Row], view: View, *keys: str) -> list[Body]:
    """The rows of a playlist, with the parts that `fields` selects under these keys; empty if it selects none."""
    if not view.wants(*keys):
        return []
    choice = view.within(*keys)
    made = [row_body(row, view, choice) for row in rows]
    return Chosen(made) if choice else made


def row_body(row: Row, view: View, choice: Fields | None = None) -> Body:
    """One row (section 2.4): the song under each key of the dialect, null if Spotify removed it (section 2.7)."""
    body = _row_without_song(row) if row.body is None else dict(row.body)
    if choice:
        body = choice.of(body)
    for key in view.dialect.song:
        if choice is None or choice.wants(key):
            body[key] = row.song and song_body(
                row.song,
                choice.within(key) if choice else None,
                permissive=view.dialect.permissive,
                dressed=view.dressed,
            )
    return body


def _row_without_song(row: Row) -> Body:
    return {
        "added_at": row.added_at,
        "added_by": user_body(row.added_by) if row.added_by else None,
        "is_local": row.song is not None and row.song.is_local,
        "primary_color": None,
        "video_thumbnail": {"url": None},
    }


def library_body(
    playlists: Sequence[Listed | None],
    view: View,
    *,
    user: str,
    offset: int,
    limit: int,
    total: int,
) -> Body:
    """The answer to `GET /me/playlists`: summaries, null if the app may not see the playlist (section 2.10)."""

    def link(start: int) -> str:
        return f"{view.origin}/v1/users/{user}/playlists?offset={start}&limit={limit}"

    rows = [listed and _summary(listed, view) for listed in playlists]
    return paging(rows, link=link, offset=offset, limit=limit, total=total)


def _summary(listed: Listed, view: View) -> Body:
    playlist = listed.playlist
    body = _metadata(playlist, view) | {"snapshot_id": listed.snapshot}
    body["images"] = images(playlist.id) if listed.total else None
    for key in view.dialect.contents:
        body[key] = {"href": f"{view.origin}/v1/playlists/{playlist.id}/{key}", "total": listed.total}
    return body


def _metadata(playlist: WorldPlaylist, view: View) -> Body:
    """The fields that a playlist has in every answer (section 2.2)."""
    return {
        "collaborative": playlist.collaborative,
        "description": playlist.description,
        "external_urls": {"spotify": f"{PAGES}/playlist/{playlist.id}"},
        "href": f"{view.origin}/v1/playlists/{playlist.id}",
        "id": playlist.id,
        "images": images(playlist.id) if playlist.rows else [],
        "name": playlist.name,
        "owner": user_body(playlist.owner, with_name=True),
        "primary_color": None,
        "public": playlist.public,
        "type": "playlist",
        "uri": f"spotify:playlist:{playlist.id}",
    }


def me_body(person: Person, *, restricted: bool) -> Body:
    """The answer to `GET /me`. A restricted app gets fewer fields."""
    body = {"account_id": f"account-of-{person.id}", **user_body(person, with_name=True), "images": []}
    if restricted:
        return body
    return body | {
        "country": "SE",
        "explicit_content": {"filter_enabled": False, "filter_locked": False},
        "followers": {"href": None, "total": 21},
        "product": "premium",
    }


def oembed_body(playlist: WorldPlaylist) -> Body:
    """The answer of oEmbed: a title, and HTML for a player."""
    source = f"{PAGES}/embed/playlist/{playlist.id}?utm_source=oembed"
    return {
        "html": f'<iframe width="100%" height="352" src="{source}"></iframe>',
        "provider_name": "Spotify",
        "provider_url": "https://spotify.com",
        "title": playlist.name,
        "type": "rich",
        "version": "1.0",
    }
