"""Two bots archived at once: what the second one pushes has in it what both of them saw."""

import subprocess
from collections.abc import Iterable
from functools import partial
from pathlib import Path

import pytest

from playlist_archive.archive import layout
from playlist_archive.archive.ids import PlaylistId, parse_playlist_id
from playlist_archive.archive.merge import mark_unavailable, merge
from playlist_archive.archive.model import Reason, Record, Unavailable
from playlist_archive.archive.registry import read_registry
from playlist_archive.archive.store import Store
from playlist_archive.git.repository import ConflictError, Git, GitError
from playlist_archive.render.page import Repository
from playlist_archive.run.pages import render
from playlist_archive.run.reconcile import put_on, reconcile
from spotify_simulator.world import WorldPlaylist
from tests.builders import FIRST_DAY, item, record, snapshot, track
from tests.harness import Archive, spotify
from tests.worlds import daily, day, playlist, world_id

ONE, TWO = parse_playlist_id(world_id(1)), parse_playlist_id(world_id(2))
SITE = Repository("somebody/archive", "main")

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


def archive(root: Path, *seen: WorldPlaylist) -> None:
    """A run on the next day that sees these playlists, and its commit."""
    bot = Archive(root, spotify(daily(seen), day=day(1)))
    bot.run(full=True)
    assert Git(root).commit(f"Archive {root.name}\n\n- a line\n")


def push(root: Path) -> None:
    ours = Git(root, sleep=lambda _: None)
    ours.push(partial(reconcile, git=ours, repository=SITE, today=day(1)))


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


def test_several_commits_of_ours_become_one_that_has_all_messages(clones: Clones) -> None:
    ours, theirs = clones
    pushed_first(theirs, playlist(1, (0, 1, 2, 8)))
    archive(ours, playlist(1, (0, 1, 9)))
    archive(ours, playlist(1, (0, 1, 9, 10)))
    push(ours)

    message = git(origin(ours), "log", "-1", "--format=%B")
    assert message == "Archive ours\n\n- a line\n\nArchive ours\n\n- a line"
    assert names(record_in(ours).tracks) == ["Song 0", "Song 1", "Song 9", "Song 10"]


def test_pages_that_only_look_new_are_made_of_their_record(clones: Clones) -> None:
    ours, theirs = clones
    pushed_first(theirs, playlist(1, (0, 1, 2, 8)))
    (ours / layout.pretty(ONE)).write_text("an older layout\n")
    Git(ours).commit("Archive ours\n")
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


@pytest.mark.parametrize("path", ["notes", f"{layout.DATA}/notes", f"{layout.PLAYLISTS}/notes.md"])
def test_a_commit_of_ours_that_is_no_archiving_is_left_to_people(clones: Clones, path: str) -> None:
    ours, theirs = clones
    pushed_first(theirs, playlist(1, (0, 1, 2, 8)))
    (ours / path).write_text("mine\n")
    git(ours, "add", path)
    git(ours, "commit", "--quiet", "--message", "Notes")
    archive(ours, playlist(1, (0, 9)))
    before = state(ours)

    with pytest.raises(ConflictError, match=rf"ours are not only its files: {path}$"):
        push(ours)
    assert state(ours) == before


def test_a_record_of_theirs_that_cannot_be_read_is_told(clones: Clones) -> None:
    ours, theirs = clones
    archive(theirs, playlist(1, (0, 1, 2, 8)))
    (theirs / layout.data(ONE)).write_text("{")
    Git(theirs).commit("Break\n")
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
    Git(theirs).commit("Break\n")
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
    Git(theirs).commit("Break\n")
    push(theirs)
    archive(ours, playlist(1, (0, 1, 2, 9), name="Renamed"))

    push(ours)

    assert git(ours, "show", f"origin/main:{layout.INDEX_PAGE}") == index.strip()
    assert git(ours, "show", f"origin/main:{layout.data(TWO)}") == "{"
    assert "Renamed" in git(ours, "show", f"origin/main:{layout.pretty(ONE)}")


# One record on another


@pytest.mark.parametrize(
    "base",
    [
        record([track(1), track(2)]),
        record([track(1, upper_bound=True), track(2, spans=((day(0), day(1)),), added=day(2))]),
        record([track(1)], removed=(track(2, removed=day(1)), track(3, removed=day(2), upper_bound=True))),
        record([track(1)], unavailable=Unavailable(since=day(1), reason=Reason.CLOSED)),
    ],
    ids=["plain", "bounds and spans", "returned", "served again"],
)
def test_ours_on_what_both_began_from_is_ours(base: Record) -> None:
    seen = snapshot([item(1), item(3), item(4, added_on=day(3)), item(2, added_on=FIRST_DAY)], snapshot_id="new")
    ours = merge(base, seen, today=day(5), alias="Mine")
    assert put_on(base, ours, today=day(5), alias="Mine") == ours


def test_a_day_that_is_only_a_bound_moves_no_day_of_theirs() -> None:
    theirs = record([track(1, added=day(3))])
    ours = record([track(1, added=day(1), upper_bound=True), track(2)])
    (first, second) = put_on(theirs, ours, today=day(5), alias=None).tracks
    assert (first.added_on, first.upper_bound) == (day(3), False)
    assert (second.added_on, second.upper_bound) == (FIRST_DAY, False)


def test_what_came_and_went_in_runs_that_were_not_pushed_is_kept() -> None:
    base = record([track(1)])
    first = merge(base, snapshot([item(1), item(2)]), today=day(1), alias=None)
    ours = merge(first, snapshot([item(1)]), today=day(2), alias=None)
    theirs = merge(base, snapshot([item(1)], name="Renamed"), today=day(1), alias=None)

    both = put_on(theirs, ours, today=day(2), alias=None)

    assert [gone.uri for gone in both.removed] == [gone.uri for gone in ours.removed] != []


def test_of_two_days_on_which_a_track_was_missed_the_earlier_stays() -> None:
    base = record([track(1), track(2), track(3)])
    ours = merge(base, snapshot([item(1), item(3)]), today=day(2), alias=None)
    ours = merge(ours, snapshot([item(1)]), today=day(5), alias=None)
    theirs = merge(base, snapshot([item(1)]), today=day(4), alias=None)

    both = put_on(theirs, ours, today=day(6), alias=None)

    assert {gone.uri: gone.removed_on for gone in both.removed} == {item(2).uri: day(2), item(3).uri: day(4)}


def test_a_track_that_came_back_for_others_is_no_more_gone_since_we_missed_it_before() -> None:
    base = record([track(1), track(2)])
    ours = merge(base, snapshot([item(1)]), today=day(2), alias=None)
    back = merge(ours, snapshot([item(1), item(2, added_on=day(3))]), today=day(3), alias=None)
    theirs = merge(back, snapshot([item(1)]), today=day(4), alias=None)

    both = put_on(theirs, ours, today=day(6), alias=None)

    assert [(gone.uri, gone.removed_on) for gone in both.removed] == [(item(2).uri, day(4))]


def test_what_we_saw_of_a_playlist_before_it_was_lost_is_kept() -> None:
    base = record([track(1)])
    seen = merge(base, snapshot([item(1), item(2)]), today=day(1), alias=None)
    ours = mark_unavailable(seen, today=day(2), reason=Reason.NOT_FOUND)

    both = put_on(base, ours, today=day(2), alias=None)

    assert both.unavailable == ours.unavailable
    assert both.tracks == base.tracks
    assert [(gone.uri, gone.removed_on) for gone in both.removed] == [(item(2).uri, day(2))]
