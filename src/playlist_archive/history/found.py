"""What is searched for, and what is found."""

from typing import NamedTuple

from ..archive.ids import PlaylistId
from .timeline import Presence, Song


class Query(NamedTuple):
    """What is searched for: `text` has the words, all of which must be there.

    With `playlist_id`, in this playlist alone; with `is_present`, songs that are there now. `limit` is how many songs
    at most, None for all.
    """

    text: str
    playlist_id: PlaylistId | None = None
    is_present: bool = False
    limit: int | None = None


class InPlaylist(NamedTuple):
    """A time that a song belonged to a playlist; `title` is the playlist's name to show."""

    playlist_id: PlaylistId
    title: str
    presence: Presence


class Found(NamedTuple):
    """A song that was found, and when it belonged where: first where it is now, then by the day it was added."""

    song: Song
    presences: tuple[InPlaylist, ...]


class Searched(NamedTuple):
    """The songs that were found, the best first.

    `has_more` says that the limit left some out; `notes` are sentences on what could not be read.
    """

    found: tuple[Found, ...]
    has_more: bool = False
    notes: tuple[str, ...] = ()
