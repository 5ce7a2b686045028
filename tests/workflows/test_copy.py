"""Both ways to set an archive up, walked as the documents say, on repositories of this machine.

A copy of the template has all of this project's code; a repository of one's own has what `playlist-archive init` wrote.
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from playlist_archive.archive import layout
from playlist_archive.archive.ids import parse_playlist_id
from playlist_archive.bot.request import ALIAS_HEADING, LINK_HEADING
from playlist_archive.init.example import EXAMPLE
from playlist_archive.init.files import WORKFLOW
from playlist_archive.upstream import UPSTREAM
from spotify_simulator.app import Simulator
from spotify_simulator.world import WorldPlaylist
from tests.conftest import missing
from tests.test_repository import IS_A_COPY, NO_EXAMPLE, tracked
from tests.workflows.conftest import GitHub, git
from tests.workflows.runner import ROOT, Job, load
from tests.worlds import START, daily, day, playlist, world_id

FIRST, SECOND, ASKED_FOR = (parse_playlist_id(world_id(number)) for number in (1, 2, 3))


def three_playlists(*songs: int) -> list[WorldPlaylist]:
    return [playlist(1, (0, 1, 2, *songs)), playlist(2), playlist(3)]


@pytest.fixture
def simulator(github: GitHub) -> Simulator:
    """Spotify, where the first playlist gets a song on the second day."""
    simulator = Simulator(daily(three_playlists(), three_playlists(9)), day=START)
    github.serve(simulator)
    return simulator


def values(simulator: Simulator, event: str) -> dict[str, str]:
    """What the owner has set on GitHub, and what GitHub knows of an event."""
    return {
        "vars.ARCHIVE_ENABLED": "true",
        "secrets.SPOTIFY_CLIENT_ID": simulator.client_id,
        "secrets.SPOTIFY_CLIENT_SECRET": simulator.client_secret,
        "secrets.SPOTIFY_REFRESH_TOKEN": simulator.refresh_token,
        "vars.SPOTIFY_AUTHORIZED_ON": START.isoformat(),
        "vars.SPOTIFY_MAX_REQUESTS": "",
        "vars.SITE_ENABLED": "",
        "vars.SITE_URL": "",
        "vars.SPOTIFY_REQUESTS_PER_SECOND": "500",
        "inputs.only": "",
        "inputs.full": "",
        "github.event_name == 'push'": "true" if event == "push" else "false",
        "github.event_name != 'schedule' && github.event.repository.fork": "false",
        "github.repository": "somebody/archive",
        "github.token": "a token",
    }


def run(github: GitHub, simulator: Simulator, event: str, path: str = WORKFLOW, **environment: str) -> Job:
    """A run of a workflow as it lies at GitHub."""
    job = github.job(values(simulator, event), ARCHIVE_DATE=simulator.day.isoformat(), **environment)
    assert job.run(load(github.text(path)))
    return job


NEEDED = (".github/", "playlists/", "registry/", "requirements", "action.yml", "src/playlist_archive/upstream.py")
"""What of the project a run looks at: the code that runs is that of the tests."""


def use_this_template(github: GitHub, *, whole: bool = False) -> None:
    """The button: the files of the project as one commit, and nothing else; without `whole`, those that a run needs."""
    if IS_A_COPY:
        missing(NO_EXAMPLE)
    for path in tracked():
        if not (whole or path.startswith(NEEDED)):
            continue
        target = github.somebody / path
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / path, target)
    github.push()


def register_on_the_page(github: GitHub, entry: str) -> None:
    """*Add file* in the browser."""
    git(github.somebody, "pull", "--quiet", "origin", "main")
    github.write(entry)
    github.push()


def archived(github: GitHub) -> list[str]:
    """The ids of the playlists that have a page."""
    return [Path(path).stem for path in github.files() if path.startswith(f"{layout.PRETTY}/")]


def test_the_example_goes_from_a_copy_of_the_template_with_the_first_run(github: GitHub, simulator: Simulator) -> None:
    use_this_template(github)
    assert layout.data(EXAMPLE) in github.files()
    register_on_the_page(github, layout.registry_entry(FIRST))

    job = run(github, simulator, "push")

    assert (job.failed, job.skipped) == ([], [])
    assert archived(github) == [FIRST]
    assert [path for path in github.files() if EXAMPLE in path] == []
    assert github.log()[:2] == [
        "Archive 2026-11-02: 1 playlist changed, +3 −0 songs",
        "Remove the template's example",
    ]
    assert EXAMPLE not in github.text(layout.INDEX_PAGE) + github.text(layout.INDEX_DATA)


def test_a_repository_of_ones_own_archives_from_the_first_push(github: GitHub, simulator: Simulator) -> None:
    told = command(github, "init", "my archive")
    assert (
        "Next: cd 'my archive', then eval \"$(playlist-archive login --show)\", then playlist-archive register --mine"
        in told
    )
    archive = github.folder / "my archive"
    command(github, "register", FIRST, "--root", "my archive")
    git(archive, "add", ".")
    git(archive, "commit", "--quiet", "--message", "Begin")
    git(archive, "remote", "add", "origin", str(github.origin))
    git(archive, "push", "--quiet", "-u", "origin", "main")

    job = run(github, simulator, "push")

    assert (job.failed, job.skipped) == ([], [])
    assert archived(github) == [FIRST]
    assert github.log()[0] == "Archive 2026-11-02: 1 playlist changed, +3 −0 songs"
    assert simulator.refresh_token not in job.log + job.summary


def test_in_a_copy_init_takes_the_example_away_and_writes_nothing(github: GitHub) -> None:
    use_this_template(github)
    before = set(github.files())
    told = command(github, "init", "somebody", GITHUB_REPOSITORY="somebody/archive")
    git(github.somebody, "push", "--quiet", "origin", "main")
    assert 'Next: eval "$(playlist-archive login --show)", then playlist-archive register --mine, then git push' in told
    assert {path.split("/")[0] for path in before - set(github.files())} == {layout.REGISTRY, layout.PLAYLISTS}
    assert archived(github) == []
    assert set(github.files()) < before
    assert "not here any more" in command(github, "init", "somebody", GITHUB_REPOSITORY="somebody/archive")


@pytest.mark.parametrize("is_fork", ["true", "false", ""], ids=["fork", "no fork", "unknown"])
def test_a_fork_is_told_in_its_summary_what_does_not_work_there(github: GitHub, is_fork: str) -> None:
    use_this_template(github)
    flow = load(github.text(WORKFLOW))
    flow["jobs"]["archive"]["steps"] = flow["jobs"]["archive"]["steps"][:2]  # the checkout, and what is tested
    job = github.job(
        {"vars.ARCHIVE_ENABLED": "true", "github.event_name != 'schedule' && github.event.repository.fork": is_fork}
    )
    assert job.run(flow)
    assert job.failed == []
    assert job.summary.startswith("## This repository is a fork\n") == (is_fork == "true")
    assert ("never accept that" in job.summary) == (is_fork == "true")


def test_init_leaves_the_project_itself_alone(github: GitHub) -> None:
    use_this_template(github)
    command(github, "init", "somebody", code=4)
    assert git(github.somebody, "status", "--porcelain") == ""


def command(github: GitHub, *arguments: str, code: int = 0, **environment: str) -> str:
    """What a command prints that somebody types."""
    done = subprocess.run(
        (sys.executable, "-m", "playlist_archive", *arguments),
        cwd=github.folder,
        env={name: text for name, text in os.environ.items() if not name.startswith("GITHUB_")} | environment,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout


def test_a_copy_takes_over_a_newer_version_and_keeps_its_archive(github: GitHub, tmp_path: Path) -> None:
    use_this_template(github)
    github.write("action.yml", "the project as it was later\n")
    github.write(layout.data(EXAMPLE), "the example as it was later\n")
    upstream = tmp_path / "upstream.git"
    git(tmp_path, "clone", "--quiet", "--bare", str(github.origin), str(upstream))
    git(github.somebody, "commit", "--quiet", "--all", "--message", "Newer")
    git(github.somebody, "push", "--quiet", str(upstream), "HEAD:main")
    copy = tmp_path / "copy"
    shutil.copytree(github.somebody, copy, ignore=shutil.ignore_patterns(".git"))
    git(copy, "init", "--quiet")
    git(copy, "checkout", "--quiet", "-b", "mine")
    git(copy, "rm", "--quiet", "--ignore-unmatch", "-r", layout.PLAYLISTS)
    (copy / "action.yml").write_text("the project as it was copied\n")
    (copy / layout.data(FIRST)).parent.mkdir(parents=True, exist_ok=True)
    (copy / layout.data(FIRST)).write_text("mine\n")
    git(copy, "add", "--all")
    git(copy, "commit", "--quiet", "--message", "Initial commit")

    page = (ROOT / "docs" / "github.md").read_text(encoding="utf-8")
    (line,) = [line.strip() for line in page.splitlines() if line.startswith("    git pull")]
    git(copy, *line.replace(f"https://github.com/{UPSTREAM}", str(upstream)).split()[1:], "--no-edit")

    assert (copy / "action.yml").read_text() == "the project as it was later\n"
    assert (copy / layout.data(FIRST)).read_text() == "mine\n"


# The whole way, from the template to a playlist that a stranger asked for


@pytest.mark.proof
def test_a_copy_of_the_template_does_all_that_the_readme_promises(github: GitHub, simulator: Simulator) -> None:
    use_this_template(github, whole=True)
    register_on_the_page(github, layout.registry_entry(FIRST))

    assert run(github, simulator, "workflow_dispatch").failed == []
    assert archived(github) == [FIRST]
    log = github.log()
    assert run(github, simulator, "schedule").failed == []
    assert github.log() == log, "a second run of a day changes nothing"

    register_on_the_page(github, layout.registry_entry(SECOND))
    assert run(github, simulator, "push").failed == []
    assert archived(github) == [FIRST, SECOND]

    check = propose_by_pull_request(github, simulator)
    assert check.failed == []
    assert "Playlist 3" in check.log

    ask_by_issue(github, simulator)
    (request,) = github.gh.state["requests"]
    merge(github, request["head"])
    simulator.day = day(1)
    assert run(github, simulator, "schedule").failed == []
    assert archived(github) == [FIRST, SECOND, ASKED_FOR]
    assert github.log()[0] == "Archive 2026-11-03: 2 playlists changed, +4 −0 songs"
    assert github.gh.state["issues"] == [
        issue for issue in github.gh.state["issues"] if issue["label"] == "add-playlist"
    ]


def propose_by_pull_request(github: GitHub, simulator: Simulator) -> Job:
    """A stranger's pull request with an entry, checked by registry.yml."""
    git(github.somebody, "pull", "--quiet", "origin", "main")
    git(github.somebody, "switch", "--quiet", "--create", "proposal")
    github.write(layout.registry_entry(ASKED_FOR))
    github.push("pull/1/merge")
    git(github.somebody, "switch", "--quiet", "main")
    context: Mapping[str, str] = {"github.base_ref": "main"}
    job = github.job({**values(simulator, "pull_request"), **context}, ref="pull/1/merge")
    assert job.run(load(github.text(".github/workflows/registry.yml")))
    return job


def ask_by_issue(github: GitHub, simulator: Simulator) -> None:
    """A stranger's issue, approved with the label."""
    github.gh.has_issue("add-playlist", "Add a playlist")
    body = f"### {LINK_HEADING}\n\nspotify:playlist:{ASKED_FOR}\n\n### {ALIAS_HEADING}\n\n_No response_"
    event = github.folder / "event.json"
    content: dict[str, Any] = {"action": "labeled", "issue": {"number": 1, "body": body}}
    event.write_text(json.dumps(content))
    context = {"github.event.label.name": "approved"}
    job = github.job({**values(simulator, "issues"), **context}, GITHUB_EVENT_PATH=str(event))
    assert job.run(load(github.text(".github/workflows/add-playlist.yml")))
    assert job.failed == []


def merge(github: GitHub, branch: str) -> None:
    """*Merge pull request*."""
    git(github.somebody, "pull", "--quiet", "origin", "main")
    git(github.somebody, "fetch", "--quiet", "origin", branch)
    git(github.somebody, "merge", "--quiet", "--no-edit", "FETCH_HEAD")
    github.push()
