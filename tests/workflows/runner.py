"""Runs the jobs of a workflow as GitHub's runner does, as far as ours go; whatever it does not know, it refuses.

Steps run in bash. A checkout is a clone without history of a repository on this machine, which cannot be pushed to
where the credentials are not kept. `python` and `playlist-archive` are those of the tests; what pip is asked to install
is written down, and not installed. Artifacts are folders. Which jobs run, and in which order, is for the test to say.
"""

import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from playlist_archive.upstream import UPSTREAM

ROOT = Path(__file__).parents[2]
JOB_KEYS = {
    "name",
    "needs",
    "if",
    "runs-on",
    "timeout-minutes",
    "environment",
    "permissions",
    "strategy",
    "outputs",
    "steps",
}
STEP_KEYS = {"name", "id", "if", "uses", "with", "run", "env", "shell"}
EXPRESSION = re.compile(r"\$\{\{ (.+?) \}\}")
PINNED = re.compile(r"(.+)@[0-9a-f]{40}")


class Loader(yaml.SafeLoader):
    """YAML in which `on` and `true` are texts, as they are in a workflow's expressions."""


Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith((":bool", ":int"))]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def load(text: str) -> dict[str, Any]:
    """A workflow or an action."""
    loaded: dict[str, Any] = yaml.load(text, Loader)
    return loaded


