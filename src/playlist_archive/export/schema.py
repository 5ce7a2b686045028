"""The tables of the SQLite export (docs/export.md). Pure."""

from typing import Any, Final

from ..upstream import UPSTREAM

EXPORT_FORMAT: Final = 1
"""The version of all exports. It rises if a table, column, file or key is renamed or removed, or changes meaning."""

TABLES: Final = """
CREATE TABLE about (key TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID;
CREATE TABLE commits (hash TEXT PRIMARY KEY, day TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE playlists (
  id TEXT PRIMARY KEY,
  title TEXT NOT NULL,
  name TEXT NOT NULL,
  alias TEXT,
  description TEXT NOT NULL,
  owner TEXT,
  owner_id TEXT,
  url TEXT NOT NULL,
  likes INTEGER,
  songs INTEGER NOT NULL,
  songs_ever INTEGER NOT NULL,
  versions INTEGER NOT NULL,
  first_archived TEXT NOT NULL,
  last_changed TEXT NOT NULL,
  unavailable_since TEXT,
  unavailable_reason TEXT
);
CREATE TABLE tracks (
  id INTEGER PRIMARY KEY,
  uri TEXT NOT NULL UNIQUE,
  kind TEXT NOT NULL,
  title TEXT NOT NULL,
  artists TEXT NOT NULL,
  album TEXT NOT NULL,
  album_id TEXT,
  duration_ms INTEGER NOT NULL,
  url TEXT,
  playlists INTEGER NOT NULL DEFAULT 0,
  playlists_now INTEGER NOT NULL DEFAULT 0,
  first_added TEXT
);
CREATE TABLE artists (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  spotify_id TEXT,
  url TEXT,
  tracks INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE track_artists (
  track INTEGER NOT NULL REFERENCES tracks(id),
  position INTEGER NOT NULL,
  artist INTEGER NOT NULL REFERENCES artists(id),
  PRIMARY KEY (track, position)
) WITHOUT ROWID;
CREATE TABLE positions (
  playlist TEXT NOT NULL REFERENCES playlists(id),
  position INTEGER NOT NULL,
  track INTEGER NOT NULL REFERENCES tracks(id),
  PRIMARY KEY (playlist, position)
) WITHOUT ROWID;
CREATE TABLE presences (
  playlist TEXT NOT NULL REFERENCES playlists(id),
  track INTEGER NOT NULL REFERENCES tracks(id),
  number INTEGER NOT NULL,
  added TEXT NOT NULL,
  removed TEXT,
  upper_bound INTEGER NOT NULL,
  PRIMARY KEY (playlist, track, number)
) WITHOUT ROWID;
CREATE TABLE versions (
  playlist TEXT NOT NULL REFERENCES playlists(id),
  number INTEGER NOT NULL,
  day TEXT NOT NULL,
  "commit" TEXT NOT NULL REFERENCES commits(hash),
  songs INTEGER NOT NULL,
  PRIMARY KEY (playlist, number)
) WITHOUT ROWID;
CREATE TABLE changes (
  id INTEGER PRIMARY KEY,
  playlist TEXT NOT NULL REFERENCES playlists(id),
  day TEXT NOT NULL,
  "commit" TEXT REFERENCES commits(hash),
  change TEXT NOT NULL,
  track INTEGER REFERENCES tracks(id),
  before TEXT,
  after TEXT
);
CREATE TABLE likes (
  playlist TEXT NOT NULL REFERENCES playlists(id),
  day TEXT NOT NULL,
  likes INTEGER NOT NULL,
  PRIMARY KEY (playlist, day)
) WITHOUT ROWID;
"""

FINISH: Final = """
CREATE INDEX presences_by_track ON presences(track);
CREATE INDEX track_artists_by_artist ON track_artists(artist);
UPDATE tracks SET
  playlists = found.playlists, playlists_now = found.playlists_now, first_added = found.first_added
FROM (
  SELECT track, count(DISTINCT playlist) AS playlists,
    count(DISTINCT CASE WHEN removed IS NULL THEN playlist END) AS playlists_now, min(added) AS first_added
  FROM presences GROUP BY track
) AS found WHERE found.track = tracks.id;
UPDATE artists SET tracks = (SELECT count(DISTINCT track) FROM track_artists WHERE artist = artists.id);
CREATE INDEX changes_by_day ON changes(day);
CREATE INDEX changes_by_playlist ON changes(playlist, day);
CREATE INDEX changes_by_track ON changes(track);
CREATE INDEX likes_by_day ON likes(day);
CREATE INDEX positions_by_track ON positions(track);
CREATE VIEW song_history AS
  SELECT tracks.title, tracks.artists, tracks.album, playlists.title AS playlist, presences.added, presences.removed,
    presences.upper_bound, tracks.uri, tracks.url, playlists.id AS playlist_id
  FROM presences JOIN tracks ON tracks.id = presences.track JOIN playlists ON playlists.id = presences.playlist;
CREATE VIRTUAL TABLE tracks_fts USING fts5(
  title, artists, album, content="tracks", content_rowid="id", tokenize="unicode61 remove_diacritics 2"
);
INSERT INTO tracks_fts(tracks_fts) VALUES ('rebuild');
INSERT INTO tracks_fts(tracks_fts) VALUES ('optimize');
"""
"""The counts, the indexes, the view and the search index. Datasette finds the search index by its double quotes."""

TRIGRAMS: Final = """
CREATE VIRTUAL TABLE tracks_parts USING fts5(
  title, artists, album, content='tracks', content_rowid='id', tokenize='trigram'
);
INSERT INTO tracks_parts(tracks_parts) VALUES ('rebuild');
INSERT INTO tracks_parts(tracks_parts) VALUES ('optimize');
"""
"""A second index, of any three letters in a row. Because of its single quotes, datasette does not search in it."""


def metadata(database: str) -> dict[str, Any]:
    """The content of `metadata.json`, which datasette reads: labels, facets and the order of tables."""
    tables = {
        "playlists": {"label_column": "title", "sort": "title", "facets": ["owner"]},
        "tracks": {"label_column": "title", "sort_desc": "playlists", "facets": ["kind"], "size": 50},
        "artists": {"label_column": "name", "sort_desc": "tracks"},
        "presences": {"facets": ["playlist"]},
        "changes": {"sort_desc": "day", "facets": ["playlist", "change"]},
        "likes": {"sort_desc": "day", "facets": ["playlist"]},
    }
    return {
        "title": "Archived playlists",
        "source": "playlist-archive",
        "source_url": f"https://github.com/{UPSTREAM}",
        "databases": {database: {"tables": tables}},
    }
