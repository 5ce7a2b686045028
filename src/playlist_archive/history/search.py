"""Finds songs by the words in their titles, artists and albums, over all playlists and all time.

The index is a SQLite file in git's own folder, and may be deleted at any time. Each search first reads the records
whose files have a new size or time. Without git, the index lasts for one search.
"""

import sqlite3
from collections.abc import Collection, Iterator, Sequence
from contextlib import closing, suppress
from datetime import date
from pathlib import Path
from typing import Final

from ..archive import layout
from ..archive.ids import PlaylistId
from ..archive.model import Record
from ..archive.store import RecordError, Store
from ..git import versions
from ..git.repository import GitError
from ..untrusted import for_log
from .found import Found, InPlaylist, Query, Searched
from .membership import record_presences
from .names import UnknownError
from .timeline import Presence, Song
from .words import split_words

INDEX: Final = "search.sqlite"
SEARCH_FORMAT: Final = 1
"""The version of the index. An index of another version is made anew."""

_WAIT_SECONDS: Final = 60
"""The longest wait for another search that updates the index (our choice)."""

_TABLES: Final = f"""
CREATE TABLE records (playlist TEXT PRIMARY KEY, stamp TEXT NOT NULL, title TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE songs (id INTEGER PRIMARY KEY, uri TEXT NOT NULL UNIQUE, facts TEXT NOT NULL, words TEXT NOT NULL);
CREATE TABLE presences (
  song INTEGER NOT NULL, playlist TEXT NOT NULL, number INTEGER NOT NULL,
  added TEXT NOT NULL, removed TEXT, upper_bound INTEGER NOT NULL, PRIMARY KEY (song, playlist, number)
) WITHOUT ROWID;
CREATE INDEX presences_by_playlist ON presences(playlist);
CREATE VIRTUAL TABLE songs_fts USING fts5(words, content="songs", content_rowid="id", tokenize="ascii");
PRAGMA user_version = {SEARCH_FORMAT};
"""
"""The tables of the index. `ascii` splits only at blanks, because `split_words` has split the words already."""

_FIND: Final = """
SELECT songs.id, songs.facts FROM songs_fts JOIN songs ON songs.id = songs_fts.rowid
WHERE songs_fts MATCH :words AND EXISTS (
  SELECT 1 FROM presences WHERE song = songs.id
  AND (:playlist IS NULL OR playlist = :playlist) AND (removed IS NULL OR NOT :is_present)
) ORDER BY songs_fts.rank LIMIT :limit
"""

_PRESENCES: Final = """
SELECT playlist, title, added, removed, upper_bound FROM presences JOIN records USING (playlist)
WHERE song = :song AND (:playlist IS NULL OR playlist = :playlist) AND (removed IS NULL OR NOT :is_present)
ORDER BY removed IS NOT NULL, added, playlist
"""


def search(root: Path, query: Query) -> Searched:
    """The songs with all words of the query, or else the songs with words that begin with them.

    Raises:
        UnknownError: the query has no word.
    """
    words = split_words(query.text)
    if not words:
        raise UnknownError(f"there is no word in '{for_log(query.text)}': give letters or numbers to search for")
    try:
        place = versions.place(root).cache / INDEX
        place.parent.mkdir(parents=True, exist_ok=True)
    except (GitError, OSError):
        return _searched(":memory:", root, words, query)
    try:
        return _searched(place, root, words, query)
    except sqlite3.Error:  # damaged, or of another format
        with suppress(OSError):
            place.unlink()
    try:
        return _searched(place, root, words, query)
    except sqlite3.Error as error:
        found = _searched(":memory:", root, words, query)
        note = f"the index in git's folder cannot be used ({error}), so this took longer than it need to"
        return found._replace(notes=(*found.notes, note))


def indexed_words(song: Song) -> str:
    """The words that find a song, separated by blanks.

    Chinese, Japanese and Korean words are split into pairs of letters. Single letters are found too.
    """
    named = [*song.artists, *filter(None, (song.album, song.show))]
    words = [word for text in (song.name, *(one.name for one in named)) for word in split_words(text)]
    letters = (letter for word in words if len(word) == 2 and not word.isascii() for letter in word)  # noqa: PLR2004
    return " ".join([*words, *dict.fromkeys(letters)])


def _searched(place: Path | str, root: Path, words: Sequence[str], query: Query) -> Searched:
    with closing(sqlite3.connect(place, timeout=_WAIT_SECONDS, isolation_level=None)) as connection:
        notes = _Index(connection).update(Store(root))
        exact = " ".join(f'"{word}"' for word in words)
        beginnings = " ".join(f'"{word}"*' for word in words)
        found = _found(connection, exact, query) or _found(connection, beginnings, query)
        limit = len(found) if query.limit is None else query.limit
        return Searched(tuple(found[:limit]), has_more=len(found) > limit, notes=tuple(notes))


