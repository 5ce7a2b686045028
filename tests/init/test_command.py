"""What `init` says."""

from pathlib import Path

import pytest

from playlist_archive.cli import app, main
from playlist_archive.exit_code import ExitCode
from playlist_archive.init import pin
from playlist_archive.upstream import UPSTREAM
from tests.workflows.runner import ROOT

ORDER = (
    "init my-archive",
    "login --show",
    "register --mine",
    "doctor",
    "update --commit",
    "gh repo create",
    "git push",
)
"""The secrets are set between the last two, since the push starts a run."""

CONSENT = 'eval "$(playlist-archive login --show)"'

COMMIT = "0123456789abcdef0123456789abcdef01234567"


@pytest.fixture(autouse=True)
def _inside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        ([], f"Next: {CONSENT}, then playlist-archive register --mine"),
        (["my-archive"], f"Next: cd my-archive, then {CONSENT}, then playlist-archive register --mine"),
        (["$(x) y"], f"Next: cd '$(x) y', then {CONSENT}, then playlist-archive register --mine"),
        (["--", "-rf"], f"Next: cd ./-rf, then {CONSENT}, then playlist-archive register --mine"),
        (["a\n::error::b"], f"Next: cd 'a : :error: :b', then {CONSENT}, then playlist-archive register --mine"),
    ],
    ids=["here", "folder", "shell", "dash", "command of a runner"],
)
def test_it_says_what_it_wrote_and_the_next_step(
    arguments: list[str], line: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["init", *arguments]) == ExitCode.DONE
    printed = capsys.readouterr().out.splitlines()
    assert printed[:2] == ["wrote .github/dependabot.yml", "wrote .github/workflows/archive.yml"]
    assert line in printed


def test_it_warns_where_it_does_not_know_the_commit_to_call(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["init", "unknown"])
    assert f"https://github.com/{UPSTREAM}/releases" in capsys.readouterr().err
    monkeypatch.setattr(pin, "RELEASED_COMMIT", COMMIT)
    main(["init", "known"])
    assert capsys.readouterr().err == ""
    assert f"@{COMMIT} # v" in Path("known/.github/workflows/archive.yml").read_text(encoding="utf-8")


def test_a_file_in_the_way_is_named_and_nothing_is_written(capsys: pytest.CaptureFixture[str]) -> None:
    Path("README.md").write_text("mine\n", encoding="utf-8")
    assert main(["init"]) == ExitCode.REFUSED
    assert capsys.readouterr().err == "error: files are there already: README.md; name a new folder\n"
    assert [path.name for path in Path().iterdir()] == ["README.md"]


def test_the_page_that_leads_through_it_has_the_commands_in_the_order_in_which_they_work() -> None:
    page = (ROOT / "docs" / "setup.md").read_text(encoding="utf-8").partition("## To try it")[0]
    lines = [line.strip() for line in page.splitlines() if line.startswith("    ")]
    first = {name: next(n for n, line in enumerate(lines) if name in line) for name in ORDER}
    assert sorted(first, key=lambda name: first[name]) == list(ORDER)
    typed = {line.split()[1] for line in lines if line.startswith("playlist-archive ")} - {"--version"}
    assert typed <= {
        command.name or command.callback.__name__ for command in app.registered_commands if command.callback
    }
