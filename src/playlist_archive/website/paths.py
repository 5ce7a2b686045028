"""Where each file of the website lies. Pure."""

from typing import Final

from ..archive.ids import PlaylistId

PLAYLISTS: Final = "playlists"
SEARCH: Final = "search"

INDEX: Final = "index.html"
CHANGES: Final = "changes.html"
SEARCH_PAGE: Final = "search.html"
NOT_FOUND: Final = "404.html"
ROBOTS: Final = "robots.txt"
FEED: Final = "feed"
"""The feeds of all playlists, without their endings."""


def feed(playlist_id: PlaylistId) -> str:
    """The feeds of a playlist, without their endings."""
    return f"{PLAYLISTS}/{playlist_id}"


def page(playlist_id: PlaylistId) -> str:
    """The page of a playlist."""
    return f"{PLAYLISTS}/{playlist_id}.html"


def timeline(playlist_id: PlaylistId) -> str:
    """The timeline of a playlist (docs/formats.md)."""
    return f"timelines/{playlist_id}.json.gz"


def data(playlist_id: PlaylistId) -> str:
    """The record of a playlist, as it lies in the archive."""
    return f"data/{playlist_id}.json"


def table(playlist_id: PlaylistId) -> str:
    """All songs that a playlist ever had, as CSV."""
    return f"data/{playlist_id}.csv"


def kind(path: str) -> str:
    """What a file counts as: pages, feeds, or the folder that it lies in."""
    folder, _, name = path.rpartition("/")
    if folder == PLAYLISTS:
        return "pages" if name.endswith(".html") else "feeds"
    return folder.partition("/")[0] or "pages"
