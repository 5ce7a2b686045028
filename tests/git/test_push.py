import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest

from playlist_archive.git.commit import changes, commit_nothing, make
from playlist_archive.git.objects import store
from playlist_archive.git.push import PAUSES_SECONDS, RefusedError, push, push_file, switch_to
from playlist_archive.git.race import ConflictError, Race
from playlist_archive.git.repository import Git, GitError
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

# Pushes


def test_a_push_takes_all_commits_that_are_not_there_yet(shared: Repositories) -> None:
    ours, origin, _ = shared
    for text in ("second", "third"):
        write(ours, PAGE, text)
        assert archived(ours, f"Archive {text}\n")
    pushed(ours)
    assert subjects(origin) == ["Archive third", "Archive second", "First"]
    pushed(ours)
    assert git(ours, "rev-parse", "HEAD") == git(origin, "rev-parse", "main")


def test_a_push_goes_to_the_branch_even_where_a_tag_has_its_name(shared: Repositories) -> None:
    ours, origin, _ = shared
    git(ours, "tag", "main")
    write(ours, PAGE, "ours\n")
    archived(ours)
    pushed(ours)
    assert subjects(origin, "refs/heads/main") == ["Archive", "First"]


def test_a_push_starts_a_branch_that_is_not_there_yet(shared: Repositories) -> None:
    ours, origin, _ = shared
    git(ours, "switch", "--quiet", "--create", "try")
    write(ours, PAGE, "ours\n")
    archived(ours)
    pushed(ours)
    assert subjects(origin, "try") == ["Archive", "First"]


def test_ours_goes_on_top_of_what_others_pushed_meanwhile(shared: Repositories) -> None:
    ours, origin, others = shared
    push_file_by_others(others, ENTRY, "My Songs\n")
    push_file_by_others(others, "notes", "theirs\n")
    write(ours, PAGE, "ours\n")
    archived(ours, day=date(2026, 11, 23))
    pushed(ours, day=date(2026, 11, 23))
    assert subjects(origin) == ["Archive", "Write notes", f"Write {ENTRY}", "First"]
    assert files(origin) == {PAGE: "ours", "notes": "theirs", ENTRY: "My Songs"}
    assert git(origin, "log", "-1", "--format=%an %cn %as %cs") == (
        "github-actions[bot] github-actions[bot] 2026-11-23 2026-11-23"
    )
    assert git(ours, "status", "--porcelain", "--branch") == "## main"


def test_a_clone_without_history_can_push_too(shared: Repositories, tmp_path: Path) -> None:
    _, origin, others = shared
    push_file_by_others(others, "notes", "more\n")
    shallow = tmp_path / "shallow"
    git(tmp_path, "clone", "--quiet", "--depth=1", f"file://{origin}", str(shallow))
    push_file_by_others(others, ENTRY, "")
    write(shallow, PAGE, "ours\n")
    archived(shallow)
    pushed(shallow)
    assert subjects(origin) == ["Archive", f"Write {ENTRY}", "Write notes", "First"]


def test_a_sign_of_life_survives_a_race(shared: Repositories) -> None:
    ours, origin, others = shared
    commit_nothing(Git(ours), "Still watching\n")
    push_file_by_others(others, ENTRY, "")
    pushed(ours)
    assert subjects(origin) == ["Still watching", f"Write {ENTRY}", "First"]


def test_what_others_took_back_does_not_return(shared: Repositories) -> None:
    ours, origin, others = shared
    push_file_by_others(others, "secret", SECRET)
    git(ours, "pull", "--quiet", "origin", "main")
    write(ours, PAGE, "ours\n")
    archived(ours)
    git(others, "reset", "--quiet", "--hard", "HEAD~")
    push_file_by_others(others, "notes", "clean\n", "--force")
    pushed(ours)
    assert subjects(origin) == ["Archive", "Write notes", "First"]
    assert files(origin) == {PAGE: "ours", "notes": "clean"}


