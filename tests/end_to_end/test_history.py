"""`show`, `diff` and `log`, run as a user runs them: the formats, a terminal, and a sentence for every bad input."""

import csv
import io
import json
import re
from datetime import date, timedelta
from pathlib import Path
from typing import Protocol

import pytest

from playlist_archive.archive.layout import data
from playlist_archive.archive.model import Snapshot
from playlist_archive.cli import main
from playlist_archive.exit_code import ExitCode
from tests.archives import archived, committed, git
from tests.builders import item, playlist_id, snapshot, track_uri
from tests.end_to_end.terminal import on_terminal

DAY = date(2026, 11, 2)
LATER = DAY + timedelta(days=7)
NAMES = {1: "Morning Songs", 2: "Evening Songs", 3: "Evening songs", 4: "Ünïcode ﬁne"}
TITLE = "\x1b[31mred\u202e"


Ran = tuple[int, str, str]
"""The exit code, what was printed, and what was said beside it."""


class Runs(Protocol):
    """Runs a command in the archive, on 2026-11-20."""

    def __call__(self, *arguments: str) -> Ran: ...


def seen(number: int, *songs: int) -> Snapshot:
    items = [item(song, name=TITLE if song == 9 else f"Song {song}") for song in songs]
    return snapshot(items, id=playlist_id(number), name=NAMES[number])


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    days = [(DAY, seen(1, 1, 2)), *((DAY, seen(number, number)) for number in (2, 3, 4)), (LATER, seen(1, 2, 3, 9))]
    return committed(tmp_path_factory.mktemp("end") / "archive", archived(days))


