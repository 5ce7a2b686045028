import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from playlist_archive.git.process import TimeLimitError, environment, masked
from playlist_archive.git.push import push
from playlist_archive.git.repository import Git, GitError
from tests.git.repositories import PAGE, SECRET, archived, git, write


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (f"https://bot:{SECRET}@host.example/a/b.git", "https://***@host.example/a/b.git"),
        (f"'https://host.example/a/b?token={SECRET}'", "'https://host.example/a/b?***'"),
        (f"https://host.example/a/b#{SECRET} not found", "https://host.example/a/b?*** not found"),
        (f"https://host.example/{SECRET}/b.git: x", "https://host.example/***/b.git: x"),
        ("https://host.example/git/ghp_16C7e42F292c6912E7710c838347Ae178B4a/b", "https://host.example/git/***/b"),
        (f"ssh://x:{SECRET}@[::1]:1/a", "ssh://***@[::1]:1/a"),
        ("https://github.com/somebody/my-playlists.git/", "https://github.com/somebody/my-playlists.git/"),
        ("no address", "no address"),
    ],
)
def test_what_may_be_a_secret_in_an_address_is_masked(text: str, shown: str) -> None:
    assert masked(text) == shown


def slow_remote(tmp_path: Path, archive: Path) -> Path:
    """Makes the other side of a push wait for ever; the file that names the process that does."""
    program, mark = tmp_path / "slow", tmp_path / "waiting"
    program.write_text(f"#!/bin/sh\necho $$ > {mark}.new\nmv {mark}.new {mark}\nexec sleep 600\n")
    program.chmod(0o755)
    git(archive, "config", "core.sshCommand", str(program))
    git(archive, "remote", "add", "origin", "ssh://host.example/archive.git")
    return mark


def is_alive(number: int) -> bool:
    """Whether a process is there, and has not ended."""
    try:
        status = Path(f"/proc/{number}/stat").read_text()
    except OSError:
        return False
    return status.rpartition(")")[2].split()[0] != "Z"


def ends(number: int) -> bool:
    """Whether a process ends within a moment."""
    for _ in range(200):
        if not is_alive(number):
            return True
        time.sleep(0.01)
    return False


def test_a_push_that_hangs_is_ended_with_all_that_it_started(archive: Path, tmp_path: Path) -> None:
    mark = slow_remote(tmp_path, archive)
    write(archive, PAGE, "ours\n")
    archived(archive)
    with pytest.raises(TimeLimitError, match="git push took too long and was ended"):
        push(Git(archive, network_seconds=1))
    assert ends(int(mark.read_text()))


PUSHING = """
import sys
from pathlib import Path
from playlist_archive.git.push import push
from playlist_archive.git.repository import Git
push(Git(Path(sys.argv[1])))
"""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_git_ends_with_the_run(archive: Path, tmp_path: Path, number: signal.Signals) -> None:
    mark = slow_remote(tmp_path, archive)
    run = subprocess.Popen((sys.executable, "-c", PUSHING, str(archive)), stderr=subprocess.DEVNULL)
    try:
        while not mark.exists():
            assert run.poll() is None
            time.sleep(0.01)
        run.send_signal(number)
        assert run.wait(20) == -number
    finally:
        run.kill()
        run.wait()
    assert ends(int(mark.read_text()))


def test_git_is_ended_where_reading_from_it_goes_wrong(archive: Path) -> None:
    def read() -> None:
        with Git(archive).reading("cat-file", "--batch-all-objects", "--batch"):
            raise ZeroDivisionError

    def feed() -> None:
        with Git(archive).writing("fast-import", "--quiet"):
            raise ZeroDivisionError

    for work in (read, feed):
        with pytest.raises(ZeroDivisionError):
            work()


def test_what_git_refuses_while_it_is_written_to_is_told(archive: Path) -> None:
    def feed() -> None:
        with Git(archive).writing("fast-import", "--quiet") as sink:
            sink.write(b"nonsense\n" * 100_000)

    with pytest.raises(GitError, match=r"^git fast-import: fatal: Unsupported command: nonsense"):
        feed()


def test_git_asks_nobody_for_a_password(archive: Path) -> None:
    assert environment()["GIT_TERMINAL_PROMPT"] == "0"
    with pytest.raises(GitError, match="terminal prompts disabled"):
        Git(archive).run("credential", "fill", text=b"protocol=https\nhost=host.example\n\n")


def test_traces_and_paths_of_the_user_do_not_mix_in(archive: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("GIT_TRACE", "GIT_TRACE_SETUP", "GIT_ICASE_PATHSPECS", "GIT_GLOB_PATHSPECS"):
        monkeypatch.setenv(name, "1")
    with pytest.raises(GitError, match=r"^git ls-tree: fatal: Not a valid object name gone$"):
        Git(archive).tree("gone", "*")


def test_paths_and_contents_keep_their_blanks(archive: Path) -> None:
    write(archive, " x ", " text \n\n")
    git(archive, "add", ".")
    git(archive, "commit", "--quiet", "--message", "Blanks")
    tree = Git(archive).tree()
    assert " x " in tree
    assert Git(archive).run("cat-file", "blob", tree[" x "].name) == b" text \n\n"
    assert Git(archive).changed("HEAD~", "HEAD") == {" x "}