def test_where_others_changed_the_same_file_theirs_stands_and_ours_is_kept(shared: Repositories) -> None:
    ours, origin, others = shared
    push_file_by_others(others, PAGE, "theirs\n")
    write(ours, PAGE, "ours\n")
    write(ours, "untracked", "mine\n")
    archived(ours)
    with pytest.raises(ConflictError, match=f"^others changed the same files, .* not pushed: {PAGE}$"):
        pushed(ours)
    assert files(origin)[PAGE] == "theirs"
    assert subjects(ours) == ["Archive", "First"]
    assert git(ours, "status", "--porcelain", "--branch").splitlines() == ["## main", "?? untracked"]


def test_of_many_conflicts_some_are_named(shared: Repositories) -> None:
    ours, _, others = shared
    for number in range(5):
        push_file_by_others(others, f"playlists/plain/{number}", "theirs\n")
        write(ours, f"playlists/plain/{number}", "ours\n")
    archived(ours)
    with pytest.raises(ConflictError, match=r"playlists/plain/0, playlists/plain/1, playlists/plain/2, and 2 more$"):
        pushed(ours)


@pytest.mark.parametrize("change", ["staged", "unstaged", "both", "untracked"])
def test_work_that_is_not_committed_survives_a_race(shared: Repositories, change: str) -> None:
    ours, origin, others = shared
    theirs = "notes" if change != "untracked" else "new notes"
    push_file_by_others(others, theirs, "theirs\n")
    write(ours, PAGE, "ours\n")
    archived(ours)
    write(ours, theirs, "mine\n")
    if change in ("staged", "both"):
        git(ours, "add", theirs)
    if change == "staged":
        write(ours, theirs, "notes\n")
    if change == "both":
        write(ours, theirs, "mine too\n")
    before = (git(ours, "status", "--porcelain"), git(ours, "diff"), git(ours, "diff", "--cached"))
    with pytest.raises(GitError, match="work here that is not committed: commit it, and push again"):
        pushed(ours)
    assert subjects(origin) == [f"Write {theirs}", "First"]
    assert subjects(ours) == ["Archive", "First"]
    assert (git(ours, "status", "--porcelain"), git(ours, "diff"), git(ours, "diff", "--cached")) == before


def test_work_that_others_did_not_touch_stays_as_it_is_in_a_race(shared: Repositories) -> None:
    ours, origin, others = shared
    push_file_by_others(others, ENTRY, "")
    write(ours, PAGE, "ours\n")
    archived(ours)
    write(ours, "notes", "staged\n")
    git(ours, "add", "notes")
    write(ours, "notes", "unstaged\n")
    pushed(ours)
    assert subjects(origin) == ["Archive", f"Write {ENTRY}", "First"]
    assert git(ours, "show", ":notes") == "staged"
    assert (ours / "notes").read_text() == "unstaged\n"
    assert git(ours, "status", "--porcelain") == "MM notes"


def test_after_some_refusals_the_push_is_given_up(shared: Repositories) -> None:
    ours, origin, _ = shared
    tries = origin.parent / "tries"
    refuse(origin, f"echo try >> {tries}; echo 'try again' >&2")
    write(ours, PAGE, "ours\n")
    archived(ours)
    slept: list[float] = []
    with pytest.raises(GitError, match=r"git push: .*try again.*pre-receive hook declined"):
        push(Git(ours), sleep=slept.append)
    assert tries.read_text().split() == ["try"] * 5
    assert slept == list(PAUSES_SECONDS)
    assert subjects(origin) == ["First"]
    assert subjects(ours) == ["Archive", "First"]


def test_a_refusal_without_a_race_is_told_as_it_is(shared: Repositories) -> None:
    ours, origin, _ = shared
    refuse(origin, "echo 'main is protected' >&2")
    write(ours, OTHER_PAGE, "new\n")
    archived(ours)
    write(ours, "notes", "not committed\n")
    with pytest.raises(GitError, match="main is protected"):
        pushed(ours)


