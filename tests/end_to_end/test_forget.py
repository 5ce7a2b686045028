"""A bad day that was believed is taken back later, as if there had been no run on it."""

import re
from collections.abc import Iterable
from pathlib import Path
from shutil import copytree

import pytest

from playlist_archive.archive.ids import PlaylistId
from playlist_archive.archive.registry import read_registry
from playlist_archive.exit_code import ExitCode
from playlist_archive.git.commit import changes, commit
from playlist_archive.git.repository import Git, GitError
from playlist_archive.history.cache import timelines
from playlist_archive.render.page import Repository
from playlist_archive.run.forget import ForgetJob, Forgotten, NothingToForgetError, forget
from playlist_archive.run.linked import linked_repository
from spotify_simulator.world import World, WorldPlaylist
from tests.answers import told
from tests.archives import archived, committed, git
from tests.bad_days import DAMAGES, WithBadDay
from tests.builders import item, playlist_id, snapshot
from tests.end_to_end.conftest import Run
from tests.harness import Archive, settings_for, spotify
from tests.importer.old import written
from tests.worlds import daily, day, playlist, world_id

SIZES = (20, 30, 110, 25)
BAD = 3
DAYS = 31
EDITED_ON = (1, 2, 5, 9, 20)
"""Days on which each list changes a little, and not on the bad one."""

UNSEEN = ("a_year_earlier", "a_year_later", "nameless", "nulls", "some_nulls", "withdrawn")
"""Damages of which the answers show nothing: they concern days that only the record has, or what is kept anyhow."""

_SNAPSHOT = re.compile(rb'"snapshot_id": "[^"]*"')


def lists(number: int) -> list[WorldPlaylist]:
    """The lists as they are on a day: each loses its first song and gets another one now and then; likes grow."""
    changes = sum(edited <= number for edited in EDITED_ON)
    return [
        playlist(place, range(1_000 * place + changes, 1_000 * place + changes + size), likes=1_000 + 4 * number)
        for place, size in enumerate(SIZES, start=1)
    ]


GOOD = daily(*map(lists, range(DAYS)))


def grown(root: Path, days: Iterable[int], world: World = GOOD) -> Archive:
    """An archive that believes all that it sees, with a commit a day."""
    archive = Archive(root, spotify(world))
    if not (root / ".git").exists():
        git(root, "init", "--quiet", "--initial-branch=main")
        archive.register()
    for number in days:
        archive.simulator.day = day(number)
        archive.run_job(archive.job()._replace(believes=True))
        kept(root, number)
    return archive


def kept(root: Path, number: int) -> None:
    """Commits what changed, on a day."""
    found = Git(root, day=day(number))
    if differing := changes(found):
        commit(found, differing, "day\n")


def forgotten(archive: Archive, number: int = BAD, *only: str, dry_run: bool = False, push: bool = False) -> Forgotten:
    return forget(
        ForgetJob(
            root=archive.root,
            day=day(number),
            registry=read_registry(archive.root),
            repository=repository(archive),
            playlists=frozenset(map(PlaylistId, only)),
            dry_run=dry_run,
            push=push,
            commit_day=Git(archive.root).last_day(),  # a commit of today would say that later days are a wrong clock's
        )
    )


def repository(archive: Archive) -> Repository:
    return linked_repository(settings_for(archive.simulator), Git(archive.root))


def without_ids(archive: Archive) -> dict[str, bytes]:
    """All files, without the ids of snapshots: a record keeps an old one where nothing else is new."""
    return {path: _SNAPSHOT.sub(b"", content) for path, content in archive.files().items()}


def assert_forgotten(tmp_path: Path, damage: str, *, last: int, edited: bool = True) -> None:
    bad = grown(tmp_path / "bad", range(last), WithBadDay(GOOD, day(BAD), DAMAGES[damage], edited=edited))
    good = grown(tmp_path / "good", [number for number in range(last) if number != BAD])
    assert without_ids(bad) != without_ids(good)
    assert told(bad.root) != told(good.root) or damage in UNSEEN
    forgotten(bad)
    assert without_ids(bad) == without_ids(good)
    assert told(bad.root) == told(good.root)
    assert git(bad.root, "status", "--porcelain", "--", "playlists") == ""


