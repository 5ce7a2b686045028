"""The demo and the command `simulate`, which stand on the simulator."""

import subprocess
from pathlib import Path

import pytest

from playlist_archive import demo
from playlist_archive.cli import main
from playlist_archive.demo import DemoError, run_demo, run_simulator
from playlist_archive.exit_code import ExitCode


def git(folder: Path, *arguments: str) -> list[str]:
    done = subprocess.run(("git", *arguments), cwd=folder, check=True, capture_output=True, encoding="utf-8")
    return done.stdout.splitlines()


def test_the_demo_leaves_an_archive_with_a_commit_a_day_and_can_be_run_again(tmp_path: Path) -> None:
    folder, told = tmp_path / "demo", list[str]()
    run_demo(folder, days=1, tell=told.append)
    run_demo(folder, days=2, tell=told.append)
    days = git(folder, "log", "--reverse", "--format=%ad", "--date=short")
    assert days == ["2026-11-01", "2026-11-02", "2026-11-03"]
    assert git(folder, "status", "--porcelain") == []
    assert len(list((folder / "playlists" / "pretty").glob("*.md"))) == demo.PLAYLISTS
    assert len(list((folder / "_site" / "playlists").glob("*.html"))) == demo.PLAYLISTS
    assert any("playlist-archive site --serve" in line for line in told)
    assert any("playlists/index.md" in line for line in told)
    assert any(f"playlist-archive show RPLT6a4nxqR0bnrGyZtrR6 --at 2026-11-02 --root {folder}" in line for line in told)


@pytest.mark.parametrize("is_found", [True, False], ids=["found by the shell", "only in an environment"])
def test_the_demo_prints_a_command_that_the_shell_finds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, is_found: bool
) -> None:
    told = list[str]()
    monkeypatch.setattr("shutil.which", lambda _: "/bin/playlist-archive" if is_found else None)
    monkeypatch.setattr("sys.argv", [".venv/bin/playlist-archive"])
    monkeypatch.setattr("playlist_archive.cli.demo.run_demo", lambda *_, command, **__: told.append(command))
    assert main(["demo", str(tmp_path / "demo")]) == ExitCode.DONE
    assert told == ["playlist-archive" if is_found else ".venv/bin/playlist-archive"]


def test_the_demo_comes_out_the_same_every_time(tmp_path: Path) -> None:
    commits = []
    for name in ("one", "other"):
        run_demo(tmp_path / name, days=2, tell=lambda _: None)
        commits.append(git(tmp_path / name, "log", "--format=%H"))
    assert commits[0] == commits[1]


def test_the_repository_of_a_surrounding_hook_is_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    around = tmp_path / "around"
    around.mkdir()
    git(around, "init", "--quiet")
    monkeypatch.setenv("GIT_DIR", str(around / ".git"))
    monkeypatch.setenv("GIT_INDEX_FILE", str(around / ".git/index"))
    monkeypatch.setenv("SPOTIFY_MAX_REQUESTS", "3")
    told = list[str]()
    run_demo(tmp_path / "demo", days=1, tell=told.append)
    assert "12 created" in told[0]
    assert not (around / ".git/index").exists()
    assert not list((around / ".git/refs/heads").iterdir())


def test_a_folder_that_cannot_be_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    with pytest.raises(DemoError, match="file"):
        run_demo(tmp_path / "file", days=1, tell=print)
    assert (tmp_path / "file").read_text() == "mine"


def test_the_demo_leaves_a_folder_alone_that_is_not_its_own(tmp_path: Path) -> None:
    (tmp_path / "precious").write_text("do not touch")
    with pytest.raises(DemoError, match="name another folder"):
        run_demo(tmp_path, days=1, tell=print)
    assert [path.name for path in tmp_path.iterdir()] == ["precious"]


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"app_class": "royal"}, "choose one of extended, legacy, restricted"),
        ({"day": "yesterday"}, "is no day"),
        ({"data": Path("nowhere")}, "holds no playlists"),
        ({"plan": Path("nowhere.json")}, "cannot be read"),
        ({"port": -1}, "choose another one"),
    ],
)
def test_simulate_tells_what_it_cannot_use(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, wrong: dict[str, object], sentence: str
) -> None:
    monkeypatch.chdir(tmp_path)
    right: dict[str, object] = {"port": 0, "data": None, "plan": None, "app_class": "extended", "day": None}
    with pytest.raises(DemoError, match=sentence):
        run_simulator(**(right | wrong), tell=print)  # type: ignore[arg-type]


def test_simulate_says_which_settings_to_use_until_it_is_interrupted() -> None:
    told = list[str]()

    def interrupt_at_the_end(text: str) -> None:
        told.append(text)
        if len(told) == 20:
            raise KeyboardInterrupt

    run_simulator(port=0, data=None, plan=None, app_class="restricted", day="2026-11-03", tell=interrupt_at_the_end)
    settings = [line.split()[1].split("=")[0] for line in told if line.startswith("  export")]
    assert settings[:2] == ["SPOTIFY_API_URL", "SPOTIFY_ACCOUNTS_URL"]
    assert "  export ARCHIVE_DATE=2026-11-03" in told
    assert any("Slow Boats" in line for line in told)
    assert told[-1] == "stopped after 0 requests"
