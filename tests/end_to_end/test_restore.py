"""`restore` and `import` as a user runs them, against the simulator on a real port."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest

from playlist_archive.archive.model import Record, Track
from playlist_archive.archive.store import Store
from playlist_archive.exit_code import ExitCode
from playlist_archive.restore.journal import Journal, Restoration
from playlist_archive.restore.plan import now, plan
from spotify_simulator.app import Simulator
from spotify_simulator.faults import Endpoint, Fault, Kind, Plan
from spotify_simulator.messages import Answer, Request, api_error
from spotify_simulator.writing import uris_of
from tests.builders import item, playlist_id, record, snapshot, track, track_uri
from tests.end_to_end.conftest import Run
from tests.importer.old import written
from tests.worlds import START, daily, playlist

Serve = Callable[[Simulator], dict[str, str]]


def simulator(*faults: Fault) -> Simulator:
    return Simulator(daily([playlist(1)]), day=START, plan=Plan(faults))


def environment(serve: Serve, simulated: Simulator, state: Path) -> dict[str, str]:
    token = {"SPOTIFY_RESTORE_TOKEN": simulated.accounts.writing_token, "XDG_STATE_HOME": str(state)}
    return serve(simulated) | token


def contents(simulated: Simulator) -> list[str]:
    (made,) = simulated.writing.made
    found = simulated.writing.written(made)
    assert found
    return list(uris_of(found))


def archived(root: Path, tracks: Iterable[Track]) -> Record:
    saved = record(tracks)
    Store(root).save(saved, {})
    return saved


@pytest.mark.parametrize("count", [1, *(pytest.param(many, marks=pytest.mark.proof) for many in (100, 101, 10_000))])
def test_a_playlist_is_put_back_over_a_socket(tmp_path: Path, served: Serve, command: Run, count: int) -> None:
    simulated = simulator()
    archived(tmp_path, (track(number) for number in range(count)))
    done = command("restore", playlist_id(), **environment(served, simulated, tmp_path / "state"))
    assert (done.returncode, done.stderr) == (ExitCode.DONE, "")
    assert f"https://open.spotify.com/playlist/{simulated.writing.made[0]}" in done.stdout
    assert contents(simulated) == [track_uri(number) for number in range(count)]


@pytest.mark.proof  # three commands, two of which wait for Spotify to settle
def test_what_was_cut_off_is_resumed_and_what_is_left_out_is_listed(
    tmp_path: Path, served: Serve, command: Run
) -> None:
    simulated = simulator(Fault(kind=Kind.QUOTA, method="POST", endpoint=Endpoint.ITEMS, skip=1, times=1))
    local = track(999, uri="spotify:local:A:B:Tape:9", name="Tape")
    archived(tmp_path, [*(track(number) for number in range(150)), local])
    given = environment(served, simulated, tmp_path / "state")
    first = command("restore", playlist_id(), **given)
    assert first.returncode == ExitCode.PARTIAL
    assert "100 of 150 songs added: go on with --resume" in first.stderr
    second = command("restore", playlist_id(), "--resume", "--json", **given)
    assert second.returncode == ExitCode.PARTIAL
    told: dict[str, Any] = json.loads(second.stdout)
    assert (told["added"], [song["label"] for song in told["left_out"]]) == (150, ["Tape - Artist 999"])
    assert contents(simulated) == [track_uri(number) for number in range(150)]
    third = command("restore", playlist_id(), "--resume", **given)
    assert "no restore of this was cut off" in third.stderr


@pytest.mark.proof  # waits for Spotify to settle
def test_episodes_are_added_and_local_files_and_unknown_songs_are_listed(
    tmp_path: Path, served: Serve, command: Run
) -> None:
    simulated = simulator()
    simulated.writing.forgotten = {track_uri(3), track_uri(120)}
    archived(tmp_path, chosen())
    done = command("restore", playlist_id(), "--json", **environment(served, simulated, tmp_path / "state"))
    assert done.returncode == ExitCode.PARTIAL
    told: dict[str, Any] = json.loads(done.stdout)
    assert contents(simulated) == [one.uri for one in chosen() if one.uri not in simulated.writing.forgotten | {LOCAL}]
    assert [song["uri"] for song in told["left_out"]] == [LOCAL, track_uri(3), track_uri(120)]
    assert (told["missing"], told["unexpected"], told["in_order"]) == ([], [], True)


LOCAL = "spotify:local:A:B:Tape:9"


def chosen() -> list[Track]:
    """150 songs, an episode, a local file, and one song twice more."""
    songs = [track(number) for number in range(150)]
    return [*songs[:50], track(uri=f"spotify:episode:{7:022}"), track(uri=LOCAL), *songs[50:], songs[7], songs[7]]


@pytest.mark.proof
@pytest.mark.parametrize("is_carried_out", [True, False])
@pytest.mark.parametrize("number", range(1, 16))
def test_a_restore_that_was_killed_at_any_request_is_resumed_with_nothing_twice(
    tmp_path: Path, served: Serve, command: Run, number: int, *, is_carried_out: bool
) -> None:
    simulated = simulator()
    simulated.writing.forgotten = {track_uri(120)}
    archived(tmp_path, chosen())
    given = environment(served, simulated, tmp_path / "state")
    with killed_at(simulated, number, is_carried_out=is_carried_out) as children:
        children.append(started(tmp_path, given))
        assert children[0].wait(60) == -signal.SIGKILL
    done = command("restore", playlist_id(), "--resume", "--json", **given)
    told: dict[str, Any] = json.loads(done.stdout or command("restore", playlist_id(), "--json", **given).stdout)
    assert contents(simulated) == [one.uri for one in chosen() if one.uri not in {track_uri(120), LOCAL}]
    assert [song["uri"] for song in told["left_out"]] == [LOCAL, track_uri(120)]
    assert told["problem"] == ""


def started(root: Path, given: dict[str, str]) -> subprocess.Popen[bytes]:
    line = (sys.executable, "-m", "playlist_archive", "restore", playlist_id())
    return subprocess.Popen(line, cwd=root, env={"PATH": os.environ["PATH"], **given}, stdout=subprocess.DEVNULL)


@contextmanager
def killed_at(simulated: Simulator, number: int, *, is_carried_out: bool) -> Iterator[list[subprocess.Popen[bytes]]]:
    """Kills the program that is put into the list at a request, before or after Spotify did what it asks for."""
    children: list[subprocess.Popen[bytes]] = []
    answer, count = simulated.answer, 0

    def watched(request: Request) -> Answer:
        nonlocal count
        count += 1
        if count != number:
            return answer(request)
        answered = answer(request) if is_carried_out else api_error(HTTPStatus.BAD_GATEWAY, "killed")
        children[0].kill()
        children[0].wait(60)
        return answered

    simulated.answer = watched  # type: ignore[method-assign]
    yield children
    simulated.answer = answer  # type: ignore[method-assign]


def test_two_restores_do_not_work_at_once(tmp_path: Path, command: Run) -> None:
    archived(tmp_path, [track(1)])
    with Journal(tmp_path, "another").held():
        done = command("restore", playlist_id(), XDG_STATE_HOME=str(tmp_path))
    assert done.returncode == ExitCode.PARTIAL
    assert "another restore is at work there" in done.stderr


@pytest.mark.parametrize("arguments", [("--at", "2026-11-02"), ("--ever",), ("--name", "Another")])
def test_a_restore_of_something_else_is_not_resumed(tmp_path: Path, command: Run, arguments: tuple[str, ...]) -> None:
    kept = archived(tmp_path, [track(1)])
    prepared = plan(now(kept), name="A Name", description="", most=10)
    Journal(tmp_path, playlist_id()).write(Restoration.begin(prepared, asked="the songs of 2026-11-03"))
    done = command("restore", playlist_id(), "--resume", *arguments, XDG_STATE_HOME=str(tmp_path))
    assert done.returncode == ExitCode.USAGE
    assert "what was cut off is 'A Name', the songs of 2026-11-03" in done.stderr


def test_a_plan_is_shown_without_asking_spotify(tmp_path: Path, command: Run) -> None:
    archived(tmp_path, [track(number) for number in range(30)])
    done = command("restore", playlist_id(), "--ever", "--dry-run")
    assert done.returncode == ExitCode.DONE
    assert "Would make the private playlist 'Some Songs (all songs ever)' of 30 songs" in done.stdout
    assert "and 10 more" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((), "name either a playlist, or a file with --from"),
        (("nonsense",), "no playlist is archived in this folder"),
        ((playlist_id(), "--at", "2026-11-05", "--ever"), "exclude each other"),
        ((playlist_id(),), "is not archived here"),
        (("--from", "missing.txt"), "cannot be read"),
        ((playlist_id(), "--at", "some day"), "is not understood"),
    ],
)
def test_what_makes_no_sense_is_told(tmp_path: Path, command: Run, arguments: tuple[str, ...], message: str) -> None:
    done = command("restore", *arguments, XDG_STATE_HOME=str(tmp_path))
    assert done.returncode == ExitCode.USAGE
    assert message in done.stderr


def test_an_old_archive_is_imported_and_a_day_of_it_can_be_restored(tmp_path: Path, command: Run) -> None:
    one = snapshot([item(1), item(2)])
    days = [(date(2020, 1, 1), [one]), (date(2020, 2, 1), [one._replace(items=(item(3),))])]
    source = written(tmp_path / "old.git", days, "by name")
    dry = command("import", str(source), "--all", "--dry-run")
    assert (dry.returncode, dry.stdout.splitlines()[-1]) == (ExitCode.DONE, "Nothing was written.")
    assert not (tmp_path / "playlists").exists()
    done = command("import", str(source), playlist_id())
    assert (done.returncode, done.stderr) == (ExitCode.DONE, "")
    assert "2 days with changes from 2020-01-01 to 2020-02-01" in done.stdout
    plan = command("restore", playlist_id(), "--at", "2020-01-15", "--dry-run", "--json")
    assert {song["uri"] for song in json.loads(plan.stdout)["songs"]} == {track_uri(1), track_uri(2)}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((), "name either an old archive, or a file or folder with --from-exports"),
        (("nowhere", "--all"), "cannot be read as a git repository"),
        (("nowhere", "nonsense"), "is no playlist"),
    ],
)
def test_an_import_of_nothing_is_told(command: Run, arguments: tuple[str, ...], message: str) -> None:
    done = command("import", *arguments)
    assert done.returncode == ExitCode.USAGE
    assert message in done.stderr
