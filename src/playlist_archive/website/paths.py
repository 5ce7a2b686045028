"""Where each file of the website lies. Pure."""

from typing import Final, NamedTuple

from ..archive.ids import PlaylistId
from ..archive.layout import PLAYLISTS

SEARCH: Final = "search"

INDEX: Final = "index.html"
CHANGES: Final = "changes.html"
SEARCH_PAGE: Final = "search.html"
NOT_FOUND: Final = "404.html"
ROBOTS: Final = "robots.txt"
FEED: Final = "feed"
"""The feeds of all playlists, without their endings."""


class Places(NamedTuple):
    """Where the files of one playlist lie: its page, its feeds without their endings, its timeline, record and CSV."""

    page: str
    feed: str
    timeline: str
    data: str
    table: str


def places(playlist_id: PlaylistId) -> Places:
    """Where the files of a playlist lie (docs/website.md, "Pages")."""
    return Places(
        page=f"{PLAYLISTS}/{playlist_id}.html",
        feed=f"{PLAYLISTS}/{playlist_id}",
        timeline=f"timelines/{playlist_id}.json.gz",
        data=f"data/{playlist_id}.json",
        table=f"data/{playlist_id}.csv",
    )


def kind(path: str) -> str:
    """What a file counts as: pages, feeds, or the folder that it lies in."""
    folder, _, name = path.rpartition("/")
    if folder == PLAYLISTS:
        return "pages" if name.endswith(".html") else "feeds"
    return folder.partition("/")[0] or "pages"
