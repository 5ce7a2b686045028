import os
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playlist_archive.archive.ids import parse_reference
from playlist_archive.archive.registry import ALIAS_CHARACTERS, Problem, check_alias, check_entries, read_registry
from tests.builders import playlist_id
from tests.unprivileged import bound_by_permissions

ID = "37i9dQZF1DX5LEXW9eXA0n"


@pytest.fixture
def entries(tmp_path: Path) -> Path:
    folder = tmp_path / "registry"
    folder.mkdir()
    return folder


@pytest.mark.parametrize(
    "text",
    [
        ID,
        f" {ID}\n",
        f"{ID}?si=0123456789abcdef",
        f"https://open.spotify.com/playlist/{ID}",
        f"http://open.spotify.com/playlist/{ID}",
        f"open.spotify.com/playlist/{ID}",
        f"HTTPS://Open.Spotify.com/playlist/{ID}",
        f"https://open.spotify.com/playlist/{ID}/",
        f"https://open.spotify.com/playlist/{ID}?si=0123456789abcdef&pt=x",
        f"https://open.spotify.com/playlist/{ID}#top",
        f"https://open.spotify.com/intl-de/playlist/{ID}?si=1",
        f"https://open.spotify.com/user/somebody/playlist/{ID}",
        f"https://open.spotify.com/embed/playlist/{ID}?utm_source=generator",
        f"https://play.spotify.com/user/x/playlist/{ID}",
        f"spotify:playlist:{ID}",
        f"spotify:playlist:{ID}?si=1",
        f"spotify:user:somebody:playlist:{ID}",
        f"<https://open.spotify.com/playlist/{ID}>",
        f'"https://open.spotify.com/playlist/{ID}"',
        f"`{ID}`",
        f"“{ID}”",
        f"\ufeff{ID}\u200b",
    ],
)
def test_every_way_to_name_a_playlist_leads_to_its_id(text: str) -> None:
    assert parse_reference(text) == ID


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (f"https://open.spotify.com/album/{ID}", "is an album, not a playlist"),
        (f"https://open.spotify.com/intl-de/track/{ID}?si=1", "is a track, not a playlist"),
        (f"https://open.spotify.com/artist/{ID}", "is an artist, not a playlist"),
        (f"https://open.spotify.com/show/{ID}", "is a show, not a playlist"),
        ("https://open.spotify.com/user/some.body", "is a person's page, not a playlist"),
        ("https://open.spotify.com/collection/tracks", "is somebody's own library, not a playlist"),
        (f"spotify:album:{ID}", "is an album, not a playlist"),
        (f"spotify:episode:{ID}", "is an episode, not a playlist"),
        ("https://spotify.link/AbCdEfGhIj", "is a short link: open it"),
        ("spotify.app.link/AbCdEfGhIj?x=1", "is a short link: open it"),
        (ID[:-1], "22 characters"),
        (f"{ID}x", "22 characters"),
        (f"https://open.spotify.com/playlist/{ID[:-1]}", "22 characters"),
        (f"https://open.spotify.com/playlist/{ID}x", "22 characters"),
        (f"spotify:playlist:{ID[:-1]}", "22 characters"),
        (f"https://open.spotify.com/playlist/{ID}/tracks", "is no playlist"),
        (f"https://open.spotify.com.example.org/playlist/{ID}", "is no playlist"),
        (f"https://example.org/open.spotify.com/playlist/{ID}", "is no playlist"),
        (f"{ID} {ID}", "is no playlist"),
        (f"../{ID}", "is no playlist"),
        ("３7i9dQZF1DX5LEXW9eXA0n", "is no playlist"),
        ("", "is no playlist"),
    ],
)
def test_whatever_is_no_playlist_is_refused_with_a_sentence(text: str, says: str) -> None:
    with pytest.raises(ValueError, match=says) as raised:
        parse_reference(text)
    assert text in str(raised.value)


@given(st.text(alphabet=f"{ID}/:?#.sptifyhlcom \n::##["))
def test_a_reference_is_an_id_or_a_printable_sentence(text: str) -> None:
    sentence = ""
    try:
        assert parse_reference(text) in text
    except ValueError as error:
        sentence = str(error)
    assert sentence.isprintable()


