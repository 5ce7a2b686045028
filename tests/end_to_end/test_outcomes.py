"""What a run makes of each playlist, and what it leaves alone (docs/design.md)."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from playlist_archive.archive import layout
from playlist_archive.archive.ids import parse_playlist_id
from playlist_archive.exit_code import ExitCode
from playlist_archive.outcome import Kind
from spotify_simulator.faults import Endpoint, Fault
from spotify_simulator.faults import Kind as Wrong
from spotify_simulator.world import WorldPlaylist
from tests.harness import Archive, kinds, spotify
from tests.worlds import daily, day, playlist, world_id

ONE = world_id(1)
PRETTY = f"playlists/pretty/{ONE}.md"


def archive_of(root: Path, *days: list[WorldPlaylist], faults: tuple[Fault, ...] = (), **options: Any) -> Archive:
    archive = Archive(root, spotify(daily(*days), *faults, **options))
    archive.register()
    return archive


def files_of(archive: Archive, number: int) -> dict[str, bytes]:
    return {path: content for path, content in archive.files().items() if world_id(number) in path}


def gone(number: int, *, status: int = 404, first_day: int = 1, times: int | None = None) -> Fault:
    return Fault(kind=Wrong.STATUS, playlist=world_id(number), status=status, day=day(first_day), times=times)


def test_the_first_run_creates_a_record_and_three_pages(tmp_path: Path) -> None:
    archive = archive_of(tmp_path, [playlist(1)])

    result = archive.run()

    assert kinds(result) == {ONE: Kind.CREATED}
    assert result.exit_code == ExitCode.DONE
    name = parse_playlist_id(ONE)
    pages = {layout.data(name), layout.plain(name), layout.pretty(name), layout.cumulative(name)}
    assert pages | {layout.INDEX_PAGE, layout.INDEX_DATA, layout.followers(day(0))} == set(archive.files())
    assert set(result.written) == set(archive.files())


def test_a_second_run_on_unchanged_data_changes_no_file(tmp_path: Path) -> None:
    archive = archive_of(tmp_path, [playlist(1), playlist(2, range(250))])
    archive.run()
    before = archive.files()

    again = archive.run(full=True)

    assert set(kinds(again).values()) == {Kind.UNCHANGED}
    assert again.written == ()
    assert archive.files() == before


@pytest.mark.parametrize(
    "quiet",
    [{"likes": 1_010}, {"likes": None}, {"snapshot_id": "another one"}],
    ids=["likes under one percent away", "likes not given", "another snapshot id"],
)
def test_what_no_reader_would_notice_changes_neither_record_nor_pages(tmp_path: Path, quiet: dict[str, Any]) -> None:
    archive = archive_of(tmp_path, [playlist(1, likes=1_001)], [playlist(1, **{"likes": 1_001, **quiet})])
    archive.run()
    before = files_of(archive, 1)
    archive.simulator.day = day(1)

    result = archive.run(full=True)

    assert kinds(result) == {ONE: Kind.UNCHANGED}
    assert files_of(archive, 1) == before


def test_likes_one_percent_away_are_a_change(tmp_path: Path) -> None:
    archive = archive_of(tmp_path, [playlist(1, likes=1_000)], [playlist(1, likes=1_010)])
    archive.run()
    archive.simulator.day = day(1)

    assert kinds(archive.run()) == {ONE: Kind.UPDATED}
    assert "1,010 likes" in archive.text(PRETTY)


def test_songs_that_come_and_go_are_counted_and_dated(tmp_path: Path) -> None:
    archive = archive_of(tmp_path, [playlist(1, range(3))], [playlist(1, range(1, 5))])
    archive.run()
    archive.simulator.day = day(1)

    (outcome,) = archive.run().outcomes

    assert (outcome.added, outcome.removed) == (2, 1)
    row = next(line for line in archive.text(f"playlists/cumulative/{ONE}.md").splitlines() if "Song 0" in line)
    assert row.endswith("| 2025-06-01 | 2026-11-03 |")


def test_a_dry_run_writes_nothing_and_says_what_it_would(tmp_path: Path) -> None:
    archive = archive_of(tmp_path, [playlist(1)])

    result = archive.run(dry_run=True)

    assert archive.files() == {}
    assert PRETTY in result.written
    assert not (tmp_path / layout.UNFINISHED).exists()


@pytest.mark.parametrize("status", [500, 502, 503])
def test_a_failing_playlist_keeps_its_bytes_and_touches_no_other(tmp_path: Path, status: int) -> None:
    faults = (gone(1, status=status),)
    today = [playlist(1, range(9)), playlist(2, range(9))]
    archive = archive_of(tmp_path, [playlist(1), playlist(2)], today, faults=faults)
    archive.run()
    before = files_of(archive, 1)
    archive.simulator.day = day(1)

    result = archive.run()

    assert kinds(result) == {ONE: Kind.FAILED, world_id(2): Kind.UPDATED}
    assert result.exit_code == ExitCode.PARTIAL
    assert files_of(archive, 1) == before


def test_a_failed_playlist_has_no_number_of_likes_for_the_day(tmp_path: Path) -> None:
    archive = archive_of(tmp_path, [playlist(1), playlist(2)], faults=(gone(1, status=500),))
    archive.run()
    archive.simulator.day = day(1)
    archive.run()

    table = archive.text(layout.followers(day(1))).splitlines()
    assert table == ["playlist,2026-11-02,2026-11-03", f"{ONE},1001,", f"{world_id(2)},1002,1002"]


@pytest.mark.parametrize(
    ("damage", "says"),
    [
        (lambda text: text[: len(text) // 2], "does not parse"),
        (lambda text: text.replace('"format": 1', '"format": 2'), "update playlist-archive"),
        (lambda text: text.replace(ONE, world_id(9)), "is the record of"),
        (lambda _: "", "does not parse"),
    ],
    ids=["cut", "newer", "of another playlist", "empty"],
)
def test_a_damaged_record_fails_its_playlist_and_stays_as_it_is(
    tmp_path: Path, damage: Callable[[str], str], says: str
) -> None:
    archive = archive_of(tmp_path, [playlist(1), playlist(2)], [playlist(1, range(9)), playlist(2, range(9))])
    archive.run()
    record = tmp_path / layout.data(parse_playlist_id(ONE))
    record.write_text(damage(record.read_text(encoding="utf-8")), encoding="utf-8")
    before = files_of(archive, 1)
    archive.simulator.day = day(1)

    result = archive.run()

    assert kinds(result) == {ONE: Kind.FAILED, world_id(2): Kind.UPDATED}
    assert says in str(result.outcomes[0].note)
    assert files_of(archive, 1) == before
    assert ONE in archive.text(layout.INDEX_PAGE)


def test_a_single_404_is_not_believed(tmp_path: Path) -> None:
    archive = archive_of(tmp_path, [playlist(1), playlist(2)], faults=(gone(1, times=1),))
    archive.run()
    archive.simulator.day = day(1)

    assert kinds(archive.run())[ONE] == Kind.UNCHANGED


@pytest.mark.parametrize(("status", "reason"), [(404, "not found"), (403, "closed to this app"), (400, "refuses")])
def test_a_playlist_that_is_no_longer_served_is_marked_and_kept(tmp_path: Path, status: int, reason: str) -> None:
    archive = archive_of(tmp_path, [playlist(1), playlist(2)], faults=(gone(1, status=status),))
    archive.run()
    archive.simulator.day = day(1)

    result = archive.run()

    assert kinds(result) == {ONE: Kind.UNAVAILABLE, world_id(2): Kind.UNCHANGED}
    assert result.exit_code == ExitCode.DONE
    _, _, alert, warning, _, heading, *_ = archive.text(PRETTY).splitlines()
    assert alert == "> [!WARNING]"
    assert "2026-11-03" in warning
    assert reason in warning
    assert heading.startswith("### [Playlist 1]")
    assert "Song 2" in archive.text(PRETTY)


def test_a_mark_keeps_its_first_day_and_goes_when_the_playlist_is_back(tmp_path: Path) -> None:
    faults = (gone(1, first_day=1), gone(1, first_day=2))
    archive = archive_of(tmp_path, [playlist(1), playlist(2)], faults=faults)
    pages = []
    for number in range(4):
        archive.simulator.day = day(number)
        archive.run()
        pages.append(archive.text(PRETTY))

    assert pages[1] == pages[2] != pages[0]
    assert pages[3] == pages[0]


def test_many_losses_at_once_are_not_believed(tmp_path: Path) -> None:
    everything = [playlist(number) for number in range(1, 6)]
    archive = archive_of(tmp_path, everything, faults=tuple(gone(number) for number in range(1, 4)))
    archive.run()
    before = archive.files()
    archive.simulator.day = day(1)

    result = archive.run()

    assert result.exit_code == ExitCode.PARTIAL
    assert "3 of 5" in str(result.troubles[0])
    assert all(files_of(archive, number).items() <= before.items() for number in range(1, 6))


def test_where_nothing_is_served_nothing_is_written(tmp_path: Path) -> None:
    archive = archive_of(tmp_path, [playlist(1), playlist(2)], faults=(gone(1), gone(2)))
    archive.run()
    before = archive.files()
    archive.simulator.day = day(1)

    result = archive.run()

    assert result.exit_code == ExitCode.REFUSED
    assert archive.files() == before


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"premium": False}, "Premium"),
        ({"allowlisted": False}, "allowlist"),
        ({"quota": 0}, "quota"),
    ],
)
def test_an_app_that_may_not_ask_writes_nothing_and_says_why(
    tmp_path: Path, options: dict[str, Any], says: str
) -> None:
    archive = archive_of(tmp_path, [playlist(1), playlist(2)], **options)
    archive.as_user = True

    result = archive.run()

    assert result.exit_code == ExitCode.REFUSED
    assert says in str(result.refused)
    assert archive.files() == {}


def test_a_list_that_lost_more_than_half_is_looked_at_twice(tmp_path: Path) -> None:
    world = daily([playlist(1, range(40))], [playlist(1, range(5))], [playlist(1, range(40))])
    stale = Fault(kind=Wrong.STALE, playlist=ONE, day=day(2), times=1)
    archive = Archive(tmp_path, spotify(world, stale))
    archive.register()
    for number in (0, 2):
        archive.simulator.day = day(number)
        result = archive.run(full=True)

    assert kinds(result) == {ONE: Kind.UNCHANGED}


def test_a_list_that_is_short_both_times_is_believed(tmp_path: Path) -> None:
    archive = archive_of(tmp_path, [playlist(1, range(40))], [playlist(1, range(5))])
    archive.run()
    archive.simulator.day = day(1)

    result = archive.run()

    assert kinds(result) == {ONE: Kind.UPDATED}
    assert result.outcomes[0].removed == 35
    assert result.requests == 2


def test_a_playlist_that_never_could_be_read_is_only_listed(tmp_path: Path) -> None:
    archive = archive_of(tmp_path, [playlist(1), playlist(2)], faults=(gone(1, first_day=0),))

    result = archive.run()

    assert kinds(result)[ONE] == Kind.UNAVAILABLE
    assert files_of(archive, 1) == {}
    assert f"`{ONE}`" in archive.text(layout.INDEX_PAGE)


def test_what_left_the_registry_keeps_its_files_and_a_line_in_the_index(tmp_path: Path) -> None:
    archive = archive_of(tmp_path, [playlist(1), playlist(2)])
    archive.run()
    before = files_of(archive, 1)
    (tmp_path / layout.registry_entry(parse_playlist_id(ONE))).unlink()

    archive.run()

    assert files_of(archive, 1) == before
    assert "## No longer in the registry" in archive.text(layout.INDEX_PAGE)


def test_another_alias_is_a_change_and_costs_no_further_request(tmp_path: Path) -> None:
    archive = archive_of(tmp_path, [playlist(1, range(300))])
    archive.run()
    archive.register(ONE, alias="Mine <3\n")
    archive.simulator.day = day(1)

    result = archive.run()

    assert kinds(result) == {ONE: Kind.UPDATED}
    assert archive.text(PRETTY).splitlines()[2] == rf"### [Mine \<3](https://open.spotify.com/playlist/{ONE})"
    assert result.requests == 1


@pytest.mark.parametrize("size", [0, 1, 100, 101, 250])
def test_playlists_of_any_size_are_read_whole(tmp_path: Path, size: int) -> None:
    archive = archive_of(tmp_path, [playlist(1, range(size))])

    archive.run()

    (entry,) = json.loads(archive.text(layout.INDEX_DATA))
    assert entry["songs"] == size
    record = json.loads(archive.text(layout.data(parse_playlist_id(ONE))))
    assert [found["name"] for found in record["tracks"]] == [f"Song {number}" for number in range(size)]


@pytest.mark.proof
def test_ten_thousand_songs_are_read_whole(tmp_path: Path) -> None:
    archive = archive_of(tmp_path, [playlist(1, range(10_000))])

    result = archive.run()

    assert kinds(result) == {ONE: Kind.CREATED}
    assert archive.text(PRETTY).splitlines()[6].split(" - ")[2] == "10,000 songs"
    assert result.requests == 1 + 99 + 1


def test_rows_that_spotify_emptied_are_counted_and_not_shown(tmp_path: Path) -> None:
    whole = playlist(1, range(3))
    emptied = replace(whole, rows=(replace(whole.rows[0], song=None, key="lost"), *whole.rows[1:]))
    archive = archive_of(tmp_path, [whole], [emptied])
    archive.run()
    archive.simulator.day = day(1)

    (outcome,) = archive.run().outcomes

    assert (outcome.null_items, outcome.removed) == (1, 1)
    assert "2 songs" in archive.text(PRETTY)


def test_a_dead_library_costs_requests_and_nothing_else(tmp_path: Path) -> None:
    dead = Fault(kind=Wrong.STATUS, endpoint=Endpoint.LIBRARY, status=500, times=None)
    archive = archive_of(tmp_path, [playlist(1), playlist(2)], faults=(dead,))
    archive.as_user = True

    assert set(kinds(archive.run()).values()) == {Kind.CREATED}


@pytest.mark.parametrize("status", [404, 403, 400])
def test_one_refusal_alone_marks_nothing(tmp_path: Path, status: int) -> None:
    archive = archive_of(tmp_path, [playlist(1), playlist(2)], faults=(gone(1, status=status, times=1),))
    archive.run()
    archive.simulator.day = day(1)

    assert kinds(archive.run())[ONE] == Kind.UNCHANGED


def test_a_proxy_that_denies_marks_nothing(tmp_path: Path) -> None:
    page = {"status": 403, "body": "<html>Access denied</html>", "times": None}
    denied = Fault(kind=Wrong.STATUS, playlist=ONE, day=day(1), **page)
    archive = archive_of(tmp_path, [playlist(1), playlist(2)], faults=(denied,))
    archive.run()
    before = files_of(archive, 1)
    archive.simulator.day = day(1)

    assert kinds(archive.run())[ONE] == Kind.FAILED
    assert files_of(archive, 1) == before


def test_an_outage_spends_no_requests_on_every_playlist(tmp_path: Path) -> None:
    dead = Fault(kind=Wrong.STATUS, status=503, day=day(1), times=None)
    archive = archive_of(tmp_path, [playlist(number) for number in range(1, 101)], faults=(dead,))
    archive.run()
    before = archive.files()
    archive.simulator.day = day(1)

    result = archive.run()

    assert result.exit_code == ExitCode.REFUSED
    assert result.requests < 100
    assert archive.files() == before


def test_a_registry_that_cannot_be_read_says_nothing_of_the_playlists(tmp_path: Path) -> None:
    archive = archive_of(tmp_path, [playlist(1)])
    archive.run()
    before = archive.files()
    (tmp_path / layout.REGISTRY).rename(tmp_path / "elsewhere")
    (tmp_path / layout.REGISTRY).symlink_to(tmp_path / "elsewhere")

    result = archive.run()

    assert result.exit_code == ExitCode.PARTIAL
    assert {path: content for path, content in archive.files().items() if path in before} == before


def test_files_of_a_person_among_the_parts_of_the_index_stay(tmp_path: Path) -> None:
    archive = archive_of(tmp_path, [playlist(1)])
    notes, stale = tmp_path / layout.INDEX_PARTS / "notes.md", tmp_path / layout.index_part("q")
    notes.parent.mkdir(parents=True)
    notes.write_text("mine", encoding="utf-8")
    stale.write_text("ours", encoding="utf-8")

    archive.run()

    assert notes.read_text(encoding="utf-8") == "mine"
    assert not stale.exists()


def test_a_lost_record_is_not_begun_anew(tmp_path: Path) -> None:
    archive = archive_of(tmp_path, [playlist(1), playlist(2)])
    archive.run()
    (tmp_path / layout.data(parse_playlist_id(ONE))).unlink()
    before = archive.files()

    result = archive.run()

    assert kinds(result) == {ONE: Kind.FAILED, world_id(2): Kind.UNCHANGED}
    assert archive.files() == before


class Unstamped(WorldPlaylist):
    """A playlist whose snapshot id Spotify leaves empty."""

    def snapshot(self, *, request: int = 0) -> str:
        _ = request
        return ""


def test_a_long_list_without_a_snapshot_id_is_always_read_whole(tmp_path: Path) -> None:
    days = [playlist(1, songs) for songs in (range(150), range(10, 160))]
    unstamped: list[WorldPlaylist] = [Unstamped(found.id, found.name, found.owner, found.rows) for found in days]
    archive = archive_of(tmp_path, *([found] for found in unstamped))
    archive.run()
    archive.simulator.day = day(1)

    assert kinds(archive.run()) == {ONE: Kind.UPDATED}


def test_a_page_that_cannot_be_written_is_made_as_soon_as_it_can(tmp_path: Path) -> None:
    archive = archive_of(tmp_path, [playlist(1), playlist(2)])
    hindrance = tmp_path / PRETTY
    hindrance.mkdir(parents=True)

    first = archive.run()
    again = archive.run()
    hindrance.rmdir()
    mended = archive.run()

    assert kinds(first) == {ONE: Kind.FAILED, world_id(2): Kind.CREATED}
    assert again.exit_code == ExitCode.PARTIAL
    assert mended.exit_code == ExitCode.DONE
    assert "Song 2" in archive.text(PRETTY)
