"""Runs the jobs of a workflow as GitHub's runner does, as far as ours go; whatever it does not know, it refuses.

A runner's variables and folders are those of tests/github_runner.py, its checkout is checkout.py's, its Python is
python.py's. Steps run in the shell that GitHub takes. Artifacts are folders. Which jobs run, and in which order, is for
the test to say.
"""

import os
import re
import shutil
import subprocess
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from playlist_archive.upstream import UPSTREAM
from tests import github_runner
from tests.workflows.checkout import Checkout, Ref
from tests.workflows.python import FakePip, Python
from tests.workflows.uses import SELF, WORKSPACE, RefusedError, parse_uses

ROOT = Path(__file__).parents[2]
JOB_KEYS = {
    "name",
    "needs",
    "if",
    "runs-on",
    "timeout-minutes",
    "environment",
    "concurrency",
    "permissions",
    "strategy",
    "outputs",
    "steps",
}
STEP_KEYS = {"name", "id", "if", "uses", "with", "run", "env", "shell"}
EXPRESSION = re.compile(r"\$\{\{ (.+?) \}\}")
SHELLS = {"": ("bash", "-e"), "bash": ("bash", "--noprofile", "--norc", "-eo", "pipefail")}
FILES = ("GITHUB_ENV", "GITHUB_OUTPUT", "GITHUB_PATH", "GITHUB_STATE", "GITHUB_STEP_SUMMARY")


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
    """One job. `context` has the value of each expression, `repository` is where `ref` is checked out from.

    `meanwhile` is what others do between the checkout and the next step. `artifacts` is the folder of what the jobs of
    one run hand to each other, `caches` that of what jobs leave for the next run.
    """

    folder: Path
    repository: Path
    context: Mapping[str, str]
    environment: Mapping[str, str]
    ref: Ref
    python: Python = field(default_factory=FakePip)
    meanwhile: Callable[[], None] = lambda: None
    log: str = ""
    summary: str = ""
    failed: list[str] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)
    outputs: dict[str, str] = field(default_factory=dict)
    artifacts: Path = Path("artifacts")
    caches: Path | None = None

    def __post_init__(self) -> None:
        self.variables = github_runner.variables(self.folder) | {
            "GITHUB_BASE_REF": self.context.get("github.base_ref", ""),
            "GITHUB_REF": self.ref.full,
            "GITHUB_REF_NAME": self.ref.short,
            "GITHUB_SHA": self.ref.sha,
            "HOME": str(self._folder("home")),
        }
        self.workspace = Path(self.variables["GITHUB_WORKSPACE"])
        self.temp = self._folder("_temp")
        self.workspace.mkdir(parents=True)
        Path(self.variables["GITHUB_OUTPUT"]).parent.mkdir()
        self._path = [folder for folder in self.environment["PATH"].split(os.pathsep) if not _has_our_command(folder)]
        self._shell = ""
        self._at_end: list[Callable[[], None]] = []
        self._action = Path()
        self._checkouts = Checkout(self.repository, self.ref, self._folder("home"), self.temp)
        self._checkouts.prepare()

    def run(self, workflow: Mapping[str, Any], name: str = "") -> bool:
        """Whether a job of a workflow ran, the first where none is named; `failed` and `skipped` name its steps."""
        job = workflow["jobs"][name or next(iter(workflow["jobs"]))]
        assert job.keys() <= JOB_KEYS, job.keys()
        self._shell = workflow.get("defaults", {}).get("run", {}).get("shell", "")
        self.context = {**self.context, "runner.temp": str(self.temp), "github.ref": self.ref.full}
        if not self._is_true(job.get("if", "always()"), self.context):
            return False
        self.environment_name = self._filled(job.get("environment", {}).get("name", ""), self.context)
        for step in job["steps"]:
            self._step(step, self.context)
        for act in self._at_end if not self.failed else ():
            act()
        self.outputs = {key: self._filled(text, self.context) for key, text in job.get("outputs", {}).items()}
        return True

    def _step(self, step: Mapping[str, Any], context: Mapping[str, str]) -> None:
        assert step.keys() <= STEP_KEYS, step.keys()
        if not (self._is_true(step["if"], context) if "if" in step else not self.failed):
            self.skipped.append(step.get("name") or parse_uses(step["uses"]).place)
        elif "run" in step:
            self._run(step, context)
        else:
            self._use(step, context)

    def _use(self, step: Mapping[str, Any], context: Mapping[str, str]) -> None:
        given = {name: self._filled(text, context) for name, text in step.get("with", {}).items()}
        place, path = parse_uses(step["uses"])
        if place == WORKSPACE:
            self._composite(f"{self.workspace}/{path}", given, context)
        elif place == SELF:
            self._checkouts.into(self._folder("_actions"), ref="", persist_credentials=False)
            self._composite(f"{self._folder('_actions')}/{path}", given, context)
        elif place == UPSTREAM:
            self._composite(f"{ROOT}/{path}", given, context)
        else:
            actions: dict[str, Callable[..., dict[str, str] | None]] = {
                "actions/checkout": self._checkout,
                "actions/setup-python": self._setup_python,
                "actions/cache": self._cache,
                "actions/upload-artifact": self._upload,
                "actions/download-artifact": self._download,
                "actions/configure-pages": self._configure_pages,
                "actions/upload-pages-artifact": self._upload_pages,
                "actions/deploy-pages": self._deploy_pages,
            }
            outputs = actions[place](**{name.replace("-", "_"): value for name, value in given.items()})
            self._know_outputs(step, outputs or {})

    def _know_outputs(self, step: Mapping[str, Any], outputs: Mapping[str, str]) -> None:
        known = {f"steps.{step.get('id')}.outputs.{name}": value for name, value in outputs.items()}
        self.context = {**self.context, **known}

    def _composite(self, folder: str, given: Mapping[str, str], context: Mapping[str, str]) -> None:
        if not Path(folder, "action.yml").is_file():
            raise RefusedError(f"Can't find 'action.yml' under '{folder}'. Did you forget to run actions/checkout?")
        action = load(Path(folder, "action.yml").read_text())
        assert given.keys() <= action["inputs"].keys()
        inputs = {}
        for name, declared in action["inputs"].items():
            assert name in given or declared.get("required") != "true", name
            inputs[f"inputs.{name}"] = given.get(name, self._filled(declared.get("default", ""), context))
        for step in action["runs"]["steps"]:
            assert "uses" in step or step["shell"] == "bash"
            own = {"GITHUB_ACTION_PATH": folder} | step.get("env", {})
            self._step({**step, "env": own}, {**context, **self.context, **inputs})

    def _checkout(
        self,
        *,
        persist_credentials: str,
        path: str = "",
        ref: str = "",
        fetch_depth: str = "1",
        filter: str = "",  # noqa: A002 - its name in the action
    ) -> None:
        assert (fetch_depth, filter) in {("1", ""), ("0", "blob:none")}
        self._checkouts.into(
            self.workspace / path,
            ref=ref,
            persist_credentials=persist_credentials == "true",
            is_whole=fetch_depth == "0",
        )
        self.meanwhile()

    def _upload(self, *, name: str, path: str, retention_days: str, if_no_files_found: str) -> None:
        assert (retention_days, if_no_files_found) == ("1", "error")
        assert any(Path(path).iterdir())
        shutil.copytree(path, self.artifacts / name)

    def _download(self, *, pattern: str, path: str, merge_multiple: str) -> None:
        assert merge_multiple == "true"
        for artifact in sorted(self.artifacts.glob(pattern)):
            shutil.copytree(artifact, path, dirs_exist_ok=True)

    def _cache(self, *, path: str, key: str, restore_keys: str) -> None:
        """Puts back what the last job left under the key, or under one that begins as asked; keeps it at the end."""
        if self.caches is None:
            return
        places = [self.workspace / line for line in path.split()]
        known = sorted(self.caches.glob(f"{restore_keys}*"), key=lambda found: found.stat().st_mtime_ns)
        best = [found for found in known if found.name == key] or known
        for number, place in enumerate(places):
            if best and (best[-1] / str(number)).exists():
                shutil.copytree(best[-1] / str(number), place, dirs_exist_ok=True)
        if not (self.caches / key).exists():
            self._at_end.append(lambda: _keep(places, self.caches / key if self.caches else Path(key)))

    def _configure_pages(self) -> dict[str, str]:
        return {"base_url": "https://somebody.github.io/archive"}

    def _upload_pages(self, *, path: str, retention_days: str) -> None:
        assert retention_days == "1"
        assert Path(path, "index.html").is_file()
        shutil.copytree(path, self.artifacts / "github-pages", ignore=shutil.ignore_patterns(".*"))

    def _deploy_pages(self) -> dict[str, str]:
        assert (self.artifacts / "github-pages").is_dir()
        return {"page_url": "https://somebody.github.io/archive/"}

    def _setup_python(self, *, python_version: str) -> None:
        assert python_version == "3.13"
        self._path.insert(0, str(self.python.set_up(self.folder)))

    def _run(self, step: Mapping[str, Any], context: Mapping[str, str]) -> None:
        assert "${{" not in step["run"]
        files = {name: Path(self.variables[name]) for name in FILES}
        for path in files.values():
            path.write_text("")
        script = self.temp / "step.sh"
        script.write_text(step["run"])
        own = {name: self._filled(text, context) for name, text in step.get("env", {}).items()}
        fixed = {**self.variables, **self.environment, **self.python.environment, "PATH": os.pathsep.join(self._path)}
        done = subprocess.run(
            (*SHELLS[step.get("shell", self._shell)], str(script)),
            cwd=self.workspace,
            env=fixed | own,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            timeout=120,
            check=False,
        )
        self.log += done.stdout
        self.summary += files["GITHUB_STEP_SUMMARY"].read_text()
        self._take_outputs(step, files)
        if done.returncode:
            self.failed.append(f"{step['name']}: {done.returncode}")

    def _take_outputs(self, step: Mapping[str, Any], files: Mapping[str, Path]) -> None:
        given = [line.split("=", 1) for line in files["GITHUB_OUTPUT"].read_text().splitlines()]
        assert "id" in step or not given
        self.context = {**self.context, **{f"steps.{step.get('id')}.outputs.{key}": value for key, value in given}}
        assert not any(files[name].read_text() for name in ("GITHUB_ENV", "GITHUB_PATH", "GITHUB_STATE"))

    def _folder(self, name: str) -> Path:
        (self.folder / name).mkdir(parents=True, exist_ok=True)
        return self.folder / name

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


def _keep(places: Sequence[Path], target: Path) -> None:
    for number, place in enumerate(places):
        if place.exists():
            shutil.copytree(place, target / str(number))


def _has_our_command(folder: str) -> bool:
    return Path(folder, "playlist-archive").exists()
