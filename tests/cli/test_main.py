"""The last resort of the command line: whatever happens ends with a sentence and an exit code."""

import gc
from collections.abc import Iterator
from pathlib import Path

import pytest

from playlist_archive.cli import main
from playlist_archive.exit_code import ExitCode

SECRET = "0123456789abcdef0123456789abcdef"
TOKEN = "BQD-abcdefghijklmnopqrstuvwxyz_0123456789"


@pytest.fixture(autouse=True)
def _quiet(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in ("GITHUB_ACTIONS", "GITHUB_STEP_SUMMARY", "ARCHIVE_DATE"):
        monkeypatch.delenv(name, raising=False)
    threshold = gc.get_threshold()
    yield
    gc.set_threshold(*threshold)


def broken(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    """Lets Python itself fail in a way that this program does not know."""

    def fail(_: Path) -> Iterator[Path]:
        raise error

    monkeypatch.setattr(Path, "iterdir", fail)


def test_an_unknown_exception_is_named_as_a_bug_with_version_and_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    broken(monkeypatch, ZeroDivisionError("by nothing"))
    assert main(["check", "--root", str(tmp_path)]) == ExitCode.PARTIAL
    printed = capsys.readouterr()
    *traceback, last = printed.err.splitlines()
    assert traceback[0] == "Traceback (most recent call last):"
    assert traceback[-1] == "ZeroDivisionError: by nothing"
    assert last.startswith("error: a bug of this program (ZeroDivisionError in archive/registry.py:")
    assert ", version 0.1.0): report it on github.com/" in last
    assert printed.out == ""


def test_a_traceback_shows_no_secret(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SPOTIFY_CLIENT_SECRET", f" {SECRET}\n")
    monkeypatch.setenv("SPOTIFY_REFRESH_TOKEN", TOKEN)
    broken(
        monkeypatch,
        RuntimeError(
            f"{SECRET} {TOKEN} Authorization: Bearer {TOKEN[::-1]} "
            f"https://user:hunter2@example.org/?access_token=tops3cret&x=1"
        ),
    )
    assert main(["check", "--root", str(tmp_path)]) == ExitCode.PARTIAL
    printed = "".join(capsys.readouterr())
    assert "RuntimeError" in printed
    for secret in (SECRET, TOKEN, TOKEN[::-1], "hunter2", "tops3cret"):
        assert secret not in printed


def test_what_the_user_did_wrong_is_no_bug(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--nonsense"]) == ExitCode.USAGE
    assert capsys.readouterr().err.startswith("error: ")


def test_an_error_is_one_line_that_no_program_obeys(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["register", "x\n::error::y"]) == ExitCode.USAGE
    (line,) = capsys.readouterr().err.splitlines()
    assert "::error" not in line


def test_the_collector_of_garbage_is_slowed_down_by_the_command_alone() -> None:
    gc.set_threshold(700)
    assert main(["--version"]) == ExitCode.DONE
    assert gc.get_threshold()[0] == 50_000
