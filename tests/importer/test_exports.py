import csv
import io
import json
from datetime import date
from pathlib import Path

import pytest

from playlist_archive.archive.model import Item, Named
from playlist_archive.archive.registry import Registry
from playlist_archive.archive.store import Store
from playlist_archive.importer.adopt import Choice, Import
from playlist_archive.importer.exports import read_exports
from playlist_archive.importer.source import SourceError
from tests.builders import item, playlist_id, record, track

DAY = date(2024, 3, 1)
TITLE = 'One, "two"; three\t| [x]'
SONGS = (item(1, name=TITLE, added_on=date(2023, 5, 6)), item(2))

EXPORTIFY = (
    "Track URI,Track Name,Artist URI(s),Artist Name(s),Album URI,Album Name,Track Duration (ms),ISRC,Added By,Added At"
)
SOUNDIIZ = "title;artist;album;isrc;addedDate;url"


def read(root: Path, folder: Path, *, registry: Registry | None = None, choice: Choice | None = None) -> Import:
    return read_exports(root, folder, DAY, registry or Registry({}, ()), choice or Choice(every=True))


def table(header: str, separator: str, rows: list[list[object]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=separator)
    writer.writerows([header.split(separator), *rows])
    return text.getvalue()


def exportify(songs: tuple[Item, ...] = SONGS) -> str:
    return table(
        EXPORTIFY,
        ",",
        [
            [
                song.uri,
                song.name,
                ", ".join(f"spotify:artist:{artist.id}" for artist in song.artists),
                ", ".join(artist.name for artist in song.artists),
                f"spotify:album:{song.album.id}" if song.album else "",
                song.album.name if song.album else "",
                song.duration_ms,
                "",
                "spotify:user:listener",
                f"{song.added_on}T07:00:00Z" if song.added_on else "",
            ]
            for song in songs
        ],
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    found = tmp_path / "exported"
    found.mkdir()
    return found


def put(folder: Path, name: str, text: str) -> None:
    (folder / name).write_text(text, encoding="utf-8")


def test_exportifys_table_becomes_the_snapshot_of_a_day(tmp_path: Path, folder: Path) -> None:
    put(folder, f"{playlist_id()}.csv", exportify())
    (adopted,) = read(tmp_path, folder).adopted
    first, second = adopted.record.tracks
    assert (first.uri, first.name, first.artists, first.album) == (item(1).uri, TITLE, item(1).artists, item(1).album)
    assert (first.duration_ms, first.added_on, first.upper_bound) == (181_000, date(2023, 5, 6), False)
    assert (second.added_on, second.upper_bound, adopted.record.first_archived) == (DAY, True, DAY)


def backup() -> str:
    def row(song: Item) -> dict[str, object]:
        track = {
            "uri": song.uri,
            "id": song.uri.rpartition(":")[2],
            "type": "track",
            "name": song.name,
            "artists": [artist._asdict() for artist in song.artists],
            "album": song.album._asdict() if song.album else None,
            "duration_ms": song.duration_ms,
        }
        return {"added_at": "2023-05-06T07:00:00Z", "track": track}

    facts = {"id": playlist_id(), "name": "Backed Up", "owner": {"id": "listener", "display_name": "A Listener"}}
    return json.dumps([{**facts, "tracks": [*map(row, SONGS), {"added_at": None, "track": None}]}])


def test_spotify_backups_json_brings_its_own_id(tmp_path: Path, folder: Path) -> None:
    put(folder, "backup.json", backup())
    (adopted,) = read(tmp_path, folder).adopted
    assert (adopted.record.id, adopted.record.name) == (playlist_id(), "Backed Up")
    assert adopted.record.owner == Named("listener", "A Listener")
    assert [(song.uri, song.name, song.artists) for song in adopted.record.tracks] == [
        (song.uri, song.name, song.artists) for song in SONGS
    ]


def test_spotify_backups_text_holds_playlists_by_name(tmp_path: Path, folder: Path) -> None:
    Store(tmp_path).save(record([track(1)], name="First List"), {})
    rows = [f"Song {number}\tArtist {number}, B\tAlbum\t{item(number).uri}\t2020-01-01" for number in (1, 2)]
    put(folder, "playlists.txt", "\r\n".join(["First List", *rows, "", "Unknown", rows[0], ""]))
    found = read(tmp_path, folder)
    (adopted,) = found.adopted
    assert [song.uri for song in (*adopted.record.tracks, *adopted.record.removed)] == [item(1).uri, item(2).uri]
    assert adopted.record.first_archived == DAY
    assert [str(fault.note) for fault in found.faults] == [
        "'Unknown' is no playlist of here: name the file after its id"
    ]


def test_soundiizs_table_needs_links(tmp_path: Path, folder: Path) -> None:
    link = f"https://open.spotify.com/track/{item(1).uri.rpartition(':')[2]}?si=x"
    put(folder, f"{playlist_id()}.csv", table(SOUNDIIZ, ";", [["A", "B", "C", "us1", "2023-05-06", link]]))
    put(folder, f"{playlist_id(2)}.csv", "title,artist,album,isrc\nA,B,C,US1\n")
    found = read(tmp_path, folder)
    (adopted,) = found.adopted
    assert [(song.uri, song.isrc, song.added_on) for song in adopted.record.tracks] == [
        (item(1).uri, "US1", date(2023, 5, 6))
    ]
    assert "titles alone do not say which songs they are" in found.faults[0].note.message


def test_a_file_is_known_by_the_playlists_name_however_it_is_spelled(tmp_path: Path, folder: Path) -> None:
    Store(tmp_path).save(record([track(1)], name="R&B | Soul!"), {})
    put(folder, "r_b_soul.csv", exportify())
    assert [adopted.record.id for adopted in read(tmp_path, folder).adopted] == [playlist_id()]


def test_an_export_after_the_first_archived_day_adds_nothing(tmp_path: Path, folder: Path) -> None:
    Store(tmp_path).save(record([track(1)], first_archived=date(2020, 1, 1)), {})
    put(folder, f"{playlist_id()}.csv", exportify())
    found = read(tmp_path, folder)
    assert (found.adopted, found.known) == ((), (playlist_id(),))


def test_a_second_file_of_a_playlist_is_named(tmp_path: Path, folder: Path) -> None:
    put(folder, f"{playlist_id()}.csv", exportify())
    put(folder, "z.json", backup())
    found = read(tmp_path, folder)
    assert [(fault.path, "second file" in fault.note.message) for fault in found.faults] == [("z.json", True)]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.json", "{"),
        ("a.json", "[1]"),
        ("a.json", '[{"tracks": [{"added_at": null}]}]'),
        ("a.txt", "Name\nno tabs"),
        ("a.csv", ""),
        ("a.csv", "x,y\n1,2"),
        ("a.csv", "uri,title\nnonsense,A"),
    ],
)
def test_what_cannot_be_read_is_named_with_its_file(tmp_path: Path, folder: Path, name: str, text: str) -> None:
    put(folder, name, text)
    put(folder, f"{playlist_id()}.csv", exportify())
    found = read(tmp_path, folder)
    assert [fault.path for fault in found.faults] == [name]
    assert len(found.adopted) == 1


def test_a_folder_without_exports_is_told(tmp_path: Path, folder: Path) -> None:
    with pytest.raises(SourceError, match="has no export of a playlist that is known"):
        read(tmp_path, folder)
    (folder / "bytes.csv").write_bytes(b"\xff\xfe")
    with pytest.raises(SourceError, match=r"bytes\.csv: it cannot be read as text"):
        read(tmp_path, folder)
