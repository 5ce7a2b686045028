"""The likes of old archives, day by day, become ours."""

import json
from datetime import date
from pathlib import Path

from playlist_archive.archive.registry import Registry
from playlist_archive.archive.store import Store
from playlist_archive.history.whole import WholeArchive
from playlist_archive.importer.adopt import Choice, Import, read_import
from playlist_archive.importer.keep import Kept, keep
from playlist_archive.render.page import Repository
from playlist_archive.run.pages import write_older_likes
from tests.builders import item, playlist_id, record, snapshot, track
from tests.importer.old import as_json, moment, repository

NOTHING = Registry({}, ())
ONE, TWO = playlist_id(1), playlist_id(2)
TODAY = date(2026, 11, 27)


def days(**numbers: int) -> str:
    return json.dumps({f"2024-{day[1:3]}-{day[3:]}": number for day, number in numbers.items()})


def old(folder: Path, *lists: str | None) -> Path:
    """An old archive of two playlists, the first of which has one list of likes after the other."""
    files = {f"playlists/pretty/{name}.json": as_json(snapshot([item(1)], id=name, likes=5)) for name in (ONE, TWO)}
    commits: list[tuple[object, object]] = [(moment(date(2024, 1, 1)), files)]
    for number, text in enumerate(lists):
        commits.append((moment(date(2024, 2, 1 + number)), {f"playlists/followers/{ONE}.json": text}))
    return repository(folder, commits)  # type: ignore[arg-type]  # they are what it asks for


def imported(root: Path, source: Path, choice: Choice | None = None) -> tuple[Import, Kept]:
    found = read_import(root, str(source), NOTHING, choice or Choice(every=True), today=TODAY)
    return found, keep(root, found, NOTHING, Repository(None))


def likes(root: Path) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {}
    for playlist, day, number in WholeArchive(root).likes():
        found.setdefault(playlist, {})[day.isoformat()] = number
    return found


def test_the_newest_list_has_all_days_and_pages_fill_what_no_list_has(tmp_path: Path) -> None:
    source = old(tmp_path / "old.git", days(d0101=1), days(d0101=1, d0131=2, d0201=3))
    imported(tmp_path, source)
    assert likes(tmp_path) == {
        ONE: {"2024-01-01": 1, "2024-01-31": 2, "2024-02-01": 3},
        TWO: {"2024-01-01": 5},
    }
    assert (tmp_path / "playlists" / "followers" / "2024-02.csv").read_text() == f"playlist,2024-02-01\n{ONE},3\n"


def test_a_list_that_was_lost_and_begun_anew_loses_nothing(tmp_path: Path) -> None:
    source = old(tmp_path / "old.git", days(d0101=1, d0102=2), "{}", days(d0201=3), None, days(d0301=4))
    imported(tmp_path, source)
    assert likes(tmp_path)[ONE] == {"2024-01-01": 1, "2024-01-02": 2, "2024-02-01": 3, "2024-03-01": 4}


def test_a_list_that_cannot_be_read_is_named_and_costs_only_itself(tmp_path: Path) -> None:
    source = old(tmp_path / "old.git", days(d0101=1, d0102=2, d0103=3), '{"2024-01-01": "many"}', "no JSON")
    found, kept = imported(tmp_path, source)
    assert likes(tmp_path)[ONE] == {"2024-01-01": 1, "2024-01-02": 2, "2024-01-03": 3}
    assert {(fault.path, fault.message) for fault in found.faults} == {
        (f"playlists/followers/{ONE}.json", "it is no list of days and likes")
    }
    assert not kept.problem


def test_what_we_observed_stays_and_a_second_import_changes_nothing(tmp_path: Path) -> None:
    source = old(tmp_path / "old.git", days(d0101=1, d0102=2))
    Store(tmp_path).save(record([track(1)], first_archived=date(2023, 1, 1)), {})
    write_older_likes(Store(tmp_path), [(ONE, date(2024, 1, 2), 99)])
    found, _ = imported(tmp_path, source)
    assert found.known == (ONE,)
    assert likes(tmp_path)[ONE] == {"2024-01-01": 1, "2024-01-02": 99}
    _, again = imported(tmp_path, source)
    assert again.files == 0


def test_likes_of_playlists_that_were_not_asked_for_stay_out(tmp_path: Path) -> None:
    imported(tmp_path, old(tmp_path / "old.git", days(d0101=1)), Choice((TWO,)))
    assert likes(tmp_path).keys() == {TWO}


def test_a_table_of_ours_that_cannot_be_read_is_told_and_stays(tmp_path: Path) -> None:
    table = tmp_path / "playlists" / "followers" / "2024-01.csv"
    table.parent.mkdir(parents=True)
    table.write_text("damaged")
    _, kept = imported(tmp_path, old(tmp_path / "old.git", days(d0101=1)))
    assert "followers/2024-01.csv cannot be read" in str(kept.problem)
    assert table.read_text() == "damaged"
    assert Store(tmp_path).record(ONE)