@pytest.mark.parametrize(
    ("content", "alias"),
    [
        (b"", None),
        (b"\n", None),
        (b"\r\n", None),
        (b"  \n", None),
        (b"\xef\xbb\xbf", None),
        (b"Songs", "Songs"),
        (b"Songs\n", "Songs"),
        (b"Songs\r\n", "Songs"),
        (b"\xef\xbb\xbfSongs\r\n", "Songs"),
        (b" Songs to wake up to \n", "Songs to wake up to"),
        ("東京 🎧 | `x` ::error::\n".encode(), "東京 🎧 | `x` ::error::"),
        (("ä" * ALIAS_CHARACTERS).encode(), "ä" * ALIAS_CHARACTERS),
    ],
)
def test_an_entry_is_empty_or_one_line_with_the_name_to_show(entries: Path, content: bytes, alias: str | None) -> None:
    (entries / ID).write_bytes(content)
    assert read_registry(entries.parent) == ({ID: alias}, ())


@pytest.mark.parametrize(
    ("content", "says", "line"),
    [
        (b"one\ntwo", "more than one line", 2),
        (b"one\n\n", "more than one line", 2),
        (b"one\r\ntwo\r\n", "more than one line", 2),
        (b"one\rtwo", "control characters", 1),
        (b"tab\there", "control characters", 1),
        (b"\x1b[31mred", "control characters", 1),
        (b"nul\0", "control characters", 1),
        ("one\u2028two".encode(), "control characters", 1),
        ("\u202egnp.exe".encode(), "control characters", 1),
        ("\u2066isolated\u2069".encode(), "control characters", 1),
        (b"a" * (ALIAS_CHARACTERS + 1), "longer than 200 characters", 1),
        (b"a" * 5_000, "too large", 1),
        (b"\xff\xfeS\0o\0n\0g\0s\0", "not UTF-8", 1),
        (b"caf\xe9", "not UTF-8", 1),
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 9\n", "git lfs pull", 1),
        (b"\xed\xa0\x80", "not UTF-8", 1),
    ],
)
def test_a_bad_entry_is_named_with_what_to_do(entries: Path, content: bytes, says: str, line: int) -> None:
    (entries / ID).write_bytes(content)
    (entries / playlist_id()).touch()
    aliases, (problem,) = read_registry(entries.parent)
    assert set(aliases) == {playlist_id()}
    assert problem.path == f"registry/{ID}"
    assert problem.line == line
    assert says in problem.sentence
    assert problem.remedy


@pytest.mark.parametrize(
    ("name", "says"),
    [
        (ID[:-1], "22 characters"),
        (f"{ID}x", "22 characters"),
        (f"{ID}.txt", f"rename it to {ID}"),
        (f"{ID} ", f"rename it to {ID}"),
        (f"{ID}?si=1", f"rename it to {ID}"),
        (f"spotify:playlist:{ID}", f"rename it to {ID}"),
        (f"spotify：playlist：{ID}", f"rename it to {ID}"),
        (f"https:⁄⁄open.spotify.com⁄playlist⁄{ID}", f"rename it to {ID}"),
        ("README.md", "rename it to the part behind"),
        ("::error::x", "not a playlist id"),
        ("a\n::error::x", "not a playlist id"),
        (os.fsdecode(b"caf\xe9"), "not a playlist id"),
    ],
)
def test_a_bad_name_is_told_with_the_right_one(entries: Path, name: str, says: str) -> None:
    (entries / name).touch()
    aliases, (problem,) = read_registry(entries.parent)
    assert not aliases
    assert problem.path == f"registry/{os.fsencode(name).decode(errors='replace')}"
    assert says in problem.sentence


def make_secret_link(path: Path) -> None:
    secret = path.parents[1] / "secret"
    secret.write_text("the secret")
    path.symlink_to(secret)


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (make_secret_link, "symbolic link"),
        (lambda path: path.symlink_to("nowhere"), "symbolic link"),
        (lambda path: path.symlink_to(path), "symbolic link"),
        (lambda path: path.symlink_to(".."), "symbolic link"),
        (Path.mkdir, "a folder"),
        (os.mkfifo, "no ordinary file"),
    ],
    ids=["secret", "dangling", "loop", "folder-link", "folder", "fifo"],
)
def test_what_is_no_ordinary_file_is_neither_followed_nor_read(entries: Path, make: object, says: str) -> None:
    assert callable(make)
    make(entries / ID)
    aliases, (problem,) = read_registry(entries.parent)
    assert not aliases
    assert says in problem.sentence
    assert "the secret" not in problem.sentence


