"""docs/own-repository.md: the workflow that `init` writes, in a repository without our code."""

from playlist_archive.archive.ids import parse_playlist_id
from playlist_archive.archive.layout import pretty, registry_entry
from playlist_archive.init.files import WORKFLOW, Minutes, archive_files
from playlist_archive.init.pin import Pin
from playlist_archive.upstream import UPSTREAM
from spotify_simulator.app import Simulator
from tests.workflows.conftest import GitHub
from tests.workflows.runner import ROOT, load
from tests.worlds import START, daily, playlist, world_id

PAGE = (ROOT / "docs" / "own-repository.md").read_text()


def test_the_written_workflow_archives_into_a_repository_without_our_code(github: GitHub) -> None:
    simulator = Simulator(daily([playlist(1)]), day=START)
    github.serve(simulator)
    github.write(registry_entry(parse_playlist_id(world_id(1))))
    github.write(WORKFLOW, archive_files(Pin(UPSTREAM, "1" * 40), Minutes(23, 53))[WORKFLOW])
    github.push()
    context = {
        "secrets.SPOTIFY_CLIENT_ID": simulator.client_id,
        "secrets.SPOTIFY_CLIENT_SECRET": simulator.client_secret,
        "secrets.SPOTIFY_REFRESH_TOKEN": simulator.refresh_token,
        "vars.SPOTIFY_AUTHORIZED_ON": START.isoformat(),
        "github.event_name == 'push'": "false",
        "github.repository": "somebody/archive",
        "github.token": "a token",
    }
    job = github.job(context, ARCHIVE_DATE=START.isoformat())

    assert job.run(load(github.text(WORKFLOW)))

    assert job.failed == []
    assert github.log()[0] == "Archive 2026-11-02: 1 playlist changed, +3 −0 songs"
    assert pretty(parse_playlist_id(world_id(1))) in github.files()
    assert simulator.refresh_token not in job.log + job.summary


def test_each_input_that_the_action_has_is_on_the_page() -> None:
    inputs = load((ROOT / "action.yml").read_text())["inputs"]
    assert [name for name in inputs if name not in PAGE] == []
