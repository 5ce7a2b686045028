"""The SQLite export, read by Python, by sqlite-utils and by datasette."""

import json
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from playlist_archive.archive import layout
from playlist_archive.archive.model import Named, Snapshot
from playlist_archive.export.place import ExportError
from playlist_archive.export.schema import EXPORT_FORMAT
from playlist_archive.export.sqlite import METADATA, export_sqlite
from playlist_archive.history.whole import WholeArchive
from tests.archives import archived, committed, git
from tests.builders import item, playlist_id, snapshot

DAY = date(2026, 11, 2)
ONE, TWO = playlist_id(1), playlist_id(2)


def day(number: int) -> date:
    return DAY + timedelta(days=number)


def seen(number: int, *songs: int, **facts: Any) -> Snapshot:
    return snapshot([item(song, **facts) for song in songs], id=playlist_id(number), name=f"List {number}")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    accent = item(7, name="Déjà Vu", artists=(Named("b", "Beyoncé"), Named(None, "Łódź")))
    days = [
        (day(0), seen(1, 1, 2)),
        (day(0), seen(2, 5)),
        (day(1), seen(1, 2, 1)),
        (day(3), seen(1, 2, 3)),
        (day(4), seen(1, 2, 3, 1)),
        (day(4), seen(2, 5)._replace(items=(item(5), accent), name="New name")),
    ]
    root = committed(tmp_path / "archive", archived(days))
    table = root / layout.followers(DAY)
    table.parent.mkdir(parents=True)
    table.write_text(f"playlist,{day(0)},{day(1)}\n{ONE},10,\n{TWO},7,8\n", encoding="utf-8")
    return root


Ask = Callable[[str], list[tuple[Any, ...]]]


@pytest.fixture
def ask(root: Path, tmp_path: Path) -> Ask:
    target = tmp_path / "archive.db"
    export_sqlite(WholeArchive(root), target, trigrams=True)

    def asked(question: str) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(target)) as connection:
            return connection.execute(question).fetchall()

    return asked


def test_presences_say_in_which_playlists_a_song_was_from_when_to_when(ask: Ask) -> None:
    assert ask("SELECT title, playlist, added, removed FROM song_history ORDER BY playlist_id, uri, added") == [
        ("Song 1", "List 1", str(day(0)), str(day(3))),
        ("Song 1", "List 1", str(day(4)), None),
        ("Song 2", "List 1", str(day(0)), None),
        ("Song 3", "List 1", str(day(3)), None),
        ("Song 5", "New name", str(day(0)), None),
        ("Déjà Vu", "New name", str(day(4)), None),
    ]


def test_positions_are_the_order_of_today(ask: Ask) -> None:
    joined = "positions JOIN tracks ON tracks.id = track"
    assert ask(f"SELECT position, title FROM {joined} WHERE playlist = '{ONE}'") == [
        (1, "Song 2"),
        (2, "Song 3"),
        (3, "Song 1"),
    ]


def test_versions_and_changes_are_those_of_git(ask: Ask, root: Path) -> None:
    first, _, _, last = git(root, "log", "--format=%h", "--abbrev=12", "--reverse").split()
    versions = ask('SELECT playlist, number, day, "commit", songs FROM versions ORDER BY 1, 2')
    assert versions[0] == (ONE, 1, str(day(0)), first, 2)
    assert versions[-1] == (TWO, 2, str(day(4)), last, 2)
    assert len(versions) == 6
    joined = "changes LEFT JOIN tracks ON tracks.id = track"
    assert ask(
        f"SELECT day, change, title, before, after FROM {joined} WHERE playlist = '{ONE}' ORDER BY changes.id"
    ) == [
        (str(day(0)), "archived", None, None, None),
        (str(day(1)), "moved", "Song 1", "1", "2"),
        (str(day(3)), "added", "Song 3", None, None),
        (str(day(3)), "removed", "Song 1", None, None),
        (str(day(4)), "added", "Song 1", None, None),
    ]
    assert ("name", "List 2", "New name") in ask("SELECT change, before, after FROM changes")


