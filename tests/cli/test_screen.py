import os
import sys
from io import StringIO
from pathlib import Path

import pytest

from playlist_archive.cli.screen import OutputError, Screen

FULL = Path("/dev/full")


@pytest.mark.skipif(not FULL.exists(), reason="this system has no disk that is always full")
def test_json_that_cannot_be_written_is_no_success(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with FULL.open("w") as full:
        monkeypatch.setattr(sys, "stdout", full)
        assert not Screen().hand_over('{"a": 1}\n')
    assert capsys.readouterr().err == (
        "error: standard output cannot be written (No space left on device): the JSON is not whole\n"
    )


def test_json_for_an_output_that_is_closed_is_no_success(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdout", None)
    assert not Screen().hand_over("{}\n")
    assert "standard output cannot be written (Bad file descriptor)" in capsys.readouterr().err


def test_json_is_written_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    text = '{"title": "[bold]::x:smile: ' + "a" * 500 + '"}\n'
    monkeypatch.setattr(sys, "stdout", output := StringIO())
    assert Screen().hand_over(text)
    assert output.getvalue() == text


def test_an_answer_is_written_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = ("[bold]::x:smile:\t", "a" * 500, "\n")
    monkeypatch.setattr(sys, "stdout", output := StringIO())
    Screen().write(texts)
    assert output.getvalue() == "".join(texts)


@pytest.mark.skipif(not FULL.exists(), reason="this system has no disk that is always full")
def test_an_answer_for_a_full_disk_is_no_success(monkeypatch: pytest.MonkeyPatch) -> None:
    with FULL.open("w") as full:
        monkeypatch.setattr(sys, "stdout", full)
        screen = Screen()
        with pytest.raises(OutputError, match=r"cannot be written \(No space left on device\): it is not whole"):
            screen.write(["a"])
        screen.write(["b"])


def test_an_answer_that_nobody_reads_ends_quietly(monkeypatch: pytest.MonkeyPatch) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "w") as pipe:
        monkeypatch.setattr(sys, "stdout", pipe)
        screen = Screen()
        screen.write(["a"])
        assert screen.quiet


def test_an_answer_for_an_output_that_is_closed_goes_nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", None)
    Screen().write(["a"])
