"""The whole archive as one SQLite file (docs/export.md), with a `metadata.json` for datasette beside it."""

import json
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Final

from ..history.compare import Event, value_text
from ..history.timeline import Song, Timeline, orders
from ..history.whole import Archived, WholeArchive
from ..render.text import track_url, url
from .place import ExportError, put_in_place
from .schema import EXPORT_FORMAT, FINISH, TABLES, TRIGRAMS, metadata
from .tables import artists, home

METADATA: Final = "metadata.json"

_FAST: Final = "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -65536;"
"""Nobody reads the file before it is whole, and a half one is thrown away."""

_Row = tuple[str | int | None, ...]


def export_sqlite(archive: WholeArchive, target: Path, *, trigrams: bool = False) -> None:
    """Writes the file, and `metadata.json` beside it where none of somebody else's is.

    With `trigrams`, a second index finds any three letters in a row.

    Raises:
        ExportError: it cannot be written.
        RecordError: a table of likes cannot be read.
    """
    with put_in_place(target) as beside:
        try:
            with closing(sqlite3.connect(beside, isolation_level=None)) as connection:
                _Filling(connection).fill(archive, trigrams=trigrams)
        except sqlite3.Error as error:
            msg = f"{target} cannot be written ({error}): look at the disk and your rights"
            raise ExportError(msg) from error
    _write_metadata(target)


def _write_metadata(target: Path) -> None:
    described = metadata(target.stem)
    place = target.with_name(METADATA)
    try:
        known = json.loads(place.read_text(encoding="utf-8"))
        if known.get("source") != described["source"]:
            return
        described["databases"] = {**known.get("databases", {}), **described["databases"]}
    except FileNotFoundError:
        pass
    except (OSError, ValueError, AttributeError):
        return
    with put_in_place(place) as beside:
        beside.write_text(json.dumps(described, indent=1) + "\n", encoding="utf-8")


class _Filling:
    """Fills the tables of an empty database; songs and artists get their numbers in the order in which they come."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._playlists: set[str] = set()
        self._tracks: dict[str, int] = {}
        self._artists: dict[tuple[str | None, str], int] = {}

    def fill(self, archive: WholeArchive, *, trigrams: bool) -> None:
        self._connection.executescript(_FAST + TABLES)
        self._connection.execute("BEGIN")
        for found in archive:
            self._add(found)
        likes = (found for found in archive.likes() if found.playlist_id in self._playlists)
        self._insert("likes", ((found.playlist_id, found.day.isoformat(), found.number) for found in likes))
        self._insert("about", self._about(archive))
        self._connection.execute("COMMIT")
        self._connection.executescript(FINISH + (TRIGRAMS if trigrams else "") + "ANALYZE; PRAGMA optimize;")

    def _about(self, archive: WholeArchive) -> Iterator[_Row]:
        basis = archive.basis
        yield "format", str(EXPORT_FORMAT)
        yield "commit", basis.commit
        yield "notes", "; ".join(basis.notes)

    def _add(self, found: Archived) -> None:
        """Adds one playlist with all that is known of it."""
        playlist_id, timeline = found.state.playlist_id, found.timeline
        self._playlists.add(playlist_id)
        self._insert("playlists", [_playlist(found)])
        self._insert("positions", self._positions(found))
        self._insert("presences", self._presences(found))
        if timeline:
            days = {version.commit: version.day.isoformat() for version in timeline.versions}
            self._insert("commits", days.items(), or_ignore=True)
            self._insert("versions", _versions(timeline))
            for event in found.events():
                self._insert("changes", self._changes(playlist_id, event))

    def _positions(self, found: Archived) -> Iterator[_Row]:
        for position, song in enumerate(found.state.tracks, start=1):
            yield found.state.playlist_id, position, self._track(song)

    def _presences(self, found: Archived) -> Iterator[_Row]:
        times: dict[str, int] = {}
        for presence in found.presences:
            number = times[presence.song.uri] = times.get(presence.song.uri, 0) + 1
            removed = presence.removed_on.isoformat() if presence.removed_on else None
            track = self._track(presence.song)
            yield found.state.playlist_id, track, number, presence.added_on.isoformat(), removed, presence.upper_bound

    def _changes(self, playlist_id: str, event: Event) -> Iterator[_Row]:
        start = (None, playlist_id, event.day.isoformat(), event.commit)
        difference = event.difference
        if event.is_first:
            yield (*start, "archived", None, None, None)
            return
        for change in difference.texts:
            yield (*start, change.key, None, value_text(change.before), value_text(change.after))
        for word, songs in (("added", difference.added), ("removed", difference.removed)):
            yield from ((*start, word, self._track(song), None, None) for song in songs)
        for moved in difference.moved:
            yield (*start, "moved", self._track(moved.song), str(moved.from_position), str(moved.to_position))
        for changed in difference.changed:
            yield (*start, "corrected", self._track(changed.after), changed.before.name, changed.after.name)

    def _track(self, song: Song) -> int:
        """The number of a song, which is added when it comes for the first time."""
        number = self._tracks.get(song.uri)
        if number is None:
            number = self._tracks[song.uri] = len(self._tracks) + 1
            self._insert("tracks", [_track(number, song)])
            self._insert("track_artists", self._track_artists(number, song))
        return number

    def _track_artists(self, track: int, song: Song) -> list[_Row]:
        return [(track, position, self._artist(*artist)) for position, artist in enumerate(song.artists, start=1)]

    def _artist(self, spotify_id: str | None, name: str) -> int:
        """The number of an artist: of the id, or of the name where there is no id."""
        key = (spotify_id, "" if spotify_id else name)
        number = self._artists.get(key)
        if number is None:
            number = self._artists[key] = len(self._artists) + 1
            self._insert("artists", [(number, name, spotify_id, url("artist", spotify_id), 0)])
        return number

    def _insert(self, table: str, rows: Iterable[_Row], *, or_ignore: bool = False) -> None:
        ready = list(rows)
        if ready:
            holes = ", ".join("?" * len(ready[0]))
            verb = "INSERT OR IGNORE" if or_ignore else "INSERT"
            self._connection.executemany(f"{verb} INTO {table} VALUES ({holes})", ready)


def _playlist(found: Archived) -> _Row:
    state, timeline = found.state, found.timeline
    return (
        state.playlist_id,
        state.title or state.playlist_id,
        state.name,
        state.alias,
        state.description,
        state.owner.name or state.owner.id,
        state.owner.id,
        url("playlist", state.playlist_id),
        state.likes,
        len(state.tracks),
        len({presence.song.uri for presence in found.presences}),
        len(timeline.versions) if timeline else 0,
        found.first_archived.isoformat(),
        (timeline.versions[-1].day if timeline and timeline.versions else state.day).isoformat(),
        state.unavailable.since.isoformat() if state.unavailable else None,
        str(state.unavailable.reason) if state.unavailable else None,
    )


def _track(number: int, song: Song) -> _Row:
    owner = song.show or song.album
    kind = song.uri.split(":")[1] if song.uri.count(":") > 1 else ""
    facts = (kind, song.name or song.uri, artists(song), home(song), owner.id if owner else None)
    return (number, song.uri, *facts, song.duration_ms, track_url(song), 0, 0, None)


def _versions(timeline: Timeline) -> Iterator[_Row]:
    """The number of songs is that after the version."""
    for number, (version, rows) in enumerate(zip(timeline.versions, orders(timeline), strict=True), start=1):
        yield timeline.id, number, version.day.isoformat(), version.commit, len(rows)
