import os
import shutil
import subprocess
import zlib
from datetime import UTC, date, datetime
from pathlib import Path
from random import Random

import pytest

from playlist_archive.git.repository import BOT, PAUSES_SECONDS, ConflictError, Git, GitError, Race

PAGE = "playlists/plain/page"
OTHER_PAGE = "playlists/plain/other"
ENTRY = "registry/entry"
SECRET = "0123456789abcdef"
WORDS = ["the", "night", "of", "a", "red", "moon", "over", "my", "river", "in", "summer", "and", "you"]

Repositories = tuple[Path, Path, Path]


@pytest.fixture(autouse=True)
def user_config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The configuration of somebody who has git as it comes."""
    config = tmp_path / "gitconfig"
    config.write_text("[user]\nname = Somebody\nemail = somebody@example.org\n[init]\ndefaultBranch = main\n")
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(config))
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    return config


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """A repository with one commit."""
    folder = tmp_path / "archive"
    folder.mkdir()
    git(folder, "init", "--quiet")
    write(folder, PAGE, "first\n")
    write(folder, "notes", "notes\n")
    git(folder, "add", ".")
    git(folder, "commit", "--quiet", "--message", "First")
    return folder


@pytest.fixture
def shared(tmp_path: Path, archive: Path) -> Repositories:
    """The archive, the bare repository that it pushes to, and somebody else's clone of that."""
    origin, others = tmp_path / "origin.git", tmp_path / "others"
    git(tmp_path, "clone", "--quiet", "--bare", str(archive), str(origin))
    git(archive, "remote", "add", "origin", str(origin))
    git(archive, "fetch", "--quiet", "origin")
    git(tmp_path, "clone", "--quiet", str(origin), str(others))
    return archive, origin, others


def hasty(root: Path, *, day: date | None = None) -> Git:
    """The repository, without the pauses between pushes."""
    return Git(root, day=day, sleep=lambda _: None)


def git(folder: Path, *arguments: str) -> str:
    done = subprocess.run(("git", *arguments), cwd=folder, check=True, capture_output=True, text=True)
    return done.stdout.strip()


def write(folder: Path, path: str, text: str) -> None:
    (folder / path).parent.mkdir(parents=True, exist_ok=True)
    (folder / path).write_text(text, encoding="utf-8")


def diverge(folder: Path) -> None:
    """Two more commits that change the page, and a branch `other` that changes it otherwise."""
    git(folder, "branch", "other")
    for text in ("second\n", "third\n"):
        write(folder, PAGE, text)
        git(folder, "commit", "--quiet", "--all", "--message", text)
    git(folder, "switch", "--quiet", "other")
    write(folder, PAGE, "other\n")
    git(folder, "commit", "--quiet", "--all", "--message", "Other")
    git(folder, "switch", "--quiet", "main")


def push(folder: Path, path: str, text: str, *options: str) -> None:
    """A commit by somebody else, pushed."""
    write(folder, path, text)
    git(folder, "add", ".")
    git(folder, "commit", "--quiet", "--message", f"Write {path}")
    git(folder, "push", "--quiet", *options, "origin", "HEAD:main")


def files(folder: Path, commit: str = "HEAD") -> dict[str, str]:
    paths = git(folder, "ls-tree", "-r", "--name-only", commit).splitlines()
    return {path: git(folder, "show", f"{commit}:{path}") for path in paths}


def subjects(folder: Path, commit: str = "HEAD") -> list[str]:
    return git(folder, "log", "--format=%s", commit).splitlines()


# Commits


def test_a_commit_takes_what_is_new_changed_and_gone_in_the_archive(archive: Path) -> None:
    write(archive, PAGE, "second\n")
    write(archive, OTHER_PAGE, "new\n")
    assert Git(archive).commit("Archive\n\n- a line\n")
    assert files(archive) == {"notes": "notes", PAGE: "second", OTHER_PAGE: "new"}
    (archive / OTHER_PAGE).unlink()
    assert Git(archive).commit("Archive\n")
    assert files(archive) == {"notes": "notes", PAGE: "second"}
    assert git(archive, "status", "--porcelain") == ""


