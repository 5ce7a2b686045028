"""`playlist-archive site`, as a user runs it."""

import signal
import subprocess
import sys
from pathlib import Path

import httpx

from playlist_archive.exit_code import ExitCode
from tests.end_to_end.conftest import Run
from tests.website.sites import day, seen, website


def test_it_writes_the_website_and_says_what_to_open(tmp_path: Path, command: Run) -> None:
    made = website(tmp_path, [(day(0), seen(1, 1))])
    done = command("site", "--root", str(made.root), "--out", "out")
    assert (done.returncode, done.stderr) == (ExitCode.DONE, "")
    assert done.stdout.startswith("1 playlist, 0.0 MB; ")
    assert "0 deleted: open out/index.html\n" in done.stdout
    assert done.stdout.endswith("`playlist-archive site --serve` is one.\n")
    again = command("site", "--root", str(made.root), "--out", "out")
    assert "; 0 files written, 0 deleted" in again.stdout


def test_a_folder_with_other_files_is_refused(tmp_path: Path, command: Run) -> None:
    (tmp_path / "registry").mkdir()
    (tmp_path / "letter").write_text("dear")
    done = command("site", "--out", ".")
    assert done.returncode == ExitCode.USAGE
    assert "holds other files than a website" in done.stderr


def test_serving_says_where_and_stops_when_asked(tmp_path: Path) -> None:
    made = website(tmp_path, [(day(0), seen(1, 1))])
    arguments = ("site", "--serve", "--port", "0", "--root", str(made.root), "--out", str(made.out))
    with subprocess.Popen(
        (sys.executable, "-u", "-m", "playlist_archive", *arguments), stdout=subprocess.PIPE, text=True
    ) as running:
        assert running.stdout
        url = next(line for line in running.stdout if line.startswith("http://")).split(" ")[0]
        assert "Playlist 1" in httpx.get(url, trust_env=False).text
        running.send_signal(signal.SIGINT)
        assert running.stdout.read() == "stopped\n"
    assert running.returncode == ExitCode.DONE
