"""The search index: its order, its words, and its files."""

import gzip
import json
from typing import Any

import pytest

from playlist_archive.archive.ids import PlaylistId
from playlist_archive.history.timeline import positions
from playlist_archive.website.search_index import SONGS_PER_FILE, SearchIndex, SongTime
from tests.builders import playlist_id

FIRST, SECOND = (PlaylistId(playlist_id(number)) for number in (1, 2))


def song(number: int, name: str, artists: str = "Artist", home: str = "Album") -> SongTime:
    return SongTime(f"spotify:track:{number:022}", name, artists, home, "2026-01-05", "")


def written(playlists: dict[PlaylistId, list[SongTime]], *, fewest: int = 1) -> tuple[int, dict[str, Any]]:
    """The number of all songs, and the files: path below the folder → content."""
    files: dict[str, Any] = {}

    def write(path: str, content: bytes) -> None:
        text = gzip.decompress(content) if path.endswith(".gz") else content
        files[path.removeprefix("build/").removesuffix(".gz")] = json.loads(text)

    with SearchIndex() as index:
        for one, songs in playlists.items():
            index.add(one, f"Playlist {one[-1]}", songs)
        return index.write(write, "build", fewest_playlists=fewest), files


def names(files: dict[str, Any]) -> list[str]:
    return [name for _, name, *_ in files["songs/0.json"]["songs"]]


def test_songs_of_more_playlists_come_first_then_those_of_an_artist_and_an_album_side_by_side() -> None:
    shared = song(9, "Shared", "Zoe")
    ours = [song(1, "b", "Bea", "Two"), song(2, "a", "Abe"), song(3, "c", "Bea", "One"), song(4, "d", "Bea", "Two")]
    _, files = written({FIRST: [*ours, shared], SECOND: [shared]})
    assert names(files) == ["Shared", "a", "c", "b", "d"]


def test_the_order_does_not_depend_on_the_order_of_what_is_added() -> None:
    songs = [song(number, f"Song {number % 3}", f"Artist {number % 2}") for number in range(20)]
    assert written({FIRST: songs}) == written({FIRST: songs[::-1]})


def test_a_word_names_each_of_its_songs_once_whichever_text_has_it() -> None:
    songs = [song(1, "Halo halo", "Halo"), song(2, "Élan", "Ann", "Halo"), song(3, "東京 Élan", "Cid")]
    _, files = written({FIRST: songs})
    found = {word: [names(files)[number] for number in positions(gaps)] for word, gaps in files["words/0.json"].items()}
    assert sorted(found["halo"]) == ["Halo halo", "Élan"]
    assert sorted(found["elan"]) == ["Élan", "東京 Élan"]
    assert found["東京"] == ["東京 Élan"]
    assert list(found) == sorted(found)


def test_the_manifest_leads_to_every_file() -> None:
    songs = [song(number, f"w{number:x} {'x' * 60}{number}", f"a{number // 3}") for number in range(3_000)]
    count, files = written({FIRST: songs})
    manifest = files["manifest.json"]
    shards = [files[f"words/{number}.json"] for number in range(len(manifest["shards"]))]
    assert len(shards) > 2
    assert [next(iter(shard)) for shard in shards] == manifest["shards"] == sorted(manifest["shards"])
    parts = [files[f"songs/{number}.json"]["songs"] for number in range(-(-count // SONGS_PER_FILE))]
    assert (count, manifest["songs"], sum(map(len, parts))) == (3_000, 3_000, 3_000)
    assert len(files) == 1 + len(shards) + len(parts)


@pytest.mark.parametrize(("fewest", "indexed"), [(1, 2), (2, 1), (3, 0)])
def test_songs_of_too_few_playlists_are_only_counted(fewest: int, indexed: int) -> None:
    count, files = written({FIRST: [song(1, "a"), song(2, "b")], SECOND: [song(2, "b")]}, fewest=fewest)
    assert (count, files["manifest.json"]["songs"]) == (2, indexed)
