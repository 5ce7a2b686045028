"""The lock files: what Dependabot reads, and what nobody may put into them."""

import json
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[1]
LOCKS = ("requirements/runtime.txt", "requirements/dev.txt")
ECOSYSTEMS = {
    "github-actions": (".github/workflows/*.yml", "action.yml"),
    "npm": ("package.json", "package-lock.json"),
    "pip": ("requirements/*.txt", "pyproject.toml"),
}
"""What Dependabot reads of each, under the folder that its block names."""


def blocks() -> dict[str, dict[str, Any]]:
    loaded = yaml.safe_load((ROOT / ".github" / "dependabot.yml").read_text(encoding="utf-8"))
    return {block["package-ecosystem"]: block for block in loaded["updates"]}


def pinned(lock: str) -> dict[str, str]:
    """Package → all of its entry."""
    entries = re.split(r"\n(?=\w)", (ROOT / lock).read_text(encoding="utf-8"))
    return {re.split(r"[\[=]", entry)[0]: entry for entry in entries if "==" in entry}


def test_dependabot_finds_a_file_wherever_it_looks_and_looks_at_every_file_with_pins() -> None:
    assert blocks().keys() == ECOSYSTEMS.keys()
    for ecosystem, patterns in ECOSYSTEMS.items():
        block = blocks()[ecosystem]
        folder = ROOT / block.get("directory", block.get("directories", [""])[0]).strip("/")
        for pattern in patterns:
            assert list(folder.glob(pattern)), f"{ecosystem} finds no {pattern} in {folder}"
    assert {path.relative_to(ROOT).as_posix() for path in ROOT.glob("requirements*/*")} == set(LOCKS)
    assert list(ROOT.glob("*/*.in")) == []  # it would compile that anew, for one system and one Python


@pytest.mark.parametrize("lock", LOCKS)
def test_every_package_is_pinned_to_one_version_with_hashes(lock: str) -> None:
    found = pinned(lock)
    assert len(found) > 20
    for name, entry in found.items():
        assert re.match(rf"{re.escape(name)}(\[[\w,-]+\])?==[\w.+!]+( ; .+)? \\\n +--hash=sha256:[0-9a-f]{{64}}", entry)


def test_the_tests_run_with_the_packages_that_the_bot_installs() -> None:
    runtime, dev = map(pinned, LOCKS)
    assert set(runtime) <= set(dev)
    assert {name: package(entry) for name, entry in runtime.items()} == {name: package(dev[name]) for name in runtime}


def package(entry: str) -> str:
    """Version and hashes of a package, whatever systems it is for."""
    return re.sub(r" ; .+? \\\n", " \\\n", entry.split("# via", maxsplit=1)[0])


def test_what_builds_the_package_is_locked_with_what_it_runs_with() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert set(project["build-system"]["requires"]) <= pinned("requirements/runtime.txt").keys()


def test_every_npm_package_is_pinned_by_a_hash_and_names_no_address() -> None:
    lock = json.loads((ROOT / "tests" / "package-lock.json").read_text(encoding="utf-8"))
    packages = {name: entry for name, entry in lock["packages"].items() if name}
    assert "node_modules/@actions/workflow-parser" in packages
    assert all(entry["integrity"].startswith("sha512-") for entry in packages.values())
    assert not any("resolved" in entry for entry in packages.values())
