"""Two bots archived at once: what the second one pushes has in it what both of them saw."""

import subprocess
from collections.abc import Iterable
from datetime import date
from functools import partial
from pathlib import Path

import pytest

from playlist_archive.archive import layout
from playlist_archive.archive.ids import PlaylistId, parse_playlist_id
from playlist_archive.archive.model import Reason, Record, Unavailable
from playlist_archive.archive.registry import read_registry
from playlist_archive.archive.store import Store
from playlist_archive.git.commit import changes, make, move
from playlist_archive.git.index import bring_in_line
from playlist_archive.git.objects import store
from playlist_archive.git.push import push as git_push
from playlist_archive.git.race import ConflictError
from playlist_archive.git.repository import Git, GitError
from playlist_archive.render.page import Repository
from playlist_archive.run.pages import render
from playlist_archive.run.reconcile import reconcile
from spotify_simulator.world import WorldPlaylist
from tests.git.repositories import archived as committed
from tests.harness import Archive, spotify
from tests.worlds import daily, day, playlist, world_id

ONE, TWO = parse_playlist_id(world_id(1)), parse_playlist_id(world_id(2))
SITE = Repository("somebody/archive", "main")
TODAY = day(1)

Clones = tuple[Path, Path]


@pytest.fixture(autouse=True)
def _no_user_config(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Git as it comes, whoever runs the tests."""
    config = tmp_path / "gitconfig"
    config.write_text("[user]\nname = Somebody\nemail = somebody@example.org\n[init]\ndefaultBranch = main\n")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(config))
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")


@pytest.fixture
def clones(tmp_path: Path) -> Clones:
    """Ours, without history as a runner has it, and theirs: clones of an archive of one of two entries."""
    seed = Archive(tmp_path / "seed", spotify(daily([playlist(1, range(3))])))
    git(seed.root, "init", "--quiet")
    seed.register(ONE, TWO)
    seed.run()
    git(seed.root, "add", ".")
    git(seed.root, "commit", "--quiet", "--message", "Seed")
    git(tmp_path, "clone", "--quiet", "--bare", str(seed.root), "origin.git")
    git(tmp_path, "clone", "--quiet", "--depth=1", f"file://{tmp_path}/origin.git", "ours")
    git(tmp_path, "clone", "--quiet", f"file://{tmp_path}/origin.git", "theirs")
    return tmp_path / "ours", tmp_path / "theirs"


def git(folder: Path, *arguments: str) -> str:
    done = subprocess.run(("git", *arguments), cwd=folder, check=True, capture_output=True, text=True)
    return done.stdout.strip()


def archive(root: Path, *seen: WorldPlaylist, on: date = TODAY, at: str = "12:00:00") -> None:
    """A run on a day that sees these playlists, and its commit."""
    bot = Archive(root, spotify(daily(seen), day=on))
    bot.run(full=True)
    git_here = Git(root)
    author = {"GIT_AUTHOR_DATE": f"{on}T{at}+00:00"}
    found, head = changes(git_here), git_here.head()
    assert found
    files = store(git_here, root, found.written)
    move(git_here, make(git_here, head, files, f"Archive {root.name}\n\n- a line\n", author), head)
    assert bring_in_line(git_here, files, begins=False) == ""


def push(root: Path) -> None:
    ours = Git(root)
    git_push(ours, partial(reconcile, git=ours, repository=SITE), sleep=lambda _: None)


def pushed_first(root: Path, *seen: WorldPlaylist) -> None:
    archive(root, *seen)
    push(root)


def record_in(root: Path, playlist: PlaylistId = ONE) -> Record:
    found = Store(root).record(playlist)
    assert found
    return found


def names(found: Iterable[object]) -> list[str]:
    return [track.name for track in found]  # type: ignore[attr-defined]  # tracks, in the tuples of records


def is_whole(root: Path) -> bool:
    """Whether all pages and the index are what the records make."""
    store = Store(root)
    return render(store, SITE, read_registry(root)) == [] and not store.written


def origin(root: Path) -> Path:
    return root.parent / "origin.git"


def test_a_playlist_that_both_saw_changed_has_in_it_what_either_saw(clones: Clones) -> None:
    ours, theirs = clones
    pushed_first(theirs, playlist(1, (0, 1, 2, 8)))
    archive(ours, playlist(1, (0, 2, 9)))
    push(ours)

    merged = record_in(ours)
    assert names(merged.tracks) == ["Song 0", "Song 2", "Song 9"]
    assert sorted(names(merged.removed)) == ["Song 1", "Song 8"]
    assert is_whole(ours)
    assert git(origin(ours), "log", "--format=%s|%b") == "Archive ours|- a line\n\nArchive theirs|- a line\n\nSeed|"
    assert git(ours, "status", "--porcelain") == ""
    assert git(ours, "rev-parse", "HEAD") == git(origin(ours), "rev-parse", "main")


def test_two_playlists_that_each_saw_alone_are_both_in_the_index(clones: Clones) -> None:
    ours, theirs = clones
    Archive(theirs, spotify(daily([]))).register(world_id(3))
    git(theirs, "add", ".")
    git(theirs, "commit", "--quiet", "--message", "Register")
    pushed_first(theirs, playlist(1), playlist(3, likes=33))
    archive(ours, playlist(1), playlist(2, likes=22))
    push(ours)

    assert [*Store(ours).records()] == [ONE, TWO, world_id(3)]
    assert is_whole(ours)
    assert "## Playlists \\(3\\)" in (ours / layout.INDEX_PAGE).read_text()
    table = (ours / layout.followers(day(1))).read_text().splitlines()
    assert [line.split(",")[2] for line in table] == [day(1).isoformat(), "1001", "22", "33"]


def test_numbers_of_the_same_day_are_ours_where_both_observed_them(clones: Clones) -> None:
    ours, theirs = clones
    pushed_first(theirs, playlist(1, likes=2_000), playlist(2, likes=5))
    archive(ours, playlist(1, likes=3_000))
    push(ours)

    table = (ours / layout.followers(day(1))).read_text().splitlines()
    assert [line.split(",")[1:] for line in table] == [
        [day(0).isoformat(), day(1).isoformat()],
        ["1001", "3000"],
        ["", "5"],
    ]


def test_what_spotify_stopped_serving_to_us_keeps_what_they_saw(clones: Clones) -> None:
    ours, theirs = clones
    pushed_first(theirs, playlist(1, (0, 1, 2, 8)))
    archive(ours, playlist(2))
    push(ours)

    merged = record_in(ours)
    assert merged.unavailable == Unavailable(since=day(1), reason=Reason.NOT_FOUND)
    assert "Song 8" in names(merged.tracks)
    assert is_whole(ours)


def test_what_others_removed_from_the_archive_does_not_return(clones: Clones) -> None:
    ours, theirs = clones
    git(theirs, "rm", "--quiet", "-r", layout.PLAYLISTS)
    git(theirs, "commit", "--quiet", "--message", "Take it down")
    git(theirs, "push", "--quiet", "origin", "HEAD:main")
    archive(ours, playlist(1, (0, 9)), playlist(2))
    push(ours)

    assert [*Store(ours).records()] == [TWO]
    assert is_whole(ours)


def test_ours_fits_on_a_branch_that_was_rewritten(clones: Clones) -> None:
    ours, theirs = clones
    git(theirs, "commit", "--quiet", "--amend", "--message", "Seed, rewritten")
    git(theirs, "push", "--quiet", "--force", "origin", "HEAD:main")
    archive(theirs, playlist(1, (0, 1, 2, 8)))
    git(theirs, "push", "--quiet", "--force", "origin", "HEAD:main")
    archive(ours, playlist(1, (0, 1, 2, 9)))
    push(ours)

    assert git(origin(ours), "log", "--format=%s").splitlines() == ["Archive ours", "Archive theirs", "Seed, rewritten"]
    assert names(record_in(ours).tracks)[3:] == ["Song 9"]
    assert names(record_in(ours).removed) == ["Song 8"]


def test_each_commit_of_ours_is_made_again_with_its_message_and_its_time(clones: Clones) -> None:
    ours, theirs = clones
    pushed_first(theirs, playlist(1, (0, 1, 2, 8)))
    archive(ours, playlist(1, (0, 1, 9)), on=day(2))
    archive(ours, playlist(1, (0, 1, 9, 10)), on=day(3))
    push(ours)

    log = git(origin(ours), "log", "-2", "--format=%s %an %as").splitlines()
    assert log == [f"Archive ours github-actions[bot] {day(number)}" for number in (3, 2)]
    assert names(record_in(ours).tracks) == ["Song 0", "Song 1", "Song 9", "Song 10"]
    git(ours, "checkout", "--quiet", "HEAD~")
    assert names(record_in(ours).tracks) == ["Song 0", "Song 1", "Song 9"]
    assert is_whole(ours)


def test_a_time_that_only_our_commits_know_survives(clones: Clones) -> None:
    ours, theirs = clones
    archive(ours, playlist(1, (0, 1)), on=day(2))
    archive(ours, playlist(1, (0, 1, 2)), on=day(4))
    archive(theirs, playlist(1, (0, 1, 2, 8)), on=day(3))
    push(theirs)
    push(ours)

    found = {track.name: track for track in record_in(ours).tracks}
    assert [span.removed_on for span in found["Song 2"].spans] == [day(2)]
    assert found["Song 2"].added_on in (day(3), day(4))
    assert [(track.name, track.removed_on) for track in record_in(ours).removed] == [("Song 8", day(4))]
    assert is_whole(ours)


def test_the_newest_reading_stands_whoever_pushed_first(clones: Clones) -> None:
    ours, theirs = clones
    archive(ours, playlist(1, (0, 1), name="Old", likes=20), on=day(2))
    archive(theirs, playlist(1, (0, 1, 2, 8), name="New", likes=30), on=day(3))
    push(theirs)
    push(ours)

    merged = record_in(ours)
    assert merged.name == "New"
    assert names(merged.tracks) == ["Song 0", "Song 1", "Song 2", "Song 8"]
    assert [span.removed_on for span in merged.tracks[2].spans] == [day(2)]
    assert is_whole(ours)
    table = (ours / layout.followers(day(1))).read_text().splitlines()
    assert [line.split(",")[2:] for line in table] == [[str(day(2)), str(day(3))], ["20", "30"]]


def test_of_two_numbers_of_one_day_the_later_one_stands(clones: Clones) -> None:
    ours, theirs = clones
    archive(ours, playlist(1, likes=3_000))
    archive(theirs, playlist(1, likes=2_000), at="23:59:59")
    push(theirs)
    push(ours)

    assert (ours / layout.followers(day(1))).read_text().splitlines()[1].endswith(",2000")


def test_pages_that_only_look_new_are_made_of_their_record(clones: Clones) -> None:
    ours, theirs = clones
    pushed_first(theirs, playlist(1, (0, 1, 2, 8)))
    (ours / layout.pretty(ONE)).write_text("an older layout\n")
    committed(ours, "Archive ours\n")
    push(ours)

    assert names(record_in(ours).tracks) == ["Song 0", "Song 1", "Song 2", "Song 8"]
    assert is_whole(ours)


def test_the_archive_may_lie_in_a_folder_of_the_repository(clones: Clones) -> None:
    ours, theirs = clones
    for root in clones:
        git(root, "fetch", "--quiet", "origin")
    git(theirs, "mv", layout.PLAYLISTS, "kept")
    (theirs / "sub").mkdir()
    git(theirs, "mv", "kept", f"sub/{layout.PLAYLISTS}")
    git(theirs, "mv", layout.REGISTRY, f"sub/{layout.REGISTRY}")
    git(theirs, "commit", "--quiet", "--message", "Move")
    git(theirs, "push", "--quiet", "origin", "HEAD:main")
    git(ours, "pull", "--quiet", "origin", "main")
    pushed_first(theirs / "sub", playlist(1, (0, 1, 2, 8)))
    archive(ours / "sub", playlist(1, (0, 1, 2, 9)))
    push(ours / "sub")

    assert names(record_in(ours / "sub").removed) == ["Song 8"]
    assert is_whole(ours / "sub")


# Refusals: nothing of theirs or ours is lost


def state(root: Path) -> tuple[str, str, str]:
    """What a refusal must leave: our commit, our folder, their branch."""
    return git(root, "rev-parse", "HEAD"), git(root, "status", "--porcelain"), git(origin(root), "rev-parse", "main")


NOTES = ["notes", f"{layout.DATA}/notes", f"{layout.PLAYLISTS}/notes.md", "name with blanks "]


@pytest.mark.parametrize("path", NOTES)
def test_a_commit_of_ours_that_is_no_archiving_goes_along(clones: Clones, path: str) -> None:
    ours, theirs = clones
    pushed_first(theirs, playlist(1, (0, 1, 2, 8)))
    (ours / path).write_text("mine\n")
    git(ours, "add", path)
    git(ours, "commit", "--quiet", "--message", "Notes")
    archive(ours, playlist(1, (0, 9)))

    push(ours)

    log = git(origin(ours), "log", "-3", "--format=%s %an").splitlines()
    assert [line.split()[:3] for line in log[:2]] == [["Archive", "ours", "github-actions[bot]"], ["Notes", "Somebody"]]
    assert git(ours, "show", f"HEAD:{path}") == "mine"
    assert is_whole(ours)


@pytest.mark.parametrize("path", NOTES)
def test_where_both_changed_what_no_run_writes_it_is_left_to_people(clones: Clones, path: str) -> None:
    ours, theirs = clones
    for root in (theirs, ours):
        (root / path).write_text(f"{root.name}\n")
        git(root, "add", path)
        git(root, "commit", "--quiet", "--message", "Notes")
    pushed_first(theirs, playlist(1, (0, 1, 2, 8)))
    archive(ours, playlist(1, (0, 9)))
    before = state(ours)

    with pytest.raises(ConflictError, match=rf"theirs stand and ours are not pushed: {path.strip()}"):
        push(ours)
    assert state(ours) == before


def test_a_record_of_theirs_that_cannot_be_read_is_told(clones: Clones) -> None:
    ours, theirs = clones
    archive(theirs, playlist(1, (0, 1, 2, 8)))
    (theirs / layout.data(ONE)).write_text("{")
    committed(theirs, "Break\n")
    push(theirs)
    archive(ours, playlist(1, (0, 9)))
    before = state(ours)

    with pytest.raises(GitError, match=rf"ours cannot be put on theirs: {layout.data(ONE)} does not parse"):
        push(ours)
    assert state(ours) == before
    assert git(ours, "worktree", "list").count("\n") == 0


def test_a_table_of_theirs_that_cannot_be_read_is_told(clones: Clones) -> None:
    ours, theirs = clones
    archive(theirs, playlist(1, likes=7))
    (theirs / layout.followers(day(1))).write_text("playlist;2026-11-03\n")
    committed(theirs, "Break\n")
    push(theirs)
    archive(ours, playlist(1, likes=8))
    before = state(ours)

    with pytest.raises(GitError, match="ours cannot be put on theirs: the followers table"):
        push(ours)
    assert state(ours) == before


def test_where_a_record_of_theirs_is_broken_the_index_stays_as_it_is(clones: Clones) -> None:
    ours, theirs = clones
    archive(theirs, playlist(1, (0, 1, 2, 8)), playlist(2))
    index = (theirs / layout.INDEX_PAGE).read_text()
    (theirs / layout.data(TWO)).write_text("{")
    committed(theirs, "Break\n")
    push(theirs)
    archive(ours, playlist(1, (0, 1, 2, 9), name="Renamed"))

    push(ours)

    assert git(ours, "show", f"origin/main:{layout.INDEX_PAGE}") == index.strip()
    assert git(ours, "show", f"origin/main:{layout.data(TWO)}") == "{"
    assert "Renamed" in git(ours, "show", f"origin/main:{layout.pretty(ONE)}")
