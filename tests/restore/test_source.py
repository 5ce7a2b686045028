import subprocess
from datetime import date
from pathlib import Path

import pytest

from playlist_archive.archive.layout import data
from playlist_archive.archive.model import Span
from playlist_archive.archive.store import Store
from playlist_archive.restore.source import SourceError, Wanted, prepare
from tests.builders import FIRST_DAY, playlist_id, record, track, track_uri


def saved(root: Path, *tracks: int, **facts: object) -> None:
    Store(root).save(record([track(number) for number in tracks], **facts), {})


def uris(root: Path, wanted: Wanted) -> list[str]:
    return [song.uri for song in prepare(root, wanted).plan.songs]


def commit(root: Path, day: date) -> None:
    moment = f"{day}T12:00:00Z"
    command = ("git", "-c", "user.name=A", "-c", "user.email=a@b", "commit", "--quiet", "--message=x")
    subprocess.run(("git", "add", "--all"), cwd=root, check=True)
    subprocess.run(
        command,
        cwd=root,
        check=True,
        env={"GIT_AUTHOR_DATE": moment, "GIT_COMMITTER_DATE": moment, "PATH": "/usr/bin:/bin"},
    )


def test_the_songs_are_those_of_the_newest_record(tmp_path: Path) -> None:
    saved(tmp_path, 2, 1)
    prepared = prepare(tmp_path, Wanted(playlist_id()))
    assert [song.uri for song in prepared.plan.songs] == [track_uri(2), track_uri(1)]
    assert prepared.plan.name == "Some Songs (restored)"


def test_a_day_is_what_git_has_of_it(tmp_path: Path) -> None:
    subprocess.run(("git", "init", "--quiet", str(tmp_path)), check=True)
    for day, tracks in {2: (1, 2, 3), 5: (3, 2), 9: (2,)}.items():
        saved(tmp_path, *tracks)
        commit(tmp_path, date(2026, 11, day))
    for day, tracks in {2: (1, 2, 3), 4: (1, 2, 3), 5: (3, 2), 8: (3, 2), 20: (2,)}.items():
        assert uris(tmp_path, Wanted(playlist_id(), date(2026, 11, day))) == [track_uri(one) for one in tracks]


def test_a_day_that_git_does_not_know_is_told_from_the_record(tmp_path: Path) -> None:
    saved(tmp_path, 1, 2)
    prepared = prepare(tmp_path, Wanted(playlist_id(), date(2026, 11, 5)))
    assert "its order then is not known" in prepared.basis
    assert len(prepared.plan.songs) == 2


def test_the_days_of_the_record_say_which_songs_belonged_where_git_does_not(tmp_path: Path) -> None:
    gone = track(2, removed=date(2026, 11, 10))
    back = track(3, added=date(2026, 11, 20), spans=[Span(FIRST_DAY, date(2026, 11, 5))])
    Store(tmp_path).save(record([track(1), back], removed=[gone]), {})
    for day, expected in {4: (1, 3, 2), 5: (1, 2), 9: (1, 2), 10: (1,), 20: (1, 3)}.items():
        assert uris(tmp_path, Wanted(playlist_id(), date(2026, 11, day))) == [track_uri(one) for one in expected]


def test_what_the_songs_rest_on_names_the_commit(tmp_path: Path) -> None:
    subprocess.run(("git", "init", "--quiet", str(tmp_path)), check=True)
    saved(tmp_path, 1)
    commit(tmp_path, date(2026, 11, 2))
    head = subprocess.run(("git", "rev-parse", "HEAD"), cwd=tmp_path, check=True, capture_output=True, text=True)
    basis = prepare(tmp_path, Wanted(playlist_id(), date(2026, 11, 5))).basis
    assert basis == f"{playlist_id()} on 2026-11-05, as archived on 2026-11-02, commit {head.stdout[:12]}"


def test_a_name_that_was_given_is_taken_as_it_is(tmp_path: Path) -> None:
    saved(tmp_path, 1)
    assert prepare(tmp_path, Wanted(playlist_id(), ever=True, name="Mine")).plan.name == "Mine"


def test_a_files_songs_need_no_archive(tmp_path: Path) -> None:
    file = tmp_path / "links.txt"
    file.write_text(track_uri(7), encoding="utf-8")
    prepared = prepare(tmp_path, Wanted(file=file))
    assert ([song.uri for song in prepared.plan.songs], prepared.plan.name) == ([track_uri(7)], "links (restored)")


def test_what_is_not_there_is_told(tmp_path: Path) -> None:
    saved(tmp_path, 1)
    (tmp_path / "bytes").write_bytes(b"\xff")
    (tmp_path / "links").write_text("spotify:local:A:B:C:9", encoding="utf-8")
    for wanted, message in {
        Wanted(playlist_id(2)): "is not archived here",
        Wanted(playlist_id(), date(2026, 11, 1)): "archived since 2026-11-02 only",
        Wanted(file=tmp_path / "none"): "cannot be read",
        Wanted(file=tmp_path / "bytes"): "is not UTF-8 text",
        Wanted(file=tmp_path / "links"): "has no song that can be added",
    }.items():
        with pytest.raises(SourceError, match=message):
            prepare(tmp_path, wanted)
    (tmp_path / data(playlist_id())).write_text("{", encoding="utf-8")
    with pytest.raises(SourceError, match="does not parse"):
        prepare(tmp_path, Wanted(playlist_id()))
