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
from array import array
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from itertools import groupby, islice
from operator import itemgetter
from pathlib import Path
from typing import Any, Final, NamedTuple, Self

from ..archive.ids import PlaylistId
from ..archive.model import Track, artist_names
from ..history.timeline import gaps
from ..history.words import split_words

INDEX_FORMAT: Final = 3
"""The version of these files. The name of their folder depends on it, so that no browser mixes two builds."""

SONGS_PER_FILE: Final = 68
SHARD_CHARACTERS: Final = 40_000
"""A shard ends after the word that reaches this length: about 18 KB gzipped."""

Write = Callable[[str, bytes], object]
"""Writes a file of the index. Takes the path below the index's folder, and the content."""

WriteText = Callable[[str, str], None]

Words = defaultdict[str, "array[int]"]
"""Word → the numbers of its songs, which ascend."""

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
    """Gathers the songs of all playlists, then writes the index. Songs are gathered on disk, so any number fits.

    Only the numbers of each word's songs are in memory.
    """

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

        words = self._write_songs(below)
        shards = _write_words(words, below)
        count = int(self._database.execute("SELECT count(*) FROM ranked").fetchone()[0])
        manifest = {"folder": folder, "songs": count, "per_file": SONGS_PER_FILE, "shards": shards}
        write("manifest.json", _json(manifest).encode())
        return int(self._database.execute("SELECT count(*) FROM facts").fetchone()[0])

    def _write_songs(self, write: WriteText) -> Words:
        """Writes the songs. Returns the songs of each word."""
        rows = self._database.execute(_SONGS)
        songs = groupby(rows, key=itemgetter(slice(0, 5)))
        words: Words = defaultdict(lambda: array("I"))
        file = 0
        while part := [(facts, [row[5:] for row in found]) for facts, found in islice(songs, SONGS_PER_FILE)]:
            for (number, _, *texts), _ in part:
                for word in set(split_words("\n".join(texts))):
                    words[word].append(number - 1)
            write(f"songs/{file}.json", _json(self._song_file(part)))
            file += 1
        return words

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


def _write_words(words: Words, write: WriteText) -> list[str]:
    """Writes the shards. Returns the first word of each shard."""
    firsts: list[str] = []
    for shard in _shards(words):
        # A word has only letters and numbers, nothing that JSON would escape.
        write(f"words/{len(firsts)}.json", "{" + ",".join(f'"{word}":{songs}' for word, songs in shard) + "}")
        firsts.append(shard[0][0])
    return firsts


def _shards(words: Words) -> Iterator[list[tuple[str, str]]]:
    """Shards of about `SHARD_CHARACTERS`: each has words, with their lists of gaps as JSON."""
    shard: list[tuple[str, str]] = []
    size = 0
    for word in sorted(words):
        songs = f"[{','.join(map(str, gaps(words[word])))}]"
        shard.append((word, songs))
        size += len(word) + len(songs) + 4
        if size >= SHARD_CHARACTERS:
            yield shard
            shard, size = [], 0
    if shard:
        yield shard


def song_time(track: Track, added_on: date, removed_on: date | None) -> SongTime:
    """A time of a track (history/membership.py), in the form of the index."""
    home = track.show or track.album
    return SongTime(
        track.uri,
        track.name,
        artist_names(track),
        home.name if home else "",
        added_on.isoformat(),
        removed_on.isoformat() if removed_on else "",
    )
