""".github/install with the real pip, in folders as the runner lays them. It finds packages in a folder, and no index.

That folder holds traps too: packages named as the runner's folders are, which pip takes where a bare word names them.
"""

import re
import subprocess
import zipfile
from importlib.metadata import distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from playlist_archive.archive.ids import parse_playlist_id
from playlist_archive.archive.layout import registry_entry
from spotify_simulator.app import Simulator
from tests.conftest import missing
from tests.workflows.conftest import GitHub, git, workflow
from tests.workflows.python import RealPip
from tests.workflows.runner import ROOT, load
from tests.worlds import START, daily, playlist, world_id

LOCK = ROOT / "requirements" / "runtime.txt"
FOLDERS = ("base", "proposed", "archive")
CODE = ("src", ".github", "requirements", "action.yml", "pyproject.toml", "README.md", "LICENSE")
MERGED = "pull/1/merge"


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> RealPip:
    """One environment for the tests of this module: each installs into it anew."""
    wheels = ROOT / ".venv" / "wheels"
    if not wheels.is_dir():
        missing(f"no packages at {wheels}: run `make .venv/.wheels`")
    folder = tmp_path_factory.mktemp("python")
    everything = folder / "wheels"
    everything.mkdir()
    for wheel in wheels.iterdir():
        (everything / wheel.name).symlink_to(wheel)
    for name in FOLDERS:
        trap(everything, name)
    return RealPip(folder / "environment", everything)


def trap(folder: Path, name: str) -> None:
    """A stranger's package."""
    metadata = {
        "METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n",
        "WHEEL": "Wheel-Version: 1.0\nGenerator: x\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        "RECORD": "",
    }
    with zipfile.ZipFile(folder / f"{name}-1.0-py3-none-any.whl", "w") as wheel:
        for file, text in metadata.items():
            wheel.writestr(f"{name}-1.0.dist-info/{file}", text)


def installed(python: RealPip) -> set[str]:
    (packages,) = python.folder.glob("lib/python*/site-packages")
    found = {f"{canonicalize_name(each.name)}=={each.version}" for each in distributions(path=[str(packages)])}
    return {each for each in found if each.split("==")[0] not in {"pip", "setuptools"}}


def locked() -> set[str]:
    lines = [line.removesuffix(" \\") for line in LOCK.read_text(encoding="utf-8").splitlines() if "==" in line]
    found = [Requirement(line) for line in lines]
    return {
        f"{canonicalize_name(each.name)}{each.specifier}"
        for each in found
        if each.marker is None or each.marker.evaluate()
    }


@pytest.fixture
def copy(github: GitHub) -> GitHub:
    """A repository with all of our code, and an entry."""
    files = git(ROOT, "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", *CODE).split("\0")
    for path in filter(None, files):
        github.write(path, (ROOT / path).read_text(encoding="utf-8"))
    github.write(registry_entry(parse_playlist_id(world_id(1))))
    github.push()
    return github


@pytest.mark.proof
def test_the_check_of_a_pull_request_installs_its_base_branch_and_no_package_that_is_named_like_a_folder(
    copy: GitHub, python: RealPip
) -> None:
    for path in (".github/install", "pyproject.toml", "requirements/runtime.txt", "pip/__main__.py"):
        copy.write(path, "touch canary\n")
    copy.write(registry_entry(parse_playlist_id(world_id(2))))
    copy.push(MERGED)
    job = copy.job({"github.base_ref": "main"}, ref=MERGED, SPOTIFY_OEMBED_URL="http://127.0.0.1:9/oembed")
    job.python = python

    assert job.run(workflow("registry.yml"))

    assert job.failed == [], job.log
    assert "1 good entries, 0 bad" in job.log
    assert list(job.folder.rglob("canary")) == []
    assert installed(python) == {*locked(), "playlist-archive==0.1.0"}
    assert git(job.workspace / "base", "status", "--porcelain") == ""

    bare = (python.folder / "bin" / "python", "-m", "pip", "install", "--dry-run", "--no-deps", "base")
    tried = subprocess.run(
        bare, cwd=job.workspace, env=python.environment, capture_output=True, encoding="utf-8", check=True
    )
    assert "Would install base-1.0" in tried.stdout  # the trap that a bare word falls into


@pytest.mark.proof
def test_the_action_in_its_own_repository_installs_itself_and_archives(copy: GitHub, python: RealPip) -> None:
    simulator = Simulator(daily([playlist(1)]), day=START)
    copy.serve(simulator)
    context = {
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
        "github.event_name == 'push'": "false",
        "github.event_name != 'schedule' && github.event.repository.fork": "false",
        "github.repository": "somebody/archive",
        "github.token": "a token",
    }
    job = copy.job(context, ARCHIVE_DATE=START.isoformat())
    job.python = python

    assert job.run(workflow("archive.yml"))

    assert (job.failed, job.skipped) == ([], []), job.log
    assert copy.log()[0] == "Archive 2026-11-02: 1 playlist changed, +3 −0 songs"
    assert git(job.workspace, "status", "--porcelain") == ""


@pytest.mark.proof
def test_a_package_with_another_hash_stops_the_installation(copy: GitHub, python: RealPip) -> None:
    text = LOCK.read_text(encoding="utf-8")
    copy.write("requirements/runtime.txt", re.sub(r"sha256:\w{4}", "sha256:0000", text))
    copy.push()
    subprocess.run((python.folder / "bin" / "pip", "uninstall", "--yes", "--quiet", "httpx"), check=True)
    job = copy.job({"github.base_ref": "main"}, SPOTIFY_OEMBED_URL="http://127.0.0.1:9/oembed")
    job.python = python

    assert job.run(workflow("registry.yml"))

    assert job.failed[0].startswith("Install: ")


def test_every_workflow_installs_by_the_same_script() -> None:
    files = [*(ROOT / ".github" / "workflows").glob("*.yml"), ROOT / "action.yml", ROOT / "site" / "action.yml"]
    commands: dict[str, list[str]] = {}
    for file in files:
        flow = load(file.read_text(encoding="utf-8"))
        jobs = flow.get("jobs", {"action": flow.get("runs")}).values()
        steps = [step for job in jobs for step in job.get("steps", []) if "install" in step.get("run", "")]
        commands[file.name] = [*commands.get(file.name, []), *(step["run"] for step in steps)]
    assert commands == {
        "action.yml": [
            'bash "$GITHUB_ACTION_PATH/.github/install"',
            'bash "$GITHUB_ACTION_PATH/../.github/install"',
        ],
        "add-playlist.yml": ["bash .github/install"],
        "archive-sharded.yml": ["bash .github/install", "bash .github/install"],
        "archive.yml": [],
        "ci.yml": ["bash .github/install && playlist-archive --help"],
        "registry.yml": ["bash base/.github/install"],
        "release.yml": [],
    }
