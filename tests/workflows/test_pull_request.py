"""registry.yml: what a stranger proposes is looked at, told about, and never run."""

import subprocess
from pathlib import Path

import pytest

from playlist_archive.archive.layout import REGISTRY
from playlist_archive.report.words import UNKNOWN
from spotify_simulator.app import Simulator
from tests.github_runner import Command, is_obeyed, read_command
from tests.hostile import HOSTILE
from tests.workflows.conftest import GitHub, git, pip_log, workflow
from tests.workflows.runner import ROOT, Job
from tests.worlds import START, daily, playlist, world_id

MERGED = "pull/1/merge"
NOWHERE = "http://127.0.0.1:9/oembed"


@pytest.fixture
def base(github: GitHub) -> GitHub:
    """A base branch with the checker and one entry."""
    github.write_code()
    github.write(f"{REGISTRY}/{world_id(1)}")
    github.write(f"{REGISTRY}/0000000000000000000abc")
    github.push()
    return github


def entry(github: GitHub, name: str, text: str = "") -> None:
    github.write(f"{REGISTRY}/{name}", text)


def check(github: GitHub, **environment: str) -> Job:
    """The job on what lies in somebody's clone."""
    github.push(MERGED)
    return check_pushed(github, **environment)


def check_pushed(github: GitHub, **environment: str) -> Job:
    job = github.job({"github.base_ref": "main"}, ref=MERGED, **{"SPOTIFY_OEMBED_URL": NOWHERE} | environment)
    assert job.run(workflow("registry.yml"))
    return job


def commands(job: Job) -> list[Command]:
    return [read_command(line) for line in job.log.splitlines() if is_obeyed(line)]


def places(job: Job, level: str = "error") -> dict[str, tuple[str, str]]:
    """File → line and sentence of the annotations."""
    found = [command for command in commands(job) if command.name == level and "file" in command.properties]
    return {each.properties["file"]: (each.properties["line"], each.message) for each in found}


def test_a_good_entry_passes_and_shows_its_title(base: GitHub) -> None:
    base.serve(Simulator(daily([playlist(2, name="Songs | for [you]")]), day=START))
    entry(base, world_id(2), "My Songs\n")
    entry(base, world_id(3))

    job = check(base, **base.environment)

    assert job.failed == []
    assert places(job, "notice") == {f"registry/{world_id(2)}": ("1", "Songs | for [you]")}
    assert places(job, "warning") == {f"registry/{world_id(3)}": ("1", UNKNOWN)}
    assert f"](https://open.spotify.com/playlist/{world_id(2)})" in job.summary
    assert "2 good entries, 0 bad" in job.log


def test_without_an_answer_of_spotify_a_good_entry_passes_too(base: GitHub) -> None:
    entry(base, world_id(2))
    job = check(base)
    assert job.failed == []
    assert commands(job) == []
    assert world_id(2) in job.summary


