"""Archives with a long history: a commit a day of what `merge` makes of playlists, and one of their plain pages."""

import os
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from itertools import groupby, islice
from operator import itemgetter
from pathlib import Path
from typing import Final

from playlist_archive.archive import layout
from playlist_archive.archive.ids import parse_playlist_id
from playlist_archive.archive.merge import merge
from playlist_archive.archive.model import Item, Named, Record, Snapshot
from playlist_archive.render.plain import plain
from spotify_simulator.world import Song, WorldPlaylist
from tests.archives import Commit, committed, files, git, noon
from tests.replayed import observed

from .worlds import START, invented

SHARED: Final = Path(os.environ.get("PLAYLIST_ARCHIVE_SHARED") or Path(__file__).parents[2] / "shared")
REAL: Final = SHARED / "corpus" / "history"

_AT_ONCE: Final = 30
"""Days in memory."""

Day = tuple[date, Snapshot]


def with_history(root: Path, days: Iterable[Day]) -> Path:
    """An archive at `root` with a commit a day, packed as a clone would be."""
    commits = _commits(days)
    while some := list(islice(commits, _AT_ONCE)):
        committed(root, some)
    git(root, "repack", "-adfq")
    return root


def real_days() -> Iterator[Day]:
    """The corpus of 60 real playlists."""
    return observed(REAL)


def invented_days(count: int, days: int) -> Iterator[Day]:
    """`count` playlists of 100 songs, each on the days on which it is another one than before."""
    world = invented(count, moves=0.2)
    revisions: dict[str, int] = {}
    for day in (START + timedelta(days=number) for number in range(days)):
        for name in world.ids():
            revision = world.revision(name, day)
            if revisions.get(name) != revision and (seen := world.playlist(name, day)):
                revisions[name] = revision
                yield day, _snapshot(seen, day)


def _commits(days: Iterable[Day]) -> Iterator[Commit]:
    records: dict[str, Record] = {}
    first = ""
    for day, seen in groupby(days, key=itemgetter(0)):
        changed = [record for _, snapshot in seen if (record := _merged(records, snapshot, day))]
        first = first or min(record.id for record in changed)
        pages = {layout.plain(record.id): plain(record).encode() for record in changed if record.id == first}
        yield Commit(noon(day), files(*changed) | pages)


def _merged(records: dict[str, Record], snapshot: Snapshot, day: date) -> Record | None:
    """The record of a playlist after a day. None if nothing changed."""
    before = records.get(snapshot.id)
    records[snapshot.id] = merge(before, snapshot, today=day)
    return None if records[snapshot.id] is before else records[snapshot.id]


def _snapshot(seen: WorldPlaylist, day: date) -> Snapshot:
    items = tuple(_item(row.song, day) for row in seen.rows if row.song)
    owner = Named(seen.owner.id, seen.owner.name or "")
    return Snapshot(parse_playlist_id(seen.id), seen.name, owner, "", items, seen.description or "")


def _item(song: Song, day: date) -> Item:
    artists = tuple(Named(artist.id, artist.name) for artist in song.artists)
    album = Named(song.album.id, song.album.name) if song.album else None
    return Item(song.uri, song.name, artists, album, duration_ms=song.duration_ms, added_on=day)