@pytest.fixture
def run(archive: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Runs:
    monkeypatch.chdir(archive)
    monkeypatch.setenv("ARCHIVE_DATE", "2026-11-20")

    def command(*arguments: str) -> Ran:
        code = main(arguments)
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return command


def test_a_playlist_is_shown_as_it_was(run: Runs, archive: Path) -> None:
    code, out, err = run("show", playlist_id(1), "--at", "2026-11-05")
    commit = git(archive, "rev-parse", "HEAD~1")[:12]
    assert (code, err) == (ExitCode.DONE, "")
    assert out.splitlines() == [
        "Morning Songs",
        "Songs for tests",
        "A Listener - 1,000 likes - 2 songs - 6 min 3 sec",
        f"(as archived on 2026-11-02, commit {commit})",
        "",
        "1. Song 1 -- Artist 1 -- Album 1 (3:01)",
        "2. Song 2 -- Artist 2 -- Album 2 (3:02)",
    ]


@pytest.mark.parametrize(
    "name",
    [
        playlist_id(1),
        f"https://open.spotify.com/playlist/{playlist_id(1)}?si=x",
        f"spotify:playlist:{playlist_id(1)}",
        "Morning Songs",
        "morning  songs",
    ],
)
def test_a_playlist_is_meant_by_its_id_link_uri_or_name(run: Runs, name: str) -> None:
    assert run("show", name) == run("show", playlist_id(1))


def test_a_name_is_found_whatever_its_letters_are_made_of(run: Runs) -> None:
    assert run("show", "ünïcode fine")[1].startswith(NAMES[4])


@pytest.mark.parametrize(
    ("day", "songs"), [("yesterday", 3), ("12 days ago", 2), ("2 weeks ago", 2), ("a week ago", 3)]
)
def test_a_day_may_be_said_in_words(run: Runs, day: str, songs: int) -> None:
    assert len(run("show", playlist_id(1), "--at", day, "--format", "links")[1].splitlines()) == songs


def test_links_are_alone_on_standard_output(run: Runs) -> None:
    code, out, err = run("show", playlist_id(1), "--at", "2026-11-02", "--format", "links")
    assert code == ExitCode.DONE
    assert out == "".join(f"https://open.spotify.com/track/{number:022}\n" for number in (1, 2))
    assert err.startswith("(as archived on 2026-11-02, commit ")


def test_every_format_of_show_is_written(run: Runs) -> None:
    written = {
        name: run("show", playlist_id(1), "--format", name)[1] for name in ("json", "csv", "m3u", "xspf", "plain")
    }
    assert [track["name"] for track in json.loads(written["json"])["tracks"]] == ["Song 2", "Song 3", TITLE]
    assert [row["position"] for row in csv.DictReader(io.StringIO(written["csv"]))] == ["1", "2", "3"]
    assert written["m3u"].startswith("#EXTM3U\n")
    assert written["xspf"].startswith("<?xml version")
    assert not [text for text in written.values() if "\x1b" in text or "\u202e" in text]


def test_a_difference_is_shown(run: Runs) -> None:
    code, out, _ = run("diff", "Morning Songs", "2026-11-02", "2026-11-10")
    assert code == ExitCode.DONE
    assert out.splitlines()[3:] == [
        "2 added, 1 removed",
        "  + Song 3 -- Artist 3 -- Album 3",
        "  + [31mred -- Artist 9 -- Album 9",
        "  - Song 1 -- Artist 1 -- Album 1",
    ]
    assert run("diff", "Morning Songs", "2026-11-02")[1].splitlines()[3:] == out.splitlines()[3:]
    found = json.loads(run("diff", "Morning Songs", "2026-11-02", "--format", "json")[1])
    assert [len(found[key]) for key in ("added", "removed", "moved", "changed")] == [2, 1, 0, 0]
    assert run("diff", "Morning Songs", "2026-11-02", "--format", "csv")[1].count("\n") == 4


def test_the_log_tells_the_days(run: Runs) -> None:
    code, out, _ = run("log")
    assert code == ExitCode.DONE
    assert [line for line in out.splitlines() if not line.startswith("    ")][1:] == [
        "2026-11-09",
        "  Morning Songs (2 added, 1 removed)",
        "2026-11-02",
        "  Evening Songs (first archived with 1 song)",
        "  Evening songs (first archived with 1 song)",
        "  Morning Songs (first archived with 2 songs)",
        f"  {NAMES[4]} (first archived with 1 song)",
    ]
    assert run("log", "--since", "2026-11-10")[1].splitlines()[1:] == ["nothing changed"]
    assert len(json.loads(run("log", "--until", "2026-11-08", "--format", "json")[1])["changes"]) == 4
    assert run("log", playlist_id(4), "--format", "csv")[1].count("\n") == 2


@pytest.mark.parametrize("song", [track_uri(1), f"https://open.spotify.com/intl-de/track/{1:022}?si=x"])
def test_one_song_is_followed(run: Runs, song: str) -> None:
    lines = run("log", "--follow-song", song)[1].splitlines()[1:]
    assert lines == [
        "2026-11-09",
        "  Morning Songs (1 removed)",
        "    - Song 1 -- Artist 1 -- Album 1",
        "2026-11-02",
        "  Morning Songs (1 added)",
        "    + Song 1 -- Artist 1 -- Album 1",
    ]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("show", playlist_id(9)), f"no playlist of this archive is '{playlist_id(9)}': give its link, its id"),
        (("show", f"spotify:playlist:{playlist_id(9)}"), f"{playlist_id(9)} was never archived here"),
        (("show", f"spotify:track:{1:022}"), "is a track, not a playlist: copy the link of a playlist"),
        (("show", "evening songs"), f"2 playlists are named 'evening songs': give the id of one ({playlist_id(2)}"),
        (
            ("show", "morning"),
            "no playlist of this archive is 'morning': give its link, its id or its whole name; did you",
        ),
        (("show", ""), "no playlist of this archive is ''"),
        (
            ("show", playlist_id(1), "--at", "last spring"),
            "the day 'last spring' is not understood: give it as 2026-05-05",
        ),
        (("show", playlist_id(1), "--at", "2026-11-21"), "2026-11-21 is in the future: give a day until 2026-11-20"),
        (("show", playlist_id(1), "--at", ""), "the day '' is not understood"),
        (("diff", playlist_id(1), "tomorrow"), "the day 'tomorrow' is not understood"),
        (
            ("diff", playlist_id(1), "2026-11-02", "--format", "links"),
            "--format here is one of csv, json, plain, table",
        ),
        (
            ("log", "--since", "2026-11-10", "--until", "2026-11-02"),
            "--since 2026-11-10 is later than --until 2026-11-02",
        ),
        (("log", "--follow-song", "a song"), "'a song' is no song: give its link, or its URI such as spotify:track:"),
        (("log", playlist_id(9)), f"no playlist of this archive is '{playlist_id(9)}'"),
        (("log", f"spotify:playlist:{playlist_id(9)}"), f"{playlist_id(9)} was never archived here"),
    ],
)
def test_bad_input_is_answered_with_a_sentence(run: Runs, arguments: tuple[str, ...], sentence: str) -> None:
    code, out, err = run(*arguments)
    assert (code, out) == (ExitCode.USAGE, "")
    assert sentence in err
    assert err.count("\n") == 1


def test_a_broken_record_without_history_is_a_sentence(run: Runs, tmp_path: Path) -> None:
    (tmp_path / data(playlist_id(1))).parent.mkdir(parents=True)
    (tmp_path / data(playlist_id(1))).write_bytes(b"{")
    code, _, err = run("show", playlist_id(1), "--root", str(tmp_path))
    assert code == ExitCode.PARTIAL
    assert f"error: {data(playlist_id(1))} does not parse (" in err


def test_on_a_terminal_there_are_tables_without_control_characters(archive: Path) -> None:
    for arguments in (("show", "Morning Songs"), ("diff", "Morning Songs", "2026-11-02"), ("log",)):
        with on_terminal(archive, {"ARCHIVE_DATE": "2026-11-20"}, *arguments) as terminal:
            assert terminal.ends() == ExitCode.DONE
        assert "───" in terminal.text
        assert "Morning Songs" in terminal.text
        assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e]", terminal.text)
