"""Counts, lengths and links as the pages show them (formats.md, "The pretty page")."""

import re
from functools import lru_cache
from typing import Final
from urllib.parse import quote

from ..archive.model import Item, Named, Track, facts
from .markdown import at_line_start, link

WEB = "https://open.spotify.com"

_KEPT: Final = 20_000
"""Songs whose cells are kept: both pages of a playlist show them, and a replay shows them again for every day."""

_CATALOGUE_URI = re.compile(r"spotify:([a-z]+):([0-9A-Za-z]+)")


def counted(number: int | None, noun: str) -> str:
    """`1 song`, `12,345 likes`; `??? likes` for a number that Spotify does not give."""
    if number is None:
        return f"??? {noun}s"
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def length(milliseconds: int) -> str:
    """A track's length, `3:53` or `1:02:03`: cut to whole seconds, not rounded."""
    minutes, seconds = divmod(milliseconds // 1000, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


def total_length(milliseconds: int) -> str:
    """A playlist's length: its two or three largest units, such as `13 min 5 sec` or `2 day 3 hr 4 min`."""
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


def track_url(track: Track | Item) -> str | None:
    """The address of a track, episode or other catalogue item; None for local files and what Spotify does not link."""
    match = _CATALOGUE_URI.fullmatch(track.uri) if track.linked else None
    return f"{WEB}/{match[1]}/{match[2]}" if match and match[1] != "local" else None


def track_cells(track: Track) -> str:
    """The cells `TITLE | ARTIST, ARTIST | ALBUM | 3:53` that both pages share."""
    return _cells(Item(*facts(track)))


@lru_cache(maxsize=_KEPT)
def _cells(track: Item) -> str:
    artists = ", ".join(link(artist.name, url("artist", artist.id)) for artist in track.artists)
    title = link(track.name, track_url(track))
    return f"{title} | {artists} | {_home(track)} | {length(track.duration_ms)}"


def owner_link(owner: Named) -> str:
    """The owner's name, or the id of an owner without one, linked; it may begin a line."""
    name = owner.name or owner.id or ""
    return link(name, url("user", owner.id)) if owner.id else at_line_start(name)


def _home(track: Item) -> str:
    """The album of a track, the show of an episode, nothing for what has neither."""
    if track.show:
        return link(track.show.name, url("show", track.show.id))
    return link(track.album.name, url("album", track.album.id)) if track.album else ""


def _path_segment(identity: str) -> str:
    return identity if identity.isascii() and identity.isalnum() else quote(identity, safe="")
