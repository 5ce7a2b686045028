import json
import sqlite3
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from playlist_archive.archive import layout
from playlist_archive.archive.model import Named
from playlist_archive.git.versions import place
from playlist_archive.history.cache import timelines
from playlist_archive.history.forgotten import ForgottenDay, forget_message
from playlist_archive.history.found import Query, Searched
from playlist_archive.history.names import UnknownError
from playlist_archive.history.search import INDEX, search
from playlist_archive.history.words import split_words
from tests.archives import Commit, archived, committed, files, git, noon
from tests.builders import item, playlist_id, record, snapshot, track
from tests.watched import Watched

DAY = date(2026, 11, 2)
ONE, TWO = playlist_id(1), playlist_id(2)


def day(number: int) -> date:
    return DAY + timedelta(days=number)


VU = item(1, name="Déjà Vu", artists=(Named("b", "Beyoncé"),), album=Named("c", "Jealousy"))
TOKYO = item(2, name="丸ノ内サディスティック", artists=(Named("s", "椎名林檎"),), album=Named("m", "無罪モラトリアム"))
LOVE = item(3, name="Love", artists=(Named("x", "Nobody"),), album=Named("y", "愛"))
LOVELY = item(4, name="Lovely", artists=(Named("x", "Nobody"),), album=None)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    days = [
        (day(0), snapshot([VU, TOKYO], id=ONE, name="First")),
        (day(0), snapshot([LOVE], id=TWO, name="Second")),
        (day(2), snapshot([TOKYO, LOVELY], id=ONE, name="First")),
        (day(3), snapshot([LOVE, VU], id=TWO, name="Second")),
    ]
    return committed(tmp_path / "archive", archived(days))


def titles(searched: Searched) -> list[str]:
    return [found.song.name for found in searched.found]


def asked(root: Path, text: str, **options: Any) -> list[str]:
    return titles(search(root, Query(text, **options)))


def test_a_song_comes_with_every_playlist_and_its_days(root: Path) -> None:
    [found] = search(root, Query("deja")).found
    assert [(time.title, time.playlist_id, *time.presence[1:]) for time in found.presences] == [
        ("Second", TWO, day(3), None, False),
        ("First", ONE, day(0), day(2), True),
    ]
    assert found.song.artists == (Named("b", "Beyoncé"),)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("DEJA vu", ["Déjà Vu"]),
        ("vu beyonce", ["Déjà Vu"]),
        ("jealousy", ["Déjà Vu"]),
        ("vu love", []),
        ("丸ノ内", ["丸ノ内サディスティック"]),
        ("椎名", ["丸ノ内サディスティック"]),
        ("林檎", ["丸ノ内サディスティック"]),
        ("罪", ["丸ノ内サディスティック"]),
        ("愛", ["Love"]),
        ("love", ["Love"]),
        ("lov", ["Love", "Lovely"]),
        ("nobody", ["Love", "Lovely"]),
        ('"love" OR *', []),
        ("x' OR 1=1 --", []),
    ],
)
def test_all_words_must_be_there_whatever_their_case_accents_and_script(
    root: Path, text: str, expected: list[str]
) -> None:
    assert sorted(asked(root, text)) == expected


@pytest.mark.parametrize("text", ["", "?!", "\x00"])
def test_a_query_without_a_word_is_refused(root: Path, text: str) -> None:
    with pytest.raises(UnknownError, match="there is no word in"):
        search(root, Query(text))


def test_only_one_playlist_only_what_is_present(root: Path) -> None:
    assert asked(root, "deja", playlist_id=ONE) == ["Déjà Vu"]
    assert asked(root, "deja", playlist_id=ONE, is_present=True) == []
    assert asked(root, "deja", playlist_id=TWO, is_present=True) == ["Déjà Vu"]
    [found] = search(root, Query("deja", is_present=True)).found
    assert [time.title for time in found.presences] == ["Second"]


def test_a_limit_says_that_there_are_more(root: Path) -> None:
    found = search(root, Query("nobody", limit=1))
    assert (len(found.found), found.has_more) == (1, True)
    assert not search(root, Query("nobody", limit=2)).has_more


def test_the_index_follows_the_records(root: Path) -> None:
    assert asked(root, "new") == []
    later = snapshot([TOKYO._replace(name="New title"), VU], id=ONE, name="Renamed")
    committed(root, [*archived([(day(0), snapshot([VU, TOKYO], id=ONE)), (day(5), later)])])
    assert asked(root, "new") == ["New title"]
    assert asked(root, "丸ノ内") == []
    assert {time.title for found in search(root, Query("deja")).found for time in found.presences} == {
        "Renamed",
        "Second",
    }
    (root / layout.data(TWO)).unlink()
    assert asked(root, "love") == []


