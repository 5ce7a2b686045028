"""`restore` and `import` as a user runs them, against the simulator on a real port."""

import json
from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from playlist_archive.archive.model import Record, Track
from playlist_archive.archive.store import Store
from playlist_archive.exit_code import ExitCode
from spotify_simulator.app import Simulator
from spotify_simulator.faults import Endpoint, Fault, Kind, Plan
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


@pytest.mark.parametrize(
    "count", [1, pytest.param(101, marks=pytest.mark.proof), pytest.param(10_000, marks=pytest.mark.proof)]
)
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
    assert "100 of 150 songs are in it: go on with --resume" in first.stderr
    second = command("restore", playlist_id(), "--resume", "--json", **given)
    assert second.returncode == ExitCode.PARTIAL
    told: dict[str, Any] = json.loads(second.stdout)
    assert (told["added"], [song["label"] for song in told["left_out"]]) == (150, ["Tape - Artist 999"])
    assert contents(simulated) == [track_uri(number) for number in range(150)]
    third = command("restore", playlist_id(), "--resume", **given)
    assert "no restore of this was cut off" in third.stderr


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
        (("nonsense",), "is no playlist"),
        ((playlist_id(), "--at", "2026-11-05", "--ever"), "exclude each other"),
        ((playlist_id(),), "is not archived here"),
        (("--from", "missing.txt"), "cannot be read"),
        ((playlist_id(), "--at", "yesterday"), "does not match"),
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
        ((), "name either an old archive, or --from-exports with --day"),
        (("nowhere", "--all"), "cannot be read as a git repository"),
        (("nowhere", "nonsense"), "is no playlist"),
    ],
)
def test_an_import_of_nothing_is_told(command: Run, arguments: tuple[str, ...], message: str) -> None:
    done = command("import", *arguments)
    assert done.returncode == ExitCode.USAGE
    assert message in done.stderr
