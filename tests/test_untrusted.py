"""Nothing that strangers write acts in a log, in a commit message or in an annotation."""

import re

import pytest
from hypothesis import example, given

from playlist_archive.untrusted import (
    LONGEST,
    UNPRINTABLE,
    for_annotation,
    for_code,
    for_commit,
    for_log,
    for_property,
    without_tokens,
)
from tests.github_runner import is_obeyed, read_command
from tests.hostile import texts


@given(texts)
def test_no_line_with_a_strangers_text_is_a_command(text: str) -> None:
    assert not is_obeyed(for_log(text))
    assert not is_obeyed(for_commit(text))
    assert not is_obeyed(for_code(text))


@given(texts)
def test_a_log_gets_one_printable_line_that_utf_8_can_write(text: str) -> None:
    line = for_log(text)
    assert not UNPRINTABLE.search(line)
    assert len(line.splitlines()) <= 1
    assert line.encode("utf-8").decode("utf-8") == line


@pytest.mark.parametrize("text", ["Songs", "50% off", "naïve 東京 🎧", "a: b", "C# [live] #1", "[ ##"])
def test_a_log_shows_a_harmless_name_as_it_is(text: str) -> None:
    assert for_log(text) == text


def test_a_log_shows_the_beginning_of_an_endless_name() -> None:
    assert for_log("a" * 5_000) == "a" * (LONGEST - 1) + "…"
    assert for_log("a" * LONGEST) == "a" * LONGEST


@pytest.mark.parametrize(
    ("text", "refers"),
    [
        ("Fixes #1", r"#\d"),
        ("closes o/r#12", r"#\d"),
        ("GH-3", r"(?i)\bgh-\d"),
        ("see gh-3", r"(?i)\bgh-\d"),
        ("Fixes https://github.com/o/r/issues/1", r"https?://\w"),
        ("@everyone", r"@\w"),
        ("a@b.c", r"@\w"),
        ("[skip ci]", r"(?i)\[(skip|no|ci|actions)\b"),
        ("a [CI SKIP] b", r"(?i)\[(skip|no|ci|actions)\b"),
        ("[no ci]", r"(?i)\[(skip|no|ci|actions)\b"),
        ("[skip\nactions]", r"(?i)\[(skip|no|ci|actions)\b"),
        ("[actions skip]", r"(?i)\[(skip|no|ci|actions)\b"),
    ],
)
def test_a_commit_message_refers_to_nothing(text: str, refers: str) -> None:
    shown = for_commit(text)
    assert re.search(refers, text.replace("\n", " "))
    assert not re.search(refers, shown)
    assert shown.replace("\u2060", "").replace(": //", "://") == text.replace("\n", " ")


@given(texts, texts)
@example("100%", "registry/a:b,c%0A.txt")
def test_the_runner_reads_an_annotation_as_it_was_meant(message: str, file: str) -> None:
    line = f"::error file={for_property(file)},line=1::{for_annotation(message)}"
    command = read_command(line)
    assert "\n" not in line
    assert command.name == "error"
    assert command.message == for_log(message, longest=1_000)
    assert set(command.properties) == {"file", "line"}
    assert command.properties["line"] == "1"
    assert not is_obeyed(f"| {command.message}")


@pytest.mark.parametrize("path", ["registry/a:b", "registry/a::b", "registry/50%,x", "registry/%3A", "registry/a=b"])
def test_an_annotation_names_the_file_exactly(path: str) -> None:
    assert read_command(f"::error file={for_property(path)}::x").properties == {"file": path}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("plain", "`plain`"),
        ("a`b", "``a`b``"),
        ("`a``", "``` `a`` ```"),
        ("@everyone #1\nx", "`@everyone #1 x`"),
        ("", "` `"),
    ],
)
def test_code_keeps_a_text_in_one_span(text: str, code: str) -> None:
    assert for_code(text) == code


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("https://user:hunter2@github.com/a/b.git", "https://***@github.com/a/b.git"),
        ("https://hunter2@github.com/a/b", "https://***@github.com/a/b"),
        ("https://a.b/c?access_token=hunter2&x=1", "https://a.b/c?access_token=***&x=1"),
        ("https://a.b/c#refresh_token=hunter2", "https://a.b/c#refresh_token=***"),
        ("https://a.b/c?x=1&client_secret=hunter2", "https://a.b/c?x=1&client_secret=***"),
        (
            "http://127.0.0.1:8888/callback?code=hunter2&state=open",
            "http://127.0.0.1:8888/callback?code=***&state=open",
        ),
        ("https://a.b/ghp_hunter2hunter2/c.git", "https://a.b/***/c.git"),
        ("https://a.b/github_pat_hunter2hunter2", "https://a.b/***"),
        ("Authorization: Basic aHVudGVyMjpodW50ZXIy", "Authorization: Basic ***"),
        ("authorization: Bearer BQDhunter2-_x0123456789abc", "authorization: Bearer ***"),
        ("a song?code=7", "a song?code=***"),
    ],
)
def test_a_log_shows_no_token(text: str, shown: str) -> None:
    assert without_tokens(text) == for_log(text) == shown
    assert "hunter2" not in shown


@pytest.mark.parametrize(
    "text",
    [
        "https://accounts.spotify.com/authorize?response_type=code&client_id=ab12&state=x",
        "https://open.spotify.com/playlist/37i9dQZF1DX5LEXW9eXA0n?si=1",
        "Bearer of bad news, Basic Instructions",
        "git@github.com:a/b.git",
    ],
)
def test_what_is_no_token_is_shown(text: str) -> None:
    assert without_tokens(text) == text


def test_known_secrets_are_masked_wherever_they_stand() -> None:
    assert without_tokens("a hunter2, b", "hunter2", "") == "a ***, b"
