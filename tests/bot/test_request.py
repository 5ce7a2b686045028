import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playlist_archive.bot.request import ALIAS_HEADING, LINK_HEADING, PlaylistRequest, RequestError, read_request
from tests.builders import playlist_id
from tests.hostile import HOSTILE, texts

ID = playlist_id(7)


def event(folder: Path, body: object, *, number: object = 12) -> Path:
    path = folder / "event.json"
    path.write_text(json.dumps({"issue": {"number": number, "body": body}}))
    return path


def form(link: str, alias: str = "_No response_") -> str:
    return f"### {LINK_HEADING}\n\n{link}\n\n### {ALIAS_HEADING}\n\n{alias}"


@pytest.mark.parametrize(
    ("body", "alias"),
    [
        (form(f"https://open.spotify.com/playlist/{ID}?si=1"), ""),
        (form(f"spotify:playlist:{ID}"), ""),
        (form(ID, "Songs `$(x)` 東京"), "Songs `$(x)` 東京"),
        (form(ID).replace("\n", "\r\n"), ""),
        (f"### {LINK_HEADING}\n\n{ID}", ""),
        (form(ID) + f"\n\n### {LINK_HEADING}\n\n{playlist_id(8)}", ""),
    ],
    ids=["link", "uri", "alias", "line ends of Windows", "no alias", "a heading twice"],
)
def test_a_filled_form_is_one_playlist_and_a_name(tmp_path: Path, body: str, alias: str) -> None:
    assert read_request(event(tmp_path, body)) == PlaylistRequest(12, ID, alias)


@pytest.mark.parametrize(
    "body",
    [
        None,
        "",
        ID,
        form(""),
        form("_No response_"),
        form(f"{ID} {ID}"),
        form("https://open.spotify.com/album/4aawyAB9vmqN3uQ7FjRGTy"),
        form("https://spotify.link/abc"),
        form(f"https://open.spotify.com/playlist/{ID}/../../x"),
        form("x" * 60_000),
        form("a/" * 30_000),
        *(form(text) for text in HOSTILE),
    ],
)
def test_whatever_else_is_there_is_refused_with_the_same_words(tmp_path: Path, body: object) -> None:
    with pytest.raises(RequestError, match="there must be the link of one playlist") as raised:
        read_request(event(tmp_path, body))
    assert raised.value.issue == 12


@pytest.mark.parametrize("content", ["", "{}", "[]", '{"issue": null}', '{"issue": {"number": "x"}}', "[" * 100_000])
def test_an_event_that_is_no_issue_is_told(tmp_path: Path, content: str) -> None:
    path = tmp_path / "event.json"
    path.write_text(content)
    with pytest.raises(RequestError, match="not started by an issue") as raised:
        read_request(path)
    assert raised.value.issue is None


@given(st.builds(form, texts | st.just(ID), texts) | texts)
def test_what_leaves_an_issue_is_an_id_a_printable_line_or_words_of_ours(
    tmp_path_factory: pytest.TempPathFactory, body: str
) -> None:
    folder = tmp_path_factory.getbasetemp()
    try:
        request = read_request(event(folder, body))
    except RequestError as error:
        assert str(error).startswith("below “")  # noqa: PT017 - either outcome is good
    else:
        assert request.playlist_id == ID
        assert request.alias == request.alias.strip()
        assert "\n" not in request.alias
