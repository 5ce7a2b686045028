"""The CSV and JSON exports."""

import csv
import json
from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import pytest

from playlist_archive.archive import layout
from playlist_archive.archive.model import Named
from playlist_archive.export.files import COLUMNS, export_csv, export_json
from playlist_archive.export.place import ExportError
from playlist_archive.export.tables import FIRST_OF_FORMULA, safe
from playlist_archive.history.whole import WholeArchive
from playlist_archive.untrusted import UNPRINTABLE
from tests.archives import archived, committed
from tests.builders import item, playlist_id, snapshot, track_uri

DAY = date(2026, 11, 2)
NEXT = DAY + timedelta(days=1)
ONE = playlist_id(1)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    days = [(DAY, snapshot([item(1), item(2)])), (NEXT, snapshot([item(2), item(3)], name="=New"))]
    root = committed(tmp_path / "archive", archived(days))
    table = root / layout.followers(DAY)
    table.parent.mkdir(parents=True)
    table.write_text(f"playlist,{DAY}\n{ONE},10\n", encoding="utf-8")
    return root


def read(folder: Path, name: str) -> list[dict[str, str]]:
    with (folder / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_csv_has_a_file_per_kind_of_row(root: Path, tmp_path: Path) -> None:
    target = tmp_path / "tables"
    export_csv(WholeArchive(root), target)
    assert sorted(path.name for path in target.iterdir()) == sorted(COLUMNS)
    assert [(row["playlist"], row["position"], row["title"]) for row in read(target, "songs.csv")] == [
        ("'=New", "1", "Song 2"),
        ("'=New", "2", "Song 3"),
    ]
    assert [(row["title"], row["added"], row["removed"]) for row in read(target, "presences.csv")] == [
        ("Song 1", str(DAY), str(NEXT)),
        ("Song 2", str(DAY), ""),
        ("Song 3", str(NEXT), ""),
    ]
    changes = Counter((row["day"], row["change"]) for row in read(target, "changes.csv"))
    assert changes == {
        (str(DAY), "added"): 2,
        (str(NEXT), "added"): 1,
        (str(NEXT), "removed"): 1,
        (str(NEXT), "name"): 1,
    }
    assert read(target, "likes.csv") == [{"playlist_id": ONE, "day": str(DAY), "likes": "10"}]
    assert [(row["name"], row["songs"], row["songs_ever"]) for row in read(target, "playlists.csv")] == [
        ("'=New", "2", "3")
    ]


def test_other_files_in_the_folder_stay(root: Path, tmp_path: Path) -> None:
    target = tmp_path / "tables"
    target.mkdir()
    (target / "mine.txt").touch()
    export_csv(WholeArchive(root), target)
    export_csv(WholeArchive(root), target)
    assert sorted(path.name for path in target.iterdir()) == sorted([*COLUMNS, "mine.txt"])
    assert len(read(target, "songs.csv")) == 2
    assert sorted(path.name for path in tmp_path.iterdir()) == ["archive", "tables"]


def test_a_file_is_no_folder(root: Path, tmp_path: Path) -> None:
    (tmp_path / "tables").touch()
    with pytest.raises(ExportError, match="tables cannot be written"):
        export_csv(WholeArchive(root), tmp_path / "tables")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["archive", "tables"]


def test_json_is_one_object_with_a_playlist_a_line(root: Path, tmp_path: Path) -> None:
    target = tmp_path / "archive.json"
    export_json(WholeArchive(root), target)
    whole = json.loads(target.read_text(encoding="utf-8"))
    [playlist] = whole["playlists"]
    assert list(whole) == ["format", "playlists", "likes", "basis"]
    assert playlist["tracks"] == [track_uri(2), track_uri(3)]
    assert [(song["name"], song["presences"]) for song in playlist["songs"]] == [
        ("Song 1", [{"added": str(DAY), "removed": str(NEXT), "upper_bound": True}]),
        ("Song 2", [{"added": str(DAY), "removed": None, "upper_bound": True}]),
        ("Song 3", [{"added": str(NEXT), "removed": None, "upper_bound": False}]),
    ]
    assert [version["day"] for version in playlist["versions"]] == [str(DAY), str(NEXT)]
    assert whole["likes"] == [[ONE, str(DAY), 10]]
    assert json.loads(target.read_text(encoding="utf-8").splitlines()[2])["id"] == ONE


def test_every_title_of_the_corpus_comes_through_both(corpus: Path, tmp_path: Path) -> None:
    titles = [json.loads(line) for line in (corpus / "titles.txt").read_text(encoding="utf-8").splitlines()]
    named = ((title, Named("a", title)) for title in titles)
    items = [item(number, name=title, artists=(artist,)) for number, (title, artist) in enumerate(named, start=1)]
    root = committed(tmp_path / "archive", archived([(DAY, snapshot(items, description=titles[0]))]))
    archive = WholeArchive(root)
    export_csv(archive, tmp_path / "tables")
    rows = read(tmp_path / "tables", "songs.csv")
    assert [row["title"] for row in rows] == [safe(title) for title in titles]
    cells = [cell for name in COLUMNS for row in read(tmp_path / "tables", name) for cell in row.values()]
    assert [cell for cell in cells if UNPRINTABLE.search(cell) or cell.startswith(FIRST_OF_FORMULA)] == []
    export_json(archive, tmp_path / "archive.json")
    text = (tmp_path / "archive.json").read_text(encoding="utf-8")
    [playlist] = json.loads(text)["playlists"]
    assert sorted(song["name"] for song in playlist["songs"]) == sorted(titles)
    assert not UNPRINTABLE.search(text.replace("\n", ""))
