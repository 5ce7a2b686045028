from datetime import date, timedelta
from pathlib import Path

import pytest

from playlist_archive.archive.layout import data
from playlist_archive.archive.model import Snapshot
from playlist_archive.archive.store import RecordError
from playlist_archive.history.answers import History, NoHistoryError, Shown
from tests.answers import as_it_is
from tests.archives import Commit, archived, committed, files, git, noon
from tests.builders import item, playlist_id, record, snapshot, track, track_uri

DAY = date(2026, 11, 2)
ONE, TWO = playlist_id(1), playlist_id(2)
EARLIER = DAY - timedelta(days=90)


def day(number: int) -> date:
    return DAY + timedelta(days=number)


def seen(number: int, *songs: int, name: str = "A") -> Snapshot:
    return snapshot([item(song) for song in songs], id=playlist_id(number), name=name)


COMMITS = list(
    archived(
        [
            (day(0), seen(1, 1, 2)),
            (day(0), seen(2, 5, name="B")),
            (day(1), seen(1, 2, 1)),
            (day(3), seen(1, 2, 3)),
            (day(4), seen(2, 5, 1, name="B")),
        ]
    )
)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return committed(tmp_path / "archive", COMMITS)


def copied(root: Path, target: Path) -> Path:
    """The folder without its history."""
    git(root, "checkout-index", "--all", f"--prefix={target}/")
    return target


def names(shown: Shown) -> list[str]:
    return [song.name.removeprefix("Song ") for song in shown.state.tracks]


def test_a_day_is_answered_from_the_version_in_force_at_its_end(root: Path) -> None:
    shown = History(root).show(ONE, day(2))
    assert names(shown) == ["2", "1"]
    commit = git(root, "rev-parse", "HEAD~2")[:12]
    assert shown.basis.sentence == f"as archived on {day(1)}, commit {commit}"
    assert shown.basis.is_ordered


def test_now_is_what_the_record_says_and_the_commit_that_has_it(root: Path) -> None:
    shown = History(root).show(ONE)
    assert names(shown) == ["2", "3"]
    assert shown.basis.sentence == f"as archived on {day(3)}, commit {git(root, 'rev-parse', 'HEAD~1')[:12]}"


def test_a_record_that_is_not_committed_yet_is_shown_as_such(root: Path) -> None:
    (root / data(ONE)).write_bytes((root / data(ONE)).read_bytes().replace(b"Song 3", b"Song 9"))
    shown = History(root).show(ONE)
    assert names(shown) == ["2", "9"]
    assert shown.basis.sentence == "as in the folder, not committed yet"


def test_a_broken_record_leaves_the_last_commit_to_answer(root: Path) -> None:
    (root / data(ONE)).write_bytes(b"{")
    shown = History(root).show(ONE)
    assert names(shown) == ["2", "3"]
    assert "; the record of today cannot be read (playlists/data/" in shown.basis.sentence
    assert names(History(root).show(ONE, day(1))) == ["2", "1"]


def test_a_record_that_was_deleted_leaves_git_to_answer(root: Path) -> None:
    git(root, "rm", "--quiet", data(ONE))
    git(root, "commit", "--quiet", "--message=gone")
    shown = History(root).show(ONE)
    assert names(shown) == ["2", "3"]
    assert shown.basis.notes == ("its record is not in the folder any more",)
    with pytest.raises(NoHistoryError, match=f"nothing is known of {ONE} on {EARLIER}: its history begins on {DAY}"):
        History(root).show(ONE, EARLIER)


def test_a_playlist_that_was_never_archived_is_refused(root: Path) -> None:
    for asked in (None, DAY):
        with pytest.raises(NoHistoryError, match=f"{playlist_id(3)} was never archived here"):
            History(root).show(playlist_id(3), asked)