def test_a_link_typed_as_a_file_name_makes_folders_and_is_told_so(entries: Path) -> None:
    nested = entries / f"https:/open.spotify.com/playlist/{ID}"
    nested.parent.mkdir(parents=True)
    nested.touch()
    assert read_registry(entries.parent).problems == (
        Problem(
            "registry/https:",
            "it is a folder",
            "put a file there whose name is the 22 characters behind `playlist/` in the link",
        ),
    )


def test_an_entry_that_may_not_be_read_is_a_problem(entries: Path) -> None:
    (entries / ID).touch(mode=0)
    with bound_by_permissions(entries.parent):
        registry = read_registry(Path())
    assert registry.problems == (
        Problem(
            f"registry/{ID}",
            "it cannot be read (Permission denied)",
            "give your user the right to read it, or delete it",
        ),
    )


def test_a_registry_that_may_not_be_read_is_a_problem(entries: Path) -> None:
    entries.chmod(0)
    with bound_by_permissions(entries.parent):
        aliases, (problem,) = read_registry(Path())
    entries.chmod(0o755)
    assert not aliases
    assert problem == Problem(
        "registry", "it cannot be read as a folder (Permission denied)", "give your user the right to read it"
    )


def test_names_that_begin_with_a_dot_are_no_entries(entries: Path) -> None:
    for name in (".gitkeep", ".DS_Store", "._x"):
        (entries / name).touch()
    assert read_registry(entries.parent) == ({}, ())
    assert check_entries(entries.iterdir(), entries.parent) == ({}, ())


def test_without_a_registry_there_are_no_entries(tmp_path: Path) -> None:
    assert read_registry(tmp_path) == ({}, ())


def test_a_registry_that_is_no_folder_is_a_problem(tmp_path: Path) -> None:
    (tmp_path / "registry").touch()
    aliases, (problem,) = read_registry(tmp_path)
    assert not aliases
    assert problem.path == "registry"
    assert "cannot be read as a folder (Not a directory)" in problem.sentence


def test_a_registry_that_is_a_link_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / ID).write_text("the secret")
    (tmp_path / "registry").symlink_to("elsewhere")
    aliases, (problem,) = read_registry(tmp_path)
    assert not aliases
    assert "symbolic link" in problem.sentence


def test_ids_that_differ_only_in_case_are_both_archived_and_both_told(entries: Path) -> None:
    for name in (ID, ID.lower(), playlist_id()):
        (entries / name).touch()
    aliases, problems = read_registry(entries.parent)
    assert list(aliases) == [playlist_id(), ID, ID.lower()]
    assert [problem.path for problem in problems] == [f"registry/{ID}", f"registry/{ID.lower()}"]
    assert ID.lower() in problems[0].sentence
    assert ID in problems[1].sentence


def test_entries_come_sorted_by_id(entries: Path) -> None:
    for number in (3, 1, 2):
        (entries / playlist_id(number)).touch()
    assert list(read_registry(entries.parent).aliases) == [playlist_id(1), playlist_id(2), playlist_id(3)]


def test_chosen_entries_are_checked_wherever_they_lie(entries: Path, tmp_path: Path) -> None:
    (entries / ID).write_text("Songs\n")
    registry = check_entries([entries / ID, entries / "gone", tmp_path / "bad"], entries.parent)
    assert registry.aliases == {ID: "Songs"}
    assert [problem.path for problem in registry.problems] == ["registry/gone", "bad"]
    outside = check_entries([tmp_path / "bad"], entries)
    assert outside.problems[0].path == (tmp_path / "bad").as_posix()


@pytest.mark.proof
def test_ten_thousand_entries_are_read_in_seconds(entries: Path) -> None:
    for number in range(10_000):
        (entries / playlist_id(number)).touch()
    start = time.process_time()
    registry = read_registry(entries.parent)
    assert time.process_time() - start < 5
    assert len(registry.aliases) == 10_000


@pytest.mark.parametrize(
    ("alias", "checked"), [("", ""), ("  ", ""), (" My Songs ", "My Songs"), ("a" * ALIAS_CHARACTERS, "a" * 200)]
)
def test_an_alias_loses_its_outer_blanks(alias: str, checked: str) -> None:
    assert check_alias(alias) == checked


@pytest.mark.parametrize("alias", ["two\nlines", "\x1b[0m", "\u202e", "\udcff", "a" * (ALIAS_CHARACTERS + 1)])
def test_a_bad_alias_is_refused_with_a_sentence(alias: str) -> None:
    with pytest.raises(ValueError, match=r"the alias .*: write"):
        check_alias(alias)
