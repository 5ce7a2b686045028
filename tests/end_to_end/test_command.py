"""The command over a real socket: the main job, and what it says when something is wrong."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from playlist_archive.archive import layout
from playlist_archive.archive.ids import parse_playlist_id
from playlist_archive.exit_code import ExitCode
from spotify_simulator.app import Simulator
from spotify_simulator.faults import Fault
from spotify_simulator.faults import Kind as Wrong
from spotify_simulator.invented import InventedWorld
from spotify_simulator.options import Options
from spotify_simulator.recorded import RecordedWorld
from tests.end_to_end.conftest import Run
from tests.github_runner import is_obeyed
from tests.harness import spotify
from tests.worlds import START, daily, playlist, world_id

ONE = world_id(1)
SEED = "37i9dQZF1DX5LEXW9eXA0n"
LINK = f"https://open.spotify.com/intl-de/playlist/{ONE}?si=0123456789abcdef"

Serve = Callable[[Simulator], dict[str, str]]


def simple(*faults: Fault, count: int = 3) -> Simulator:
    world = daily([playlist(number) for number in range(1, count + 1)])
    return Simulator(world, day=START, plan=spotify(world, *faults).faults.plan)


def files(root: Path) -> dict[str, bytes]:
    folder = root / layout.PLAYLISTS
    return {
        path.relative_to(root).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()
    }


def git(root: Path, *arguments: str) -> str:
    done = subprocess.run(("git", *arguments), cwd=root, check=True, capture_output=True, encoding="utf-8")
    return done.stdout


def registered(root: Path, *names: str) -> None:
    for name in names:
        entry = root / layout.registry_entry(parse_playlist_id(name))
        entry.parent.mkdir(exist_ok=True)
        entry.touch()


def test_the_seed_page_is_reproduced_byte_for_byte(tmp_path: Path, corpus: Path, served: Serve, command: Run) -> None:
    environment = served(Simulator(RecordedWorld(corpus / "seed"), day=date(2026, 11, 23)))

    assert command("register", f"spotify:playlist:{SEED}").returncode == ExitCode.DONE
    repository = {"GITHUB_REPOSITORY": "mackorone/spotify-playlist-archive", "GITHUB_REF_NAME": "main"}
    assert command("update", **environment, **repository).returncode == ExitCode.DONE

    golden = (corpus / "seed" / f"{SEED}.md").read_bytes() + b"\n"
    assert (tmp_path / layout.pretty(parse_playlist_id(SEED))).read_bytes() == golden


@pytest.mark.proof
def test_every_real_playlist_is_archived_and_rendered_again_the_same(
    tmp_path: Path, corpus: Path, served: Serve, command: Run
) -> None:
    world = RecordedWorld(corpus / "playlists")
    environment = served(Simulator(world, day=date(2026, 11, 23)))
    registered(tmp_path, *world.ids())

    done = command("update", **environment)

    assert done.returncode == ExitCode.DONE, done.stderr
    assert f"{len(world.ids())} created" in done.stdout
    before = files(tmp_path)
    for path in before:
        if "/data/" not in path and "/followers/" not in path:
            (tmp_path / path).unlink()
    assert command("render").returncode == ExitCode.DONE
    assert files(tmp_path) == before


def test_a_link_is_registered_archived_and_committed(tmp_path: Path, served: Serve, command: Run) -> None:
    git(tmp_path, "init", "--quiet", "--initial-branch=main")
    environment = served(simple())

    first = command("register", LINK)
    done = command("update", "--commit", **environment)

    assert first.stdout == f"registered {ONE}: registry/{ONE}\n"
    assert done.returncode == ExitCode.DONE, done.stderr
    assert git(tmp_path, "log", "--format=%an: %s") == (
        "github-actions[bot]: Archive 2026-11-02: 1 playlist changed, +3 −0 songs\n"
    )
    assert sorted(git(tmp_path, "show", "--format=", "--name-only").split()) == sorted(files(tmp_path))
    assert command("update", "--commit", **environment).returncode == ExitCode.DONE
    assert git(tmp_path, "rev-list", "--count", "HEAD") == "1\n"


def test_what_is_registered_already_is_left_alone_and_a_bad_entry_is_told(tmp_path: Path, command: Run) -> None:
    other = world_id(2)
    registered(tmp_path, ONE)
    (tmp_path / "registry" / other).write_text("two\nlines\n")

    done = command("register", ONE, other, world_id(3))

    assert done.returncode == ExitCode.PARTIAL
    assert done.stdout == f"{ONE} is registered already\nregistered {world_id(3)}: registry/{world_id(3)}\n"
    problem = "it has more than one line: leave the first, with the name to show"
    assert done.stderr == f"bad entry   registry/{other}: {problem}\n"
    assert (tmp_path / "registry" / other).read_text() == "two\nlines\n"
    assert command("register", other, "--alias", "Two").returncode == ExitCode.DONE
    assert (tmp_path / "registry" / other).read_text() == "Two\n"


def test_what_differs_from_an_entry_by_case_alone_is_not_registered(tmp_path: Path, command: Run) -> None:
    there, twin = "Abc" + "0" * 19, "aBC" + "0" * 19
    registered(tmp_path, there)
    done = command("register", twin)
    assert done.returncode == ExitCode.PARTIAL
    assert f"{twin} differs from {there} only in the case of letters" in done.stderr
    assert not (tmp_path / "registry" / twin).exists()


def test_nothing_is_registered_in_a_folder_that_no_run_reads(tmp_path: Path, command: Run) -> None:
    (tmp_path / "elsewhere").mkdir()
    registered(tmp_path / "elsewhere", ONE)
    (tmp_path / "registry").symlink_to(tmp_path / "elsewhere" / "registry")

    done = command("register", ONE)

    assert done.returncode == ExitCode.PARTIAL
    assert done.stdout == ""
    assert done.stderr == "bad entry   registry: it is a symbolic link: put a folder there instead\n"


def test_a_dry_run_says_what_it_would_write_and_writes_nothing(tmp_path: Path, served: Serve, command: Run) -> None:
    registered(tmp_path, ONE)

    done = command("update", "--dry-run", **served(simple()))

    assert f"would write playlists/pretty/{ONE}.md" in done.stdout.splitlines()
    assert [path.name for path in tmp_path.iterdir()] == ["registry"]


@pytest.mark.parametrize(
    "wrong",
    [
        ({"SPOTIFY_CLIENT_ID": ""}, ExitCode.USAGE, "SPOTIFY_CLIENT_ID is not set"),
        ({"SPOTIFY_CLIENT_SECRET": ""}, ExitCode.USAGE, "SPOTIFY_CLIENT_SECRET is not set"),
        ({"SPOTIFY_CLIENT_SECRET": "wrong"}, ExitCode.REFUSED, "SPOTIFY_CLIENT_SECRET"),
        ({"SPOTIFY_REFRESH_TOKEN": "wrong"}, ExitCode.REFUSED, "playlist-archive login"),
        ({"SPOTIFY_REQUESTS_PER_SECOND": "fast"}, ExitCode.USAGE, "SPOTIFY_REQUESTS_PER_SECOND must be a number"),
        ({"ARCHIVE_DATE": "tomorrow"}, ExitCode.USAGE, "ARCHIVE_DATE must be a day"),
        ({"SPOTIFY_API_URL": "http://example.org"}, ExitCode.USAGE, "SPOTIFY_API_URL must be an https:// address"),
    ],
)
def test_wrong_settings_write_nothing_and_say_what_to_set(
    tmp_path: Path, served: Serve, command: Run, wrong: tuple[dict[str, str], int, str]
) -> None:
    environment, code, says = wrong

    registered(tmp_path, ONE)

    done = command("update", **{**served(simple()), **environment})

    assert done.returncode == code
    assert says in done.stdout + done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["registry"]
    assert "Traceback" not in done.stderr


def test_no_secret_shows_in_anything_that_is_printed_or_written(tmp_path: Path, served: Serve, command: Run) -> None:
    simulator = simple(Fault(kind=Wrong.STATUS, playlist=ONE, status=418, body="teapot", times=None))
    environment = served(simulator)
    registered(tmp_path, ONE, world_id(2))

    done = command("update", "--verbose", SPOTIFY_REFRESH_TOKEN=simulator.refresh_token, **environment)

    assert done.returncode == ExitCode.PARTIAL
    told = done.stdout + done.stderr + "".join(content.decode() for content in files(tmp_path).values())
    for secret in (simulator.client_secret, simulator.refresh_token, "Bearer"):
        assert secret not in told


def test_bad_entries_are_named_and_skipped_and_all_else_is_archived(
    tmp_path: Path, served: Serve, command: Run
) -> None:
    registered(tmp_path, ONE)
    registry = tmp_path / layout.REGISTRY
    (registry / f"open.spotify.com:playlist:{ONE}").touch()
    (registry / ONE[:21]).touch()
    (registry / world_id(2)).mkdir()
    (registry / world_id(3)).symlink_to(registry / ONE)
    (registry / world_id(4)).write_text("one\ntwo\n", encoding="utf-8")

    done = command("update", **served(simple(count=5)))

    assert done.returncode == ExitCode.PARTIAL
    for name in (f"open.spotify.com:playlist:{ONE}", ONE[:21], *map(world_id, (2, 3, 4))):
        assert f"registry/{name}" in done.stderr
    assert layout.pretty(parse_playlist_id(ONE)) in files(tmp_path)
    assert len([path for path in files(tmp_path) if "/data/" in path]) == 1
    assert command("check").returncode == ExitCode.PARTIAL


HOSTILE = [
    "::error::x",
    "##[set-output name=a]b",
    "one\ntwo\r\n::warning::three",
    "\u202egnp.exe\u2066 [link](http://a.b)",
    "x" * 5_000,
    "</td><script>alert(1)</script>|`",
]


def test_hostile_names_go_through_everything_harmlessly(tmp_path: Path, served: Serve, command: Run) -> None:
    git(tmp_path, "init", "--quiet", "--initial-branch=main")
    hostile = [playlist(number, name=name, description=name) for number, name in enumerate(HOSTILE, start=1)]
    environment = served(Simulator(daily(hostile), day=START))
    registered(tmp_path, *(found.id for found in hostile))
    summary = tmp_path / "summary.md"

    done = command(
        "update", "--commit", "--verbose", GITHUB_ACTIONS="true", GITHUB_STEP_SUMMARY=str(summary), **environment
    )

    assert done.returncode == ExitCode.DONE, done.stderr
    assert not is_obeyed(done.stdout)
    assert not is_obeyed(done.stderr)
    message = git(tmp_path, "log", "-1", "--format=%B").strip()
    assert len(message.splitlines()) == 2 + len(HOSTILE)
    assert all(len(line) < 300 for line in message.splitlines())
    for path, content in files(tmp_path).items():
        if path.endswith(".md"):
            assert "\u202e" not in content.decode()
            assert b"<script>" not in content or path.startswith(layout.PLAIN)
    assert "<script>" not in summary.read_text(encoding="utf-8")
    names = [json.loads((tmp_path / layout.data(parse_playlist_id(found.id))).read_text())["name"] for found in hostile]
    assert names == HOSTILE


def test_interrupted_the_run_leaves_whole_files_and_can_go_on(tmp_path: Path, served: Serve, command: Run) -> None:
    simulator = Simulator(InventedWorld(1, 60, 20, START, odd=False), day=START, options=Options(latency=0.1))
    environment = served(simulator)
    registered(tmp_path, *simulator.world.ids())
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    running = subprocess.Popen(
        (sys.executable, "-m", "playlist_archive", "update"),
        cwd=tmp_path,
        env=kept | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )
    while simulator.counted.total < 10 and running.poll() is None:
        time.sleep(0.02)
    running.send_signal(signal.SIGINT)
    _, told = running.communicate(timeout=30)

    assert running.returncode == ExitCode.INTERRUPTED
    assert told.splitlines() == [
        "this run archives as of 2026-11-02: unset ARCHIVE_DATE to archive what is seen today",
        "interrupted: every file is whole, the next run goes on from here",
    ]
    simulator.latency = 0
    assert command("update", **environment).returncode == ExitCode.DONE
    assert len([path for path in files(tmp_path) if "/data/" in path]) == 60


def test_what_cannot_be_written_is_a_clear_error(tmp_path: Path, served: Serve, command: Run) -> None:
    registered(tmp_path, ONE)
    (tmp_path / layout.PLAYLISTS).write_text("a file where the folder should be", encoding="utf-8")

    done = command("update", **served(simple()))

    assert done.returncode != ExitCode.DONE
    assert "cannot be read (NotADirectoryError)" in done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    assert (tmp_path / layout.PLAYLISTS).read_text(encoding="utf-8") == "a file where the folder should be"


def test_two_runs_do_not_write_into_one_folder_at_once(tmp_path: Path, served: Serve, command: Run) -> None:
    from playlist_archive.archive.store import Store  # noqa: PLC0415 - this process plays the other run

    registered(tmp_path, ONE)
    with Store(tmp_path).locked():
        done = command("update", **served(simple()))

    assert done.returncode == ExitCode.PARTIAL
    assert "another run is at work" in done.stderr
    assert files(tmp_path) == {}


@pytest.mark.proof
@pytest.mark.parametrize("kind", [Wrong.DROP, Wrong.WRONG_LENGTH, Wrong.TRUNCATED, Wrong.HTML, Wrong.EMPTY, Wrong.NULL])
def test_a_broken_answer_is_asked_for_again(tmp_path: Path, served: Serve, command: Run, kind: Wrong) -> None:
    registered(tmp_path, ONE)

    done = command("update", **served(simple(Fault(kind=kind, playlist=ONE))))

    assert done.returncode == ExitCode.DONE, done.stdout + done.stderr
    assert "1 created; 2 requests" in done.stdout


def test_an_empty_registry_is_told(tmp_path: Path, served: Serve, command: Run) -> None:
    done = command("update", **served(simple()))

    assert done.returncode == ExitCode.USAGE
    assert "register LINK" in done.stderr
    assert not files(tmp_path)


def test_check_online_names_what_it_finds(tmp_path: Path, served: Serve, command: Run) -> None:
    registered(tmp_path, ONE, world_id(9))

    done = command("check", "--online", **served(simple()))

    assert done.returncode == ExitCode.DONE
    assert "Playlist 1" in done.stdout
    assert world_id(9) in done.stdout


def test_check_online_fails_softly(tmp_path: Path, command: Run) -> None:
    registered(tmp_path, ONE)

    done = command("check", "--online", SPOTIFY_OEMBED_URL="http://127.0.0.1:9/oembed")

    assert done.returncode == ExitCode.DONE


@pytest.mark.parametrize("output", ["closed pipe", "full disk", "latin-1"])
def test_an_output_that_cannot_be_written_never_costs_the_run(tmp_path: Path, served: Serve, output: str) -> None:
    git(tmp_path, "init", "--quiet", "--initial-branch=main")
    simulator = simple(count=30)
    registered(tmp_path, *simulator.world.ids())
    environment = {"PATH": os.environ["PATH"], "PYTHONIOENCODING": "latin-1", **served(simulator)}
    reading, writing = os.pipe()
    os.close(reading)
    full = os.open("/dev/full", os.O_WRONLY)
    target = {"closed pipe": writing, "full disk": full, "latin-1": subprocess.PIPE}[output]

    done = subprocess.run(
        (sys.executable, "-m", "playlist_archive", "update", "--commit", "--verbose"),
        cwd=tmp_path,
        env=environment,
        stdout=target,
        stderr=subprocess.PIPE,
        check=False,
        timeout=60,
    )

    os.close(writing)
    os.close(full)
    told = f"this run archives as of {simulator.day}: unset ARCHIVE_DATE to archive what is seen today\n"
    assert (done.returncode, done.stderr.decode()) == (ExitCode.DONE, told)
    assert len(git(tmp_path, "ls-files", layout.DATA).splitlines()) == 30


@pytest.mark.parametrize("arguments", [("update", "--json"), ("doctor", "--json")])
def test_json_that_cannot_be_printed_is_no_success(
    tmp_path: Path, served: Serve, command: Run, arguments: tuple[str, ...]
) -> None:
    simulator = simple()
    registered(tmp_path, *simulator.world.ids())
    environment = {"PATH": os.environ["PATH"], **served(simulator)}
    whole = command(*arguments, **environment)
    assert (whole.returncode, json.loads(whole.stdout)["requests"] > 0) == (ExitCode.DONE, True)

    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            (sys.executable, "-m", "playlist_archive", *arguments),
            cwd=tmp_path,
            env=environment,
            stdout=full,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            check=False,
            timeout=60,
        )

    assert done.returncode == ExitCode.PARTIAL
    assert "error: standard output cannot be written (No space left on device)" in done.stderr


def test_a_chosen_playlist_whose_entry_is_bad_is_told_what_is_wrong_with_it(
    tmp_path: Path, served: Serve, command: Run
) -> None:
    registered(tmp_path, ONE)
    (tmp_path / layout.registry_entry(parse_playlist_id(ONE))).write_text("one\ntwo\n", encoding="utf-8")

    done = command("update", "--only", ONE, **served(simple()))

    assert done.returncode == ExitCode.USAGE
    assert f"registry/{ONE}: it has more than one line" in done.stderr
