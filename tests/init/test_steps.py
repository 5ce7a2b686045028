import subprocess
from pathlib import Path

import pytest

from playlist_archive.init.begin import begin
from playlist_archive.init.files import WORKFLOW
from playlist_archive.init.pin import NO_COMMIT, Pin
from playlist_archive.init.steps import next_step, reminder
from playlist_archive.upstream import UPSTREAM

PIN = Pin(UPSTREAM, "0123456789abcdef0123456789abcdef01234567")


def git(folder: Path, *arguments: str) -> None:
    subprocess.run(("git", *arguments), cwd=folder, check=True, capture_output=True)


def step(folder: Path) -> str:
    found = next_step(folder)
    return f"{found.message} → {found.remedy}" if found else ""


def test_each_step_after_the_beginning_is_named_until_it_is_done(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = tmp_path / "gitconfig"
    origin = tmp_path / "origin.git"
    address = "https://github.com/somebody/archive"
    config.write_text(f'[user]\nname = Somebody\nemail = x@example.org\n[url "{origin}"]\npushInsteadOf = {address}\n')
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(config))
    git(tmp_path, "init", "--quiet", "--bare", str(origin))
    archive = tmp_path / "archive"

    assert step(tmp_path) == ""
    begin(archive, PIN)
    assert step(archive) == f"{WORKFLOW} is not committed → run `git add .`, then `git commit -m Begin`"
    git(archive, "add", ".")
    git(archive, "commit", "-m", "Begin")
    assert step(archive).startswith(f"{WORKFLOW} is not on GitHub yet → make a repository on GitHub")
    git(archive, "remote", "add", "origin", address)
    assert "then run `git push -u origin main`" in step(archive)
    git(archive, "push", "-u", "origin", "main")
    assert step(archive) == ""
    assert reminder(archive) == ""


def test_a_workflow_that_calls_no_release_is_named_first(tmp_path: Path) -> None:
    begin(tmp_path, Pin(UPSTREAM, NO_COMMIT))
    assert step(tmp_path).startswith(f"{WORKFLOW} calls no release of the bot → replace the zeros")


def test_in_a_copy_of_the_project_the_variable_is_remembered(tmp_path: Path) -> None:
    code = tmp_path / "src" / "playlist_archive"
    code.mkdir(parents=True)
    (code / "upstream.py").touch()
    assert "ARCHIVE_ENABLED" in reminder(tmp_path)
