import socket
from http import HTTPStatus

import httpx
import pytest

from playlist_archive.account.loopback import Page, listening

HOSTILE = "<script>alert('x')</script>"


def test_the_first_request_for_the_path_is_answered_and_no_other() -> None:
    asked: list[str] = []

    def answer(path: str) -> Page:
        asked.append(path)
        return Page("Hello", "it worked")

    with listening(0, answer, path="/callback") as listener, httpx.Client(base_url=listener.url) as browser:
        assert browser.get("favicon.ico").status_code == HTTPStatus.NOT_FOUND
        assert not listener.answered.is_set()
        assert "<p>It worked</p>" in browser.get("callback?a=b").text
        assert listener.answered.wait(timeout=10)
        assert browser.get("callback?a=c").status_code == HTTPStatus.GONE
    assert asked == ["/callback?a=b"]


def test_what_a_page_says_is_text_and_never_markup() -> None:
    with listening(0, lambda _: Page(HOSTILE, HOSTILE, HTTPStatus.BAD_REQUEST)) as listener:
        page = httpx.get(listener.url)
    assert page.status_code == HTTPStatus.BAD_REQUEST
    assert "<script>" not in page.text
    assert "default-src 'none'" in page.headers["content-security-policy"]


def test_a_connection_that_says_nothing_keeps_nobody_waiting() -> None:
    with listening(0, lambda _: Page("Hello", "there")) as listener:
        port = httpx.URL(listener.url).port
        assert port
        with socket.create_connection(("127.0.0.1", port)):
            assert httpx.get(listener.url).status_code == HTTPStatus.OK


@pytest.mark.parametrize("port", [-1, 70_000])
def test_a_port_that_is_none_is_an_error(port: int) -> None:
    with pytest.raises(OverflowError), listening(port, lambda _: Page("Hello", "there")):
        pass


def test_until_the_last_page_every_request_is_answered() -> None:
    def answer(path: str) -> Page:
        return Page("Hello", path, is_last="the-one" in path)

    with listening(0, answer, path="/callback") as listener, httpx.Client(base_url=listener.url) as browser:
        for _ in range(3):
            assert "stray" in browser.get("callback?stray").text
        assert not listener.answered.is_set()
        assert browser.get("callback?the-one").status_code == HTTPStatus.OK
        assert listener.answered.wait(timeout=10)
        assert browser.get("callback?stray").status_code == HTTPStatus.GONE


def test_an_answer_that_breaks_keeps_the_visit_open() -> None:
    def answer(path: str) -> Page:
        if "bad" in path:
            raise ZeroDivisionError
        return Page("Hello", "there")

    with listening(0, answer) as listener:
        with pytest.raises(httpx.TransportError):
            httpx.get(f"{listener.url}bad")
        assert not listener.answered.is_set()
        assert httpx.get(listener.url).status_code == HTTPStatus.OK
