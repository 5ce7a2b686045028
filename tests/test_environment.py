"""The tests themselves: they see nothing of the environment that they are started in."""

import os
import subprocess
import sys
from pathlib import Path

from playlist_archive.settings import Settings
from tests import github_runner

ROOT = Path(__file__).parents[1]

MISLEADING = {
    **{name.upper(): "misleading" for name in Settings.model_fields},
    "ARCHIVE_ONLY": "misleading",
    "COLUMNS": "20",
    "FORCE_COLOR": "1",
    "GH_TOKEN": "misleading",
    "GIT_DIR": "/nowhere",
    "HTTPS_PROXY": "http://127.0.0.1:9",
    "no_proxy": "misleading",
}
"""What a runner, a user or a hook may have set."""

PROBE = """
import os

from playlist_archive.settings import read_settings
from typer.rich_utils import FORCE_TERMINAL


def test_nothing_is_left():
    assert {names} & {{name.upper() for name in os.environ}} == set()
    assert read_settings().github_repository is None
    assert not FORCE_TERMINAL
    assert os.environ["CI"] == "true"
"""


def test_no_variable_of_a_runner_or_a_user_reaches_a_test(tmp_path: Path) -> None:
    runner = github_runner.variables(tmp_path)
    names = {name.upper() for name in {**runner, **MISLEADING}} - {"CI"}
    probe = tmp_path / "test_probe.py"
    probe.write_text(PROBE.format(names=names), encoding="utf-8")
    command = (sys.executable, "-m", "pytest", "-q", "-p", "tests.conftest", f"--rootdir={tmp_path}", str(probe))

    done = subprocess.run(
        command, cwd=ROOT, env=os.environ | runner | MISLEADING, capture_output=True, encoding="utf-8", check=False
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert "1 passed" in done.stdout


def test_the_gate_runs_with_every_variable_of_a_runner_that_a_setting_reads(tmp_path: Path) -> None:
    read = {name.upper() for name in Settings.model_fields if name.startswith("github_")}
    assert read
    assert read <= github_runner.variables(tmp_path).keys()
    assert ". .ci/runner.env" in (ROOT / ".ci" / "run").read_text(encoding="utf-8")
