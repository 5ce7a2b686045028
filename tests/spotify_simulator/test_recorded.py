import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from spotify_simulator.recorded import RecordedWorld, WorldError
from tests.spotify_simulator.asking import DAY, asking, read

SEED = "37i9dQZF1DX5LEXW9eXA0n"


def as_json(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def test_recorded_answers_are_served_with_exactly_their_fields(corpus: Path) -> None:
    client = asking(world=RecordedWorld(corpus / "seed"))
    playlist, items = as_json(corpus / "seed" / "playlist.json"), as_json(corpus / "seed" / "items.json")
    body = client.read(f"playlists/{SEED}")
    assert {key: value for key, value in body.items() if key not in ("items", "tracks")} == playlist
    page = client.read(f"playlists/{SEED}/items", limit=100)
    assert [row.pop("item") for row in page["items"]] == [row["track"] for row in items["items"]]
    assert page["items"] == items["items"]
    assert page["total"] == items["total"]


def test_a_single_playlist_is_served_as_it_was_archived(corpus: Path) -> None:
    name = "0WROHrBJtziRF6ng68lUHx"
    archived = as_json(corpus / "playlists" / f"{name}.json")
    world = RecordedWorld(corpus / "playlists")
    assert len(world.ids()) == 22
    assert (world.first_day, world.last_day) == (None, None)
    body = asking(world=world).read(f"playlists/{name}")
    assert body["name"] == archived["original_name"]
    assert body["snapshot_id"] == archived["snapshot_id"]
    assert body["followers"]["total"] == archived["num_followers"]
    assert body["owner"]["external_urls"]["spotify"] == archived["owner"]["url"]
    for row, track in zip(body["items"]["items"], archived["tracks"], strict=True):
        song = row["item"]
        assert song["external_urls"]["spotify"] == track["url"]
        assert [artist["name"] for artist in song["artists"]] == [artist["name"] for artist in track["artists"]]
        assert row["added_at"].replace("T", " ") == f"{track['added_at']}Z"


def test_every_single_playlist_can_be_served(corpus: Path) -> None:
    client = asking(world=RecordedWorld(corpus / "playlists"))
    for name in client.simulator.world.library("anybody"):
        assert read(client.get(f"playlists/{name}"))["id"] == name


def test_a_history_is_replayed_by_day(corpus: Path) -> None:
    world = RecordedWorld(corpus / "history")
    days = as_json(corpus / "history" / "days.json")
    assert (str(world.first_day), str(world.last_day)) == (days["first"], days["last"])
    assert len(world.ids()) == len(days["playlists"])
    for known in days["playlists"]:
        first = date.fromisoformat(known["first"])
        assert world.playlist(known["id"], first - timedelta(days=1)) is None
        playlist, end = world.playlist(known["id"], first), world.playlist(known["id"], date(2021, 1, 13))
        assert playlist
        assert end
        assert (playlist.revision, end.revision) == (1, known["versions"])


def test_a_day_without_a_line_is_as_the_day_before(corpus: Path) -> None:
    world = RecordedWorld(corpus / "history")
    missing = [date.fromisoformat(day) for day in as_json(corpus / "history" / "days.json")["missing"]]
    for day in missing:
        for name in world.ids():
            assert world.playlist(name, day) == world.playlist(name, day - timedelta(days=1))


def test_a_made_folder_of_one_playlist_is_enough(tmp_path: Path) -> None:
    artist = {"name": "Somebody", "url": "https://open.spotify.com/artist/1111111111111111111111"}
    track = {
        "name": "Something",
        "url": "https://open.spotify.com/track/2222222222222222222222",
        "artists": [artist],
        "album": {"name": "Somewhere", "url": ""},
        "duration_ms": 1,
        "added_at": None,
    }
    name = "0" * 22
    data = {
        "original_name": "Mine",
        "owner": {"name": "", "url": ""},
        "tracks": [track],
        "description": "",
        "num_followers": None,
        "snapshot_id": "",
    }
    (tmp_path / f"{name}.json").write_text(json.dumps(data))
    (tmp_path / "index.json").write_text("{}")
    world = RecordedWorld(tmp_path)
    assert world.ids() == (name,)
    playlist = world.playlist(name, DAY)
    assert playlist
    assert playlist.owner.id == "somebody"
    assert len(playlist.snapshot()) == 32
    assert playlist.rows[0].song
    assert playlist.rows[0].song.uri == "spotify:track:2222222222222222222222"


@pytest.mark.parametrize(
    ("files", "sentence"),
    [
        ({}, "holds no playlists"),
        ({"playlist.json": "{"}, "cannot be read as JSON"),
        ({"days.json": "{}"}, "holds no whole history"),
    ],
)
def test_a_folder_that_holds_nothing_to_serve_is_told(tmp_path: Path, files: dict[str, str], sentence: str) -> None:
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    with pytest.raises(WorldError, match=sentence):
        RecordedWorld(tmp_path)
