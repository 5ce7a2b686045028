import asyncio

import httpx
import pytest
from pytest_httpx import HTTPXMock

from playlist_archive.archive.ids import PlaylistId
from playlist_archive.spotify import oembed
from playlist_archive.spotify.oembed import FAILURES
from tests.builders import playlist_id

URL = "https://open.spotify.test/oembed"
ONE, TWO, THREE, FOUR = (playlist_id(number) for number in range(1, 5))


def titles(url: str, playlists: list[PlaylistId]) -> dict[PlaylistId, str | None]:
    async def ask() -> dict[PlaylistId, str | None]:
        async with httpx.AsyncClient() as http:
            return await oembed.titles(http, url, playlists)

    return asyncio.run(ask())


def address(playlist: str) -> httpx.URL:
    return httpx.URL(URL, params={"url": f"https://open.spotify.com/playlist/{playlist}"})


def test_titles_are_asked_for_one_by_one_without_credentials(httpx_mock: HTTPXMock) -> None:
    httpx_mock.add_response(url=address(ONE), json={"title": "Songs", "html": "<iframe>"})
    httpx_mock.add_response(url=address(TWO), status_code=404)
    httpx_mock.add_response(url=address(THREE), status_code=400)
    assert titles(URL, [ONE, TWO, THREE]) == {ONE: "Songs", TWO: None, THREE: None}
    assert all("authorization" not in request.headers for request in httpx_mock.get_requests())


@pytest.mark.parametrize(
    "answer",
    [{"status_code": 500}, {"status_code": 429}, {"text": "<html>"}, {"json": {"title": 5}}, {"status_code": 302}],
    ids=["server error", "too many", "no JSON", "no title", "elsewhere"],
)
def test_an_answer_that_says_nothing_says_nothing_of_the_playlist(
    httpx_mock: HTTPXMock, answer: dict[str, object]
) -> None:
    httpx_mock.add_response(url=address(ONE), **answer)  # type: ignore[arg-type]  # any part of an answer
    httpx_mock.add_response(url=address(TWO), json={"title": "Songs"})
    assert titles(URL, [ONE, TWO]) == {TWO: "Songs"}


def test_after_some_missing_answers_in_a_row_no_more_is_asked(httpx_mock: HTTPXMock) -> None:
    httpx_mock.add_exception(httpx.ConnectTimeout("slow"), is_reusable=True)
    assert titles(URL, [ONE, TWO, THREE, FOUR]) == {}
    assert len(httpx_mock.get_requests()) == FAILURES