@dataclass
class Job:
    """One job. `context` has the value of each expression, `repository` is what is checked out at `ref`.

    `meanwhile` is what others do between the checkout and the next step. `artifacts` is the folder of what the jobs of
    one run hand to each other.
    """

    folder: Path
    repository: Path
    context: Mapping[str, str]
    environment: Mapping[str, str]
    ref: str = "main"
    action: Path = ROOT
    meanwhile: Callable[[], None] = lambda: None
    log: str = ""
    summary: str = ""
    failed: list[str] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)
    outputs: dict[str, str] = field(default_factory=dict)
    artifacts: Path = Path("artifacts")

    def run(self, workflow: Mapping[str, Any], name: str = "") -> bool:
        """Whether a job of a workflow ran, the only one where none is named; `failed` and `skipped` name its steps."""
        (job,) = [workflow["jobs"][name]] if name else workflow["jobs"].values()
        assert job.keys() <= JOB_KEYS, job.keys()
        self.workspace = self._folder("workspace")
        self.python = self._folder("python")
        self.context = {**self.context, "runner.temp": str(self._folder("temp"))}
        if not self._is_true(job.get("if", "always()"), self.context):
            return False
        self.environment_name = self._filled(job.get("environment", ""), self.context)
        for step in job["steps"]:
            self._step(step, self.context)
        self.outputs = {key: self._filled(text, self.context) for key, text in job.get("outputs", {}).items()}
        return True

    def _step(self, step: Mapping[str, Any], context: Mapping[str, str]) -> None:
        assert step.keys() <= STEP_KEYS, step.keys()
        given = {name: self._filled(text, context) for name, text in step.get("with", {}).items()}
        if not (self._is_true(step["if"], context) if "if" in step else not self.failed):
            self.skipped.append(step.get("name") or self._pinned(step["uses"]))
        elif "run" in step:
            assert "${{" not in step["run"]
            env = {name: self._filled(text, context) for name, text in step.get("env", {}).items()}
            self._bash(step["name"], step["run"], env, output_of=step.get("id", ""))
        elif step["uses"].startswith("$/") or step["uses"].startswith(f"{UPSTREAM}@"):
            self._composite(given, context)
        elif self._pinned(step["uses"]) == "actions/checkout":
            self._checkout(**{name.replace("-", "_"): value for name, value in given.items()})
        elif self._pinned(step["uses"]) == "actions/upload-artifact":
            self._upload(**{name.replace("-", "_"): value for name, value in given.items()})
        elif self._pinned(step["uses"]) == "actions/download-artifact":
            self._download(**{name.replace("-", "_"): value for name, value in given.items()})
        else:
            assert (self._pinned(step["uses"]), given) == ("actions/setup-python", {"python-version": "3.13"})
            self._setup_python()

    def _composite(self, given: Mapping[str, str], context: Mapping[str, str]) -> None:
        action = load((self.action / "action.yml").read_text())
        assert given.keys() <= action["inputs"].keys()
        inputs = {}
        for name, declared in action["inputs"].items():
            assert name in given or declared.get("required") != "true", name
            inputs[f"inputs.{name}"] = given.get(name, self._filled(declared.get("default", ""), context))
        for step in action["runs"]["steps"]:
            assert "uses" in step or step["shell"] == "bash"
            self._step(step, {**context, **inputs})

    def _checkout(self, *, persist_credentials: str, path: str = ".", ref: str = "") -> None:
        target = self.workspace / path
        url = f"file://{self.repository}"
        self._git("clone", "--quiet", "--depth=1", "--branch", ref or self.ref, url, str(target))
        if persist_credentials == "false":
            self._git("-C", str(target), "remote", "set-url", "origin", "/no-credentials")
        self.meanwhile()

    def _upload(self, *, name: str, path: str, retention_days: str, if_no_files_found: str) -> None:
        assert (retention_days, if_no_files_found) == ("1", "error")
        assert any(Path(path).iterdir())
        shutil.copytree(path, self.artifacts / name)

    def _download(self, *, pattern: str, path: str, merge_multiple: str) -> None:
        assert merge_multiple == "true"
        for artifact in sorted(self.artifacts.glob(pattern)):
            shutil.copytree(artifact, path, dirs_exist_ok=True)

    def _setup_python(self) -> None:
        for name, script in {
            "python": f'[ "$2" = pip ] && echo "$*" >> {shlex.quote(str(self.pip_log))} || exec {sys.executable} "$@"',
            "playlist-archive": f'exec {sys.executable} -m playlist_archive "$@"',
        }.items():
            (self.python / name).write_text(f"#!/bin/sh\n{script}\n")
            (self.python / name).chmod(0o755)

    @property
    def pip_log(self) -> Path:
        """What pip was asked to do, a line each."""
        return self.folder / "pip"

    def _bash(self, name: str, script: str, env: Mapping[str, str], *, output_of: str) -> None:
        temp = self._folder("temp")
        files = {f"GITHUB_{kind}": temp / kind for kind in ("OUTPUT", "ENV", "PATH", "STEP_SUMMARY")}
        for path in files.values():
            path.write_text("")
        (temp / "step.sh").write_text(script)
        environment = {
            "CI": "true",
            "GITHUB_ACTIONS": "true",
            "GITHUB_ACTION_PATH": str(self.action),
            "GITHUB_WORKSPACE": str(self.workspace),
            "PATH": f"{self.python}:{self.environment['PATH']}",
            "RUNNER_TEMP": str(temp),
        }
        done = subprocess.run(
            ("bash", "-e", str(temp / "step.sh")),
            cwd=self.workspace,
            env={**self.environment, **environment, **{key: str(path) for key, path in files.items()}, **env},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            timeout=120,
            check=False,
        )
        self.log += done.stdout
        self.summary += files["GITHUB_STEP_SUMMARY"].read_text()
        told = [line.split("=", 1) for line in files["GITHUB_OUTPUT"].read_text().splitlines()]
        assert output_of or not told
        self.context = {**self.context, **{f"steps.{output_of}.outputs.{key}": value for key, value in told}}
        assert not any(files[f"GITHUB_{kind}"].read_text() for kind in ("ENV", "PATH"))
        if done.returncode:
            self.failed.append(f"{name}: {done.returncode}")

    def _folder(self, name: str) -> Path:
        (self.folder / name).mkdir(parents=True, exist_ok=True)
        return self.folder / name

    @staticmethod
    def _git(*arguments: str) -> None:
        subprocess.run(("git", *arguments), check=True, capture_output=True)

    @staticmethod
    def _filled(text: str, context: Mapping[str, str]) -> str:
        return EXPRESSION.sub(lambda match: context[match[1]], text)

    @staticmethod
    def _is_true(condition: str, context: Mapping[str, str]) -> bool:
        condition = condition.removeprefix("!cancelled() && ")  # nobody cancels here
        if condition == "always()":
            return True
        name, text = condition.split(" == ")
        assert text == f"'{text[1:-1]}'"
        return context[name] == text[1:-1]

    @staticmethod
    def _pinned(uses: str) -> str:
        match = PINNED.fullmatch(uses)
        assert match, f"not pinned: {uses}"
        return match[1]