@pytest.mark.parametrize("content", [b"broken", b"SQLite format 3\x00" + b"x" * 5_000, b""])
def test_a_broken_index_is_made_anew(root: Path, content: bytes) -> None:
    expected = asked(root, "nobody")
    index = place(root).cache / INDEX
    index.write_bytes(content)
    assert asked(root, "nobody") == expected
    assert asked(root, "nobody") == expected


def test_an_index_of_another_format_is_made_anew(root: Path) -> None:
    expected = asked(root, "nobody")
    with closing(sqlite3.connect(place(root).cache / INDEX)) as connection:
        connection.execute("PRAGMA user_version = 99")
    found = search(root, Query("nobody"))
    assert (titles(found), found.notes) == (expected, ())


def test_an_index_that_cannot_be_written_is_only_a_note(root: Path) -> None:
    (place(root).cache / INDEX).mkdir(parents=True)
    found = search(root, Query("deja"))
    assert titles(found) == ["Déjà Vu"]
    assert found.notes[0].startswith("the index in git's folder cannot be used (unable to open database file)")


def test_without_git_the_answer_is_the_same(root: Path, tmp_path: Path) -> None:
    git(root, "checkout-index", "--all", f"--prefix={tmp_path / 'plain'}/")
    for text in ("deja", "林檎", "nobody"):
        assert search(tmp_path / "plain", Query(text)) == search(root, Query(text))


def test_a_record_that_cannot_be_read_is_named_and_answered_as_it_was(root: Path) -> None:
    assert asked(root, "love") == ["Love"]
    (root / layout.data(TWO)).write_text("{", encoding="utf-8")
    for _ in range(2):
        found = search(root, Query("love"))
        assert titles(found) == ["Love"]
        assert found.notes[0].startswith(f"{layout.data(TWO)} does not parse")


def test_a_playlist_without_a_record_is_named_once_git_is_known_to_have_it(root: Path) -> None:
    git(root, "rm", "--quiet", layout.data(TWO))
    git(root, "commit", "--quiet", "--message=Delete")
    assert search(root, Query("love")).notes == ()
    timelines(root)
    expected = f"not searched: 1 playlist without a record ({TWO}); `playlist-archive log {TWO}` lists the changes"
    assert search(root, Query("love")).notes == (expected,)
    assert search(root, Query("love", playlist_id=TWO)).notes == (expected,)
    assert search(root, Query("love", playlist_id=ONE)).notes == ()
    assert search(root, Query("love", is_present=True)).notes == ()
    git(root, "commit", "--quiet", "--allow-empty", "--message=Later")
    assert search(root, Query("love")).notes == (expected,)


def test_what_a_rewritten_history_or_a_forgotten_day_had_is_not_named(root: Path) -> None:
    head = git(root, "rev-parse", "HEAD")
    timelines(root)
    git(root, "rm", "--quiet", layout.data(TWO))
    git(root, "commit", "--quiet", "--message", forget_message(day(0), [ForgottenDay(TWO, day(0))]))
    assert search(root, Query("love")).notes == ()
    git(root, "reset", "--quiet", "--hard", head)
    assert search(root, Query("love")).notes == ()
    (root / layout.data(TWO)).unlink()
    assert search(root, Query("love")).notes
    git(root, "commit", "--quiet", "--amend", "--all", "--message=Rewritten")
    assert search(root, Query("love")).notes == ()


def test_only_records_that_changed_are_read_and_each_is_a_step(root: Path) -> None:
    watched = Watched()
    search(root, Query("love"), watched)
    search(root, Query("love"), watched)
    (root / layout.data(TWO)).write_text("{", encoding="utf-8")
    search(root, Query("love"), watched)
    assert (watched.totals, watched.steps) == ([2, 1], 3)


def test_every_title_of_the_corpus_is_found_by_its_words(corpus: Path, tmp_path: Path) -> None:
    given = [json.loads(line) for line in (corpus / "titles.txt").read_text(encoding="utf-8").splitlines()]
    tracks = [track(number, name=title, artists=(), album=None) for number, title in enumerate(given, start=1)]
    committed(tmp_path / "archive", [Commit(noon(DAY), files(record(tracks, id=ONE)))])
    worded = [title for title in given if split_words(title)]
    assert len(worded) > 1_000
    assert [title for title in worded[::40] if title not in asked(tmp_path / "archive", title)] == []
