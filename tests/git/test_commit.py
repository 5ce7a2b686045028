import subprocess
import zlib
from datetime import UTC, date, datetime
from pathlib import Path
from random import Random

import pytest

from playlist_archive.git.commit import Changes, changes_at, commit_nothing
from playlist_archive.git.repository import BOT, Git
from tests.git.repositories import (
    ENTRY,
    OTHER_PAGE,
    PAGE,
    SECRET,
    Repositories,
    archived,
    files,
    git,
    push_file_by_others,
    pushed,
    subjects,
    write,
)

# Commits


def test_a_commit_takes_what_is_new_changed_and_gone_in_the_archive(archive: Path) -> None:
    write(archive, PAGE, "second\n")
    write(archive, OTHER_PAGE, "new\n")
    assert archived(archive, "Archive\n\n- a line\n")
    assert files(archive) == {"notes": "notes", PAGE: "second", OTHER_PAGE: "new"}
    (archive / OTHER_PAGE).unlink()
    assert archived(archive)
    assert files(archive) == {"notes": "notes", PAGE: "second"}
    assert git(archive, "status", "--porcelain") == ""


def test_changes_at_paths_are_those_and_no_others(archive: Path) -> None:
    git_here = Git(archive)
    assert not changes_at(git_here, [PAGE])
    assert not changes_at(git_here, [])
    write(archive, PAGE, "second\n")
    write(archive, OTHER_PAGE, "new\n")
    write(archive, "registry/one", "")
    assert changes_at(git_here, [PAGE, "registry/one"]) == Changes((PAGE, "registry/one"), (), ())
    (archive / PAGE).unlink()
    assert changes_at(git_here, [PAGE, "never"]) == Changes((), (PAGE,), ())


def test_a_commit_takes_what_a_gitignore_of_the_repository_would_leave_out(archive: Path) -> None:
    write(archive, ".gitignore", "data/\n*.csv\n")
    write(archive, "playlists/data/record.json", "{}\n")
    write(archive, "playlists/followers/2026-11.csv", "playlist\n")
    assert archived(archive, "Archive")
    assert git(archive, "ls-files", "playlists/data", "playlists/followers").split() == [
        "playlists/data/record.json",
        "playlists/followers/2026-11.csv",
    ]
    assert not archived(archive, "Archive again")


def test_a_commit_leaves_all_other_work_as_it_was(archive: Path) -> None:
    write(archive, "notes", "staged\n")
    write(archive, "staged", "staged\n")
    git(archive, "add", "notes", "staged")
    write(archive, "notes", "unstaged\n")
    write(archive, "untracked", "untracked\n")
    write(archive, PAGE, "second\n")
    before = git(archive, "status", "--porcelain", "--", ".", ":!playlists")
    assert archived(archive)
    assert git(archive, "show", "--format=", "--name-only") == PAGE
    assert git(archive, "status", "--porcelain") == before
    assert git(archive, "show", ":notes") == "staged"
    assert (archive / "notes").read_text() == "unstaged\n"


def test_without_changes_there_is_no_commit(archive: Path) -> None:
    write(archive, "notes", "changed\n")
    assert not archived(archive)
    assert subjects(archive) == ["First"]


def test_a_staged_change_that_was_taken_back_is_no_change(archive: Path) -> None:
    write(archive, PAGE, "second\n")
    git(archive, "add", ".")
    write(archive, PAGE, "first\n")
    assert not archived(archive)
    assert subjects(archive) == ["First"]


def test_an_archive_without_pages_has_nothing_to_commit(tmp_path: Path) -> None:
    git(tmp_path, "init", "--quiet")
    assert not archived(tmp_path)


def test_the_first_commit_of_a_repository_may_be_the_archive(tmp_path: Path) -> None:
    git(tmp_path, "init", "--quiet")
    write(tmp_path, PAGE, "first\n")
    assert archived(tmp_path)
    assert files(tmp_path) == {PAGE: "first"}


