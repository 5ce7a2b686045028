import base64
from dataclasses import replace
from datetime import date, timedelta

from spotify_simulator.catalogue import track
from spotify_simulator.scripted import ScriptedWorld
from spotify_simulator.world import SPOTIFY, Person, Row
from tests.spotify_simulator.asking import DAY, LISTENER, OWN, playlist

PLAYLIST = playlist(OWN, revision=11)


def test_a_snapshot_id_is_a_revision_and_a_hash() -> None:
    decoded = base64.b64decode(PLAYLIST.snapshot(), validate=True)
    assert len(PLAYLIST.snapshot()) == 32
    assert (len(decoded), int.from_bytes(decoded[:4], "big")) == (24, 11)


def test_a_snapshot_id_covers_the_playlist_and_neither_likes_nor_what_became_of_a_song() -> None:
    reversed_rows = PLAYLIST.rows[::-1]
    others = [
        replace(PLAYLIST, name="Another Name"),
        replace(PLAYLIST, description="Another description"),
        replace(PLAYLIST, rows=reversed_rows),
        replace(PLAYLIST, public=False),
    ]
    assert len({PLAYLIST.snapshot(), *(other.snapshot() for other in others)}) == 5
    song = track(1)
    gone = (Row(None, PLAYLIST.rows[0].added_at, LISTENER, key=song.uri), *PLAYLIST.rows[1:])
    renamed = (Row(replace(song, name="Renamed"), PLAYLIST.rows[0].added_at, LISTENER), *PLAYLIST.rows[1:])
    for same in (replace(PLAYLIST, likes=8), replace(PLAYLIST, rows=gone), replace(PLAYLIST, rows=renamed)):
        assert same.snapshot() == PLAYLIST.snapshot()


def test_spotifys_own_playlists_have_a_new_snapshot_id_on_every_request() -> None:
    own = replace(PLAYLIST, owner=Person(SPOTIFY))
    assert own.snapshot(request=1) != own.snapshot(request=2)
    assert PLAYLIST.snapshot(request=1) == PLAYLIST.snapshot(request=2)


def test_a_recorded_snapshot_id_is_served_as_it_is() -> None:
    assert replace(PLAYLIST, snapshot_id="as recorded").snapshot() == "as recorded"


def test_a_script_goes_on_until_its_next_day() -> None:
    world = ScriptedWorld({DAY: [PLAYLIST], DAY + timedelta(days=2): []})
    days = [world.playlist(OWN, DAY + timedelta(days=number)) is not None for number in (-1, 0, 1, 2, 9)]
    assert days == [False, True, True, False, False]
    assert world.ids() == world.library("anybody") == (OWN,)
    assert ScriptedWorld.of(PLAYLIST).playlist(OWN, date(1999, 1, 1)) == PLAYLIST