@pytest.mark.parametrize(
    "words",
    [
        "error: GH006: Protected branch update failed for refs/heads/main.",
        "error: GH013: Repository rule violations found for refs/heads/main.",
        "error: GH001: Large files detected.",
        "Permission to somebody/archive.git denied to github-actions[bot].",
        "This repository was archived so it is read-only.",
        "refusing to allow a GitHub App to create or update workflow",
    ],
)
def test_a_refusal_by_rule_is_told_at_once_with_what_to_do(shared: Repositories, words: str) -> None:
    ours, origin, others = shared
    push_file_by_others(others, ENTRY, "")  # a race too, which the other side looks at only after its rules
    refuse(origin, f"echo '{words}' >&2")
    git(ours, "pull", "--quiet", "origin", "main")
    write(ours, PAGE, "ours\n")
    archived(ours)
    slept: list[float] = []
    with pytest.raises(RefusedError) as raised:
        push(Git(ours), sleep=slept.append)
    assert str(raised.value).startswith("committed here, not pushed: git push: ")
    assert words.split("[", maxsplit=1)[0] in str(raised.value)
    assert "give it a deploy key" in str(raised.value)
    assert slept == []
    assert subjects(ours)[0] == "Archive"


def test_a_lost_race_is_no_refusal_whatever_the_branch_is_called(shared: Repositories) -> None:
    ours, origin, others = shared
    for root in (ours, others):
        git(root, "switch", "--quiet", "--create", "read-only-GH006")
    git(others, "push", "--quiet", "origin", "HEAD")
    git(ours, "fetch", "--quiet")
    write(others, ENTRY, "")
    git(others, "add", ".")
    git(others, "commit", "--quiet", "--message", "Theirs")
    git(others, "push", "--quiet", "origin", "HEAD")
    write(ours, PAGE, "ours\n")
    archived(ours)
    pushed(ours)
    assert subjects(origin, "read-only-GH006") == ["Archive", "Theirs", "First"]


def test_a_host_that_says_403_is_a_refusal(archive: Path) -> None:
    with _forbidding() as url:
        git(archive, "remote", "add", "origin", f"{url}/{SECRET}/archive.git?token={SECRET}")
        with pytest.raises(RefusedError) as raised:
            push(Git(archive), sleep=lambda _: None)
    assert "403" in str(raised.value)
    assert SECRET not in str(raised.value)