def test_an_archive_may_lie_in_a_folder_of_a_repository(archive: Path) -> None:
    write(archive, f"sub/{PAGE}", "sub\n")
    write(archive, PAGE, "second\n")
    assert archived(archive / "sub")
    assert git(archive, "show", "--format=", "--name-only") == f"sub/{PAGE}"


def test_a_message_is_kept_to_the_letter(archive: Path) -> None:
    write(archive, PAGE, "second\n")
    message = "Archive 2026-11-23: +34 −21 songs\n\n- 東京\n# no comment\n-----\n\n\n"
    assert archived(archive, message)
    raw = subprocess.run(("git", "cat-file", "commit", "HEAD"), cwd=archive, check=True, capture_output=True).stdout
    assert raw.decode().partition("\n\n")[2] == message


def test_a_commit_is_by_the_bot_and_today(archive: Path) -> None:
    write(archive, PAGE, "second\n")
    before = datetime.now(UTC).timestamp()
    archived(archive)
    name, email, committer, seconds = git(archive, "log", "-1", "--format=%an%n%ae%n%cn%n%ct").splitlines()
    assert (name, email, committer) == (BOT["GIT_AUTHOR_NAME"], BOT["GIT_AUTHOR_EMAIL"], BOT["GIT_COMMITTER_NAME"])
    assert int(seconds) >= int(before)


def test_a_replay_dates_its_commits(archive: Path) -> None:
    write(archive, PAGE, "second\n")
    archived(archive, day=date(2024, 2, 29))
    assert git(archive, "log", "-1", "--format=%aI %cI") == "2024-02-29T12:00:00+00:00 2024-02-29T12:00:00+00:00"
    assert Git(archive).last_day() == date(2024, 2, 29)


def test_a_repository_without_commits_has_no_last_day(tmp_path: Path) -> None:
    git(tmp_path, "init", "--quiet")
    assert Git(tmp_path).last_day() is None


def test_an_empty_commit_takes_nothing_of_what_is_staged(archive: Path) -> None:
    write(archive, "notes", "staged\n")
    git(archive, "add", ".")
    commit_nothing(Git(archive), "Still watching\n")
    assert subjects(archive) == ["Still watching", "First"]
    assert files(archive) == files(archive, "HEAD~")
    assert git(archive, "status", "--porcelain") == "M  notes"


# What is the user's own


@pytest.mark.parametrize("hook", ["pre-commit", "commit-msg", "prepare-commit-msg", "pre-push", "pre-rebase"])
@pytest.mark.parametrize("everywhere", [False, True])
def test_hooks_of_the_user_do_not_matter(
    shared: Repositories, user_config: Path, tmp_path: Path, hook: str, *, everywhere: bool
) -> None:
    ours, origin, others = shared
    hooks = tmp_path / "hooks" if everywhere else ours / ".git/hooks"
    write(hooks, hook, "#!/bin/sh\nexit 1\n")
    (hooks / hook).chmod(0o755)
    if everywhere:
        user_config.write_text(f"{user_config.read_text()}[core]\nhooksPath = {hooks}\n")
    write(ours, PAGE, "ours\n")
    assert archived(ours)
    git(others, "-c", "core.hooksPath=/dev/null", "commit", "--quiet", "--allow-empty", "--message", "Theirs")
    git(others, "-c", "core.hooksPath=/dev/null", "push", "--quiet", "origin", "main")
    pushed(ours)
    assert subjects(origin) == ["Archive", "Theirs", "First"]


