"""The pages of the user's library (docs/spotify.md, section 2.10)."""

from typing import Final

from .errors import UnexpectedAnswer
from .responses import LibraryPage

LIBRARY_LIMIT: Final = 50
"""The most playlists a page of `/me/playlists` (docs/spotify.md, section 2.10)."""

MOST_LISTED: Final = 100_000
"""The largest offset of `/me/playlists` (the same section)."""

SMALLEST_LISTED: Final = 10
"""A library that comes in smaller pages than this is not read on: it would cost a request for each of them."""


def step_of(page: LibraryPage) -> int:
    """By how much the offset advances; 0 where there is nothing more.

    Raises:
        UnexpectedAnswer: the library would take more requests than one can have.
    """
    if not page.items:
        return 0
    step = max(page.limit, len(page.items))
    if page.limit < 1 or page.total > MOST_LISTED or (step < SMALLEST_LISTED and page.total > step):
        msg = f"Spotify gave a page of the library with a limit of {page.limit} and a total of {page.total}"
        raise UnexpectedAnswer(msg, path="/me/playlists")
    return step
