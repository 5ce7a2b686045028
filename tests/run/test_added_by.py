"""The setting that keeps ids of other people out of an archive, in whole runs."""

import json
from pathlib import Path

import pytest

from playlist_archive.archive import layout
from playlist_archive.outcome import Kind
from playlist_archive.settings import Settings
from spotify_simulator.world import Person, Row
from tests import harness
from tests.harness import Archive, kinds, settings_for, spotify
from tests.worlds import daily, playlist, song, world_id

FRIEND = Person("a.friend", "A Friend")


def adders(archive: Archive) -> set[str]:
    record = json.loads(archive.text(f"{layout.DATA}/{world_id(1)}.json"))
    return {track["added_by"] for track in (*record["tracks"], *record["removed"]) if "added_by" in track}


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    rows = tuple(Row(song(number), "2025-06-01T12:00:00Z", FRIEND) for number in range(3))
    more = (*rows, Row(song(4), "2026-11-03T12:00:00Z", FRIEND))
    days = [[playlist(1, rows=rows)], [playlist(1, rows=rows)], [playlist(1, rows=more)]]
    archive = Archive(tmp_path / "archive", spotify(daily(*days)))
    archive.register()
    return archive


def anonymous(monkeypatch: pytest.MonkeyPatch) -> None:
    def settings(*arguments: object, **options: object) -> Settings:
        given = settings_for(*arguments, **options)  # type: ignore[arg-type]  # what the harness gives
        return given.model_copy(update={"archive_added_by": False})

    monkeypatch.setattr(harness, "settings_for", settings)


def test_without_the_setting_who_added_a_song_is_kept(archive: Archive) -> None:
    archive.run()
    assert adders(archive) == {FRIEND.id}


def test_with_the_setting_no_file_has_the_id_and_quiet_days_stay_quiet(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    anonymous(monkeypatch)
    assert kinds(archive.run()) == {world_id(1): Kind.CREATED}
    before = archive.files()
    assert FRIEND.id.encode() not in b"".join(before.values())
    archive.simulator.day = archive.simulator.day.replace(day=3)
    assert kinds(archive.run(full=True)) == {world_id(1): Kind.UNCHANGED}


def test_a_record_that_had_the_ids_loses_them_with_its_next_change(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive.run()
    anonymous(monkeypatch)
    archive.simulator.day = archive.simulator.day.replace(day=4)
    assert kinds(archive.run()) == {world_id(1): Kind.UPDATED}
    assert adders(archive) == set()