def test_settings_of_the_user_do_not_matter(shared: Repositories, user_config: Path) -> None:
    ours, origin, others = shared
    ignored = user_config.with_name("ignored")
    ignored.write_text("plain/\n*.csv\n")
    push_file_by_others(others, ENTRY, "")
    user_config.write_text(
        f"{user_config.read_text()}"
        "[gpg]\nprogram = /bin/false\n[commit]\ngpgSign = true\ncleanup = strip\n[push]\ngpgSign = true\n"
        "[tag]\ngpgSign = true\n[log]\nshowSignature = true\n[i18n]\ncommitEncoding = latin1\n"
        f"[core]\nautocrlf = true\nsafecrlf = true\nexcludesFile = {ignored}\n"
        "[rebase]\nbackend = apply\nautoStash = true\n[status]\nshowUntrackedFiles = no\n"
    )
    write(ours, OTHER_PAGE, "new\n")
    write(ours, "playlists/followers/2026-11.csv", "playlist\n")
    assert archived(ours, "Archive: 東京\n")
    commit_nothing(Git(ours), "Still watching\n")
    pushed(ours)
    assert subjects(origin) == ["Still watching", "Archive: 東京", f"Write {ENTRY}", "First"]
    assert {OTHER_PAGE, "playlists/followers/2026-11.csv"} <= files(origin).keys()
    assert Git(ours).last_day() == datetime.now(UTC).date()


def test_an_ignored_file_of_the_repository_itself_stays_out(archive: Path) -> None:
    write(archive, ".gitignore", "*.bak\n")
    write(archive, "playlists/page.bak", "x")
    write(archive, OTHER_PAGE, "new\n")
    assert archived(archive)
    assert OTHER_PAGE in files(archive)
    assert "playlists/page.bak" not in files(archive)


def test_hidden_files_in_the_archive_stay_out(archive: Path) -> None:
    hidden = ("playlists/.env", "playlists/plain/.DS_Store", "playlists/data/.record.json.swp")
    for path in hidden:
        write(archive, path, SECRET)
    assert not archived(archive, "Nothing\n")
    write(archive, OTHER_PAGE, "new\n")
    assert archived(archive)
    assert OTHER_PAGE in files(archive)
    assert not files(archive).keys() & set(hidden)


def test_the_repository_of_a_surrounding_hook_is_left_alone(
    archive: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    around = tmp_path / "around"
    around.mkdir()
    git(around, "init", "--quiet")
    monkeypatch.setenv("GIT_DIR", str(around / ".git"))
    monkeypatch.setenv("GIT_WORK_TREE", str(around))
    monkeypatch.setenv("GIT_INDEX_FILE", str(around / ".git/index"))
    monkeypatch.setenv("GIT_PREFIX", "x/")
    write(archive, PAGE, "second\n")
    assert archived(archive)
    for name in ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX"):
        monkeypatch.delenv(name)
    assert subjects(archive) == ["Archive", "First"]
    assert not (around / ".git/index").exists()


WORDS = ["the", "night", "of", "a", "red", "moon", "over", "my", "river", "in", "summer", "and", "you"]


def test_the_files_of_a_commit_are_one_pack_as_small_as_can_be_and_are_pushed_as_they_are(shared: Repositories) -> None:
    archive, origin, _ = shared
    git(origin, "config", "receive.unpackLimit", "1")  # keeps what comes as it came
    chance = Random(1)
    lines = [f"{' '.join(chance.choices(WORDS, k=6))}\n" for _ in range(2_000)]
    for day in ("one day", "the next"):
        before = set((origin / "objects/pack").glob("*.pack"))
        texts = ["".join([*lines, name, day]) for name in ("one", "two", "three")]
        for number, text in enumerate(texts):
            write(archive, f"playlists/plain/{number}", text)
        assert archived(archive, "Archive")
        pushed(archive)

        (sent,) = set((origin / "objects/pack").glob("*.pack")) - before
        listed = [line.split() for line in git(origin, "verify-pack", "--verbose", str(sent)).splitlines()]
        sizes = sorted(int(columns[3]) for columns in listed if columns[1] == "blob")
        usual = sorted(len(zlib.compress(text.encode())) for text in texts)
        assert all(least / 2 < size < least for size, least in zip(sizes, usual, strict=True))
    assert len(list((archive / ".git/objects/pack").glob("*.pack"))) == 2
    assert git(origin, "show", "main:playlists/plain/1") == (archive / "playlists/plain/1").read_text()
    git(origin, "fsck", "--strict")
