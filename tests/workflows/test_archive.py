"""archive.yml and action.yml: the bot at work."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

import pytest

from playlist_archive.archive import layout
from playlist_archive.archive.ids import parse_playlist_id
from playlist_archive.archive.model import Record
from playlist_archive.bot.alert import FAILURE
from playlist_archive.exit_code import ExitCode
from playlist_archive.run.schedule import is_due
from spotify_simulator.app import Simulator
from spotify_simulator.options import Options
from spotify_simulator.world import WorldPlaylist
from tests.git.repositories import archived, pushed
from tests.harness import Archive, spotify
from tests.workflows.conftest import GitHub, git, pip_log, workflow
from tests.workflows.runner import Job
from tests.worlds import START, daily, day, playlist, world_id

NOTHING: Mapping[str, str] = {}
PAGES = "https://github.com/somebody/archive/blob/main/playlists/pretty"


@pytest.fixture
def github(github: GitHub) -> GitHub:
    """A copy of this repository: the workflow's action is in its checkout."""
    github.write_code()
    return github


def nobody() -> None:
    """Does nothing."""


def simulated(*days: list[WorldPlaylist], likes: bool = True) -> Simulator:
    return Simulator(daily(*days), day=START, options=Options(followers_given=likes))


def archive(
    github: GitHub,
    simulator: Simulator,
    *,
    event: str = "schedule",
    queued: Callable[[], None] = nobody,
    meanwhile: Callable[[], None] = nobody,
    context: Mapping[str, str] = NOTHING,
    flow: Mapping[str, Any] = NOTHING,
    **environment: str,
) -> Job:
    """A run of archive.yml on the simulator's day. `context` replaces values of expressions.

    Others do `queued` while the run waits, and `meanwhile` after its checkout.
    """
    usual = {
        "vars.ARCHIVE_ENABLED": "true",
        "secrets.SPOTIFY_CLIENT_ID": simulator.client_id,
        "secrets.SPOTIFY_CLIENT_SECRET": simulator.client_secret,
        "secrets.SPOTIFY_REFRESH_TOKEN": "",
        "vars.SPOTIFY_AUTHORIZED_ON": "",
        "vars.SPOTIFY_MAX_REQUESTS": "",
        "vars.SPOTIFY_REQUESTS_PER_SECOND": "500",
        "inputs.only": "",
        "inputs.full": "",
        "vars.SITE_ENABLED": "",
        "vars.SITE_URL": "",
        "github.event_name == 'push'": "true" if event == "push" else "false",
        "github.event_name != 'schedule' && github.event.repository.fork": "false",
        "github.repository": "somebody/archive",
        "github.token": "a token",
    }
    assert context.keys() <= usual.keys()
    job = github.job({**usual, **context}, ARCHIVE_DATE=simulator.day.isoformat(), **environment)
    job.meanwhile = meanwhile
    queued()
    assert job.run(flow or workflow("archive.yml"))
    return job


def register(github: GitHub, *numbers: int) -> None:
    for number in numbers:
        github.write(layout.registry_entry(parse_playlist_id(world_id(number))))
    github.push()


def record(github: GitHub, number: int) -> Record:
    return Record.model_validate_json(github.text(layout.data(parse_playlist_id(world_id(number)))))


def test_the_first_scheduled_run_archives_all_and_says_so(github: GitHub) -> None:
    simulator = simulated([playlist(1), playlist(2)])
    github.serve(simulator)
    register(github, 1, 2)

    job = archive(github, simulator)

    assert "fork" not in job.summary
    assert (job.failed, job.skipped) == ([], [])
    assert github.log() == ["Archive 2026-11-02: 2 playlists changed, +6 −0 songs", "By somebody"]
    assert (
        github.log(form="%an <%ae>")[0] == "github-actions[bot] <41898282+github-actions[bot]@users.noreply.github.com>"
    )
    assert layout.pretty(parse_playlist_id(world_id(1))) in github.files()
    assert f"[Playlist 1]({PAGES}/{world_id(1)}.md): created +3 −0" in job.summary
    assert "| requests | " in job.summary
    assert github.gh.state["issues"] == []
    assert simulator.client_secret not in job.log + job.summary


def test_what_is_installed_is_pinned_by_hashes_and_comes_from_the_action(github: GitHub) -> None:
    simulator = simulated([playlist(1)])
    github.serve(simulator)
    register(github, 1)

    job = archive(github, simulator)

    locked, itself = pip_log(job)
    assert {locked.split(":")[0], itself.split(":")[0]} == {str(job.workspace)}
    assert "--require-hashes" in locked
    assert locked.endswith("--requirement requirements/runtime.txt")
    assert itself.endswith("--no-index --no-deps --no-build-isolation .")