class _Forbidding(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_error(403)

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def _forbidding() -> Iterator[str]:
    """The address of a host that forbids everything."""
    with HTTPServer(("127.0.0.1", 0), _Forbidding) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


def test_a_push_that_is_refused_once_succeeds_in_the_end(shared: Repositories) -> None:
    ours, origin, others = shared
    once = origin.parent / "once"
    refuse(origin, f"mkdir {once} 2>/dev/null || exit 0")
    write(ours, PAGE, "ours\n")
    archived(ours)
    pushed(ours)
    assert once.is_dir()
    assert subjects(origin) == ["Archive", "First"]
    assert git(others, "ls-remote", "origin", "refs/heads/main").startswith(git(ours, "rev-parse", "HEAD"))


def refuse(origin: Path, script: str) -> None:
    """Makes the other side refuse pushes, after the script."""
    write(origin, "hooks/pre-receive", f"#!/bin/sh\n{script}\nexit 1\n")
    (origin / "hooks/pre-receive").chmod(0o755)


def test_a_push_waits_before_it_looks_again_and_then_pushes_at_once(shared: Repositories) -> None:
    ours, origin, others = shared
    write(ours, PAGE, "ours\n")
    archived(ours)
    push_file_by_others(others, "notes", "theirs\n")

    def others_push_meanwhile(_: float) -> None:
        push_file_by_others(others, ENTRY, "theirs\n")

    push(Git(ours), sleep=others_push_meanwhile)
    assert subjects(origin) == ["Archive", f"Write {ENTRY}", "Write notes", "First"]


def test_files_that_others_changed_too_are_for_whoever_knows_what_is_in_them(shared: Repositories) -> None:
    ours, origin, others = shared
    base = git(ours, "rev-parse", "HEAD")
    push_file_by_others(others, PAGE, "theirs\n")
    write(ours, PAGE, "ours\n")
    write(ours, OTHER_PAGE, "ours\n")
    archived(ours)
    raced: list[Race] = []

    def both(race: Race) -> str:
        raced.append(race)
        write(others, PAGE, "both\n")
        made = store(Git(ours), others, [PAGE])
        return make(Git(ours), race.tip, made, race.ours[0].message, race.ours[0].author)

    mine = git(ours, "rev-parse", "HEAD")
    pushed(ours, both)
    (race,) = raced
    tip = git(others, "rev-parse", "HEAD")
    assert (race.base, race.tip) == (base, tip)
    assert [[commit.name for commit in found] for found in (race.ours, race.theirs)] == [[mine], [tip]]
    assert subjects(origin) == ["Archive", f"Write {PAGE}", "First"]
    assert files(origin) == {PAGE: "both", "notes": "notes"}
    assert git(ours, "rev-parse", "HEAD") == git(origin, "rev-parse", "main")
    assert git(ours, "status", "--porcelain") == ""


def test_lines_of_the_same_generated_file_are_never_merged_by_git(shared: Repositories) -> None:
    ours, origin, others = shared
    lines = [f"line {number}\n" for number in range(20)]
    push_file_by_others(others, PAGE, "".join(lines))
    git(ours, "pull", "--quiet", "origin", "main")
    push_file_by_others(others, PAGE, "".join(["theirs\n", *lines]))
    write(ours, PAGE, "".join([*lines, "ours\n"]))
    archived(ours)
    with pytest.raises(ConflictError, match=PAGE):
        pushed(ours)
    assert "ours" not in files(origin)[PAGE]


def test_a_clash_outside_the_archive_is_told_and_nothing_is_half_done(shared: Repositories) -> None:
    ours, origin, others = shared
    push_file_by_others(others, "notes", "theirs\n")
    write(ours, "notes", "mine\n")
    git(ours, "commit", "--quiet", "--all", "--message", "Notes")
    write(ours, PAGE, "ours\n")
    archived(ours)
    with pytest.raises(ConflictError, match=r"others changed the same files, .*: notes$"):
        pushed(ours)
    assert files(origin)["notes"] == "theirs"
    assert subjects(ours) == ["Archive", "Notes", "First"]
    assert git(ours, "status", "--porcelain", "--branch") == "## main"


def test_a_branch_that_began_anew_is_told(shared: Repositories) -> None:
    ours, origin, others = shared
    git(ours, "update-ref", "-d", "refs/remotes/origin/main")
    git(others, "switch", "--quiet", "--orphan", "anew")
    push_file_by_others(others, "notes", "anew\n", "--force")
    write(ours, PAGE, "ours\n")
    archived(ours)
    with pytest.raises(GitError, match="no commit in common with ours: clone it anew"):
        pushed(ours)
    assert subjects(origin) == ["Write notes"]
    assert subjects(ours) == ["Archive", "First"]


def test_a_new_file_goes_to_a_branch_of_its_own(shared: Repositories) -> None:
    ours, origin, _ = shared
    write(ours, "untracked", "mine\n")
    switch_to(Git(ours), "add/entry")
    write(ours, ENTRY, "My Songs\n")
    assert push_file(Git(ours), ENTRY, message="Add\n")
    assert subjects(origin, "add/entry") == ["Add", "First"]
    assert files(origin, "add/entry") == {PAGE: "first", "notes": "notes", ENTRY: "My Songs"}
    assert subjects(origin, "main") == ["First"]


def test_a_branch_that_the_origin_has_goes_on_from_there(shared: Repositories, tmp_path: Path) -> None:
    ours, origin, _ = shared
    switch_to(Git(ours), "add/entry")
    write(ours, ENTRY, "My Songs\n")
    push_file(Git(ours), ENTRY, message="Add\n")
    later = tmp_path / "later"
    git(tmp_path, "clone", "--quiet", "--depth=1", f"file://{origin}", str(later))
    switch_to(Git(later), "add/entry")
    write(later, ENTRY, "My Songs\n")
    assert not push_file(Git(later), ENTRY, message="Add again\n")
    write(later, ENTRY, "Your Songs\n")
    assert push_file(Git(later), ENTRY, message="Add again\n")
    assert subjects(origin, "add/entry") == ["Add again", "Add", "First"]


# The folder follows


def test_files_that_stayed_out_of_the_commit_stay_as_they_are(shared: Repositories) -> None:
    ours, origin, others = shared
    push_file_by_others(others, PAGE, "theirs\n")
    write(ours, OTHER_PAGE, "ours\n")
    archived(ours)
    write(ours, PAGE, "too large to be committed\n")
    pushed(ours)
    assert subjects(origin) == ["Archive", f"Write {PAGE}", "First"]
    assert (ours / PAGE).read_text() == "too large to be committed\n"
    assert git(ours, "status", "--porcelain") == f"M {PAGE}"


def test_links_programs_and_folders_follow_too(shared: Repositories) -> None:
    ours, origin, others = shared
    write(others, "bin/run", "#!/bin/sh\n")
    (others / "bin/run").chmod(0o755)
    (others / "link").symlink_to("notes")
    write(others, " x ", " blanks \n")
    git(others, "rm", "--quiet", PAGE)
    push_file_by_others(others, ENTRY, "")
    write(ours, OTHER_PAGE, "ours\n")
    archived(ours)
    pushed(ours)
    assert git(ours, "status", "--porcelain") == ""
    assert os.access(ours / "bin/run", os.X_OK)
    assert (ours / "link").readlink() == Path("notes")
    assert (ours / " x ").read_text() == " blanks \n"
    assert not (ours / PAGE).exists()
    assert subjects(origin)[0] == "Archive"


def test_a_lock_that_a_dead_git_left_does_not_lose_a_race(shared: Repositories) -> None:
    ours, origin, others = shared
    push_file_by_others(others, ENTRY, "My Songs\n")
    write(ours, PAGE, "ours\n")
    archived(ours)
    (ours / ".git/index.lock").touch()
    pushed(ours)
    assert subjects(origin) == ["Archive", f"Write {ENTRY}", "First"]
    assert (ours / ENTRY).read_text() == "My Songs\n"
    assert not changes(Git(ours))


def test_a_clone_with_other_line_ends_follows_too(shared: Repositories) -> None:
    ours, origin, others = shared
    write(ours, "notes", "notes\r\n")
    (ours / PAGE).write_bytes(b"first\r\n")
    push_file_by_others(others, "notes", "theirs\n")
    push_file_by_others(others, PAGE, "theirs\n")
    write(ours, OTHER_PAGE, "ours\n")
    archived(ours)
    pushed(ours)
    assert subjects(origin)[0] == "Archive"
    assert [(ours / path).read_text() for path in ("notes", PAGE)] == ["theirs\n", "theirs\n"]


# Refusals


def test_without_a_remote_there_is_nowhere_to_push(archive: Path) -> None:
    with pytest.raises(GitError, match=r"nowhere to push to: .*git remote add origin"):
        pushed(archive)


def test_without_a_branch_there_is_none_to_push(shared: Repositories) -> None:
    ours, _, _ = shared
    git(ours, "switch", "--quiet", "--detach")
    with pytest.raises(GitError, match="no branch is checked out"):
        pushed(ours)


def test_a_remote_that_is_gone_is_told(shared: Repositories) -> None:
    ours, origin, _ = shared
    shutil.rmtree(origin)
    with pytest.raises(GitError, match=r"git push: fatal: .*does not appear to be a git repository"):
        pushed(ours)


@pytest.mark.parametrize(
    "url",
    [f"https://bot:{SECRET}@localhost:1/a/b.git", f"https://{SECRET}@localhost:1/a/b", f"ssh://x:{SECRET}@[::1]:1/a"],
)
def test_no_error_tells_the_secret_of_a_url(archive: Path, url: str) -> None:
    git(archive, "remote", "add", "origin", url)
    with pytest.raises(GitError) as raised:
        pushed(archive)
    assert str(raised.value).startswith("git push: ")
    assert SECRET not in f"{raised.value}{raised.value.__cause__}"


def test_an_error_is_one_line_that_is_no_command(shared: Repositories) -> None:
    ours, origin, _ = shared
    refuse(origin, "printf 'x\\n::error::y\\n##[error]z\\n' >&2")
    write(ours, PAGE, "ours\n")
    archived(ours)
    with pytest.raises(GitError) as raised:
        pushed(ours)
    assert "\n" not in str(raised.value)
    assert "::" not in str(raised.value)
    assert "##[" not in str(raised.value)