def test_a_commit_takes_what_a_gitignore_of_the_repository_would_leave_out(archive: Path) -> None:
    write(archive, ".gitignore", "data/\n*.csv\n")
    write(archive, "playlists/data/record.json", "{}\n")
    write(archive, "playlists/followers/2026-11.csv", "playlist\n")
    assert Git(archive).commit("Archive")
    assert git(archive, "ls-files", "playlists/data", "playlists/followers").split() == [
        "playlists/data/record.json",
        "playlists/followers/2026-11.csv",
    ]
    assert not Git(archive).commit("Archive again")


def test_a_commit_leaves_all_other_work_as_it_was(archive: Path) -> None:
    write(archive, "notes", "staged\n")
    write(archive, "staged", "staged\n")
    git(archive, "add", "notes", "staged")
    write(archive, "notes", "unstaged\n")
    write(archive, "untracked", "untracked\n")
    write(archive, PAGE, "second\n")
    before = git(archive, "status", "--porcelain", "--", ".", ":!playlists")
    assert Git(archive).commit("Archive\n")
    assert git(archive, "show", "--format=", "--name-only") == PAGE
    assert git(archive, "status", "--porcelain") == before
    assert git(archive, "show", ":notes") == "staged"
    assert (archive / "notes").read_text() == "unstaged\n"


def test_without_changes_there_is_no_commit(archive: Path) -> None:
    write(archive, "notes", "changed\n")
    assert not Git(archive).commit("Archive\n")
    assert subjects(archive) == ["First"]


def test_a_staged_change_that_was_taken_back_is_no_change(archive: Path) -> None:
    write(archive, PAGE, "second\n")
    git(archive, "add", ".")
    write(archive, PAGE, "first\n")
    assert not Git(archive).commit("Archive\n")
    assert subjects(archive) == ["First"]


def test_an_archive_without_pages_has_nothing_to_commit(tmp_path: Path) -> None:
    git(tmp_path, "init", "--quiet")
    assert not Git(tmp_path).commit("Archive\n")


def test_the_first_commit_of_a_repository_may_be_the_archive(tmp_path: Path) -> None:
    git(tmp_path, "init", "--quiet")
    write(tmp_path, PAGE, "first\n")
    assert Git(tmp_path).commit("Archive\n")
    assert files(tmp_path) == {PAGE: "first"}


def test_an_archive_may_lie_in_a_folder_of_a_repository(archive: Path) -> None:
    write(archive, f"sub/{PAGE}", "sub\n")
    write(archive, PAGE, "second\n")
    assert Git(archive / "sub").commit("Archive\n")
    assert git(archive, "show", "--format=", "--name-only") == f"sub/{PAGE}"


def test_a_message_is_kept_to_the_letter(archive: Path) -> None:
    write(archive, PAGE, "second\n")
    message = "Archive 2026-11-23: +34 −21 songs\n\n- 東京\n# no comment\n-----\n\n\n"
    assert Git(archive).commit(message)
    raw = subprocess.run(("git", "cat-file", "commit", "HEAD"), cwd=archive, check=True, capture_output=True).stdout
    assert raw.decode().partition("\n\n")[2] == message


def test_a_commit_is_by_the_bot_and_today(archive: Path) -> None:
    write(archive, PAGE, "second\n")
    before = datetime.now(UTC).timestamp()
    Git(archive).commit("Archive\n")
    name, email, committer, seconds = git(archive, "log", "-1", "--format=%an%n%ae%n%cn%n%ct").splitlines()
    assert (name, email, committer) == (BOT["GIT_AUTHOR_NAME"], BOT["GIT_AUTHOR_EMAIL"], BOT["GIT_COMMITTER_NAME"])
    assert int(seconds) >= int(before)