def test_a_bad_day_is_taken_back_a_day_later(tmp_path: Path) -> None:
    assert_forgotten(tmp_path, "foreign", last=BAD + 2)


@pytest.mark.proof
@pytest.mark.parametrize("last", [BAD + 1, BAD + 2, DAYS])
@pytest.mark.parametrize("edited", [False, True], ids=["unedited", "edited"])
@pytest.mark.parametrize("damage", DAMAGES)
def test_no_kind_of_bad_day_leaves_anything_behind(tmp_path: Path, damage: str, last: int, *, edited: bool) -> None:
    assert_forgotten(tmp_path, damage, last=last, edited=edited)


def test_a_change_that_lasts_is_dated_to_the_next_day_that_saw_it(tmp_path: Path) -> None:
    changed = daily([playlist(1, range(9))], [playlist(1, range(9))], [playlist(1, range(1, 10))])
    found = grown(tmp_path / "all", range(6), changed)
    expected = grown(tmp_path / "without", [0, 1, 3, 4, 5], changed)
    forgotten(found, 2)
    assert without_ids(found) == without_ids(expected)
    assert told(found.root) == told(expected.root)
    assert f'"removed":"{day(3)}"' in found.text(f"playlists/data/{world_id(1)}.json")


def test_a_change_that_no_later_run_saw_is_taken_back(tmp_path: Path) -> None:
    found = grown(tmp_path / "all", range(BAD + 1), WithBadDay(GOOD, day(BAD), DAMAGES["empty"], edited=True))
    expected = grown(tmp_path / "without", range(BAD))
    forgotten(found)
    assert without_ids(found) == without_ids(expected)
    assert told(found.root) == told(expected.root)


def test_a_day_that_was_seen_again_after_it_was_forgotten_counts(tmp_path: Path) -> None:
    found = grown(tmp_path / "all", range(BAD + 1), WithBadDay(GOOD, day(BAD), DAMAGES["foreign"], edited=True))
    forgotten(found)
    grown(found.root, [BAD, BAD + 1])
    expected = grown(tmp_path / "good", range(BAD + 2))
    assert told(found.root) == told(expected.root)
    forgotten(found)
    assert told(found.root) == told(grown(tmp_path / "without", [0, 1, 2, BAD + 1]).root)


def test_a_change_that_lasts_over_two_forgotten_days_is_dated_to_the_third(tmp_path: Path) -> None:
    changed = daily([playlist(1, range(9))], [playlist(1, range(9))], [playlist(1, range(1, 10))])
    found = grown(tmp_path / "all", range(6), changed)
    forgotten(found, 2)
    forgotten(found, 3)
    expected = grown(tmp_path / "without", [0, 1, 4, 5], changed)
    assert without_ids(found) == without_ids(expected)
    assert told(found.root) == told(expected.root)


def test_a_playlist_that_only_that_day_had_goes_away(tmp_path: Path) -> None:
    world = daily([playlist(1)], [playlist(1), playlist(2)])
    found = grown(tmp_path / "all", range(1), world)
    before = without_ids(found)
    found.register(world_id(2))
    grown(found.root, [1], world)
    forgotten(found, 1)
    expected = {path: content for path, content in before.items() if "index" not in path}
    assert {path: content for path, content in without_ids(found).items() if "index" not in path} == expected
    assert timelines(found.root).ids() == (world_id(1),)


@pytest.mark.proof
def test_two_bad_days_are_forgotten_in_any_order(tmp_path: Path) -> None:
    world = WithBadDay(
        WithBadDay(GOOD, day(3), DAMAGES["halved"], edited=True), day(6), DAMAGES["foreign"], edited=True
    )
    expected = without_ids(grown(tmp_path / "good", [0, 1, 2, 4, 5, 7, 8, 9]))
    for name, days in (("earlier", (3, 6)), ("later", (6, 3))):
        archive = grown(tmp_path / name, range(10), world)
        for number in days:
            forgotten(archive, number)
        assert without_ids(archive) == expected


@pytest.fixture(scope="module")
def grown_bad(tmp_path_factory: pytest.TempPathFactory) -> Archive:
    """An archive of five days with a bad one among them."""
    world = WithBadDay(GOOD, day(BAD), DAMAGES["halved"], edited=True)
    return grown(tmp_path_factory.mktemp("bad") / "archive", range(5), world)


