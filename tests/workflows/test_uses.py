import pytest

from tests.workflows.conftest import GitHub
from tests.workflows.runner import ROOT, Job, load
from tests.workflows.uses import RefusedError, Used, parse_uses

COMMIT = "0123456789abcdef0123456789abcdef01234567"


@pytest.mark.parametrize(
    ("uses", "used"),
    [
        ("./", Used(".", "./")),
        ("./site", Used(".", "./site")),
        ("$/site", Used("$", "site")),
        (f"actions/checkout@{COMMIT}", Used("actions/checkout", "")),
        (f"somebody/bot/site@{COMMIT}", Used("somebody/bot", "site")),
    ],
)
def test_what_github_takes_is_taken(uses: str, used: Used) -> None:
    assert parse_uses(uses) == used


@pytest.mark.parametrize(
    "uses", ["$/", "$//", "$", ".", "site", "", f"checkout@{COMMIT}", "actions/checkout", "a/b@main", "a/b@v7"]
)
def test_what_github_refuses_or_what_may_change_is_refused(uses: str) -> None:
    with pytest.raises(RefusedError):
        parse_uses(uses)


def test_every_action_that_we_use_is_taken() -> None:
    files = [*(ROOT / ".github" / "workflows").glob("*.yml"), ROOT / "action.yml"]
    found = []
    for file in files:
        flow = load(file.read_text(encoding="utf-8"))
        jobs = flow.get("jobs", {"action": flow.get("runs")}).values()
        found += [parse_uses(step["uses"]) for job in jobs for step in job.get("steps", []) if "uses" in step]
    assert len(found) > 10
    assert Used(".", "./") in found


def job(github: GitHub, *steps: str) -> tuple[Job, dict[str, object]]:
    github.push()
    text = f"jobs: {{only: {{runs-on: ubuntu-latest, steps: [{', '.join(steps)}]}}}}"
    return github.job({}), load(text)


def test_an_action_of_the_workspace_needs_a_checkout_before_it(github: GitHub) -> None:
    github.write_code()
    runner, flow = job(github, '{uses: "./"}')
    with pytest.raises(RefusedError, match="Did you forget to run actions/checkout"):
        runner.run(flow)


def test_a_step_finds_only_what_its_job_installed_and_can_push_only_with_credentials(github: GitHub) -> None:
    checkout = f'{{uses: "actions/checkout@{COMMIT}", with: {{persist-credentials: %s}}}}'
    tried = "git commit --allow-empty --message x && git push origin HEAD:tried"
    push = f'{{name: push, run: "{tried}", env: {{GIT_AUTHOR_NAME: a, GIT_AUTHOR_EMAIL: a, %s}}}}'
    push %= "GIT_COMMITTER_NAME: a, GIT_COMMITTER_EMAIL: a"
    command = '{name: command, if: "always()", run: playlist-archive --help}'

    without, flow = job(github, checkout % "false", push, command)
    assert without.run(flow)
    within, flow = job(github, checkout % "true", push, command)
    assert within.run(flow)

    assert without.failed == ["push: 128", "command: 127"]
    assert within.failed == ["command: 127"]
    assert github.log("tried")[0] == "x"
