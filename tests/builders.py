"""Models with good defaults: a test names only what it is about."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from playlist_archive.archive import layout
from playlist_archive.archive.ids import PlaylistId
from playlist_archive.archive.model import Item, Named, Record, Snapshot, Track
from playlist_archive.archive.outline import Outline, parse_outline
from playlist_archive.archive.record_file import record_texts

FIRST_DAY = date(2026, 11, 2)
"""The day on which what the builders make was first archived."""

OWNER = Named(id="listener", name="A Listener")


def playlist_id(number: int = 1) -> PlaylistId:
    """A valid playlist id; another number gives another one, in the same order."""
    return PlaylistId(f"{number:022}")


def track_uri(number: int = 1) -> str:
    """The identity of a track of the catalogue."""
    return f"spotify:track:{number:022}"


def item(number: int = 1, /, **facts: Any) -> Item:
    """A row of a playlist; `number` tells songs apart, `facts` replace any field."""
    return Item(**{**_facts(number), **facts})


def track(number: int = 1, /, **facts: object) -> Track:
    """A track of a record, there since `FIRST_DAY`; `facts` replace any field."""
    return Track.model_validate({**_facts(number), "added": FIRST_DAY, **facts})


def snapshot(items: Iterable[Item] = (), /, **facts: Any) -> Snapshot:
    """A whole playlist with the given rows."""
    return Snapshot(**{**_playlist(), "items": tuple(items), **facts})


def record(tracks: Iterable[Track] = (), /, **facts: object) -> Record:
    """A record with the given tracks, first archived on `FIRST_DAY`."""
    given = {"tracks": tuple(tracks), "first_archived": FIRST_DAY}
    return Record.model_validate({**_playlist(), **given, **facts})


def outline(known: Record) -> Outline:
    """What a run reads of a record first."""
    texts = record_texts(known)
    path = layout.data(known.id)
    return parse_outline(texts[path], path, lambda parts: map(texts.get, parts))


def _facts(number: int) -> dict[str, Any]:
    return {
        "uri": track_uri(number),
        "name": f"Song {number}",
        "artists": (Named(id=f"artist{number}", name=f"Artist {number}"),),
        "album": Named(id=f"album{number}", name=f"Album {number}"),
        "duration_ms": 180_000 + 1_000 * number,
    }


def _playlist() -> dict[str, Any]:
    return {
        "id": playlist_id(),
        "name": "Some Songs",
        "description": "Songs for tests",
        "owner": OWNER,
        "likes": 1_000,
        "snapshot_id": "c25hcHNob3Q=",
    }
