"""What a build keeps for the next one: nothing is made twice, and no reader can tell."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from shutil import copytree, rmtree

import pytest

from playlist_archive.archive.layout import data
from playlist_archive.archive.record_file import record_text
from playlist_archive.website.build import build
from tests.archives import archived, committed
from tests.builders import playlist_id, record, track
from tests.website.sites import SHARED, Website, built, day, seen


@pytest.fixture
def made(tmp_path: Path, small: Website) -> Website:
    """A copy of a website that was built, with its archive."""
    copytree(small.root, tmp_path / "archive")
    copytree(small.out, tmp_path / "site")
    return small._replace(root=tmp_path / "archive", out=tmp_path / "site")


def kept(made: Website) -> Path:
    return made.root / ".git" / "playlist-archive" / "website"


def entry(made: Website, number: int) -> Path:
    return kept(made) / f"{playlist_id(number)}.entry.json"


def tree(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def marked(made: Website, number: int) -> None:
    """Changes a title that is kept, so that whoever takes it from there shows it."""
    file = entry(made, number)
    text = file.read_text(encoding="utf-8")
    assert '"Playlist 2"' in text
    file.write_text(text.replace('"Playlist 2"', '"Taken from what was kept"'), encoding="utf-8")


def is_taken(made: Website) -> bool:
    return "Taken from what was kept" in (made.out / "index.html").read_text(encoding="utf-8")


def test_what_did_not_change_is_taken_from_what_was_kept(made: Website) -> None:
    marked(made, 2)
    built(made.root, made.out)
    assert is_taken(made)


def changed_record(made: Website) -> None:
    (made.root / data(playlist_id(2))).write_text(record_text(record([track(7)])), encoding="utf-8")


def changed_history(made: Website) -> None:
    committed(made.root, archived([(day(20), seen(2, 21))]))


def changed_registry(made: Website) -> None:
    (made.root / "registry" / playlist_id(2)).unlink()


def changed_likes(made: Website) -> None:
    table = made.root / "playlists" / "followers" / "2026-11.csv"
    table.parent.mkdir()
    table.write_text(f"playlist,2026-11-02,2026-11-03\n{playlist_id(2)},5,6\n")


def changed_page(made: Website) -> None:
    (made.out / "playlists" / f"{playlist_id(2)}.html").write_text("something else")


def lost_feed(made: Website) -> None:
    (made.out / "playlists" / f"{playlist_id(2)}.xml").unlink()


def damaged(made: Website) -> None:
    entry(made, 2).write_text('{"key": 1')


def names_no_path(made: Website) -> None:
    found = json.loads(entry(made, 2).read_text(encoding="utf-8"))
    entry(made, 2).write_text(json.dumps(found | {"files": {"a\0b": "x"}}))


def deleted(made: Website) -> None:
    rmtree(kept(made))


@pytest.mark.parametrize(
    "change",
    [
        changed_record,
        changed_history,
        changed_registry,
        changed_likes,
        changed_page,
        lost_feed,
        damaged,
        names_no_path,
        deleted,
    ],
)
def test_what_changed_is_made_anew_as_by_a_first_build(made: Website, change: Callable[[Website], None]) -> None:
    marked(made, 2)
    change(made)
    built(made.root, made.out)
    assert not is_taken(made)
    after = tree(made.out)
    rmtree(kept(made))
    built(made.root, made.out.with_name("anew"))
    assert after == tree(made.out.with_name("anew"))


def test_other_settings_make_all_anew(made: Website) -> None:
    marked(made, 2)
    build(made.root, made.out, replace(SHARED, is_indexed=True))
    assert not is_taken(made)


def test_into_another_folder_all_is_made_anew(made: Website, tmp_path: Path) -> None:
    before = tree(made.out)
    built(made.root, tmp_path / "other")
    assert tree(tmp_path / "other") == before


def test_a_search_index_that_is_not_whole_is_made_anew(made: Website) -> None:
    before = tree(made.out)
    for path in (made.out / "search").rglob("*.gz"):
        path.unlink()
    built(made.root, made.out)
    assert tree(made.out) == before


@pytest.mark.parametrize("left", ["[1]", '[["uri", null, {}, 5, "", ""]]', "[]", "[" * 100_000])
def test_songs_that_were_lost_from_what_was_kept_are_read_again(made: Website, left: str) -> None:
    before = tree(made.out)
    for path in kept(made).glob("*.songs.json"):
        path.write_text(left)
    rmtree(made.out / "search")
    built(made.root, made.out)
    assert tree(made.out) == before


def test_nothing_is_kept_of_a_playlist_that_left(made: Website) -> None:
    (made.root / data(playlist_id(2))).unlink()
    built(made.root, made.out)
    assert not [path.name for path in kept(made).iterdir() if path.name.startswith(playlist_id(2))]
    assert entry(made, 1).exists()


def test_a_folder_that_cannot_be_used_only_costs_time(made: Website) -> None:
    before = tree(made.out)
    rmtree(kept(made))
    kept(made).write_text("in the way")
    assert built(made.root, made.out).written == 0
    assert tree(made.out) == before