def _found(connection: sqlite3.Connection, words: str, query: Query) -> list[Found]:
    limit = -1 if query.limit is None else query.limit + 1
    asked = {"playlist": query.playlist_id, "is_present": query.is_present, "words": words, "limit": limit}
    rows = connection.execute(_FIND, asked).fetchall()
    return [
        Found(song, tuple(_presences(connection, song, asked | {"song": number})))
        for number, facts in rows
        for song in [Song.model_validate_json(facts)]
    ]


def _presences(connection: sqlite3.Connection, song: Song, asked: dict[str, object]) -> Iterator[InPlaylist]:
    for playlist_id, title, added, removed, upper_bound in connection.execute(_PRESENCES, asked):
        ended = date.fromisoformat(removed) if removed else None
        presence = Presence(song, date.fromisoformat(added), ended, upper_bound=bool(upper_bound))
        yield InPlaylist(PlaylistId(playlist_id), title, presence)


class _Index:
    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def update(self, store: Store) -> list[str]:
        """Reads the changed records, and returns the faults of unreadable records, which stay as they were.

        Raises:
            sqlite3.Error: the index cannot be read or written, or is of another format.
        """
        with closing(self._connection.cursor()) as cursor:
            cursor.execute("PRAGMA synchronous = OFF")  # a damaged index is made anew
            [version] = cursor.execute("PRAGMA user_version").fetchone()
            if version not in (0, SEARCH_FORMAT):
                raise sqlite3.DatabaseError
            stamps = {playlist_id: _stamp(store, playlist_id) for playlist_id in store.records()}
            if version and stamps == self._known():
                return []
            cursor.execute("BEGIN IMMEDIATE")
            if not self._is_made():
                for statement in filter(str.strip, _TABLES.split(";\n")):
                    cursor.execute(statement)
            notes = self._bring_up_to_date(store, stamps)
            cursor.execute("COMMIT")
            return notes

    def _is_made(self) -> bool:
        """Whether the tables exist. Another search may have made them meanwhile."""
        return self._connection.execute("SELECT 1 FROM sqlite_schema WHERE name = 'records'").fetchone() is not None

    def _known(self) -> dict[PlaylistId, str]:
        return dict(self._connection.execute("SELECT playlist, stamp FROM records").fetchall())

    def _bring_up_to_date(self, store: Store, stamps: dict[PlaylistId, str]) -> list[str]:
        known = self._known()
        self._remove(known.keys() - stamps.keys())
        notes = []
        for playlist_id, stamp in stamps.items():
            if known.get(playlist_id) != stamp:
                try:
                    self._read(store.record(playlist_id), stamp)
                except RecordError as error:
                    notes.append(str(error))
        return notes

    def _remove(self, playlists: Collection[PlaylistId]) -> None:
        for table in ("records", "presences"):
            statement = f"DELETE FROM {table} WHERE playlist = ?"  # noqa: S608 - our own names
            self._connection.executemany(statement, [(playlist_id,) for playlist_id in playlists])

    def _read(self, record: Record | None, stamp: str) -> None:
        """Puts a record into the index, in place of its earlier version."""
        if record is None:
            return
        self._remove([record.id])
        self._connection.execute("INSERT INTO records VALUES (?, ?, ?)", (record.id, stamp, record.title or record.id))
        times: dict[int, int] = {}
        rows = []
        for found in record_presences(record):
            song = self._song(found.song)
            times[song] = times.get(song, 0) + 1
            ended = found.removed_on.isoformat() if found.removed_on else None
            rows.append((song, record.id, times[song], found.added_on.isoformat(), ended, found.upper_bound))
        self._connection.executemany("INSERT INTO presences VALUES (?, ?, ?, ?, ?, ?)", rows)

    def _song(self, song: Song) -> int:
        """The number of a song. New facts are added to the index."""
        facts, run = song.model_dump_json(exclude_defaults=True), self._connection.execute
        known = run("SELECT id, facts, words FROM songs WHERE uri = ?", (song.uri,)).fetchone()
        if known and known[1] == facts:
            return int(known[0])
        words = indexed_words(song)
        if known:
            number = int(known[0])
            run("INSERT INTO songs_fts(songs_fts, rowid, words) VALUES ('delete', ?, ?)", (number, known[2]))
            run("UPDATE songs SET facts = ?, words = ? WHERE id = ?", (facts, words, number))
        else:
            run("INSERT INTO songs(uri, facts, words) VALUES (?, ?, ?)", (song.uri, facts, words))
            [number] = run("SELECT last_insert_rowid()").fetchone()
        run("INSERT INTO songs_fts(rowid, words) VALUES (?, ?)", (number, words))
        return int(number)


def _stamp(store: Store, playlist_id: PlaylistId) -> str:
    """The size and time of a record's file. If they change, the record was written."""
    try:
        found = (store.root / layout.data(playlist_id)).stat()
    except OSError:
        return ""
    return f"{found.st_size} {found.st_mtime_ns} {found.st_ino}"
