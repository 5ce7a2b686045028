"""Pages of one snapshot or none: a playlist that changes while it is read is never recorded half old, half new."""

import json
from pathlib import Path

import pytest

from playlist_archive.archive import layout
from playlist_archive.archive.ids import parse_playlist_id
from playlist_archive.outcome import Kind
from spotify_simulator.faults import Endpoint, Fault
from spotify_simulator.faults import Kind as Wrong
from tests.harness import Archive, kinds, spotify
from tests.worlds import daily, playlist, world_id

ONE = world_id(1)
OLD, NEW = range(450), range(200, 650)


def songs_of(archive: Archive) -> list[str]:
    record = json.loads(archive.text(layout.data(parse_playlist_id(ONE))))
    return [track["name"] for track in record["tracks"]]


def names(numbers: range) -> list[str]:
    return [f"Song {number}" for number in numbers]


@pytest.mark.parametrize("after", range(1, 6))
def test_a_change_between_two_pages_is_read_again_from_the_start(tmp_path: Path, after: int) -> None:
    changed = Fault(kind=Wrong.CHANGED, playlist=ONE, skip=after)
    archive = Archive(tmp_path, spotify(daily([playlist(1, OLD)], [playlist(1, NEW)]), changed))
    archive.register()

    assert kinds(archive.run()) == {ONE: Kind.CREATED}
    assert songs_of(archive) == names(NEW)


@pytest.mark.parametrize(
    "tomorrow",
    [playlist(1, NEW), playlist(1, range(380)), playlist(1, range(900)), playlist(1, [*range(1, 450), 0])],
    ids=["other songs", "fewer", "more", "only moved"],
)
def test_a_list_that_never_holds_still_fails_for_today(tmp_path: Path, tomorrow: object) -> None:
    """Every read meets another day: pages of today and of tomorrow take turns."""
    restless = tuple(Fault(kind=Wrong.CHANGED, playlist=ONE, skip=number, times=1) for number in range(1, 40, 2))
    archive = Archive(tmp_path, spotify(daily([playlist(1, OLD)], [tomorrow]), *restless))  # type: ignore[list-item]
    archive.register()

    result = archive.run()

    assert kinds(result) == {ONE: Kind.FAILED}
    assert archive.files() == {}


def test_a_page_that_says_not_found_never_shortens_the_list(tmp_path: Path) -> None:
    lost = Fault(kind=Wrong.STATUS, playlist=ONE, endpoint=Endpoint.ITEMS, offset=200, status=404, times=None)
    archive = Archive(tmp_path, spotify(daily([playlist(1, OLD)]), lost))
    archive.register()

    archive.run()

    assert archive.files() == {}


def test_a_stale_snapshot_id_with_new_songs_ends_in_the_right_songs(tmp_path: Path) -> None:
    archive = Archive(tmp_path, spotify(daily([playlist(1, OLD)], [playlist(1, NEW)])))
    archive.register()
    archive.run()
    stale = Fault(kind=Wrong.STALE_SNAPSHOT, playlist=ONE, times=None)
    archive.simulator = spotify(archive.simulator.world, stale, day=archive.simulator.day.replace(day=3))
    archive.run()

    archive.simulator = spotify(archive.simulator.world, day=archive.simulator.day)

    archive.run()
    assert songs_of(archive) == names(NEW)
