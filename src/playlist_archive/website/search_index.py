"""The search index of the website: many files, of which the browser loads a few per search (docs/website.md).

`manifest.json` names the folder of the build, and the first word of each shard. In that folder, `words/<n>.json.gz` is
a shard: each word with the numbers of its songs, as gaps. `songs/<n>.json.gz` holds `SONGS_PER_FILE` songs with their
playlists and days.

Songs that more playlists had get lower numbers. So the best answers to a word come first, and common answers share
files. Among songs of equally many playlists, those of an artist and of an album are neighbours: their gaps are zeros,
and their files are small.
"""

import gzip
import json
import sqlite3
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby, islice
from operator import itemgetter
from pathlib import Path
from typing import Any, Final, NamedTuple, Self

from ..archive.ids import PlaylistId
from ..history.timeline import Presence, gaps
from ..history.words import split_words

INDEX_FORMAT: Final = 3
"""The version of these files. The name of their folder depends on it, so that no browser mixes two builds."""

SONGS_PER_FILE: Final = 68
SHARD_CHARACTERS: Final = 40_000
"""A shard ends after the word that reaches this length: about 18 KB gzipped."""

Write = Callable[[str, bytes], object]
"""Writes a file of the index. Takes the path below the index's folder, and the content."""

WriteText = Callable[[str, str], None]

_json: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


class SongTime(NamedTuple):
    """A time that a song belonged to a playlist. `removed_on` is empty while the song is there."""

    uri: str
    name: str
    artists: str
    home: str
    added_on: str
    removed_on: str


_TABLES: Final = """
    PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA temp_store = FILE;
    CREATE TABLE facts (uri TEXT PRIMARY KEY, name TEXT, artists TEXT, home TEXT) WITHOUT ROWID;
    CREATE TABLE presences (uri TEXT, playlist INTEGER, added TEXT, removed TEXT);
    CREATE TABLE words (word TEXT, song INTEGER);
"""

_RANKED: Final = """
    CREATE INDEX presences_by_uri ON presences (uri);
    CREATE TABLE ranked (uri TEXT);
"""

_RANK: Final = """
    INSERT INTO ranked SELECT uri FROM presences JOIN facts USING (uri) GROUP BY uri
    HAVING count(DISTINCT playlist) >= ? ORDER BY count(DISTINCT playlist) DESC, artists, home, name, uri
"""

_SONGS: Final = """
    SELECT ranked.rowid, uri, name, artists, home, playlist, added, removed
    FROM ranked CROSS JOIN facts USING (uri) CROSS JOIN presences USING (uri) ORDER BY ranked.rowid, playlist, added
"""


class SearchIndex:
    """Gathers the songs of all playlists, then writes the index. Songs are gathered on disk, so any number fits."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory()
        self._database = sqlite3.connect(Path(self._folder.name, "index.sqlite"), isolation_level=None)
        self._database.executescript(_TABLES)
        self._database.execute("BEGIN")
        self._playlists: list[tuple[PlaylistId, str]] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._database.close()
        self._folder.cleanup()

    def add(self, playlist_id: PlaylistId, title: str, songs: Sequence[SongTime]) -> None:
        """Adds all songs that one playlist ever had."""
        number, run = len(self._playlists), self._database.executemany
        self._playlists.append((playlist_id, title))
        run("INSERT OR REPLACE INTO facts VALUES (?, ?, ?, ?)", (song[:4] for song in songs))
        run("INSERT INTO presences VALUES (?, ?, ?, ?)", ((song[0], number, *song[4:]) for song in songs))

    def write(self, write: Write, folder: str, *, fewest_playlists: int = 1) -> int:
        """Writes the files of the index. Returns the number of songs of all playlists.

        Songs that fewer than `fewest_playlists` playlists had are only counted. `folder` is a name that no other index
        has.
        """
        self._database.executescript(_RANKED + "BEGIN;")
        self._database.execute(_RANK, (fewest_playlists,))

        def below(path: str, text: str) -> None:
            write(f"{folder}/{path}.gz", gzip.compress(text.encode(), compresslevel=6, mtime=0))

        count = self._write_songs(below)
        shards = self._write_words(below)
        manifest = {"folder": folder, "songs": count, "per_file": SONGS_PER_FILE, "shards": shards}
        write("manifest.json", _json(manifest).encode())
        return int(self._database.execute("SELECT count(*) FROM facts").fetchone()[0])

    def _write_songs(self, write: WriteText) -> int:
        rows = self._database.cursor().execute(_SONGS)
        songs = groupby(rows, key=itemgetter(slice(0, 5)))
        count = 0
        while part := [(facts, [row[5:] for row in found]) for facts, found in islice(songs, SONGS_PER_FILE)]:
            self._database.executemany("INSERT INTO words VALUES (?, ?)", _word_rows(facts for facts, _ in part))
            write(f"songs/{count // SONGS_PER_FILE}.json", _json(self._song_file(part)))
            count += len(part)
        return count

    def _song_file(self, part: list[tuple[Any, list[Any]]]) -> dict[str, Any]:
        """The content of one file of songs. Each song names a playlist by its position in `names`."""
        numbers = sorted({playlist for _, presences in part for playlist, *_ in presences})
        here = {number: position for position, number in enumerate(numbers)}
        return {
            "names": [self._playlists[number] for number in numbers],
            "songs": [
                [*facts[1:], [[here[playlist], added, removed] for playlist, added, removed in presences]]
                for facts, presences in part
            ],
        }

    def _write_words(self, write: WriteText) -> list[str]:
        """Writes the shards. Returns the first word of each shard."""
        firsts: list[str] = []
        rows = self._database.execute("SELECT word, song FROM words ORDER BY word, song")
        for shard in _shards(groupby(rows, key=itemgetter(0))):
            write(f"words/{len(firsts)}.json", "{" + ",".join(f"{_json(word)}:{songs}" for word, songs in shard) + "}")
            firsts.append(shard[0][0])
        return firsts


def _word_rows(songs: Iterable[Sequence[Any]]) -> Iterator[tuple[str, int]]:
    """Each word of each song, with the song's number."""
    for number, _, *texts in songs:
        for word in {word for text in texts for word in split_words(text)}:
            yield word, number - 1


def _shards(words: Iterable[tuple[str, Iterable[tuple[str, int]]]]) -> Iterator[list[tuple[str, str]]]:
    """Shards of about `SHARD_CHARACTERS`: each has words, with their lists of gaps as JSON."""
    shard: list[tuple[str, str]] = []
    size = 0
    for word, rows in words:
        songs = _json(gaps([number for _, number in rows]))
        shard.append((word, songs))
        size += len(word) + len(songs) + 4
        if size >= SHARD_CHARACTERS:
            yield shard
            shard, size = [], 0
    if shard:
        yield shard


def song_time(presence: Presence) -> SongTime:
    """A presence of a song, in the form of the index."""
    song, home = presence.song, presence.song.show or presence.song.album
    return SongTime(
        song.uri,
        song.name,
        ", ".join(artist.name for artist in song.artists),
        home.name if home else "",
        presence.added_on.isoformat(),
        presence.removed_on.isoformat() if presence.removed_on else "",
    )
