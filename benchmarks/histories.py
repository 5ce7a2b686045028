"""Archives with a long history: a commit a day of what `merge` makes of playlists, and one of their plain pages."""

import os
import subprocess
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, timedelta
from itertools import count, groupby
from pathlib import Path
from typing import IO, Final

from playlist_archive.archive import layout
from playlist_archive.archive.ids import parse_playlist_id
from playlist_archive.archive.merge import merge
from playlist_archive.archive.model import Item, Named, Record, Snapshot
from playlist_archive.archive.record_file import record_text
from playlist_archive.render.plain import plain
from spotify_simulator.world import Song, WorldPlaylist
from tests.archives import NOBODY, git, noon
from tests.replayed import observed

from .worlds import START, invented

SHARED: Final = Path(os.environ.get("PLAYLIST_ARCHIVE_SHARED") or Path(__file__).parents[2] / "shared")
REAL: Final = SHARED / "corpus" / "history"

Day = tuple[date, Snapshot]
_Version = tuple[date, Record]


def with_history(root: Path, days: Iterable[Day]) -> Path:
    """An archive at `root` with a commit a day, of all days of the first playlist, then of the next.

    Git stores a text as its difference to the text before it. So the versions of a file are written one after the
    other. The commits, which only name the versions, come last.
    """
    root.mkdir()
    git(root, "init", "--quiet", "--initial-branch=main")
    command = ("git", "fast-import", "--quiet", "--date-format=raw")
    with subprocess.Popen(command, cwd=root, stdin=subprocess.PIPE) as process:
        assert process.stdin
        _write(process.stdin, days)
    if process.returncode:
        msg = "git fast-import refuses"
        raise RuntimeError(msg)
    git(root, "reset", "--quiet", "--hard")
    return root


def real_days() -> Iterator[Day]:
    """The corpus of 60 real playlists."""
    yield from sorted(observed(REAL), key=lambda found: (found[1].id, found[0]))


def invented_days(playlists: int, days: int) -> Iterator[Day]:
    """So many playlists of 100 songs, each on the days on which it is another one than before."""
    world = invented(playlists, moves=0.2)
    for name in sorted(world.ids()):
        revision = -1
        for day in (START + timedelta(days=number) for number in range(days)):
            before, revision = revision, world.revision(name, day)
            if before != revision and (seen := world.playlist(name, day)):
                yield day, _snapshot(seen, day)


def _write(stream: IO[bytes], days: Iterable[Day]) -> None:
    changes: dict[date, list[bytes]] = {}
    marks = count(1)
    for number, (_, seen) in enumerate(groupby(days, key=lambda found: found[1].id)):
        versions = [*_versions(seen)]
        for kind in (_record, _page) if number == 0 else (_record,):
            for day, change in _written(stream, versions, kind, marks):
                changes.setdefault(day, []).append(change)
    for day, lines in sorted(changes.items()):
        stream.write(f"commit refs/heads/main\ncommitter {NOBODY} {int(noon(day).timestamp())} +0000\n".encode())
        stream.write(b"data 1\nx\n" + b"".join(lines))


def _versions(days: Iterable[Day]) -> Iterator[_Version]:
    """The record of a playlist after each day that changed it."""
    record = None
    for day, snapshot in days:
        before, record = record, merge(record, snapshot, today=day)
        if record is not before:
            yield day, record


def _written(
    stream: IO[bytes], versions: Sequence[_Version], kind: Callable[[Record], tuple[str, str]], marks: Iterator[int]
) -> Iterator[tuple[date, bytes]]:
    """Writes all versions of a file. Gives the line that names a version in the commit of its day."""
    for (day, record), mark in zip(versions, marks):  # noqa: B905 - the marks never end
        path, text = kind(record)
        content = text.encode()
        stream.write(b"blob\nmark :%d\ndata %d\n%s\n" % (mark, len(content), content))
        yield day, f"M 100644 :{mark} {path}\n".encode()


def _record(record: Record) -> tuple[str, str]:
    return layout.data(record.id), record_text(record)


def _page(record: Record) -> tuple[str, str]:
    return layout.plain(record.id), plain(record)


def _snapshot(seen: WorldPlaylist, day: date) -> Snapshot:
    items = tuple(_item(row.song, day) for row in seen.rows if row.song)
    owner = Named(seen.owner.id, seen.owner.name or "")
    return Snapshot(parse_playlist_id(seen.id), seen.name, owner, "", items, seen.description or "")


def _item(song: Song, day: date) -> Item:
    artists = tuple(Named(artist.id, artist.name) for artist in song.artists)
    album = Named(song.album.id, song.album.name) if song.album else None
    return Item(song.uri, song.name, artists, album, duration_ms=song.duration_ms, added_on=day)