def test_a_replay_dates_its_commits(archive: Path) -> None:
    write(archive, PAGE, "second\n")
    Git(archive, day=date(2024, 2, 29)).commit("Archive\n")
    assert git(archive, "log", "-1", "--format=%aI %cI") == "2024-02-29T12:00:00+00:00 2024-02-29T12:00:00+00:00"
    assert Git(archive).last_day() == date(2024, 2, 29)


def test_a_repository_without_commits_has_no_last_day(tmp_path: Path) -> None:
    git(tmp_path, "init", "--quiet")
    assert Git(tmp_path).last_day() is None


def test_an_empty_commit_takes_nothing_of_what_is_staged(archive: Path) -> None:
    write(archive, "notes", "staged\n")
    git(archive, "add", ".")
    Git(archive).commit_nothing("Still watching\n")
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
    assert Git(ours).commit("Archive\n")
    git(others, "-c", "core.hooksPath=/dev/null", "commit", "--quiet", "--allow-empty", "--message", "Theirs")
    git(others, "-c", "core.hooksPath=/dev/null", "push", "--quiet", "origin", "main")
    hasty(ours).push()
    assert subjects(origin) == ["Archive", "Theirs", "First"]


def test_settings_of_the_user_do_not_matter(shared: Repositories, user_config: Path) -> None:
    ours, origin, others = shared
    ignored = user_config.with_name("ignored")
    ignored.write_text("plain/\n*.csv\n")
    push(others, ENTRY, "")
    user_config.write_text(
        f"{user_config.read_text()}"
        "[gpg]\nprogram = /bin/false\n[commit]\ngpgSign = true\ncleanup = strip\n[push]\ngpgSign = true\n"
        "[tag]\ngpgSign = true\n[log]\nshowSignature = true\n[i18n]\ncommitEncoding = latin1\n"
        f"[core]\nautocrlf = true\nsafecrlf = true\nexcludesFile = {ignored}\n"
        "[rebase]\nbackend = apply\nautoStash = true\n[status]\nshowUntrackedFiles = no\n"
    )
    write(ours, OTHER_PAGE, "new\n")
    write(ours, "playlists/followers/2026-11.csv", "playlist\n")
    assert Git(ours).commit("Archive: 東京\n")
    Git(ours).commit_nothing("Still watching\n")
    hasty(ours).push()
    assert subjects(origin) == ["Still watching", "Archive: 東京", f"Write {ENTRY}", "First"]
    assert {OTHER_PAGE, "playlists/followers/2026-11.csv"} <= files(origin).keys()
    assert Git(ours).last_day() == datetime.now(UTC).date()


def test_an_ignored_file_of_the_repository_itself_stays_out(archive: Path) -> None:
    write(archive, ".gitignore", "*.bak\n")
    write(archive, "playlists/page.bak", "x")
    write(archive, OTHER_PAGE, "new\n")
    assert Git(archive).commit("Archive\n")
    assert OTHER_PAGE in files(archive)
    assert "playlists/page.bak" not in files(archive)


def test_hidden_files_in_the_archive_stay_out(archive: Path) -> None:
    hidden = ("playlists/.env", "playlists/plain/.DS_Store", "playlists/data/.record.json.swp")
    for path in hidden:
        write(archive, path, SECRET)
    assert not Git(archive).commit("Nothing\n")
    write(archive, OTHER_PAGE, "new\n")
    assert Git(archive).commit("Archive\n")
    assert OTHER_PAGE in files(archive)
    assert not files(archive).keys() & set(hidden)


@pytest.mark.parametrize(
    ("command", "end"),
    [
        ("merge other", "git merge --abort"),
        ("cherry-pick other", "git cherry-pick --abort"),
        ("revert --no-edit HEAD~1", "git revert --abort"),
        ("rebase other", "git rebase --abort"),
        ("rebase --apply other", "git rebase --abort"),
        ("bisect start HEAD HEAD~2", "git bisect reset"),
    ],
)
def test_what_is_under_way_is_told_before_a_run(archive: Path, command: str, end: str) -> None:
    diverge(archive)
    Git(archive).check()
    subprocess.run(("git", *command.split()), cwd=archive, check=False, capture_output=True)
    before = git(archive, "status", "--porcelain")
    with pytest.raises(GitError, match=f"something else is under way .* end it with `{end}`"):
        Git(archive).check()
    assert git(archive, "status", "--porcelain") == before
    git(archive, *end.split()[1:])
    Git(archive).check()


