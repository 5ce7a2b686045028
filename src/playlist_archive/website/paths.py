"""The path of each file of the website. Pure."""

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
"""The path of the feeds of all playlists, without the ending."""


class Places(NamedTuple):
    """The paths of one playlist's files. `feed` has no ending, `data` is the record, and `table` is the CSV file."""

    page: str
    feed: str
    timeline: str
    data: str
    table: str


def places(playlist_id: PlaylistId) -> Places:
    """The paths of a playlist's files (docs/website.md, "Pages")."""
    return Places(
        page=f"{PLAYLISTS}/{playlist_id}.html",
        feed=f"{PLAYLISTS}/{playlist_id}",
        timeline=f"timelines/{playlist_id}.json.gz",
        data=f"data/{playlist_id}.json",
        table=f"data/{playlist_id}.csv",
    )


def kind(path: str) -> str:
    """The kind of a file, for counting: pages, feeds, or the folder of the file."""
    folder, _, name = path.rpartition("/")
    if folder == PLAYLISTS:
        return "pages" if name.endswith(".html") else "feeds"
    return folder.partition("/")[0] or "pages"