@pytest.fixture
def bad(grown_bad: Archive, tmp_path: Path) -> Archive:
    """Such an archive of the test's own."""
    copytree(grown_bad.root, tmp_path / "bad")
    return Archive(tmp_path / "bad", grown_bad.simulator)


def test_it_is_one_commit_that_says_so(bad: Archive) -> None:
    before = git(bad.root, "rev-parse", "HEAD")
    forgotten(bad)
    assert git(bad.root, "rev-parse", "HEAD~1") == before
    subject, _, *lines = git(bad.root, "log", "-1", "--format=%B").splitlines()
    assert subject == f"Forget {day(BAD)}: 4 playlists as if that day had not been seen"
    assert lines == [f"- {world_id(number)} without {day(BAD)}" for number in (1, 2, 3, 4)]


def test_the_commit_is_pushed_where_that_is_asked_for(bad: Archive, tmp_path: Path) -> None:
    git(tmp_path, "init", "--quiet", "--bare", "origin")
    git(bad.root, "remote", "add", "origin", (tmp_path / "origin").as_uri())
    git(bad.root, "push", "--quiet", "origin", "HEAD")
    forgotten(bad, dry_run=True, push=True)
    assert git(bad.root, "rev-parse", "origin/main") == git(bad.root, "rev-parse", "HEAD")
    forgotten(bad, push=True)
    assert git(tmp_path / "origin", "log", "-1", "--format=%s", "main").startswith(f"Forget {day(BAD)}: 4 playlists")


def test_a_commit_that_does_not_fit_on_what_others_pushed_is_kept_and_can_be_made_again(
    bad: Archive, tmp_path: Path
) -> None:
    git(tmp_path, "init", "--quiet", "--bare", "--initial-branch=main", "origin")
    git(bad.root, "remote", "add", "origin", (tmp_path / "origin").as_uri())
    git(bad.root, "push", "--quiet", "--set-upstream", "origin", "HEAD")
    theirs = Archive(tmp_path / "theirs", bad.simulator)
    git(tmp_path, "clone", "--quiet", (tmp_path / "origin").as_uri(), str(theirs.root))
    path = theirs.root / f"playlists/data/{world_id(1)}.json"
    path.write_bytes(path.read_bytes().replace(b'"name": "', b'"name": "Their ', 1))
    kept(theirs.root, 5)
    git(theirs.root, "push", "--quiet")
    with pytest.raises(GitError, match=r"others changed the same files meanwhile .*git reset --hard @\{upstream\}"):
        forgotten(bad, push=True)
    assert git(tmp_path / "origin", "log", "-1", "--format=%s", "main") == "day"
    assert git(bad.root, "log", "-1", "--format=%s").startswith(f"Forget {day(BAD)}: 4 playlists")
    git(bad.root, "reset", "--quiet", "--hard", "@{upstream}")
    forgotten(bad, push=True)
    assert git(tmp_path / "origin", "log", "-2", "--format=%s", "main").splitlines()[1] == "day"
    assert '"name": "Their ' in git(tmp_path / "origin", "show", f"main:playlists/data/{world_id(1)}.json")


def test_a_dry_run_says_what_would_change_and_changes_nothing(bad: Archive) -> None:
    before, head = bad.files(), git(bad.root, "rev-parse", "HEAD")
    would = forgotten(bad, dry_run=True)
    assert (bad.files(), git(bad.root, "rev-parse", "HEAD")) == (before, head)
    done = forgotten(bad)
    assert set(done.written) - set(would.written) == {path for path in done.written if "index" in path}
    assert f"playlists/data/{world_id(1)}.json" in would.written


def test_only_the_playlists_that_are_named(bad: Archive) -> None:
    before = bad.files()
    assert forgotten(bad, BAD, world_id(2)).playlists == (world_id(2),)
    changed = {path for path, content in bad.files().items() if before[path] != content}
    assert {path for path in changed if "data/" in path} == {f"playlists/data/{world_id(2)}.json"}
    assert bad.text(f"playlists/followers/{day(BAD):%Y-%m}.csv").splitlines()[2].split(",")[BAD + 1] == ""


