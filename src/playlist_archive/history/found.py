"""The query and the results of a search."""

from typing import NamedTuple

from ..archive.ids import PlaylistId
from .timeline import Presence, Song


class Query(NamedTuple):
    """A query. A song must have all words of `text`.

    With `playlist_id`, only songs of this playlist. With `is_present`, only current songs. `limit` is the most songs to
    find, None for all.
    """

    text: str
    playlist_id: PlaylistId | None = None
    is_present: bool = False
    limit: int | None = None


class InPlaylist(NamedTuple):
    """A time in which a song belonged to a playlist. `title` is the playlist's name to show."""

    playlist_id: PlaylistId
    title: str
    presence: Presence


class Found(NamedTuple):
    """A found song with its playlists and times: current playlists first, then by the day of addition."""

    song: Song
    presences: tuple[InPlaylist, ...]


class Searched(NamedTuple):
    """The found songs, best first.

    `has_more` is true if the limit left songs out. `notes` are sentences on unreadable records.
    """

    found: tuple[Found, ...]
    has_more: bool = False
    notes: tuple[str, ...] = ()
