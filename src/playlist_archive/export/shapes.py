"""The answers as JSON: one documented shape (docs/reading.md, "JSON"). Pure."""

import json
from datetime import date
from typing import Any

from ..archive.model import Named, Unavailable
from ..history.answers import Basis, Change, Compared, Logged, Shown
from ..history.compare import Difference
from ..history.timeline import Song, State
from ..render.text import track_url, url
from ..untrusted import UNPRINTABLE

Shape = dict[str, Any]
"""An object of JSON."""


def json_text(shape: Shape) -> str:
    """The shape as JSON for people and programs: characters that would act on a terminal are escaped."""
    text = json.dumps(shape, ensure_ascii=False, indent=1)
    return "\n".join(UNPRINTABLE.sub(lambda found: _escaped(found[0]), line) for line in text.split("\n"))


def song_shape(song: Song) -> Shape:
    """A track: its facts under the names of the record, and its link, null where Spotify has no page for it."""
    return {
        "uri": song.uri,
        "name": song.name,
        "artists": [_named(artist) for artist in song.artists],
        "album": _named(song.album),
        "show": _named(song.show),
        "duration_ms": song.duration_ms,
        "url": track_url(song),
    }


def playlist_shape(state: State) -> Shape:
    """What is said of the playlist itself."""
    return {
        "id": state.playlist_id,
        "url": url("playlist", state.playlist_id),
        **{
            key: _value(getattr(state, key))
            for key in ("name", "alias", "description", "owner", "likes", "unavailable")
        },
    }


def basis_shape(basis: Basis) -> Shape:
    """What an answer rests on."""
    return {
        "day": _value(basis.day),
        "commit": basis.commit,
        "ordered": basis.is_ordered,
        "notes": list(basis.notes),
    }


def shown_shape(shown: Shown) -> Shape:
    """The answer of `show`."""
    return {
        "playlist": playlist_shape(shown.state),
        "day": _value(shown.day),
        "basis": basis_shape(shown.basis),
        "tracks": [song_shape(song) for song in shown.state.tracks],
    }


def compared_shape(compared: Compared) -> Shape:
    """The answer of `diff`."""
    return {
        "playlist": playlist_shape(compared.after.state),
        "from": _side(compared.before),
        "to": _side(compared.after),
        **difference_shape(compared.difference),
    }


def difference_shape(difference: Difference) -> Shape:
    """What differs: lists of tracks, and the texts that changed."""
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


def logged_shape(logged: Logged) -> Shape:
    """The answer of `log`: a list of changes, the newest first."""
    return {"basis": basis_shape(logged.basis), "changes": [_change(change) for change in logged.changes]}


def _change(change: Change) -> Shape:
    event = change.event
    return {
        "day": _value(event.day),
        "playlist": {"id": change.playlist_id, "title": event.title, "url": url("playlist", change.playlist_id)},
        "commit": event.commit,
        "first": event.is_first,
        **difference_shape(event.difference),
    }


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


def _escaped(characters: str) -> str:
    return "".join(f"\\u{ord(character):04x}" for character in characters)