def test_counts_stand_in_the_tables(ask: Ask) -> None:
    assert ask(
        "SELECT title, songs, songs_ever, versions, first_archived, last_changed FROM playlists ORDER BY id"
    ) == [
        ("List 1", 3, 3, 4, str(day(0)), str(day(4))),
        ("New name", 2, 2, 2, str(day(0)), str(day(4))),
    ]
    assert ask("SELECT playlists, playlists_now, first_added FROM tracks WHERE title = 'Song 1'") == [(1, 1, str(DAY))]
    assert ask("SELECT name, spotify_id, tracks FROM artists WHERE name IN ('Beyoncé', 'Łódź') ORDER BY id") == [
        ("Beyoncé", "b", 1),
        ("Łódź", None, 1),
    ]


def test_likes_are_those_of_the_tables(ask: Ask) -> None:
    assert ask("SELECT * FROM likes") == [(ONE, str(day(0)), 10), (TWO, str(day(0)), 7), (TWO, str(day(1)), 8)]


def test_it_says_its_format_and_what_it_rests_on(ask: Ask, root: Path) -> None:
    head = git(root, "rev-parse", "HEAD")[:12]
    assert dict(ask("SELECT * FROM about")) == {"commit": head, "format": str(EXPORT_FORMAT), "notes": ""}


def test_no_reference_leads_nowhere(ask: Ask) -> None:
    assert ask("PRAGMA foreign_key_check") == []
    assert ask("PRAGMA integrity_check") == [("ok",)]


@pytest.mark.parametrize("words", ["deja", "DÉJÀ vu", "beyonce", "album7 OR vu"])
def test_case_and_accents_do_not_matter_for_the_search(ask: Ask, words: str) -> None:
    assert ask(f"SELECT title FROM tracks_fts WHERE tracks_fts MATCH '{words}'") == [("Déjà Vu",)]


def test_trigrams_find_parts_of_words(ask: Ask) -> None:
    assert ask("SELECT title FROM tracks_parts WHERE tracks_parts MATCH 'eyonc'") == [("Déjà Vu",)]


def test_only_some_playlists(root: Path, tmp_path: Path) -> None:
    export_sqlite(WholeArchive(root, [TWO]), tmp_path / "a.db")
    with closing(sqlite3.connect(tmp_path / "a.db")) as connection:
        assert connection.execute("SELECT id FROM playlists").fetchall() == [(TWO,)]
        assert connection.execute("SELECT DISTINCT playlist FROM likes").fetchall() == [(TWO,)]
        assert connection.execute("SELECT count(*) FROM tracks").fetchone() == (2,)


def test_without_git_only_versions_and_changes_are_missing(root: Path, tmp_path: Path, ask: Ask) -> None:
    expected = ask("SELECT title, playlist, added, removed FROM song_history ORDER BY 1, 2, 3")
    git(root, "checkout-index", "--all", f"--prefix={tmp_path / 'plain'}/")
    export_sqlite(WholeArchive(tmp_path / "plain"), tmp_path / "plain.db")
    with closing(sqlite3.connect(tmp_path / "plain.db")) as connection:
        found = connection.execute(
            "SELECT title, playlist, added, removed FROM song_history ORDER BY 1, 2, 3"
        ).fetchall()
        notes = connection.execute("SELECT value FROM about WHERE key = 'notes'").fetchone()[0]
        assert connection.execute("SELECT count(*) FROM versions").fetchone() == (0,)
    assert found == expected
    assert "there is no history in git" in notes


def test_a_record_that_cannot_be_read_is_told_as_git_has_it(root: Path, tmp_path: Path, ask: Ask) -> None:
    before = ask("SELECT title FROM song_history ORDER BY 1")
    (root / layout.data(ONE)).write_text("{", encoding="utf-8")
    archive = WholeArchive(root)
    export_sqlite(archive, tmp_path / "broken.db")
    with closing(sqlite3.connect(tmp_path / "broken.db")) as connection:
        assert connection.execute("SELECT title FROM song_history ORDER BY 1").fetchall() == before
    assert f"{ONE} has no readable record: it is told as the last commit has it" in archive.basis.notes


