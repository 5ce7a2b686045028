"""Every recipe of docs/reading.md runs, and gives an answer."""

import shlex
from datetime import date
from pathlib import Path

import pytest

from playlist_archive.archive.model import Snapshot
from playlist_archive.cli import main
from playlist_archive.exit_code import ExitCode
from tests.archives import archived, committed
from tests.builders import item, snapshot

READING = (Path(__file__).parents[2] / "docs" / "reading.md").read_text(encoding="utf-8")
RECIPES = [line.strip() for line in READING.splitlines() if line.startswith("    playlist-archive ")]
EMPTIED = date(2026, 11, 12)


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    def seen(*songs: int) -> Snapshot:
        return snapshot([item(song) for song in songs], name="Morning Songs")

    days = [(date(2026, 11, 2), seen(1, 2)), (date(2026, 11, 9), seen(2, 1, 3)), (EMPTIED, seen(3))]
    return committed(tmp_path_factory.mktemp("recipes") / "archive", archived(days))


def test_there_is_a_recipe_for_each_question() -> None:
    assert len(RECIPES) == 11
    assert len(set(RECIPES)) == 11


@pytest.mark.parametrize("recipe", RECIPES)
def test_a_recipe_gives_an_answer(
    archive: Path, recipe: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(archive)
    monkeypatch.setenv("ARCHIVE_DATE", "2026-11-20")
    assert main(shlex.split(recipe)[1:]) == ExitCode.DONE
    printed = capsys.readouterr().out
    assert "000001" in printed or "Song " in printed
    assert "nothing" not in printed