def test_a_day_before_the_history_says_since_when_there_is_one_and_what_spotifys_dates_tell(tmp_path: Path) -> None:
    dated = snapshot([item(1, added_on=EARLIER), item(2)], id=ONE)
    shown = History(committed(tmp_path / "a", archived([(DAY, dated)]))).show(ONE, EARLIER + timedelta(days=1))
    assert names(shown) == ["1"]
    assert shown.basis.sentence == (
        f"membership only: the history of this playlist begins on {DAY}; archived since {DAY}; these songs were there "
        "by Spotify's own dates, and what had been removed by then is not known"
    )
    assert not shown.basis.is_ordered


def test_without_git_the_records_tell_the_songs_of_each_day(root: Path, tmp_path: Path) -> None:
    plain = copied(root, tmp_path / "plain")
    with_git, without = History(root), History(plain)
    for playlist in (ONE, TWO):
        for number in range(6):
            shown = without.show(playlist, day(number))
            assert sorted(names(shown)) == sorted(names(with_git.show(playlist, day(number))))
            assert shown.basis.notes[0].startswith("membership only: there is no history in git (git rev-parse: fatal:")
    assert names(without.show(ONE)) == ["2", "3"]
    assert without.show(ONE).basis.notes[0].startswith("as in the folder; there is no history in git")


def test_a_repository_without_commits_answers_from_the_records(root: Path, tmp_path: Path) -> None:
    plain = copied(root, tmp_path / "plain")
    git(plain, "init", "--quiet")
    assert "(the repository has no commit yet" in History(plain).show(ONE, day(1)).basis.sentence


def test_a_playlist_that_no_commit_has_is_answered_from_its_record(root: Path) -> None:
    new = record([track(7, added=day(4))], id=playlist_id(3), first_archived=day(4))
    for path, text in files(new).items():
        (root / path).write_bytes(text or b"")
    shown = History(root).show(playlist_id(3), day(5))
    assert names(shown) == ["7"]
    assert shown.basis.sentence == "membership only: no commit has this playlist yet"


def test_a_broken_record_without_git_is_an_error(root: Path, tmp_path: Path) -> None:
    plain = copied(root, tmp_path / "plain")
    (plain / data(ONE)).write_bytes(b"{")
    with pytest.raises(RecordError, match="does not parse"):
        History(plain).show(ONE, day(1))


@pytest.mark.parametrize("depth", [1, 2, 4])
def test_a_shallow_clone_answers_exactly_where_it_can_and_says_where_it_cannot(
    root: Path, tmp_path: Path, depth: int
) -> None:
    git(tmp_path, "clone", "--quiet", f"--depth={depth}", root.as_uri(), "shallow")
    whole, cut = History(root), History(tmp_path / "shallow")
    begins = [day(0), day(1), day(3), day(4)][-depth]
    for playlist in (ONE, TWO):
        for number in range(6):
            one, other = whole.show(playlist, day(number)), cut.show(playlist, day(number))
            assert sorted(names(one)) == sorted(names(other))
            if day(number) >= begins:
                assert names(one) == names(other)
            else:
                why = f"this clone has no history before {begins}: `git fetch --unshallow` gets the rest"
                assert other.basis.sentence == f"membership only: {why}"
    assert [change.event.day for change in cut.log(as_it_is).changes] == [
        change.event.day for change in whole.log(as_it_is).changes if change.event.day > begins or depth == 4
    ]
    assert (
        "older changes are not in this clone: `git fetch --unshallow` gets the rest" in cut.log(as_it_is).basis.notes
    ) == (depth < 4)


def test_a_difference_is_that_of_two_days(root: Path) -> None:
    found = History(root).diff(ONE, day(0), day(3))
    assert [song.name for song in found.difference.added] == ["Song 3"]
    assert [song.name for song in found.difference.removed] == ["Song 1"]
    assert found.difference.moved == ()
    assert [moved.song.name for moved in History(root).diff(ONE, day(0), day(1)).difference.moved] == ["Song 1"]


