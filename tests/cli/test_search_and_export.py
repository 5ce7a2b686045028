"""`search` and `export` as they are typed."""

import csv
import io
import json
import sqlite3
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest

from playlist_archive.cli import main
from playlist_archive.exit_code import ExitCode
from tests.archives import archived, committed
from tests.builders import item, playlist_id, snapshot, track_uri

DAY = date(2026, 11, 2)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    seen = snapshot([item(1, name="Déjà\x1b[31m Vu"), item(2, name="=1+1 vu")], name="Some\nSongs")
    return committed(tmp_path / "archive", archived([(DAY, seen)]))


Typed = tuple[int, str, str]


def typed(capsys: pytest.CaptureFixture[str], root: Path, *arguments: str) -> Typed:
    code = main([*arguments, "--root", str(root)])
    said = capsys.readouterr()
    assert "\x1b" not in said.out + said.err
    return code, said.out, said.err


def test_plain_lines_name_song_playlist_and_days(capsys: pytest.CaptureFixture[str], root: Path) -> None:
    code, out, err = typed(capsys, root, "search", "deja")
    assert (code, err) == (ExitCode.DONE, "")
    assert out == f"Déjà [31m Vu -- Artist 1 -- Album 1\n  Some Songs: since {DAY} or earlier\n"


def test_json_is_a_list_of_tracks_with_presences(capsys: pytest.CaptureFixture[str], root: Path) -> None:
    _, out, _ = typed(capsys, root, "search", "deja", "--format", "json")
    [found] = json.loads(out)
    assert (found["uri"], found["name"]) == (track_uri(1), "Déjà\x1b[31m Vu")
    [presence] = found["presences"]
    assert presence["playlist"]["id"] == playlist_id()
    assert (presence["added"], presence["removed"], presence["upper_bound"]) == (str(DAY), None, True)


def test_csv_links_and_table(capsys: pytest.CaptureFixture[str], root: Path) -> None:
    _, out, _ = typed(capsys, root, "search", "vu", "2", "--format", "csv")
    assert [row["title"] for row in csv.DictReader(io.StringIO(out))] == ["'=1+1 vu"]
    _, out, _ = typed(capsys, root, "search", "deja", "--format", "links")
    assert out == f"https://open.spotify.com/track/{track_uri(1).rpartition(':')[2]}\n"
    _, out, _ = typed(capsys, root, "search", "deja", "--format", "table")
    assert "Some Songs" in out
    _, out, _ = typed(capsys, root, "search", "nowhere", "--format", "table")
    assert out == "nothing was found\n"


def test_a_limit_is_told(capsys: pytest.CaptureFixture[str], root: Path) -> None:
    _, _, err = typed(capsys, root, "search", "vu", "--limit", "1")
    assert err == "(only the best 1 are shown: `--limit 0` shows all, more words find fewer)\n"
    assert typed(capsys, root, "search", "vu", "--limit", "0")[2] == ""


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("search", "?!"), "there is no word in '?!'"),
        (("search", "vu", "--playlist", "nowhere"), "no playlist of this archive is 'nowhere'"),
        (("search", "vu", "--format", "m3u"), "--format here is one of"),
        (("export", "sqlite", "x.db", "--only", "nowhere"), "no playlist of this archive is 'nowhere'"),
        (("export", "yaml", "x"), "'yaml' is not one of"),
    ],
)
def test_what_makes_no_sense_is_a_sentence(
    capsys: pytest.CaptureFixture[str], root: Path, arguments: tuple[str, ...], message: str
) -> None:
    code, out, err = typed(capsys, root, *arguments)
    assert (code, out) == (ExitCode.USAGE, "")
    assert message in err


@pytest.mark.parametrize("kind", ["json", "csv", "sqlite"])
def test_an_export_makes_no_file_of_a_dash(
    kind: str, capsys: pytest.CaptureFixture[str], root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    code, _, err = typed(capsys, root, "export", kind, "-")
    assert code == ExitCode.USAGE
    assert "an export goes to a file, not to standard output: name a file" in err
    assert [*tmp_path.iterdir()] == [root]


def test_an_export_says_what_it_rests_on(capsys: pytest.CaptureFixture[str], root: Path, tmp_path: Path) -> None:
    for kind, target in (("sqlite", "a.db"), ("csv", "tables"), ("json", "a.json")):
        code, out, err = typed(capsys, root, "export", kind, str(tmp_path / target), "--only", "some songs")
        assert (code, out) == (ExitCode.DONE, f"wrote {tmp_path / target}\n")
        assert err.startswith("(up to commit ")
        assert (tmp_path / target).exists()
    with closing(sqlite3.connect(tmp_path / "a.db")) as connection:
        assert connection.execute("SELECT count(*) FROM tracks").fetchone() == (2,)


def test_an_export_that_cannot_be_written_is_a_sentence(
    capsys: pytest.CaptureFixture[str], root: Path, tmp_path: Path
) -> None:
    (tmp_path / "a.db").mkdir()
    code, _, err = typed(capsys, root, "export", "sqlite", str(tmp_path / "a.db"))
    assert code == ExitCode.PARTIAL
    assert "a.db cannot be written (Is a directory)" in err
