from datetime import date, timedelta
from typing import Any

import pytest

from spotify_simulator.cast import CAST
from spotify_simulator.invented import InventedWorld
from spotify_simulator.words import TROUBLE
from spotify_simulator.world import SENTINEL, SPOTIFY, WorldPlaylist

START = date(2026, 11, 2)
DAYS = [START + timedelta(days=number) for number in range(5)]


def world(count: int = 12, **options: Any) -> InventedWorld:
    return InventedWorld(1, count, 40, START, **options)


def by_name(day: date) -> dict[str, WorldPlaylist]:
    cast = world()
    found = [cast.playlist(name, day) for name in cast.ids()]
    return {playlist.name: playlist for playlist in found if playlist}


def test_the_same_seed_gives_the_same_world_in_whatever_order_it_is_asked() -> None:
    one, other = world(), world()
    for day in reversed(DAYS):
        for name in one.ids():
            one.playlist(name, day)
    for name in one.ids():
        assert [one.playlist(name, day) for day in DAYS] == [other.playlist(name, day) for day in DAYS]
    assert InventedWorld(2, 12, 40, START).ids() != one.ids()


def test_ids_are_those_of_spotify() -> None:
    ids = world(200).ids()
    assert len(set(ids)) == 200
    assert all(len(name) == 22 and name.isalnum() and name.isascii() for name in ids)
    assert sum(name.startswith("37i9dQZF1") for name in ids) == 1


def test_about_the_asked_share_of_playlists_changes_by_up_to_the_asked_turnover() -> None:
    large = world(200, odd=False, change_share=0.3, turnover=0.2)
    changed = 0
    for name in large.ids():
        before, after = large.playlist(name, DAYS[3]), large.playlist(name, DAYS[4])
        assert before
        assert after
        rows = {row.identity for row in before.rows}, {row.identity for row in after.rows}
        assert len(rows[0] - rows[1]) == len(rows[1] - rows[0]) <= 8
        assert len(after.rows) == 40
        changed += before.snapshot() != after.snapshot()
        assert (before.snapshot() != after.snapshot()) == (before.revision != after.revision)
    assert 40 <= changed <= 80


@pytest.mark.parametrize("options", [{"change_share": 0.0}, {"turnover": 0.0}])
def test_without_change_or_turnover_the_songs_stay(options: dict[str, float]) -> None:
    still = world(30, odd=False, **options)
    for name in still.ids():
        days = [still.playlist(name, day) for day in DAYS]
        assert len({frozenset(row.identity for row in playlist.rows) for playlist in days if playlist}) == 1


def test_likes_drift_without_a_new_snapshot() -> None:
    still = world(30, odd=False, change_share=0.0)
    likes = [[playlist.likes for day in DAYS if (playlist := still.playlist(name, day))] for name in still.ids()]
    assert any(len(set(days)) > 1 for days in likes)
    assert any(len(set(days)) == 1 for days in likes)


def test_new_tracks_are_added_on_the_day_they_come() -> None:
    busy = world(5, odd=False, change_share=1.0)
    for name in busy.ids():
        after = busy.playlist(name, DAYS[1])
        assert after
        assert all(row.added_at and row.added_at[:10] <= "2026-11-03" for row in after.rows)
    assert any(
        row.added_at and row.added_at.startswith("2026-11-03")
        for name in busy.ids()
        if (playlist := busy.playlist(name, DAYS[1]))
        for row in playlist.rows
    )


def test_the_cast_shows_every_kind_of_row() -> None:
    rows = [row for playlist in by_name(DAYS[4]).values() for row in playlist.rows]
    kinds = {row.song.kind for row in rows if row.song}
    assert kinds == {"track", "episode", "hologram"}
    assert any(row.song is None for row in rows)
    assert any(row.song and row.song.is_local for row in rows)
    assert any(row.song and not row.song.name for row in rows)
    assert {row.added_at for row in rows} >= {None, SENTINEL}
    assert {row.song.name for row in rows if row.song} >= set(TROUBLE)


def test_the_cast_has_an_empty_a_renamed_a_vanishing_and_a_repeating_playlist() -> None:
    first, last = by_name(DAYS[0]), by_name(DAYS[4])
    assert first["Nothing Yet"].rows == ()
    assert "Gone Fishing" in first
    assert "Gone Fishing" not in last
    assert "Work in Progress (really final)" in last
    repeating = [row.identity for row in first["A$AP, Twice Please"].rows]
    assert len(set(repeating)) < len(repeating)
    assert any("&amp;" in (playlist.description or "") for playlist in last.values())
    assert len({playlist.owner.id for playlist in first.values()} - {SPOTIFY}) > 2


def test_a_removed_song_keeps_the_snapshot() -> None:
    before, after = by_name(DAYS[1])["Lost & Found"], by_name(DAYS[2])["Lost & Found"]
    gone = [sum(row.song is None for row in playlist.rows) for playlist in (before, after)]
    assert gone == [1, 2]


def test_the_library_is_the_owners_or_what_somebody_owns() -> None:
    full = world()
    assert full.library("listener") == full.ids()
    mine = full.library("mariana")
    assert mine
    assert all((found := full.playlist(name, START)) and found.owner.id == "mariana" for name in mine)


def test_before_its_start_the_world_is_as_at_its_start_and_knows_no_other_ids() -> None:
    full = world()
    assert full.playlist(full.ids()[0], date(2020, 1, 1)) == full.playlist(full.ids()[0], START)
    assert full.playlist("0" * 22, START) is None


def test_a_small_world_has_the_first_of_the_cast() -> None:
    small = InventedWorld(1, 2, 5, START)
    names = [playlist.name for name in small.ids() if (playlist := small.playlist(name, START))]
    assert names == [role.names[0] for role in CAST[:2]]
