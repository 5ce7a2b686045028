"""Feeds: Atom (RFC 4287) and JSON Feed 1.1 from the same entries. Pure, but for the templates."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Final
from urllib.parse import urlsplit

from ..archive.ids import PlaylistId
from ..history.compare import Event
from .contexts import Day, Link, log_day
from .templating import Site, Templates, harmless

ENTRIES: Final = 10
"""The newest changes that a feed holds."""

NAMED_SONGS: Final = 6
"""Songs that an entry names per kind of change: a feed in two formats weighs as much as a page."""

_NO_HOST: Final = "playlist-archive.invalid"
"""Stands in ids where the site's address is not known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedEntry:
    """A change of one playlist. `id` stays the same over every rebuild."""

    id: str
    url: str
    title: str
    updated: str
    day: Day


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """A feed, for all playlists or for one. `path` is that of the feed without its ending."""

    id: str
    title: str
    path: str
    page: str
    updated: str
    entries: tuple[FeedEntry, ...]


def feed_entry(site: Site, playlist_id: PlaylistId, event: Event, playlist: Link) -> FeedEntry:
    """The entry of a day on which a playlist changed."""
    day = log_day(event, playlist, named=NAMED_SONGS)
    return FeedEntry(
        id=f"tag:{_host(site)},{event.day.year}:{playlist_id}/{event.commit}",
        url=f"{site.url}{playlist.url}#{event.day}",
        title=f"{playlist.text}: {day.summary}",
        updated=_moment(event.day),
        day=day,
    )


def is_worth_an_entry(event: Event) -> bool:
    """Whether a reader wants to be told: moved songs and likes alone are no news."""
    found = event.difference
    return bool(event.is_first or found.added or found.removed or any(change.key != "likes" for change in found.texts))


def feed(site: Site, *, title: str, path: str, page: str, entries: Iterable[FeedEntry], began: date) -> Feed:
    """A feed of the newest entries; `began` is the day that an empty feed is of."""
    newest = tuple(islice(entries, ENTRIES))
    updated = max((found.updated for found in newest), default=_moment(began))
    identity = f"tag:{_host(site)},{began.year}:{path}"
    return Feed(id=identity, title=title, path=path, page=page, updated=updated, entries=newest)


def atom(templates: Templates, site: Site, found: Feed) -> str:
    """The feed as Atom."""
    return templates.text("feed.xml.j2", {"feed": found, "site": site})


def json_feed(templates: Templates, site: Site, found: Feed) -> str:
    """The feed as JSON Feed 1.1."""
    data = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": found.title,
        "home_page_url": f"{site.url}{found.page}",
        "feed_url": f"{site.url}{found.path}.json",
        "items": [
            {
                "id": one.id,
                "url": one.url,
                "title": one.title,
                "content_html": templates.text("entry.html.j2", {"found": one.day}),
                "date_published": one.updated,
            }
            for one in found.entries
        ],
    }
    return json.dumps(_clean(data), ensure_ascii=False, separators=(",", ":")) + "\n"


def _clean(value: object) -> object:
    if isinstance(value, dict):
        return {key: _clean(inner) for key, inner in value.items()}
    return [_clean(inner) for inner in value] if isinstance(value, list) else harmless(value)


def _host(site: Site) -> str:
    return urlsplit(site.url).hostname or _NO_HOST


def _moment(day: date) -> str:
    return f"{day}T00:00:00Z"
