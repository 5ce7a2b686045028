"""One exchange: packed bodies, the server's clock, and the cause of a connection that fails."""

import asyncio
import gzip
import socket
import ssl
import zlib
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime

import httpx
import pytest

from playlist_archive.spotify.errors import BrokenAnswer, NoAnswer, NoWay, SpotifyError
from playlist_archive.spotify.http import LARGEST_BODY_BYTES, ProxyRefused, Reply, exchange

URL = "https://api.test/v1/me"
BOMB = gzip.compress(gzip.compress(gzip.compress(bytes(20_000_000), 9), 9), 9)
"""A few hundred bytes, and 20 MB when it is unpacked three times."""


class Stream(httpx.AsyncByteStream):
    """A body as it travels, not unpacked by anybody."""

    def __init__(self, body: bytes) -> None:
        self._body = body

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for start in range(0, len(self._body), 1_000):
            yield self._body[start : start + 1_000]


def ask(answer: Callable[[httpx.Request], httpx.Response]) -> Reply:
    async def run() -> Reply:
        async with httpx.AsyncClient(transport=httpx.MockTransport(answer)) as http:
            return await exchange(http, "GET", URL)

    return asyncio.run(run())


def packed(body: bytes, coding: str) -> Callable[[httpx.Request], httpx.Response]:
    return lambda _: httpx.Response(200, headers={"Content-Encoding": coding}, stream=Stream(body))


def failure(error: Exception, cause: BaseException | None = None) -> SpotifyError:
    def answer(request: httpx.Request) -> httpx.Response:
        if isinstance(error, httpx.RequestError):
            error.request = request
        raise error from cause

    with pytest.raises(SpotifyError) as caught:
        ask(answer)
    return caught.value


@pytest.mark.parametrize(
    ("body", "coding"), [(gzip.compress(b"songs", mtime=0), "GZIP"), (b"songs", "identity"), (b"songs", "")]
)
def test_a_body_is_unpacked_once(body: bytes, coding: str) -> None:
    assert ask(packed(body, coding)).content == b"songs"


@pytest.mark.parametrize(
    ("body", "coding"),
    [
        (BOMB, "gzip, gzip, gzip"),
        (gzip.compress(gzip.compress(b"songs", mtime=0)), "gzip,gzip"),
        (zlib.compress(b"songs"), "deflate"),
        (b"songs", "br"),
        (b"no gzip at all", "gzip"),
    ],
    ids=["a bomb", "twice", "deflate", "br", "not packed"],
)
def test_a_body_that_is_packed_otherwise_is_refused_before_it_is_unpacked(body: bytes, coding: str) -> None:
    with pytest.raises(BrokenAnswer):
        ask(packed(body, coding))


def test_a_body_that_is_too_large_when_unpacked_is_given_up_at_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    unpacked = 0
    whole = zlib.decompressobj

    class Counting:
        def __init__(self, bits: int) -> None:
            self._real = whole(bits)

        def decompress(self, chunk: bytes, most: int) -> bytes:
            nonlocal unpacked
            content = self._real.decompress(chunk, most)
            unpacked += len(content)
            return content

    monkeypatch.setattr(zlib, "decompressobj", Counting)
    with pytest.raises(BrokenAnswer, match="a body that is too large"):
        ask(packed(gzip.compress(bytes(4 * LARGEST_BODY_BYTES), 1), "gzip"))
    assert unpacked == LARGEST_BODY_BYTES + 1


def test_only_the_coding_that_is_taken_is_asked_for() -> None:
    seen: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request.headers["accept-encoding"])
        return httpx.Response(200)

    ask(answer)
    assert seen == ["gzip"]


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("Thu, 26 Nov 2026 12:00:00 GMT", datetime(2026, 11, 26, 12, tzinfo=UTC)),
        ("Thu, 26 Nov 2026 14:00:00 +0200", datetime(2026, 11, 26, 12, tzinfo=UTC)),
        ("Thu, 26 Nov 2026 12:00:00 -0000", datetime(2026, 11, 26, 12, tzinfo=UTC)),
        ("Thu, 99 Nov 2026 12:00:00 GMT", None),
        ("soon", None),
        ("", None),
        (None, None),
    ],
)
def test_the_clock_of_the_server_is_known_where_it_makes_sense(header: str | None, expected: datetime | None) -> None:
    assert Reply(200, {} if header is None else {"date": header}, b"").date == expected


def test_a_certificate_that_is_not_trusted_never_will_be_and_is_named() -> None:
    refused = ssl.SSLCertVerificationError()
    refused.verify_message = "self-signed certificate"
    error = failure(httpx.ConnectError("[SSL: CERTIFICATE_VERIFY_FAILED]"), refused)
    assert isinstance(error, NoWay)
    assert "self-signed certificate" in str(error)
    assert "SSL_CERT_FILE" in str(error)


def test_a_host_that_does_not_exist_is_named_and_one_that_is_not_found_for_now_may_come_back() -> None:
    error = failure(httpx.ConnectError("x"), socket.gaierror(socket.EAI_NONAME, "Name or service not known"))
    assert isinstance(error, NoWay)
    assert "no such host name" in str(error)
    for_now = socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")
    assert isinstance(failure(httpx.ConnectError("x"), for_now), NoAnswer)


def test_a_cause_within_a_group_of_attempts_is_found() -> None:
    group = ExceptionGroup("attempts", [OSError("one"), ssl.SSLCertVerificationError("two")])
    assert isinstance(failure(httpx.ConnectError("x"), group), NoWay)


@pytest.mark.parametrize(
    ("error", "kind", "words"),
    [
        (httpx.ProxyError("407 Proxy Authentication Required"), NoWay, "the proxy refuses to connect (407)"),
        (httpx.ProxyError("403 your secret is x"), NoWay, "the proxy refuses to connect (403)"),
        (ProxyRefused("All connection attempts failed"), NoWay, "the proxy refuses to connect:"),
        (httpx.ProxyError("503 Service Unavailable"), NoAnswer, "the proxy gives no connection (503)"),
        (httpx.ConnectError("refused"), NoAnswer, "no connection"),
        (httpx.ReadTimeout("slow"), NoAnswer, "too slow"),
    ],
)
def test_a_proxy_that_refuses_is_told_from_one_in_trouble(
    error: Exception, kind: type[SpotifyError], words: str
) -> None:
    found = failure(error)
    assert type(found) is kind
    assert words in str(found)
    assert "secret" not in str(found)
