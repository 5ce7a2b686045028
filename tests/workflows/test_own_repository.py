"""docs/own-repository.md: the workflow in it, as somebody copies it."""

import re
import subprocess
import sys
from pathlib import Path
from textwrap import dedent

import pytest

from playlist_archive.archive.ids import parse_playlist_id
from playlist_archive.archive.layout import pretty, registry_entry
from spotify_simulator.app import Simulator
from tests.workflows.conftest import GitHub
from tests.workflows.runner import ROOT, load
from tests.worlds import START, daily, playlist, world_id

PAGE = (ROOT / "docs" / "own-repository.md").read_text()


def caller() -> str:
    match = re.search(r"```yaml\n(.+?)```", PAGE, re.DOTALL)
    assert match
    return dedent(match[1])


def test_the_copied_workflow_archives_into_a_repository_without_our_code(github: GitHub) -> None:
    simulator = Simulator(daily([playlist(1)]), day=START)
    github.serve(simulator)
    github.write(registry_entry(parse_playlist_id(world_id(1))))
    github.write(".github/workflows/archive.yml", caller())
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

    assert job.run(load(github.text(".github/workflows/archive.yml")))
    assert job.failed == []
    assert github.log()[0] == "Archive 2026-11-02: 1 playlist changed, +3 −0 songs"
    assert pretty(parse_playlist_id(world_id(1))) in github.files()
    assert simulator.refresh_token not in job.log + job.summary


def test_the_copied_workflow_is_short_and_has_no_more_rights_than_it_uses() -> None:
    flow = load(caller())
    assert len(caller().splitlines()) <= 25
    assert flow["permissions"] == {}
    assert flow["jobs"]["archive"]["permissions"] == {"contents": "write", "issues": "write"}
    assert flow["concurrency"]["cancel-in-progress"] == "false"


def test_each_input_that_the_action_has_is_on_the_page() -> None:
    inputs = load((ROOT / "action.yml").read_text())["inputs"]
    assert [name for name in inputs if name not in PAGE] == []


@pytest.mark.parametrize(
    "checker",
    [
        ("zizmor", "--offline", "--quiet", "--strict-collection", "--persona", "pedantic"),
        ("check-jsonschema", "--builtin-schema", "vendor.github-workflows"),
    ],
    ids=["zizmor", "schema"],
)
def test_the_copied_workflow_passes_the_checks_that_ours_pass(tmp_path: Path, checker: tuple[str, ...]) -> None:
    copied = tmp_path / ".github" / "workflows" / "archive.yml"
    copied.parent.mkdir(parents=True)
    copied.write_text(caller())
    command = (str(Path(sys.executable).with_name(checker[0])), *checker[1:], str(copied))
    done = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stdout + done.stderr
