"""The cumulative page of a list that is short enough for one."""

from playlist_archive.archive.model import Record
from playlist_archive.render.cumulative import cumulative_pages
from playlist_archive.render.page import Repository


def cumulative(record: Record, repository: Repository) -> str:
    """The page, which has no parts."""
    [page] = cumulative_pages(record, repository).values()
    return page
