"""Feeds: Atom (RFC 4287) and JSON Feed 1.1 from the same entries. Pure, except for the templates."""

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
"""The most changes in a feed, the newest first."""

NAMED_SONGS: Final = 5
"""The most songs that an entry names per kind of change: a feed in two formats weighs as much as a page."""

_json: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode

_NO_HOST: Final = "playlist-archive.invalid"
"""The host in ids if the site's address is unknown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedEntry:
    """A change of one playlist. `id` is the same in every build."""

    id: str
    url: str
    title: str
    updated: str
    day: Day


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """A feed of all playlists or of one playlist. `path` is the feed's path without the ending."""

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
    """Whether an event is news for a reader. Moved songs and likes alone are no news."""
    found = event.difference
    return bool(event.is_first or found.added or found.removed or any(change.key != "likes" for change in found.texts))


def feed(site: Site, *, title: str, path: str, page: str, entries: Iterable[FeedEntry], began: date) -> Feed:
    """A feed of the newest entries. `began` is the day of the feed if it is empty."""
    newest = tuple(islice(entries, ENTRIES))
    updated = max((found.updated for found in newest), default=_moment(began))
    identity = f"tag:{_host(site)},{began.year}:{path}"
    return Feed(id=identity, title=title, path=path, page=page, updated=updated, entries=newest)


def feed_files(templates: Templates, site: Site, found: Feed) -> dict[str, str]:
    """The feed as Atom and as JSON Feed 1.1: path → text."""
    entries = [(one, templates.text("entry.html.j2", {"found": one.day})) for one in found.entries]
    data = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": found.title,
        "home_page_url": f"{site.url}{found.page}",
        "feed_url": f"{site.url}{found.path}.json",
        "items": [
            {"id": one.id, "url": one.url, "title": one.title, "content_html": content, "date_published": one.updated}
            for one, content in entries
        ],
    }
    return {
        f"{found.path}.xml": templates.text("feed.xml.j2", {"feed": found, "entries": entries, "site": site}),
        f"{found.path}.json": _json(_clean(data)) + "\n",
    }


def _clean(value: object) -> object:
    if isinstance(value, dict):
        return {key: _clean(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_clean(inner) for inner in value]
    return harmless(value) if isinstance(value, str) else value


def _host(site: Site) -> str:
    return urlsplit(site.url).hostname or _NO_HOST


def _moment(day: date) -> str:
    return f"{day}T00:00:00Z"