def test_each_bad_entry_is_told_at_its_file_and_line_with_what_to_do(base: GitHub, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("a secret of the runner")
    entry(base, f"https:/open.spotify.com/playlist/{world_id(2)}")
    entry(base, world_id(2)[1:])
    entry(base, f"folder/{world_id(3)}")
    (base.somebody / REGISTRY / world_id(4)).symlink_to(tmp_path / "secret")
    entry(base, world_id(5), "one\ntwo\n")
    entry(base, "0000000000000000000ABC")

    job = check(base)

    assert job.failed == ["Check: 3"]
    told = places(job)
    assert told.keys() == {
        f"registry/https:/open.spotify.com/playlist/{world_id(2)}",
        f"registry/{world_id(2)[1:]}",
        f"registry/folder/{world_id(3)}",
        f"registry/{world_id(4)}",
        f"registry/{world_id(5)}",
        "registry/0000000000000000000ABC",
    }
    assert told[f"registry/{world_id(5)}"] == ("2", "it has more than one line: leave the first, with the name to show")
    assert "put an empty file there instead" in told[f"registry/{world_id(4)}"][1]
    assert "keep the right one" in told["registry/0000000000000000000ABC"][1]
    assert "whose name is the 22 characters behind `playlist/`" in told[f"registry/folder/{world_id(3)}"][1]
    assert "a secret of the runner" not in job.log + job.summary
    assert "### What is wrong" in job.summary


def test_names_and_texts_that_would_do_harm_are_refused_and_do_none(base: GitHub) -> None:
    harm = ("$(touch canary)", "`touch canary`", "${{ github.token }}", "a\nb", "-rf", "--base", ";touch canary", "..a")
    for name in harm[:-1]:
        entry(base, name)
    for number, text in enumerate(HOSTILE, start=10):
        entry(base, world_id(number), text.encode("utf-8", "replace").decode())
    for path in (
        ".github/install",
        "src/playlist_archive/__init__.py",
        "sitecustomize.py",
        "conftest.py",
        ".gitattributes",
    ):
        base.write(path, "touch canary\n")
    (base.somebody / ".github/install").chmod(0o755)

    job = check(base)

    assert job.failed == ["Check: 3"]
    assert list(job.folder.rglob("canary")) == []
    assert {command.name for command in commands(job)} <= {"error", "notice", "warning"}
    assert len(commands(job)) == 10
    assert {line.split(":")[0] for line in pip_log(job)} == {str(job.workspace / "base")}


@pytest.mark.proof
def test_ten_thousand_entries_are_refused_at_once(base: GitHub) -> None:
    empty = git(base.somebody, "rev-parse", f"HEAD:{REGISTRY}/{world_id(1)}")
    lines = [f"100644 {empty} 0\t{REGISTRY}/{world_id(number)}\n" for number in range(100, 10_100)]
    command = ("git", "update-index", "--index-info")
    subprocess.run(command, cwd=base.somebody, check=True, input="".join(lines), encoding="utf-8")
    git(base.somebody, "commit", "--quiet", "--message", "Many")
    git(base.somebody, "push", "--quiet", "origin", f"HEAD:refs/{MERGED}")
    base.serve(simulator := Simulator(daily([]), day=START))

    job = check_pushed(base, **base.environment)

    assert job.failed == ["Check: 3"]
    assert "10,000 entries at once: propose at most 100 in one pull request" in str(places(job).values())
    assert len(job.log.splitlines()) < 400
    assert simulator.counted.total == 0


def test_other_files_are_told_besides_entries_and_fail_nothing(base: GitHub) -> None:
    entry(base, world_id(2))
    base.write("README.md", "changed\n")
    (base.somebody / REGISTRY / world_id(1)).unlink()

    job = check(base)

    assert job.failed == []
    assert [command.message.split(",")[0].split(":")[0] for command in commands(job)] == [
        "1 entry is removed",
        "1 other file is changed too",
    ]
    assert "- `README.md`" in job.summary
    assert f"- `registry/{world_id(1)}`" in job.summary


def test_a_change_of_code_alone_passes_in_silence(base: GitHub) -> None:
    base.write("src/x.py", "1\n")
    job = check(base)
    assert job.failed == []
    assert commands(job) == []
    assert "No entry of the registry is proposed" in job.summary


def test_no_job_that_a_stranger_starts_has_a_secret_or_a_right_to_write() -> None:
    for name in ("registry.yml", "ci.yml"):
        text = (ROOT / ".github" / "workflows" / name).read_text()
        flow = workflow(name)
        assert "secrets." not in text
        assert "pull_request_target" not in text
        assert flow["permissions"] == {}
        for job in flow["jobs"].values():
            assert job["permissions"] == {"contents": "read"}
            checkouts = [step["with"] for step in job["steps"] if step.get("uses", "").startswith("actions/checkout")]
            assert checkouts
            assert all(given["persist-credentials"] == "false" for given in checkouts)


def test_the_branch_of_the_proposal_is_no_part_of_the_base(base: GitHub) -> None:
    entry(base, world_id(2))
    check(base)
    assert f"{REGISTRY}/{world_id(2)}" not in base.files()
    assert git(base.origin, "rev-parse", f"refs/{MERGED}") != git(base.origin, "rev-parse", "main")
