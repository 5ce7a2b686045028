"""Whoever waits long is told so, on standard error; the answer itself stays as it is."""

from datetime import date, timedelta
from pathlib import Path
from shutil import copytree, rmtree

import pytest

from playlist_archive.archive.layout import data
from playlist_archive.archive.record_file import record_text
from playlist_archive.cli import main
from playlist_archive.cli.watching import MANY_RECORDS, MANY_VERSIONS
from playlist_archive.exit_code import ExitCode
from playlist_archive.git.versions import place
from tests.archives import archived, committed
from tests.builders import item, playlist_id, record, snapshot

ID = playlist_id()
DAY = date(2026, 11, 2)
VERSIONS = f"reading the git history: {MANY_VERSIONS} versions, which may take a while\n"
RECORDS = f"indexing the songs: {MANY_RECORDS} records, which may take a while\n"


@pytest.fixture(scope="session")
def grown(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive with just so many versions that reading them is announced."""
    days = ((DAY + timedelta(days=day), snapshot([item(day % 2)], id=ID)) for day in range(MANY_VERSIONS))
    return committed(tmp_path_factory.mktemp("long") / "archive", archived(days))


@pytest.fixture
def root(grown: Path, tmp_path: Path) -> Path:
    """Such an archive without a cache."""
    return copytree(grown, tmp_path / "archive")


def typed(capsys: pytest.CaptureFixture[str], root: Path, *arguments: str) -> tuple[str, str]:
    assert main([*arguments, "--root", str(root)]) == ExitCode.DONE
    said = capsys.readouterr()
    return said.out, said.err


@pytest.mark.parametrize(
    "arguments",
    [
        ("show", ID, "--at", str(DAY)),
        ("diff", ID, str(DAY)),
        ("log",),
        ("export", "json", "{folder}/archive.json"),
        ("site", "--out", "{folder}/site"),
        ("restore", ID, "--at", str(DAY), "--dry-run"),
    ],
    ids=lambda arguments: arguments[0],
)
def test_a_long_history_is_announced_once(
    capsys: pytest.CaptureFixture[str], root: Path, tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    command = [text.format(folder=tmp_path) for text in arguments]
    out, err = typed(capsys, root, *command)
    assert err.startswith(VERSIONS)
    again, rest = typed(capsys, root, *command)
    assert rest == err.removeprefix(VERSIONS)
    assert arguments[0] == "site" or again == out


def test_a_short_history_is_read_without_a_word(capsys: pytest.CaptureFixture[str], root: Path) -> None:
    committed(root, archived([(DAY, snapshot([item(5)], id=playlist_id(2)))]))
    rmtree(place(root).cache, ignore_errors=True)
    assert typed(capsys, root, "log")[1].startswith("reading the git history: 501 versions")
    committed(root, archived([(DAY, snapshot([item(6)], id=playlist_id(3)))]))
    assert typed(capsys, root, "log")[1] == ""


@pytest.mark.parametrize(("count", "told"), [(MANY_RECORDS, RECORDS), (MANY_RECORDS - 1, "")])
def test_an_index_of_many_records_is_announced(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, count: int, told: str
) -> None:
    for number in range(count):
        path = tmp_path / data(playlist_id(number))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(record_text(record(id=playlist_id(number))), encoding="utf-8")
    assert typed(capsys, tmp_path, "search", "nowhere") == ("nothing was found\n", told)