def test_a_second_export_takes_the_place_of_the_first(root: Path, tmp_path: Path) -> None:
    target = tmp_path / "archive.db"
    target.write_text("something else", encoding="utf-8")
    export_sqlite(WholeArchive(root), target)
    first = target.read_bytes()
    export_sqlite(WholeArchive(root), target)
    assert target.read_bytes() == first
    assert sorted(path.name for path in tmp_path.iterdir()) == ["archive", "archive.db", METADATA]


def test_what_was_there_stays_where_the_export_cannot_be_written(root: Path, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    with pytest.raises(ExportError, match=r"folder cannot be written \(Is a directory\): look at the disk"):
        export_sqlite(WholeArchive(root), tmp_path / "folder")
    (tmp_path / "file").touch()
    with pytest.raises(ExportError, match="cannot be written"):
        export_sqlite(WholeArchive(root), tmp_path / "file" / "archive.db")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["archive", "file", "folder"]


def test_metadata_of_somebody_else_stays(root: Path, tmp_path: Path) -> None:
    (tmp_path / METADATA).write_text('{"title": "mine"}', encoding="utf-8")
    export_sqlite(WholeArchive(root), tmp_path / "archive.db")
    assert (tmp_path / METADATA).read_text(encoding="utf-8") == '{"title": "mine"}'


def test_metadata_speaks_of_every_export_in_the_folder(root: Path, tmp_path: Path) -> None:
    for name in ("one.db", "two.db"):
        export_sqlite(WholeArchive(root), tmp_path / name)
    assert sorted(json.loads((tmp_path / METADATA).read_text(encoding="utf-8"))["databases"]) == ["one", "two"]


def datasette(folder: Path, path: str) -> str:
    """What datasette answers to a request."""
    command = (sys.executable, "-W", "ignore", "-m", "datasette", "archive.db", "--metadata", METADATA, "--get", path)
    return subprocess.run(command, cwd=folder, capture_output=True, encoding="utf-8", check=True).stdout


def test_datasette_finds_search_labels_and_facets(ask: Ask, tmp_path: Path) -> None:
    assert ask("SELECT count(*) FROM tracks") == [(5,)]
    found = json.loads(datasette(tmp_path, "/archive/tracks.json?_search=deja&_shape=objects"))
    assert [row["title"] for row in found["rows"]] == ["Déjà Vu"]
    labelled = json.loads(datasette(tmp_path, "/archive/presences.json?_labels=on&_shape=objects"))
    assert {row["playlist"]["label"] for row in labelled["rows"]} == {"List 1", "New name"}
    assert {row["track"]["label"] for row in labelled["rows"]} >= {"Song 1", "Déjà Vu"}
    facets = labelled["facet_results"]["playlist"]["results"] if "facet_results" in labelled else []
    assert {(facet["label"], facet["count"]) for facet in facets} == {("List 1", 4), ("New name", 2)}


def test_sqlite_utils_detects_the_search_index(ask: Ask, tmp_path: Path) -> None:
    assert ask("SELECT count(*) FROM tracks") == [(5,)]
    program = (
        "import sqlite_utils; tracks = sqlite_utils.Database('archive.db')['tracks'];"
        "print(tracks.detect_fts(), [row['title'] for row in tracks.search('deja')])"
    )
    command = (sys.executable, "-W", "ignore", "-c", program)
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, encoding="utf-8", check=True)
    assert done.stdout == "tracks_fts ['Déjà Vu']\n"


@pytest.mark.parametrize("trigrams", [False, True])
def test_every_title_of_the_corpus_comes_through(corpus: Path, tmp_path: Path, *, trigrams: bool) -> None:
    titles = [json.loads(line) for line in (corpus / "titles.txt").read_text(encoding="utf-8").splitlines()]
    items = tuple(item(number, name=title) for number, title in enumerate(titles, start=1))
    root = committed(tmp_path / "archive", archived([(DAY, snapshot(items))]))
    export_sqlite(WholeArchive(root), tmp_path / "archive.db", trigrams=trigrams)
    with closing(sqlite3.connect(tmp_path / "archive.db")) as connection:
        found = connection.execute("SELECT title FROM tracks ORDER BY id").fetchall()
        assert connection.execute("INSERT INTO tracks_fts(tracks_fts) VALUES('integrity-check')").fetchall() == []
    expected = {one.name or one.uri for one in items}
    assert {title for (title,) in found} == expected