def test_without_a_second_day_the_difference_is_until_now(root: Path) -> None:
    assert History(root).diff(ONE, day(0)).difference == History(root).diff(ONE, day(0), day(9)).difference


def test_without_an_order_nothing_is_said_to_have_moved(root: Path, tmp_path: Path) -> None:
    found = History(copied(root, tmp_path / "plain")).diff(ONE, day(0), day(3)).difference
    assert [song.name for song in found.added] == ["Song 3"]
    assert [song.name for song in found.removed] == ["Song 1"]
    assert (found.moved, found.texts, found.changed) == ((), (), ())


def test_the_log_has_the_newest_day_first_and_then_the_names(root: Path) -> None:
    found = History(root).log(as_it_is)
    assert [(change.event.day, change.event.title) for change in found.changes] == [
        (day(4), "B"),
        (day(3), "A"),
        (day(1), "A"),
        (day(0), "A"),
        (day(0), "B"),
    ]
    assert found.basis.sentence == f"up to commit {git(root, 'rev-parse', 'HEAD')[:12]}"


def test_the_log_may_be_of_some_playlists_and_days(root: Path) -> None:
    found = History(root).log(as_it_is, [ONE], since=day(1), until=day(3))
    assert [(change.playlist_id, change.event.day) for change in found.changes] == [(ONE, day(3)), (ONE, day(1))]


def test_a_log_of_days_before_the_archive_says_when_it_began(root: Path) -> None:
    for ids in ([], [ONE]):
        found = History(root).log(as_it_is, ids, until=day(-1))
        assert not found.changes
        assert found.basis.notes == (f"nothing of this was archived before {day(0)}",)
    assert not History(root).log(as_it_is, [ONE], since=day(2), until=day(2)).basis.notes


def test_a_song_is_followed_through_all_playlists(root: Path) -> None:
    found = History(root).log(as_it_is, song=track_uri(1)).changes
    told = [(change.event.title, change.event.day, bool(change.event.difference.added)) for change in found]
    assert told == [("B", day(4), True), ("A", day(3), False), ("A", day(1), False), ("A", day(0), True)]
    assert [len(change.event.difference.removed) for change in found] == [0, 1, 0, 0]
    assert [len(change.event.difference.moved) for change in found] == [0, 0, 1, 0]
    assert [change.event.day for change in History(root).log(as_it_is, song=track_uri(5)).changes] == [day(0)]


def test_without_git_the_log_tells_what_was_added_and_removed(root: Path, tmp_path: Path) -> None:
    found = History(copied(root, tmp_path / "plain")).log(as_it_is)
    told = [
        (change.event.day, change.event.title, len(change.event.difference.added), len(change.event.difference.removed))
        for change in found.changes
    ]
    assert told == [(day(4), "B", 1, 0), (day(3), "A", 1, 1), (day(0), "A", 2, 0), (day(0), "B", 1, 0)]
    assert found.basis.sentence.startswith("songs that were added and removed only: there is no history in git")


def test_versions_that_cannot_be_read_are_named_where_they_matter(root: Path) -> None:
    newer = (root / data(ONE)).read_bytes().replace(b'"format": 1', b'"format": 2')
    committed(root, [Commit(noon(day(6)), {data(ONE): newer}), Commit(noon(day(7)), {data(ONE): b"{"})])
    broken = [git(root, "rev-parse", f"HEAD~{back}")[:12] for back in (1, 0)]
    too_new = "it is of format 2, this program knows up to 1: update playlist-archive"
    notes = (
        f"the version of {day(6)} in commit {broken[0]} is left out: {too_new}",
        f"the version of {day(7)} in commit {broken[1]} is left out: it does not parse",
    )
    history = History(root)
    assert history.show(ONE, day(5)).basis.notes == ()
    assert history.show(ONE, day(6)).basis.notes == notes[:1]
    assert history.show(ONE, day(9)).basis.notes == notes
    assert names(history.show(ONE, day(9))) == ["2", "3"]
    assert history.log(as_it_is).basis.notes == notes