def test_conflicts_that_wait_are_told_before_a_run(archive: Path) -> None:
    write(archive, PAGE, "ours\n")
    git(archive, "stash")
    write(archive, PAGE, "theirs\n")
    git(archive, "commit", "--quiet", "--all", "--message", "Theirs")
    subprocess.run(("git", "stash", "pop"), cwd=archive, check=False, capture_output=True)
    with pytest.raises(GitError, match="3 versions of files in playlists/ wait to be merged"):
        Git(archive).check()


def test_that_no_branch_is_checked_out_is_told_before_a_run(archive: Path) -> None:
    git(archive, "switch", "--quiet", "--detach")
    with pytest.raises(GitError, match="no branch is checked out"):
        Git(archive).check()


@pytest.mark.parametrize("path", ["playlists/data/record.json", "playlists/followers/2026-11.csv"])
def test_what_is_missing_is_told_before_a_run(archive: Path, path: str) -> None:
    write(archive, path, "x")
    assert Git(archive).commit("Archive\n")
    (archive / path).unlink()
    with pytest.raises(GitError, match=f"what is missing here, put it back with git restore: {path}"):
        Git(archive).check()
    git(archive, "restore", path)
    Git(archive).check()
    git(archive, "sparse-checkout", "set", "registry")
    with pytest.raises(GitError, match=f"what is missing here.*: {path}"):
        Git(archive).check()


def test_what_is_missing_in_an_archive_in_a_folder_is_told_too(archive: Path) -> None:
    write(archive, f"music/{PAGE}", "x")
    write(archive, "music/playlists/data/record.json", "x")
    inner = archive / "music"
    assert Git(inner).commit("Archive\n")
    Git(inner).check()
    (inner / "playlists/data/record.json").unlink()
    with pytest.raises(GitError, match=r"put it back with git restore: playlists/data/record\.json"):
        Git(inner).check()


def test_a_missing_page_is_made_anew_and_so_not_told(archive: Path) -> None:
    (archive / PAGE).unlink()
    Git(archive).check()


def test_without_a_repository_or_a_commit_nothing_is_told_before_a_run(tmp_path: Path) -> None:
    Git(tmp_path).check()
    git(tmp_path, "init", "--quiet")
    Git(tmp_path).check()


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
    ours = Git(archive)
    assert ours.commit("Archive\n")
    for name in ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX"):
        monkeypatch.delenv(name)
    assert subjects(archive) == ["Archive", "First"]
    assert not (around / ".git/index").exists()