@pytest.mark.proof
def test_an_unchanged_run_commits_nothing_until_forty_days_are_quiet(github: GitHub) -> None:
    simulator = simulated([playlist(1)], likes=False)
    github.serve(simulator)
    register(github, 1)
    archive(github, simulator)
    before = github.log()

    assert archive(github, simulator).failed == []
    assert github.log() == before
    simulator.day = START + timedelta(days=41)
    assert archive(github, simulator).failed == []
    assert github.log() == ["Still watching: nothing changed since 2026-11-02", *before]


def test_a_push_to_the_registry_fetches_only_what_is_new(github: GitHub) -> None:
    simulator = simulated([playlist(1), playlist(2)], [playlist(1, (7,)), playlist(2)])
    github.serve(simulator)
    register(github, 1)
    archive(github, simulator)
    simulator.day = day(1)
    git(github.somebody, "pull", "--quiet", "origin", "main")
    register(github, 2)

    job = archive(github, simulator, event="push")

    assert job.failed == []
    assert github.log()[0] == "Archive 2026-11-03: 1 playlist changed, +3 −0 songs"
    assert record(github, 1).tracks[0].name == "Song 0"
    assert "| requests | 1 |" in job.summary
    assert "## Playlists \\(2\\)" in github.text(layout.INDEX_PAGE)


@pytest.mark.proof
@pytest.mark.parametrize(("full", "seen"), [("true", "Song 500"), ("false", "Song 149")])
def test_a_run_by_hand_may_name_playlists_and_read_them_whole(github: GitHub, full: str, seen: str) -> None:
    one, other = [number for number in range(1, 9) if not is_due(parse_playlist_id(world_id(number)), day(1))][:2]
    simulator = simulated(
        [playlist(number, range(150), snapshot_id="the same") for number in (one, other)],
        [playlist(number, (*range(149), 500), snapshot_id="the same") for number in (one, other)],
    )
    github.serve(simulator)
    register(github, one, other)
    archive(github, simulator)
    simulator.day = day(1)

    chosen = {"inputs.only": f" {world_id(one)} ", "inputs.full": full}
    job = archive(github, simulator, event="workflow_dispatch", context=chosen)

    assert job.failed == []
    assert record(github, one).tracks[-1].name == seen
    assert record(github, other).tracks[-1].name == "Song 149"


def test_a_partial_failure_commits_what_succeeded_and_then_fails_visibly_with_one_issue(github: GitHub) -> None:
    simulator = simulated([playlist(1), playlist(2)])
    github.serve(simulator)
    github.write(layout.data(parse_playlist_id(world_id(2))), "{")
    github.write(f"{layout.REGISTRY}/bad name")
    register(github, 1, 2)

    first = archive(github, simulator)
    again = archive(github, simulator)

    assert first.failed == again.failed == [f"Archive: {ExitCode.PARTIAL}"]
    assert github.log()[0] == "Archive 2026-11-02: 1 playlist changed, +3 −0 songs"
    assert "::error file=registry/bad name,line=1,title=Bad registry entry::" in first.log
    (issue,) = github.gh.state["issues"]
    assert (issue["state"], issue["label"], issue["comments"]) == ("open", "archive-failed", [])
    assert "- `registry/bad name`: ``its name is not a playlist id" in issue["body"]
    assert f"- `{world_id(2)}`: `{layout.data(parse_playlist_id(world_id(2)))} does not parse" in issue["body"]
    assert "https://github.com/somebody/archive/actions/runs/77" in issue["body"]
    assert {call["repository"] for call in github.gh.state["calls"]} == {"somebody/archive"}


@pytest.mark.proof
def test_the_issue_is_closed_by_the_next_good_run_of_all_and_by_no_other(github: GitHub) -> None:
    simulator = simulated([playlist(1), playlist(2)])
    github.serve(simulator)
    github.write(f"{layout.REGISTRY}/bad name")
    register(github, 1)
    archive(github, simulator)
    git(github.somebody, "pull", "--quiet", "origin", "main")
    (github.somebody / layout.REGISTRY / "bad name").unlink()
    register(github, 2)

    archive(github, simulator, event="push")
    assert [issue["state"] for issue in github.gh.state["issues"]] == ["open"]
    archive(github, simulator)
    assert [(issue["state"], issue["comments"]) for issue in github.gh.state["issues"]] == [
        ("closed", ["It works again."])
    ]


@pytest.mark.proof
def test_a_refused_run_writes_nothing_and_says_why(github: GitHub) -> None:
    simulator = simulated([playlist(1)])
    github.serve(simulator)
    register(github, 1)
    archive(github, simulator)
    before = github.log()

    job = archive(github, simulator, context={"secrets.SPOTIFY_CLIENT_SECRET": "of another app"})

    assert job.failed == [f"Archive: {ExitCode.REFUSED}"]
    assert github.log() == before
    assert "nothing was written" in job.summary
    (issue,) = github.gh.state["issues"]
    assert issue["body"].startswith("Nothing was archived on 2026-11-02:")


