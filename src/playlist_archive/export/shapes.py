"""The answers as JSON, in the documented shapes (docs/reading.md, "JSON"). Pure."""

import json
from collections.abc import Iterator
from datetime import date
from typing import Any

from pydantic_core import to_json

from ..archive.ids import PlaylistId
from ..archive.model import Named, Unavailable
from ..history.answers import Basis, Change, Compared, DayText, Logged, Shown
from ..history.compare import Difference
from ..history.found import Found, InPlaylist
from ..history.timeline import Presence, Song, State
from ..render.text import track_url, url
from ..untrusted import UNPRINTABLE

Shape = dict[str, Any]
"""A JSON object."""


def json_text(shape: Shape | list[Shape]) -> str:
    """The shape as indented JSON. Characters that would act on a terminal are escaped."""
    try:
        text = to_json(shape, indent=1).decode()
    except ValueError:  # half a character: Python's own encoder writes the same JSON, far slower, of any text
        text = json.dumps(shape, ensure_ascii=False, indent=1)
    return "\n".join(map(escaped, text.split("\n")))


def escaped(line: str) -> str:
    """A line of JSON, with characters escaped that would act on a terminal."""
    return UNPRINTABLE.sub(lambda found: "".join(f"\\u{ord(character):04x}" for character in found[0]), line)


def song_shape(song: Song) -> Shape:
    """A track: its facts under the names of the record, and its link, null if Spotify has no page for it."""
    return {
        "uri": song.uri,
        "name": song.name,
        "artists": [_named(artist) for artist in song.artists],
        "album": _named(song.album),
        "show": _named(song.show),
        "duration_ms": song.duration_ms,
        "url": track_url(song),
    }


def presence_shape(presence: Presence) -> Shape:
    """One time that a song belonged to a playlist. `removed` is null while the song is there."""
    return {
        "added": _value(presence.added_on),
        "removed": _value(presence.removed_on),
        "upper_bound": presence.upper_bound,
    }


def found_shape(found: Found) -> Shape:
    """A song that `search` found, with the times that it belonged to a playlist."""
    return {**song_shape(found.song), "presences": [_in_playlist(time) for time in found.presences]}


def playlist_shape(state: State) -> Shape:
    """The facts about the playlist itself, without its songs."""
    return {
        "id": state.playlist_id,
        "url": url("playlist", state.playlist_id),
        **{
            key: _value(getattr(state, key))
            for key in ("name", "alias", "description", "owner", "likes", "unavailable")
        },
    }


def basis_shape(basis: Basis) -> Shape:
    """The basis of an answer: day and commit of the version, whether the order is known, and notes."""
    return {
        "day": _value(basis.day),
        "commit": basis.commit,
        "ordered": basis.is_ordered,
        "notes": list(basis.notes),
    }


def shown_shape(shown: Shown) -> Shape:
    """The answer to `show`."""
    return {
        "playlist": playlist_shape(shown.state),
        "day": _value(shown.day),
        "basis": basis_shape(shown.basis),
        "tracks": [song_shape(song) for song in shown.state.tracks],
    }


def compared_shape(compared: Compared) -> Shape:
    """The answer to `diff`."""
    return {
        "playlist": playlist_shape(compared.after.state),
        "from": _side(compared.before),
        "to": _side(compared.after),
        **difference_shape(compared.difference),
    }


def difference_shape(difference: Difference) -> Shape:
    """The difference: lists of tracks, and the texts that changed."""
    return {
        "added": [song_shape(song) for song in difference.added],
        "removed": [song_shape(song) for song in difference.removed],
        "moved": [
            {**song_shape(moved.song), "from": moved.from_position, "to": moved.to_position}
            for moved in difference.moved
        ],
        "changed": [
            {"before": song_shape(changed.before), "after": song_shape(changed.after)} for changed in difference.changed
        ],
        "texts": [
            {"key": change.key, "before": _value(change.before), "after": _value(change.after)}
            for change in difference.texts
        ],
    }


def log_texts(logged: Logged[DayText]) -> Iterator[str]:
    """The answer to `log` as JSON in pieces: its basis, and the list of the changes' texts, the newest first."""
    yield json_text({"basis": basis_shape(logged.basis), "changes": []}).removesuffix("]\n}")
    between, end = "\n  ", "]\n}\n"
    for change in logged.changes:
        yield between
        yield change.text
        between, end = ",\n  ", "\n ]\n}\n"
    yield end


def change_text(change: Change) -> str:
    """A change as JSON, as it stands in the list."""
    event = change.event
    shape = {
        "day": _value(event.day),
        "playlist": _playlist(change.playlist_id, event.title),
        "commit": event.commit,
        "first": event.is_first,
        **difference_shape(event.difference),
    }
    return json_text(shape).replace("\n", "\n  ")


def _in_playlist(time: InPlaylist) -> Shape:
    return {"playlist": _playlist(time.playlist_id, time.title), **presence_shape(time.presence)}


def _playlist(playlist_id: PlaylistId, title: str) -> Shape:
    return {"id": playlist_id, "title": title, "url": url("playlist", playlist_id)}


def _side(shown: Shown) -> Shape:
    return {"day": _value(shown.day), "basis": basis_shape(shown.basis)}


def _named(named: Named | None) -> Shape | None:
    return None if named is None else {"id": named.id, "name": named.name}


def _value(value: object) -> object:
    match value:
        case date():
            return value.isoformat()
        case Named():
            return _named(value)
        case Unavailable():
            return {"since": value.since.isoformat(), "reason": str(value.reason)}
    return value
