"""What programs read is documented: every key, and no other."""

import json
import re
from datetime import date
from itertools import dropwhile, takewhile
from pathlib import Path
from typing import Any

import pytest

import playlist_archive
from playlist_archive.archive.ids import parse_playlist_id
from playlist_archive.archive.registry import Problem
from playlist_archive.doctor.findings import Finding, Mark
from playlist_archive.exit_code import ExitCode
from playlist_archive.outcome import Kind, Outcome, Result
from playlist_archive.problem import Note
from playlist_archive.report.result_file import result_text
from playlist_archive.restore.plan import LeftOut
from playlist_archive.restore.restore import Restored

PAGE = (Path(playlist_archive.__file__).parents[2] / "docs" / "json.md").read_text(encoding="utf-8")


def keys(before: str) -> list[str]:
    """The names in the first column of the first table below a line."""
    below = dropwhile(lambda line: not line.startswith("|"), PAGE.partition(f"\n{before}\n")[2].splitlines())
    table = takewhile(lambda line: line.startswith("|"), below)
    return [key for row in table for key in re.findall(r"`(\w+)`", row.split("|")[1])]


def told() -> Any:
    """The result of a run with one playlist, as a program reads it."""
    outcome = Outcome(parse_playlist_id("0" * 22), Kind.FAILED, note=Note("it is bad", "mend it"))
    return json.loads(result_text(Result(date(2026, 11, 23), (outcome,), problems=(), requests=1, written=())))


def result_keys() -> list[str]:
    return list(told())


def outcome_keys() -> list[str]:
    return list(told()["outcomes"][0])


@pytest.mark.parametrize(
    ("before", "fields"),
    [
        ("## `update --json`", result_keys()),
        ("Of `outcomes`:", outcome_keys()),
        ("Of `problems`:", Problem._fields),
        ("## `doctor --json`", ("exit_code", "requests", "findings")),
        ("Of `findings`:", Finding._fields),
        ("## `restore --json`", (*Restored._fields, "link")),
        ("Of `left_out`:", LeftOut._fields),
    ],
)
def test_every_key_is_documented_and_no_other(before: str, fields: tuple[str, ...]) -> None:
    assert sorted(keys(before)) == sorted(fields)


def test_every_kind_mark_and_exit_code_is_documented() -> None:
    (kinds,) = [row for row in PAGE.splitlines() if row.startswith("| `kind`")]
    assert re.findall("`(.+?)`", kinds)[1:] == list(Kind)
    (marks,) = [row for row in PAGE.splitlines() if row.startswith("| `mark`")]
    assert re.findall("`(.+?)`", marks)[1:] == list(Mark)
    assert [int(code) for code in re.findall(r"^\| (\d+) \|", PAGE, re.MULTILINE)] == list(ExitCode)