def test_git_speaks_english_whatever_the_user_speaks(archive: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANGUAGE", "de")
    monkeypatch.setenv("LC_ALL", "de_DE.UTF-8")
    git(archive, "remote", "add", "origin", str(archive))
    with pytest.raises(GitError, match=r"^git add: fatal: pathspec 'gone' did not match any files$"):
        Git(archive).run("add", "gone")


# Where the archive lies


@pytest.mark.parametrize(
    ("remote", "repository"),
    [
        ("https://github.com/somebody/archive", "somebody/archive"),
        ("https://github.com/somebody/archive.git", "somebody/archive"),
        ("https://github.com/somebody/archive/", "somebody/archive"),
        ("https://GitHub.com/Some-Body/My.Archive_2.git", "Some-Body/My.Archive_2"),
        (f"https://x-access-token:{SECRET}@github.com/somebody/archive.git", "somebody/archive"),
        (f"https://{SECRET}@github.com/somebody/archive", "somebody/archive"),
        ("git@github.com:somebody/archive.git", "somebody/archive"),
        ("org-1234@github.com:somebody/archive.git", "somebody/archive"),
        ("github.com:somebody/archive", "somebody/archive"),
        ("ssh://git@github.com/somebody/archive.git", "somebody/archive"),
        ("ssh://git@ssh.github.com:443/somebody/archive.git", "somebody/archive"),
        ("git://github.com/somebody/archive.git", "somebody/archive"),
        ("https://gitlab.com/somebody/archive.git", None),
        ("git@gitlab.com:github.com/archive.git", None),
        ("https://github.com.example.org/somebody/archive", None),
        ("https://example.org/github.com/archive", None),
        ("https://notgithub.com/somebody/archive", None),
        ("https://github.com/somebody", None),
        ("https://github.com/somebody/archive/tree/main", None),
        ("https://github.com/some body/archive", None),
        ("/srv/git/archive.git", None),
    ],
)
def test_the_remote_tells_the_repository_on_github(archive: Path, remote: str, repository: str | None) -> None:
    git(archive, "remote", "add", "origin", remote)
    assert Git(archive).repository() == repository


def test_without_a_remote_or_a_repository_none_is_told(archive: Path, tmp_path: Path) -> None:
    assert Git(archive).repository() is None
    assert Git(tmp_path).repository() is None
    assert Git(tmp_path).branch() is None
    assert Git(tmp_path / "gone").repository() is None


def test_the_branch_is_told_by_its_whole_name(archive: Path) -> None:
    git(archive, "tag", "main")
    assert Git(archive).branch() == "main"
    git(archive, "switch", "--quiet", "--create", "feature/x")
    assert Git(archive).branch() == "feature/x"
    git(archive, "switch", "--quiet", "--detach")
    assert Git(archive).branch() is None


def test_a_branch_without_commits_is_told_too(tmp_path: Path) -> None:
    git(tmp_path, "init", "--quiet", "--initial-branch=trunk")
    assert Git(tmp_path).branch() == "trunk"


def test_a_tree_tells_every_file_and_what_it_is(archive: Path) -> None:
    (archive / "link").symlink_to("/etc/passwd")
    (archive / "a\n::error::b").touch()
    (archive / os.fsdecode(b"caf\xe9")).touch()
    git(archive, "add", ".")
    git(archive, "commit", "--quiet", "--message", "Odd names")
    tree = Git(archive).tree()
    assert tree.keys() == {PAGE, "notes", "link", "a\n::error::b", os.fsdecode(b"caf\xe9")}
    assert tree["link"].startswith("120000 blob ")
    assert tree["notes"] == f"100644 blob {git(archive, 'rev-parse', 'HEAD:notes')}"


# Pushes


def test_a_push_takes_all_commits_that_are_not_there_yet(shared: Repositories) -> None:
    ours, origin, _ = shared
    for text in ("second", "third"):
        write(ours, PAGE, text)
        assert Git(ours).commit(f"Archive {text}\n")
    hasty(ours).push()
    assert subjects(origin) == ["Archive third", "Archive second", "First"]
    hasty(ours).push()
    assert git(ours, "rev-parse", "HEAD") == git(origin, "rev-parse", "main")


def test_a_push_goes_to_the_branch_even_where_a_tag_has_its_name(shared: Repositories) -> None:
    ours, origin, _ = shared
    git(ours, "tag", "main")
    write(ours, PAGE, "ours\n")
    Git(ours).commit("Archive\n")
    hasty(ours).push()
    assert subjects(origin, "refs/heads/main") == ["Archive", "First"]


def test_a_push_starts_a_branch_that_is_not_there_yet(shared: Repositories) -> None:
    ours, origin, _ = shared
    git(ours, "switch", "--quiet", "--create", "try")
    write(ours, PAGE, "ours\n")
    Git(ours).commit("Archive\n")
    hasty(ours).push()
    assert subjects(origin, "try") == ["Archive", "First"]


def test_ours_goes_on_top_of_what_others_pushed_meanwhile(shared: Repositories) -> None:
    ours, origin, others = shared
    push(others, ENTRY, "My Songs\n")
    push(others, "notes", "theirs\n")
    write(ours, PAGE, "ours\n")
    Git(ours, day=date(2026, 11, 23)).commit("Archive\n")
    hasty(ours, day=date(2026, 11, 23)).push()
    assert subjects(origin) == ["Archive", "Write notes", f"Write {ENTRY}", "First"]
    assert files(origin) == {PAGE: "ours", "notes": "theirs", ENTRY: "My Songs"}
    assert git(origin, "log", "-1", "--format=%an %cn %as %cs") == (
        "github-actions[bot] github-actions[bot] 2026-11-23 2026-11-23"
    )
    assert git(ours, "status", "--porcelain", "--branch") == "## main"


def test_a_clone_without_history_can_push_too(shared: Repositories, tmp_path: Path) -> None:
    _, origin, others = shared
    push(others, "notes", "more\n")
    shallow = tmp_path / "shallow"
    git(tmp_path, "clone", "--quiet", "--depth=1", f"file://{origin}", str(shallow))
    push(others, ENTRY, "")
    write(shallow, PAGE, "ours\n")
    Git(shallow).commit("Archive\n")
    hasty(shallow).push()
    assert subjects(origin) == ["Archive", f"Write {ENTRY}", "Write notes", "First"]


def test_a_sign_of_life_survives_a_race(shared: Repositories) -> None:
    ours, origin, others = shared
    Git(ours).commit_nothing("Still watching\n")
    push(others, ENTRY, "")
    hasty(ours).push()
    assert subjects(origin) == ["Still watching", f"Write {ENTRY}", "First"]


def test_what_others_took_back_does_not_return(shared: Repositories) -> None:
    ours, origin, others = shared
    push(others, "secret", SECRET)
    git(ours, "pull", "--quiet", "origin", "main")
    write(ours, PAGE, "ours\n")
    Git(ours).commit("Archive\n")
    git(others, "reset", "--quiet", "--hard", "HEAD~")
    push(others, "notes", "clean\n", "--force")
    hasty(ours).push()
    assert subjects(origin) == ["Archive", "Write notes", "First"]
    assert files(origin) == {PAGE: "ours", "notes": "clean"}


def test_where_others_changed_the_same_file_theirs_stands_and_ours_is_kept(shared: Repositories) -> None:
    ours, origin, others = shared
    push(others, PAGE, "theirs\n")
    write(ours, PAGE, "ours\n")
    write(ours, "untracked", "mine\n")
    Git(ours).commit("Archive\n")
    with pytest.raises(ConflictError, match=f"^others changed the same files, .* not pushed: {PAGE}$"):
        hasty(ours).push()
    assert files(origin)[PAGE] == "theirs"
    assert subjects(ours) == ["Archive", "First"]
    assert git(ours, "status", "--porcelain", "--branch").splitlines() == ["## main", "?? untracked"]


def test_of_many_conflicts_some_are_named(shared: Repositories) -> None:
    ours, _, others = shared
    for number in range(5):
        push(others, f"playlists/plain/{number}", "theirs\n")
        write(ours, f"playlists/plain/{number}", "ours\n")
    Git(ours).commit("Archive\n")
    with pytest.raises(ConflictError, match=r"playlists/plain/0, playlists/plain/1, playlists/plain/2, and 2 more$"):
        hasty(ours).push()


def test_work_that_is_not_committed_survives_a_race(shared: Repositories) -> None:
    ours, origin, others = shared
    push(others, ENTRY, "")
    write(ours, PAGE, "ours\n")
    Git(ours).commit("Archive\n")
    write(ours, "notes", "staged\n")
    git(ours, "add", "notes")
    write(ours, "notes", "unstaged\n")
    with pytest.raises(GitError, match="work here that is not committed: commit it, and push again"):
        hasty(ours).push()
    assert subjects(origin) == [f"Write {ENTRY}", "First"]
    assert subjects(ours) == ["Archive", "First"]
    assert git(ours, "show", ":notes") == "staged"
    assert (ours / "notes").read_text() == "unstaged\n"


def test_after_some_refusals_the_push_is_given_up(shared: Repositories) -> None:
    ours, origin, _ = shared
    tries = origin.parent / "tries"
    refuse(origin, f"echo try >> {tries}; echo 'the branch is protected' >&2")
    write(ours, PAGE, "ours\n")
    Git(ours).commit("Archive\n")
    slept: list[float] = []
    with pytest.raises(GitError, match=r"git push: .*the branch is protected"):
        Git(ours, sleep=slept.append).push()
    assert tries.read_text().split() == ["try"] * 5
    assert slept == list(PAUSES_SECONDS)
    assert subjects(origin) == ["First"]
    assert subjects(ours) == ["Archive", "First"]


def test_a_refusal_without_a_race_is_told_as_it_is(shared: Repositories) -> None:
    ours, origin, _ = shared
    refuse(origin, "echo 'main is protected' >&2")
    write(ours, OTHER_PAGE, "new\n")
    Git(ours).commit("Archive\n")
    write(ours, "notes", "not committed\n")
    with pytest.raises(GitError, match="main is protected"):
        hasty(ours).push()


def test_a_push_that_is_refused_once_succeeds_in_the_end(shared: Repositories) -> None:
    ours, origin, others = shared
    once = origin.parent / "once"
    refuse(origin, f"mkdir {once} 2>/dev/null || exit 0")
    write(ours, PAGE, "ours\n")
    Git(ours).commit("Archive\n")
    hasty(ours).push()
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
    Git(ours).commit("Archive\n")
    push(others, "notes", "theirs\n")

    def others_push_meanwhile(_: float) -> None:
        push(others, ENTRY, "theirs\n")

    Git(ours, sleep=others_push_meanwhile).push()
    assert subjects(origin) == ["Archive", f"Write {ENTRY}", "Write notes", "First"]


def test_files_that_others_changed_too_are_for_whoever_knows_what_is_in_them(shared: Repositories) -> None:
    ours, origin, others = shared
    base = git(ours, "rev-parse", "HEAD")
    push(others, PAGE, "theirs\n")
    write(ours, PAGE, "ours\n")
    write(ours, OTHER_PAGE, "ours\n")
    Git(ours).commit("Archive\n")
    raced: list[Race] = []

    def both(race: Race) -> str:
        raced.append(race)
        with Git(ours).beside(race.theirs) as theirs:
            write(theirs.root, PAGE, "both\n")
            theirs.commit(Git(ours).messages(race.base, race.ours))
            return theirs.head()

    mine = git(ours, "rev-parse", "HEAD")
    Git(ours).push(both)
    assert raced == [Race(base, mine, git(others, "rev-parse", "HEAD"))]
    assert subjects(origin) == ["Archive", f"Write {PAGE}", "First"]
    assert files(origin) == {PAGE: "both", "notes": "notes"}
    assert git(ours, "rev-parse", "HEAD") == git(origin, "rev-parse", "main")
    assert git(ours, "status", "--porcelain") == ""
    assert git(ours, "worktree", "list").count("\n") == 0


def test_lines_of_the_same_generated_file_are_never_merged_by_git(shared: Repositories) -> None:
    ours, origin, others = shared
    lines = [f"line {number}\n" for number in range(20)]
    push(others, PAGE, "".join(lines))
    git(ours, "pull", "--quiet", "origin", "main")
    push(others, PAGE, "".join(["theirs\n", *lines]))
    write(ours, PAGE, "".join([*lines, "ours\n"]))
    Git(ours).commit("Archive\n")
    with pytest.raises(ConflictError, match=PAGE):
        hasty(ours).push()
    assert "ours" not in files(origin)[PAGE]


def test_a_clash_outside_the_archive_is_told_and_nothing_is_half_done(shared: Repositories) -> None:
    ours, origin, others = shared
    push(others, "notes", "theirs\n")
    write(ours, "notes", "mine\n")
    git(ours, "commit", "--quiet", "--all", "--message", "Notes")
    write(ours, PAGE, "ours\n")
    Git(ours).commit("Archive\n")
    with pytest.raises(ConflictError, match=r"others changed the same files, .*: notes$"):
        hasty(ours).push()
    assert files(origin)["notes"] == "theirs"
    assert subjects(ours) == ["Archive", "Notes", "First"]
    assert git(ours, "status", "--porcelain", "--branch") == "## main"


def test_a_branch_that_began_anew_is_told(shared: Repositories) -> None:
    ours, origin, others = shared
    git(ours, "update-ref", "-d", "refs/remotes/origin/main")
    git(others, "switch", "--quiet", "--orphan", "anew")
    push(others, "notes", "anew\n", "--force")
    write(ours, PAGE, "ours\n")
    Git(ours).commit("Archive\n")
    with pytest.raises(GitError, match="no commit in common with ours: clone it anew"):
        hasty(ours).push()
    assert subjects(origin) == ["Write notes"]
    assert subjects(ours) == ["Archive", "First"]


# Refusals


def test_without_a_remote_there_is_nowhere_to_push(archive: Path) -> None:
    with pytest.raises(GitError, match=r"nowhere to push to: .*git remote add origin"):
        hasty(archive).push()


def test_without_a_branch_there_is_none_to_push(shared: Repositories) -> None:
    ours, _, _ = shared
    git(ours, "switch", "--quiet", "--detach")
    with pytest.raises(GitError, match="no branch is checked out"):
        hasty(ours).push()


def test_a_remote_that_is_gone_is_told(shared: Repositories) -> None:
    ours, origin, _ = shared
    shutil.rmtree(origin)
    with pytest.raises(GitError, match=r"git push: fatal: .*does not appear to be a git repository"):
        hasty(ours).push()


def test_a_folder_that_is_no_repository_is_told(tmp_path: Path) -> None:
    with pytest.raises(GitError, match="git ls-tree: fatal: not a git repository"):
        Git(tmp_path).tree()


def test_a_folder_that_is_gone_is_told(tmp_path: Path) -> None:
    with pytest.raises(GitError, match="git cannot be started in the archive's folder: No such file or directory"):
        Git(tmp_path / "gone").commit("Archive\n")


def test_a_machine_without_git_is_told(archive: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(archive))
    with pytest.raises(GitError, match="git cannot be started"):
        Git(archive).commit("Archive\n")


@pytest.mark.parametrize(
    "url",
    [f"https://bot:{SECRET}@localhost:1/a/b.git", f"https://{SECRET}@localhost:1/a/b", f"ssh://x:{SECRET}@[::1]:1/a"],
)
def test_no_error_tells_the_secret_of_a_url(archive: Path, url: str) -> None:
    git(archive, "remote", "add", "origin", url)
    with pytest.raises(GitError) as raised:
        hasty(archive).push()
    assert str(raised.value).startswith("git push: ")
    assert SECRET not in f"{raised.value}{raised.value.__cause__}"


def test_an_error_is_one_line_that_is_no_command(shared: Repositories) -> None:
    ours, origin, _ = shared
    refuse(origin, "printf 'x\\n::error::y\\n##[error]z\\n' >&2")
    write(ours, PAGE, "ours\n")
    Git(ours).commit("Archive\n")
    with pytest.raises(GitError) as raised:
        hasty(ours).push()
    assert "\n" not in str(raised.value)
    assert "::" not in str(raised.value)
    assert "##[" not in str(raised.value)


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
        assert hasty(archive).commit("Archive")
        hasty(archive).push()

        (sent,) = set((origin / "objects/pack").glob("*.pack")) - before
        listed = [line.split() for line in git(origin, "verify-pack", "--verbose", str(sent)).splitlines()]
        sizes = sorted(int(columns[3]) for columns in listed if columns[1] == "blob")
        usual = sorted(len(zlib.compress(text.encode())) for text in texts)
        assert all(least / 2 < size < least for size, least in zip(sizes, usual, strict=True))
    assert len(list((archive / ".git/objects/pack").glob("*.pack"))) == 2
    assert git(origin, "show", "main:playlists/plain/1") == (archive / "playlists/plain/1").read_text()
    git(origin, "fsck", "--strict")
