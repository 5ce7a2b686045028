"""The id of a playlist: the only text of strangers that becomes a file name."""

import re
from typing import Final, NewType

from ..untrusted import for_log

PlaylistId = NewType("PlaylistId", str)

_WRAPPING: Final = "<>\"'`“”‘’«»()[]\ufeff\u200b \t\r\n"
"""What is pasted around a link, by people and by programs."""

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
"""What else a link leads to, in words."""


def parse_playlist_id(text: str) -> PlaylistId:
    """The id as a validated type: the only text of strangers that may become a file name.

    Raises:
        ValueError: `text` is not exactly 22 characters of base62 (formats.md, "What the archive writes").
    """
    if not _PLAYLIST_ID.fullmatch(text):
        msg = "a playlist id has exactly 22 characters of 0-9, A-Z and a-z"
        raise ValueError(msg)
    return PlaylistId(text)


def parse_reference(text: str) -> PlaylistId:
    """The id in a link to a playlist, a `spotify:playlist:` URI, or the id itself.

    Raises:
        ValueError: it is none of these.
    """
    inner = text.strip(_WRAPPING)
    quoted = f"'{for_log(inner)}'"
    if _SHORT_LINK.fullmatch(inner):
        msg = f"{quoted} is a short link: open it in a browser and copy the address that it leads to"
        raise ValueError(msg)
    match = _LINK.fullmatch(inner) or _URI.fullmatch(inner)
    kind, name = match.groups() if match else ("playlist", inner)
    if other := _NO_PLAYLISTS.get(kind.lower()):
        msg = f"{quoted} is {other}, not a playlist: copy the link of a playlist"
        raise ValueError(msg)
    found = _ID_AND_REST.fullmatch(name)
    if kind.lower() != "playlist" or not found:
        msg = f"{quoted} is no playlist: give its link, whole, or its id of 22 characters of 0-9, A-Z and a-z"
        raise ValueError(msg)
    return parse_playlist_id(found[1])