@pytest.mark.proof
def test_a_consent_that_is_gone_is_told_with_what_to_do(github: GitHub) -> None:
    simulator = simulated([playlist(1)])
    github.serve(simulator)
    register(github, 1)

    job = archive(github, simulator, context={"secrets.SPOTIFY_REFRESH_TOKEN": "a-revoked-one"})

    assert job.failed == [f"Archive: {ExitCode.REFUSED}"]
    assert github.log() == ["By somebody"]
    assert "playlist-archive login" in github.gh.state["issues"][0]["body"]
    assert "a-revoked-one" not in job.log + job.summary + str(github.gh.state)


def test_a_run_that_cannot_even_begin_opens_the_issue_too(github: GitHub) -> None:
    simulator = simulated([playlist(1)])
    simulator.client_id = ""
    register(github, 1)

    job = archive(github, simulator)

    assert job.failed == [f"Archive: {ExitCode.USAGE}"]
    assert "SPOTIFY_CLIENT_ID is not set" in job.log
    assert [issue["title"] for issue in github.gh.state["issues"]] == ["The archive's run failed"]


@pytest.mark.proof
def test_a_day_of_consent_that_is_none_opens_an_issue_that_names_it(github: GitHub) -> None:
    simulator = simulated([playlist(1)])
    github.serve(simulator)
    register(github, 1)

    job = archive(github, simulator, context={"vars.SPOTIFY_AUTHORIZED_ON": "24.11.2026 ${{ x }}"})

    assert job.failed == [f"Archive: {ExitCode.USAGE}"]
    (issue,) = github.gh.state["issues"]
    assert "SPOTIFY_AUTHORIZED_ON must be a day, such as 2026-11-23" in issue["body"]
    assert "24.11" not in issue["body"]
    archive(github, simulator)
    assert [each["state"] for each in github.gh.state["issues"]] == ["closed"]


def test_where_the_bot_is_not_installed_fixed_words_open_one_issue_and_the_next_good_run_closes_it(
    github: GitHub,
) -> None:
    simulator = simulated([playlist(1)])
    github.serve(simulator)
    register(github, 1)

    first = archive(github, simulator, FAKE_PIP_FAILS="yes")
    again = archive(github, simulator, FAKE_PIP_FAILS="yes")

    assert first.failed == again.failed == ["Install: 1", "Keep the issue up to date: 1"]
    assert first.skipped == again.skipped == ["Archive"]
    (issue,) = github.gh.state["issues"]
    assert (issue["title"], issue["label"]) == ("The archive's run failed", FAILURE)
    assert "The run's log says why: https://github.com/somebody/archive/actions/runs/77\n\n" in issue["body"]
    assert "is open already" in again.log
    assert archive(github, simulator).failed == []
    assert [issue["state"] for issue in github.gh.state["issues"]] == ["closed"]


def test_a_bot_that_crashes_while_it_reports_leaves_an_issue_too(github: GitHub) -> None:
    simulator = simulated([playlist(1)])
    github.serve(simulator)
    command = '"$(dirname "$(command -v python)")/playlist-archive"'
    broken = f'echo "exit 1" > {command}; chmod +x {command}'
    github.write(".github/install", broken)
    register(github, 1)

    job = archive(github, simulator)

    assert job.failed == ["Archive: 1", "Keep the issue up to date: 1"]
    assert [issue["label"] for issue in github.gh.state["issues"]] == [FAILURE]


@pytest.mark.proof
def test_a_failure_of_github_hides_no_result(github: GitHub) -> None:
    simulator = simulated([playlist(1)])
    github.serve(simulator)
    register(github, 1)

    job = archive(github, simulator, FAKE_GH_FAILS="GET issues")

    assert job.failed == []
    assert github.log()[0].startswith("Archive 2026-11-02: 1 playlist changed")
    warnings = [line for line in job.log.splitlines() if line.startswith("::warning::the issue ")]
    assert len(warnings) == 2
    assert "\x1b" not in job.log
    assert "\n::error::" not in job.log


@pytest.mark.proof
def test_a_consent_that_ends_soon_opens_an_issue_in_a_run_that_is_well(github: GitHub) -> None:
    simulator = simulated([playlist(1)])
    github.serve(simulator)
    register(github, 1)

    job = archive(github, simulator, context={"vars.SPOTIFY_AUTHORIZED_ON": (START - timedelta(days=170)).isoformat()})

    assert job.failed == []
    assert [issue["title"] for issue in github.gh.state["issues"]] == ["Renew Spotify's consent: 10 days left"]

    archive(github, simulator)  # its day is not known, so nobody knows that it was renewed
    assert [issue["state"] for issue in github.gh.state["issues"]] == ["open"]
    archive(github, simulator, context={"vars.SPOTIFY_AUTHORIZED_ON": START.isoformat()})
    assert [issue["state"] for issue in github.gh.state["issues"]] == ["closed"]


