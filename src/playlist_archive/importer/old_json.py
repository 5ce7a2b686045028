"""Reads the JSON of old archives, from 2022 on: `pretty/<id>.json`. Pure."""

import re
from datetime import date, datetime
from typing import Annotated, Final
from urllib.parse import unquote

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from ..archive.ids import PlaylistId, parse_playlist_id
from ..archive.model import Item, Named, Snapshot
from ..spotify.responses import LARGEST_NUMBER
from .pages import PageError

_SENTINEL: Final = date(1970, 1, 1)
_URL = re.compile(r"https://open\.spotify\.com/([a-z]+)/([^/?#\s]+)")

_Number = Annotated[int, Field(ge=0, le=LARGEST_NUMBER)]
Text = Annotated[str, BeforeValidator(lambda value: value or "")]


class _Old(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True, hide_input_in_errors=True, cache_strings="keys")


class _Thing(_Old):
    name: Text = ""
    url: Text = ""

    def named(self) -> Named:
        found = _URL.fullmatch(self.url)
        return Named(unquote(found[2]) if found else None, self.name)


class _Track(_Old):
    url: Text = ""
    name: Text = ""
    artists: tuple[_Thing, ...] = ()
    album: _Thing = _Thing()
    duration_ms: _Number = 0
    added_at: str | None = None


class _Playlist(_Old):
    url: Text = ""
    original_name: Text = ""
    description: Text = ""
    tracks: tuple[_Track, ...]
    snapshot_id: Text = ""
    num_followers: _Number | None = None
    owner: _Thing = _Thing()


def read_json(text: str, *, expected: PlaylistId) -> Snapshot:
    """The playlist in a file. Its id must be `expected`, the id in the file's name.

    Raises:
        PageError: the text is no JSON of a playlist, or of another playlist.
    """
    try:
        playlist = _Playlist.model_validate_json(text)
    except ValidationError as error:
        problem = error.errors(include_url=False, include_input=False)[0]
        raise PageError(f"it is no playlist in JSON: {problem['msg']}") from None
    found = _URL.fullmatch(playlist.url)
    if found and parse_or_none(found[2]) != expected:
        raise PageError(f"it is the file of {expected}, but holds {found[2]}")
    items = [_item(track) for track in playlist.tracks]
    return Snapshot(
        id=expected,
        name=playlist.original_name,
        description=playlist.description,
        owner=playlist.owner.named(),
        likes=playlist.num_followers,
        snapshot_id=playlist.snapshot_id,
        items=tuple(item for item in items if item),
        null_items=items.count(None),
    )


def parse_or_none(text: str) -> PlaylistId | None:
    """The id of a playlist, None for other texts."""
    try:
        return parse_playlist_id(text)
    except ValueError:
        return None


def day_of(timestamp: str | None) -> date | None:
    """The day of `2023-03-26 06:07:02` or of an ISO 8601 time. None for no day, for nonsense, and for the sentinel."""
    try:
        day = datetime.fromisoformat(timestamp or "").date()
    except ValueError:
        return None
    return day if day > _SENTINEL else None


def _item(track: _Track) -> Item | None:
    """The item of a row, None for a row without an address, which cannot be identified."""
    found = _URL.fullmatch(track.url)
    if not found:
        return None
    return Item(
        uri=f"spotify:{found[1]}:{found[2]}",
        name=track.name,
        artists=tuple(artist.named() for artist in track.artists),
        album=track.album.named(),
        duration_ms=track.duration_ms,
        added_on=day_of(track.added_at),
    )
