"""docs/own-repository.md: the workflow that `init` writes, in a repository without our code."""

from datetime import timedelta

import pytest

from playlist_archive.archive.ids import parse_playlist_id
from playlist_archive.archive.layout import data, pretty, registry_entry
from playlist_archive.archive.model import Record
from playlist_archive.init.files import WORKFLOW, Minutes, archive_files
from playlist_archive.init.pin import Pin
from playlist_archive.upstream import UPSTREAM
from spotify_simulator.app import Simulator
from tests.workflows.conftest import GitHub, git
from tests.workflows.runner import ROOT, Job, load
from tests.worlds import START, daily, playlist, world_id

PAGE = (ROOT / "docs" / "own-repository.md").read_text()


def caller() -> str:
    return archive_files(Pin(UPSTREAM, "1" * 40), Minutes(23, 53))[WORKFLOW]


def queued(github: GitHub, simulator: Simulator) -> Job:
    """A run of the workflow that waits for its turn."""
    context = {
        "secrets.SPOTIFY_CLIENT_ID": simulator.client_id,
        "secrets.SPOTIFY_CLIENT_SECRET": simulator.client_secret,
        "secrets.SPOTIFY_REFRESH_TOKEN": simulator.refresh_token,
        "vars.SPOTIFY_AUTHORIZED_ON": START.isoformat(),
        "github.event_name == 'push'": "false",
        "github.repository": "somebody/archive",
        "github.token": "a token",
    }
    return github.job(context, ARCHIVE_DATE=simulator.day.isoformat())


@pytest.fixture
def repository(github: GitHub) -> GitHub:
    """A repository of its own: one entry, and the workflow."""
    github.write(registry_entry(parse_playlist_id(world_id(1))))
    github.write(WORKFLOW, caller())
    github.push()
    return github


def test_the_written_workflow_archives_into_a_repository_without_our_code(repository: GitHub) -> None:
    simulator = Simulator(daily([playlist(1)]), day=START)
    repository.serve(simulator)
    job = queued(repository, simulator)

    assert job.run(load(repository.text(WORKFLOW)))

    assert job.failed == []
    assert repository.log()[0] == "Archive 2026-11-02: 1 playlist changed, +3 −0 songs"
    assert pretty(parse_playlist_id(world_id(1))) in repository.files()
    assert simulator.refresh_token not in job.log + job.summary


def test_a_run_at_an_old_commit_loses_nothing_that_others_archived_while_it_waited(repository: GitHub) -> None:
    days = ([playlist(1)], [playlist(1, (0, 1, 7))], [playlist(1, (0, 1, 8))])
    simulator = Simulator(daily(*days), day=START)
    repository.serve(simulator)
    flow = load(caller())
    assert queued(repository, simulator).run(flow)
    old = queued(repository, simulator)
    simulator.day = START + timedelta(days=1)
    newer = queued(repository, simulator)
    assert newer.run(flow)
    simulator.day = START + timedelta(days=2)

    old.environment = {**old.environment, "ARCHIVE_DATE": simulator.day.isoformat()}
    assert old.run(flow)

    assert (newer.failed, old.failed) == ([], [])
    assert old.ref.sha == git(repository.origin, "rev-parse", "main~2")
    record = Record.model_validate_json(repository.text(data(parse_playlist_id(world_id(1)))))
    assert [track.name for track in record.tracks] == ["Song 0", "Song 1", "Song 8"]
    assert [track.name for track in record.removed] == ["Song 2", "Song 7"]


def test_each_input_that_the_action_has_is_on_the_page() -> None:
    inputs = load((ROOT / "action.yml").read_text())["inputs"]
    assert [name for name in inputs if name not in PAGE] == []