@pytest.mark.proof
def test_two_runs_at_once_are_both_in_the_archive(github: GitHub) -> None:
    simulator = simulated([playlist(1)], [playlist(1, (0, 1, 2, 9))])
    github.serve(simulator)
    register(github, 1)
    archive(github, simulator)
    simulator.day = day(1)

    def another_bot() -> None:
        git(github.folder, "clone", "--quiet", str(github.origin), "other")
        other = Archive(github.folder / "other", spotify(daily([playlist(1, (0, 1, 2, 8))]), day=day(1)))
        other.run()
        archived(other.root, "Archive by another bot\n", day=day(1))
        pushed(other.root)

    job = archive(github, simulator, meanwhile=another_bot)

    assert job.failed == []
    assert github.log()[:2] == ["Archive 2026-11-03: 1 playlist changed, +1 −0 songs", "Archive by another bot"]
    assert [track.name for track in record(github, 1).tracks][3:] == ["Song 9"]
    assert [track.name for track in record(github, 1).removed] == ["Song 8"]


@pytest.mark.proof
def test_a_run_that_waited_sees_what_others_pushed_meanwhile(github: GitHub) -> None:
    simulator = simulated([playlist(1), playlist(2)])
    github.serve(simulator)
    register(github, 1)

    job = archive(github, simulator, queued=lambda: register(github, 2))

    assert job.failed == []
    assert github.log() == ["Archive 2026-11-02: 2 playlists changed, +6 −0 songs", "By somebody", "By somebody"]


@pytest.mark.proof
def test_a_run_at_an_old_commit_loses_nothing_that_another_archived_while_it_waited(github: GitHub) -> None:
    simulator = simulated([playlist(1)], [playlist(1, (0, 1, 7))], [playlist(1, (0, 1, 8))])
    github.serve(simulator)
    register(github, 1)
    archive(github, simulator)
    as_queued = workflow("archive.yml")
    del as_queued["jobs"]["archive"]["steps"][0]["with"]["ref"]  # so it is in a workflow that checks out as most do
    simulator.day = day(2)

    def another_run() -> None:
        simulator.day = day(1)
        assert archive(github, simulator).failed == []
        simulator.day = day(2)

    job = archive(github, simulator, flow=as_queued, queued=another_run)

    assert job.failed == []
    assert job.ref.sha == git(github.origin, "rev-parse", "main~2")
    assert [track.name for track in record(github, 1).tracks] == ["Song 0", "Song 1", "Song 8"]
    assert [track.name for track in record(github, 1).removed] == ["Song 2", "Song 7"]


@pytest.mark.proof
def test_a_race_that_cannot_be_settled_fails_the_run_and_says_why(github: GitHub) -> None:
    simulator = simulated([playlist(1)], [playlist(1, (0, 1, 2, 9))])
    github.serve(simulator)
    register(github, 1)
    archive(github, simulator)
    simulator.day = day(1)

    def somebody_breaks_the_record() -> None:
        git(github.somebody, "pull", "--quiet", "origin", "main")
        github.write(layout.data(parse_playlist_id(world_id(1))), "{")
        github.push()

    job = archive(github, simulator, meanwhile=somebody_breaks_the_record)

    assert job.failed == [f"Archive: {ExitCode.PARTIAL}"]
    assert github.log()[0] == "By somebody"
    assert "::error::what was archived is committed here, but not pushed (others changed the same files" in job.log
    assert "ours cannot be put on theirs" in github.gh.state["issues"][0]["body"]


def test_the_job_does_not_run_where_nobody_enabled_it(github: GitHub) -> None:
    register(github, 1)
    job = github.job({"vars.ARCHIVE_ENABLED": ""})
    assert not job.run(workflow("archive.yml"))
    assert job.log == ""


def test_a_run_is_never_cut_off_and_has_no_more_rights_than_it_uses() -> None:
    flow = workflow("archive.yml")
    assert flow["permissions"] == {}
    assert flow["concurrency"] == {"group": "archive", "cancel-in-progress": "false", "queue": "max"}
    assert flow["jobs"]["archive"]["permissions"] == {"contents": "write", "issues": "write"}
    assert 0 < int(flow["jobs"]["archive"]["timeout-minutes"]) < 360
    minutes = [int(slot["cron"].split()[0]) for slot in flow["on"]["schedule"]]
    assert len(minutes) == 2
    assert not {0, 30} & set(minutes)