def test_a_shallow_clone_fetches_what_it_needs(bad: Archive, tmp_path: Path) -> None:
    git(tmp_path, "clone", "--quiet", "--depth=1", bad.root.as_uri(), "shallow")
    git(tmp_path, "clone", "--quiet", "--bare", bad.root.as_uri(), "host")
    git(tmp_path / "host", "config", "uploadpack.allowFilter", "true")
    git(tmp_path, "clone", "--quiet", "--filter=blob:none", (tmp_path / "host").as_uri(), "partial")
    clones = [Archive(tmp_path / name, bad.simulator) for name in ("shallow", "partial")]
    for archive in clones:
        copytree(bad.root / "registry", archive.root / "registry")
    for archive in (bad, *clones):
        forgotten(archive)
    assert [archive.files() for archive in clones] == [bad.files()] * 2


def test_a_shallow_clone_without_its_origin_says_so(bad: Archive, tmp_path: Path) -> None:
    git(tmp_path, "clone", "--quiet", "--depth=1", bad.root.as_uri(), "shallow")
    git(tmp_path / "shallow", "remote", "set-url", "origin", (tmp_path / "nowhere").as_uri())
    with pytest.raises(GitError, match=r"git fetch: .*nowhere"):
        forgotten(Archive(tmp_path / "shallow", bad.simulator))


def test_a_day_on_which_nothing_was_archived_is_refused(bad: Archive) -> None:
    with pytest.raises(NothingToForgetError, match=f"nothing was archived on {day(20)}"):
        forgotten(bad, 20)
    with pytest.raises(NothingToForgetError, match=f"nothing of {world_id(9)} was archived on {day(BAD)}"):
        forgotten(bad, BAD, world_id(9))
    forgotten(bad)
    with pytest.raises(NothingToForgetError, match=f"nothing was archived on {day(BAD)}"):
        forgotten(bad)


def test_work_that_is_not_committed_is_not_overwritten(bad: Archive) -> None:
    path = bad.root / f"playlists/data/{world_id(1)}.json"
    path.write_bytes(path.read_bytes() + b" ")
    before = bad.files()
    with pytest.raises(GitError, match="are not as the last commit has them"):
        forgotten(bad)
    assert bad.files() == before


def test_without_git_there_is_nothing_to_go_back_to(tmp_path: Path) -> None:
    with pytest.raises(GitError, match="not a git repository"):
        forgotten(Archive(tmp_path / "plain", spotify(GOOD)))


def test_a_version_that_cannot_be_read_is_named_and_left_out(bad: Archive) -> None:
    path = bad.root / f"playlists/data/{world_id(1)}.json"
    good = path.read_bytes()
    path.write_bytes(b"{")
    kept(bad.root, 5)
    path.write_bytes(good)
    kept(bad.root, 6)
    [note] = forgotten(bad).notes
    assert note.startswith(f"the version of {day(5)} in commit ")


def test_under_another_date_each_commit_of_a_command_is_of_that_day(tmp_path: Path, command: Run) -> None:
    """As a replay needs it: git tells a clock that was ahead by later commits of earlier days."""
    seen = snapshot([item(1)])
    days = [(day(0), seen), (day(1), seen._replace(items=(item(1), item(2))))]
    committed(tmp_path, archived(days))
    old = written(tmp_path.with_name("old.git"), [(day(-400), [seen._replace(id=playlist_id(2))])], "by name")
    for arguments in (("render", "--commit"), ("forget", str(day(1))), ("import", str(old), "--all")):
        before = git(tmp_path, "rev-parse", "HEAD")
        done = command(*arguments, ARCHIVE_DATE="2031-05-06")
        assert done.returncode == ExitCode.DONE, done.stderr
        assert git(tmp_path, "log", "--format=%as %cs", f"{before}..") == "2031-05-06 2031-05-06"


def test_a_date_before_the_last_commit_is_not_that_of_another(tmp_path: Path, command: Run) -> None:
    seen = snapshot([item(1)])
    days = [(day(number), seen._replace(items=tuple(map(item, range(number + 1))))) for number in range(4)]
    committed(tmp_path, archived(days))
    done = command("forget", str(day(1)), ARCHIVE_DATE=str(day(2)))
    assert done.returncode == ExitCode.DONE, done.stderr
    assert git(tmp_path, "log", "--format=%cs", "-1") == str(day(3))
    logged = command("log", "--format", "json").stdout
    assert f'"{day(3)}"' in logged
