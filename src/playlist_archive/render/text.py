"""Counts, lengths and links as the pages show them (docs/formats.md, "The pretty page")."""

import re
from functools import lru_cache
from typing import Final, Protocol
from urllib.parse import quote

from ..archive.model import Item, Named, Track, facts
from .markdown import at_line_start, link

WEB = "https://open.spotify.com"

_KEPT: Final = 20_000
"""The most songs whose cells are kept in memory. Both pages of a playlist show them, and a replay repeats them."""

_CATALOGUE_URI = re.compile(r"spotify:([a-z]+):([0-9A-Za-z]+)")


def counted(number: int | None, noun: str) -> str:
    """A count such as `1 song` or `12,345 likes`; `??? likes` if Spotify does not give the number."""
    if number is None:
        return f"??? {noun}s"
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def length(milliseconds: int) -> str:
    """A track's length, such as `3:53` or `1:02:03`. It is cut to whole seconds, not rounded."""
    minutes, seconds = divmod(milliseconds // 1000, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


def total_length(milliseconds: int) -> str:
    """A playlist's length in its two or three largest units, such as `13 min 5 sec` or `2 day 3 hr 4 min`."""
    minutes, seconds = divmod(milliseconds // 1000, 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    if days:
        return f"{days:,} day {hours} hr {minutes} min"
    if hours:
        return f"{hours} hr {minutes} min"
    return f"{minutes} min {seconds} sec" if minutes else f"{seconds} sec"


def url(kind: str, identity: str | None) -> str | None:
    """The address of an artist, album, show, user or playlist; None without an id. User ids are free text."""
    return f"{WEB}/{kind}/{_path_segment(identity)}" if identity else None


class Linkable(Protocol):
    """Anything that may have a page at Spotify: a track, or a song of the history."""

    @property
    def uri(self) -> str:
        """The identity."""

    @property
    def linked(self) -> bool:
        """Whether Spotify has a link to it."""


def track_url(track: Linkable) -> str | None:
    """The address of a track, episode or other item; None for local files and items that Spotify does not link."""
    match = _CATALOGUE_URI.fullmatch(track.uri) if track.linked else None
    return f"{WEB}/{match[1]}/{match[2]}" if match and match[1] != "local" else None


def track_cells(track: Track) -> str:
    """The cells `TITLE | ARTIST, ARTIST | ALBUM | 3:53`, which both pages show."""
    return _cells(Item(*facts(track)))


@lru_cache(maxsize=_KEPT)
def _cells(track: Item) -> str:
    artists = ", ".join(_named_link("artist", artist) for artist in track.artists)
    title = link(track.name, track_url(track), otherwise=track.uri.rpartition(":")[2])
    return f"{title} | {artists} | {_home(track)} | {length(track.duration_ms)}"


def owner_link(owner: Named) -> str:
    """The linked name of the owner, or the id if there is no name. The text may begin a line."""
    return _named_link("user", owner) if owner.id else at_line_start(owner.name)


def _home(track: Item) -> str:
    """The album of a track, or the show of an episode; None if there is neither."""
    if track.show:
        return _named_link("show", track.show)
    return _named_link("album", track.album) if track.album else ""


def _named_link(kind: str, named: Named) -> str:
    """The name, linked if there is an id. The id is the label if the name is invisible."""
    return link(named.name, url(kind, named.id), otherwise=named.id or "")


def _path_segment(identity: str) -> str:
    return identity if identity.isascii() and identity.isalnum() else quote(identity, safe="")
