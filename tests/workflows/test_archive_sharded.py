"""archive-sharded.yml: several jobs read, one collects and commits."""

import json
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import pytest

from playlist_archive.archive import layout
from playlist_archive.archive.ids import parse_playlist_id
from spotify_simulator.app import Simulator
from spotify_simulator.world import WorldPlaylist
from tests.workflows.conftest import GitHub, git, workflow
from tests.workflows.runner import Job
from tests.worlds import START, daily, playlist, world_id

NUMBERS = range(1, 8)
SHARDS = ("1", "2", "3")
FLOW = workflow("archive-sharded.yml")


def simulated(*days: list[WorldPlaylist]) -> Simulator:
    return Simulator(daily(*days), day=START)


@pytest.fixture
def repository(github: GitHub) -> GitHub:
    """An archive of seven playlists that were never read."""
    github.write_code()
    for number in NUMBERS:
        github.write(layout.registry_entry(parse_playlist_id(world_id(number))))
    github.push()
    return github


class Run:
    """One run of the workflow on the simulator's day, job by job."""

    def __init__(self, github: GitHub, simulator: Simulator) -> None:
        self.github = github
        self.artifacts = github.folder / f"artifacts-{simulator.day}"
        self.artifacts.mkdir()
        self.context = {
            "inputs.shards": str(len(SHARDS)),
            "inputs.requests-per-second": "500",
            "inputs.max-requests": "",
            "needs.plan.result": "success",
            "needs.plan.outputs.day": simulator.day.isoformat(),
            "secrets.SPOTIFY_CLIENT_ID": simulator.client_id,
            "secrets.SPOTIFY_CLIENT_SECRET": simulator.client_secret,
            "secrets.SPOTIFY_REFRESH_TOKEN": "",
            "vars.SPOTIFY_AUTHORIZED_ON": "",
            "github.repository": "somebody/archive",
            "github.token": "a token",
        }

    def job(self, name: str, **context: str) -> Job:
        job = self.github.job(self.context | context)
        job.artifacts = self.artifacts
        assert job.run(FLOW, name)
        return job

    def read(self, shards: Iterable[str] = SHARDS) -> list[Job]:
        return [self.job("read", **{"matrix.shard": shard}) for shard in shards]


def test_the_plan_numbers_the_shards_and_fixes_the_day(repository: GitHub) -> None:
    before = datetime.now(UTC).date()
    plan = Run(repository, simulated()).job("plan")
    assert json.loads(plan.outputs["shards"]) == [1, 2, 3]
    assert plan.outputs["day"] in {before.isoformat(), datetime.now(UTC).date().isoformat()}
    assert FLOW["jobs"]["read"]["strategy"]["matrix"]["shard"] == "${{ fromJSON(needs.plan.outputs.shards) }}"


def test_the_jobs_have_their_order_and_no_more_rights_than_they_use() -> None:
    plan, read, collect = FLOW["jobs"].values()
    assert FLOW["permissions"] == {}
    assert [job.get("permissions") for job in (plan, read, collect)] == [
        None,
        {"contents": "read"},
        {"contents": "write", "issues": "write"},
    ]
    assert (read["needs"], collect["needs"]) == ("plan", ["plan", "read"])
    assert collect["if"] == "!cancelled() && needs.plan.result == 'success'"  # else a lost shard would skip it
    assert read["strategy"]["fail-fast"] == "false"
    assert read["environment"]["deployment"] == "false"
    assert FLOW["concurrency"] == {"group": "archive-sharded", "cancel-in-progress": "false", "queue": "max"}


def test_all_shards_become_one_commit(repository: GitHub) -> None:
    whole = [playlist(number) for number in NUMBERS]
    simulator = simulated(whole, [playlist(number, (0, 1, 2, 7, 8)) for number in NUMBERS])
    repository.serve(simulator)

    for day, subject in enumerate(["7 playlists changed, +21 −0 songs", "7 playlists changed, +14 −0 songs"]):
        simulator.day = START + timedelta(days=day)
        run = Run(repository, simulator)
        readers = run.read()
        collector = run.job("collect")

        assert [job.environment_name for job in readers] == ["spotify-1", "spotify-2", "spotify-3"]
        assert [job.failed + job.skipped for job in [*readers, collector]] == [[]] * 4
        assert repository.log()[0] == f"Archive {simulator.day}: {subject}"
        assert [job.summary for job in readers] == ["", "", ""]
        assert f"[Playlist 1](https://github.com/somebody/archive/blob/main/playlists/pretty/{world_id(1)}.md)" in (
            collector.summary
        )
        assert simulator.client_secret not in "".join(job.log + job.summary for job in [*readers, collector])
    assert len(repository.log()) == 3
    assert {layout.pretty(parse_playlist_id(world_id(number))) for number in NUMBERS} <= set(repository.files())
    assert repository.gh.state["issues"] == []
    assert git(repository.origin, "diff", "--name-only", "HEAD~2", "HEAD", "--", "registry", ".github") == ""


@pytest.mark.proof
def test_a_shard_that_is_lost_fails_its_own_playlists_only(repository: GitHub) -> None:
    simulator = simulated([playlist(number) for number in NUMBERS])
    repository.serve(simulator)
    run = Run(repository, simulator)
    run.read(["1", "3"])

    collector = run.job("collect")

    assert collector.failed == ["Collect: 3"]
    assert repository.log()[0] == "Archive 2026-11-02: 5 playlists changed, +15 −0 songs"
    (issue,) = repository.gh.state["issues"]
    for number in (2, 5):
        assert f"- `{world_id(number)}`: " in issue["body"]
        assert layout.data(parse_playlist_id(world_id(number))) not in repository.files()


@pytest.mark.proof
def test_without_any_shard_nothing_is_committed_and_an_issue_tells(repository: GitHub) -> None:
    simulator = simulated([playlist(number) for number in NUMBERS])
    repository.serve(simulator)

    collector = Run(repository, simulator).job("collect")

    assert collector.failed == ["Collect: 4"]
    assert repository.log() == ["By somebody"]
    assert [issue["label"] for issue in repository.gh.state["issues"]] == ["archive-failed"]
