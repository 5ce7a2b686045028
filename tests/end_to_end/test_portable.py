"""What works where Python lacks the modules that only Unix has: help, check, render, and all that reads."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from playlist_archive.archive import layout
from playlist_archive.archive.record_file import record_text
from playlist_archive.exit_code import ExitCode
from tests.builders import playlist_id, record, track

UNIX = ("fcntl", "grp", "pty", "pwd", "resource", "syslog", "termios", "tty")
START = (
    "import sys, filelock  # which has a lock of its own on Windows\n"
    f"sys.modules.update(dict.fromkeys({UNIX!r}))\n"
    "from playlist_archive.cli import main\n"
    "code = main(sys.argv[1:]); sys.exit(code)"
)


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    entry = tmp_path / layout.registry_entry(playlist_id())
    entry.parent.mkdir()
    entry.touch()
    data = tmp_path / layout.data(playlist_id())
    data.parent.mkdir(parents=True)
    data.write_text(record_text(record([track(1)])), encoding="utf-8", newline="\n")
    return tmp_path


def run(archive: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    return subprocess.run(
        (sys.executable, "-c", START, *arguments),
        cwd=archive,
        env=environment,
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize("arguments", [("--help",), ("update", "--help"), ("check",)])
def test_what_needs_no_lock_works(archive: Path, arguments: tuple[str, ...]) -> None:
    done = run(archive, *arguments)
    assert (done.returncode, done.stderr) == (ExitCode.DONE, "")


def test_pages_are_made_behind_a_lock(archive: Path) -> None:
    done = run(archive, "render")
    assert (done.returncode, done.stderr) == (ExitCode.DONE, "")
    assert (archive / layout.pretty(playlist_id())).is_file()


def test_a_set_up_is_looked_at(archive: Path) -> None:
    done = run(archive, "doctor")
    assert done.returncode == ExitCode.REFUSED
    assert "SPOTIFY_CLIENT_ID is not set" in done.stdout
