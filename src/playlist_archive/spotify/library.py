"""The pages of the user's library (docs/spotify.md, section 2.10)."""

from typing import Final

from .errors import UnexpectedAnswer
from .responses import LibraryPage

LIBRARY_LIMIT: Final = 50
"""The most playlists per page of `/me/playlists` (docs/spotify.md, section 2.10)."""

MOST_LISTED: Final = 100_000
"""The largest offset of `/me/playlists` (the same section)."""

SMALLEST_LISTED: Final = 10
"""A library with smaller pages than this is not read, since each page costs a request."""


def step_of(page: LibraryPage) -> int:
    """The number by which the offset advances; 0 if the page is empty.

    Raises:
        UnexpectedAnswer: the library would take too many requests.
    """
    if not page.items:
        return 0
    step = max(page.limit, len(page.items))
    if page.limit < 1 or page.total > MOST_LISTED or (step < SMALLEST_LISTED and page.total > step):
        msg = f"Spotify gave a page of the library with a limit of {page.limit} and a total of {page.total}"
        raise UnexpectedAnswer(msg, path="/me/playlists")
    return step
