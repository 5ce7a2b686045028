"""A repository on GitHub, as far as a bot sees of it: a bare repository, issues, and a runner."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from spotify_simulator.app import Simulator
from spotify_simulator.serve import serving
from tests.fake_gh import FakeGh
from tests.workflows.checkout import Ref
from tests.workflows.python import FakePip
from tests.workflows.runner import ROOT, Job, load

KEPT = ("LANG", "COVERAGE_PROCESS_CONFIG")

CODE = ("action.yml", ".github/install", ".github/alert", "requirements/runtime.txt")
"""What the workflows need of a checkout of ours where pip is a fake."""


class GitHub:
    """What lies at GitHub, and the runs of its workflows."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self.folder = folder
        self.origin = folder / "origin.git"
        self._stack = stack
        self.gh = FakeGh(folder)
        self._runs = 0
        git(folder, "init", "--quiet", "--bare", str(self.origin))
        git(self.origin, "config", "uploadpack.allowAnySHA1InWant", "true")
        git(self.origin, "config", "uploadpack.allowFilter", "true")
        self.somebody = folder / "somebody"
        git(folder, "clone", "--quiet", str(self.origin), str(self.somebody))
        self.environment: dict[str, str] = {
            **{name: os.environ[name] for name in KEPT if name in os.environ},
            **self.gh.environment,
            "GIT_CONFIG_NOSYSTEM": "1",
        }

    def serve(self, simulator: Simulator) -> None:
        """Lets the workflows talk to this Spotify."""
        url = self._stack.enter_context(serving(simulator))
        self.environment |= {
            "SPOTIFY_API_URL": f"{url}/v1",
            "SPOTIFY_ACCOUNTS_URL": url,
            "SPOTIFY_OEMBED_URL": f"{url}/oembed",
        }

    def write(self, path: str, text: str = "") -> None:
        """Puts a file into somebody's clone."""
        file = self.somebody / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")

    def write_code(self) -> None:
        """Puts what the workflows need of our code into somebody's clone."""
        for path in CODE:
            self.write(path, (ROOT / path).read_text(encoding="utf-8"))

    def push(self, branch: str = "main") -> None:
        """Commits and pushes all of somebody's clone, to a branch or to `pull/N/merge`."""
        git(self.somebody, "add", "--all")
        git(self.somebody, "commit", "--quiet", "--allow-empty", "--message", "By somebody")
        git(self.somebody, "push", "--quiet", "origin", f"HEAD:{Ref(branch, '').full}")

    def job(self, context: dict[str, str], *, ref: str = "main", **environment: str) -> Job:
        """A runner of its own, for a run that is queued now."""
        self._runs += 1
        folder = self.folder / f"run{self._runs}"
        folder.mkdir()
        queued = Ref(ref, git(self.origin, "rev-parse", Ref(ref, "").full))
        return Job(folder, self.origin, context, self.environment | environment, queued)

    def log(self, branch: str = "main", form: str = "%s") -> list[str]:
        """The subjects of the commits, the newest first."""
        return git(self.origin, "log", f"--format={form}", branch).splitlines()

    def files(self, branch: str = "main") -> list[str]:
        """The paths of the last commit."""
        return git(self.origin, "ls-tree", "-r", "--name-only", branch).splitlines()

    def text(self, path: str, branch: str = "main") -> str:
        """A file of the last commit."""
        return git(self.origin, "show", f"{branch}:{path}")


def git(folder: Path, *arguments: str) -> str:
    done = subprocess.run(("git", *arguments), cwd=folder, check=True, capture_output=True, encoding="utf-8")
    return done.stdout.strip()


def pip_log(job: Job) -> list[str]:
    """What a job asked the fake pip for: a line for each call, after the folder in which it was called."""
    assert isinstance(job.python, FakePip)
    return job.python.log


def workflow(name: str) -> dict[str, Any]:
    return load((ROOT / ".github" / "workflows" / name).read_text())


@pytest.fixture
def github(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[GitHub]:
    config = tmp_path / "gitconfig"
    config.write_text("[user]\nname = Somebody\nemail = somebody@example.org\n[init]\ndefaultBranch = main\n")
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(config))
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    with ExitStack() as stack:
        yield GitHub(tmp_path, stack)
