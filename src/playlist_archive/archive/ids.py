"""Playlist ids: the only text from strangers that becomes a file name."""

import re
from typing import Final, NewType

from ..problem import ProblemError
from ..untrusted import for_log

PlaylistId = NewType("PlaylistId", str)

_WRAPPING: Final = "<>\"'`“”‘’«»()[]\ufeff\u200b \t\r\n"
"""Characters that people and programs put around a link."""

_LINK = re.compile(
    r"(?:https?://)?(?:open|play)\.spotify\.com/(?:[^/?#\s]+/)*([^/?#\s]+)/([^/?#\s]+)/?(?:[?#]\S*)?", re.IGNORECASE
)
_URI = re.compile(r"spotify:(?:user:[^:\s]+:)?([a-z]+):([^:?#\s]+)(?:[?#]\S*)?", re.IGNORECASE)
_SHORT_LINK = re.compile(
    r"(?:https?://)?(?:spotify\.link|spotify\.app\.link|link\.tospotify\.com|spoti\.fi)/\S*", re.IGNORECASE
)
_ID_AND_REST = re.compile(r"([0-9A-Za-z]{22})(?:[?#]\S*)?")
_PLAYLIST_ID = re.compile(r"[0-9A-Za-z]{22}")

_NO_PLAYLISTS: Final = {
    "album": "an album",
    "artist": "an artist",
    "audiobook": "an audiobook",
    "chapter": "a chapter of an audiobook",
    "collection": "somebody's own library",
    "episode": "an episode",
    "show": "a show",
    "track": "a track",
    "user": "a person's page",
}
"""The kinds of pages other than playlists, in words."""


class NoPlaylistError(ProblemError, ValueError):
    """A text names no playlist."""


def parse_playlist_id(text: str) -> PlaylistId:
    """The validated id, the only text from strangers that may become a file name.

    Raises:
        NoPlaylistError: `text` is not exactly 22 characters of base62 (docs/formats.md, "What it writes").
    """
    if not _PLAYLIST_ID.fullmatch(text):
        raise NoPlaylistError("a playlist id has exactly 22 characters of 0-9, A-Z and a-z")
    return PlaylistId(text)


def parse_reference(text: str) -> PlaylistId:
    """The id in a link to a playlist, in a `spotify:playlist:` URI, or in an id itself.

    Raises:
        NoPlaylistError: the text has another form.
    """
    inner = text.strip(_WRAPPING)
    quoted = f"'{for_log(inner)}'"
    if _SHORT_LINK.fullmatch(inner):
        remedy = "open it in a browser, and copy the address that it leads to"
        raise NoPlaylistError(f"{quoted} is a short link", remedy)
    match = _LINK.fullmatch(inner) or _URI.fullmatch(inner)
    kind, name = match.groups() if match else ("playlist", inner)
    if other := _NO_PLAYLISTS.get(kind.lower()):
        raise NoPlaylistError(f"{quoted} is {other}, not a playlist", "copy the link of a playlist")
    found = _ID_AND_REST.fullmatch(name)
    if kind.lower() != "playlist" or not found:
        remedy = "give its whole link, or its id of 22 characters of 0-9, A-Z and a-z"
        raise NoPlaylistError(f"{quoted} is no playlist", remedy)
    return parse_playlist_id(found[1])
