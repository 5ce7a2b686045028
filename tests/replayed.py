"""A real series of days: what each playlist was on each observed day."""

import gzip
import json
from collections.abc import Collection, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from playlist_archive.archive.ids import PlaylistId
from playlist_archive.archive.model import Item, Named, Snapshot


def observed(history: Path, only: Collection[str] = ()) -> Iterator[tuple[date, Snapshot]]:
    """Every playlist on every observed day from its first one on: a day without a line is as the day before.

    With `only`, no other playlists than these.
    """
    with gzip.open(history / "tracks.json.gz", "rt", encoding="utf-8") as file:
        items = {key: as_item(facts) for key, facts in json.load(file).items()}
    lines: dict[str, list[dict[str, Any]]] = {}
    with gzip.open(history / "history.jsonl.gz", "rt", encoding="utf-8") as file:
        for line in map(json.loads, file):
            if not only or line["id"] in only:
                lines.setdefault(line["date"], []).append(line)
    newest: dict[str, Snapshot] = {}
    for day in json.loads((history / "days.json").read_text(encoding="utf-8"))["observed"]:
        newest |= {line["id"]: as_snapshot(line, items) for line in lines.get(day, ())}
        for seen in newest.values():
            yield date.fromisoformat(day), seen


def recorded_ids(history: Path) -> list[PlaylistId]:
    """The playlists of the series, those with the fewest rows in all their versions first."""
    days = json.loads((history / "days.json").read_text(encoding="utf-8"))
    playlists = sorted(days["playlists"], key=lambda found: (found["versions"] * found["max_tracks"], found["id"]))
    return [PlaylistId(found["id"]) for found in playlists]


def as_item(facts: dict[str, Any]) -> Item:
    return Item(
        uri=f"spotify:track:{facts['id']}",
        name=facts["name"],
        artists=tuple(Named(**artist) for artist in facts["artists"]),
        album=Named(**facts["album"]),
        duration_ms=facts["duration_ms"],
    )


def as_snapshot(line: dict[str, Any], items: Mapping[str, Item]) -> Snapshot:
    return Snapshot(
        id=line["id"],
        name=line["name"],
        description=line["description"] or "",
        owner=Named(id="owner", name="Owner"),
        snapshot_id="unknown",
        items=tuple(items[key] for key in line["tracks"]),
    )
