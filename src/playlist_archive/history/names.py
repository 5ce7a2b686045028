"""Finds the playlist or song that a user means: by link, URI, id, or a name that only one playlist has."""

import json
import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, NamedTuple

from ..archive import layout
from ..archive.ids import PlaylistId, parse_reference
from ..archive.store import Store
from ..untrusted import for_log

_HEAD_BYTES: Final = 1 << 16
"""The bytes to read of a record's beginning, enough for name, alias and description. A longer head is read whole."""

_TRACKS: Final = b'\n"tracks":'
_SHOWN: Final = 5
_SONG_LINK: Final = re.compile(
    r"https?://open\.spotify\.com/(?:intl-[a-z-]+/)?(track|episode)/([0-9A-Za-z]{22})(?:[?#]\S*)?"
)
_LINK_SIGNS: Final = ("spotify:", "://", "spotify.com/", "spotify.link/")


class UnknownError(ValueError):
    """The text means no playlist or song, or more than one."""


class Titles(NamedTuple):
    """The names of a playlist: Spotify's name, and the alias if any."""

    name: str
    alias: str | None


def find_playlist(root: Path, text: str) -> PlaylistId:
    """The playlist of the archive that a link, a URI, an id or a name means. The case of a name does not matter.

    Raises:
        UnknownError: no playlist or several playlists have that name.
    """
    archived = set(Store(root).records())
    try:
        playlist_id = parse_reference(text)
    except ValueError as error:
        if any(sign in text for sign in _LINK_SIGNS):
            raise UnknownError(str(error)) from error
    else:
        if playlist_id in archived or playlist_id != text:
            return playlist_id
    if not archived:
        msg = "no playlist is archived in this folder: go to the folder of an archive, or name it with --root"
        raise UnknownError(msg)
    return _by_name(root, text)


def parse_song(text: str) -> str:
    """The identity of a song from its link or its URI.

    Raises:
        UnknownError: the text is neither.
    """
    match = _SONG_LINK.fullmatch(text.strip())
    uri = f"spotify:{match[1]}:{match[2]}" if match else text.strip()
    if not uri.startswith("spotify:"):
        msg = f"'{for_log(text)}' is no song: give its link, or its URI such as spotify:track:1Y6W3Q07asHeQtXCBDAOrT"
        raise UnknownError(msg)
    return uri


def _by_name(root: Path, text: str) -> PlaylistId:
    """The only playlist with a name."""
    wanted = _folded(text)
    titles = dict(read_titles(root))
    found = [playlist_id for playlist_id, names in titles.items() if wanted in map(_folded, filter(None, names))]
    if len(found) > 1:
        msg = f"{len(found)} playlists are named '{for_log(text)}': give the id of one ({', '.join(found[:_SHOWN])})"
        raise UnknownError(msg)
    if not found:
        like = [f"'{for_log(names.alias or names.name)}'" for names in titles.values() if _is_like(names, wanted)]
        hint = f"; did you mean {' or '.join(like[:_SHOWN])}" if like else ""
        msg = f"no playlist of this archive is '{for_log(text)}': give its link, its id or its whole name{hint}"
        raise UnknownError(msg)
    return found[0]


def read_titles(root: Path) -> Iterator[tuple[PlaylistId, Titles]]:
    """The names of every playlist with a record. Only the heads of the records are read."""
    for playlist_id in Store(root).records():
        try:
            head = _head(root / layout.data(playlist_id))
            yield playlist_id, Titles(str(head["name"]), head.get("alias"))
        except (OSError, ValueError, KeyError, AttributeError):
            continue


def _head(path: Path) -> dict[str, Any]:
    """The head of a record, before its tracks."""
    with path.open("rb") as file:
        head, found, _ = file.read(_HEAD_BYTES).partition(_TRACKS)
    text = head.rstrip(b",") + b"}" if found else path.read_bytes()
    said: dict[str, Any] = json.loads(text)
    return said


def _is_like(names: Titles, wanted: str) -> bool:
    return bool(wanted) and any(wanted in _folded(name) for name in filter(None, names))


def _folded(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())
