"""One HTTP exchange, with limits for time and size."""

import asyncio
import re
import socket
import ssl
import zlib
from collections.abc import AsyncIterator, Iterator, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Final, NamedTuple

import httpx

from .errors import BrokenAnswer, NoAnswer, NoWay, SpotifyError, Untrusted
from .pacing import TIMEOUT_SECONDS

LARGEST_BODY_BYTES: Final = 32 * 1024 * 1024
"""The largest unpacked body. A page of 50 rows has about 340 KB (docs/spotify.md, section 3.1)."""

CODING: Final = "gzip"
"""The only content coding that is requested and accepted."""


class Reply(NamedTuple):
    """The reply to a request. The charset in its headers is never used, since it may be anything."""

    status: int
    headers: Mapping[str, str]
    content: bytes

    @property
    def text(self) -> str:
        """The body as text, with U+FFFD for invalid UTF-8."""
        return self.content.decode("utf-8", "replace")

    @property
    def date(self) -> datetime | None:
        """The time in the server's Date header, in UTC; None if the header is missing or invalid."""
        try:
            moment = parsedate_to_datetime(self.headers.get("date", ""))
            return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
        except (ValueError, OverflowError):
            return None


async def exchange(
    http: httpx.AsyncClient,
    method: str,
    url: str,
    *,
    service: str = "Spotify",
    path: str = "",
    **options: Any,  # noqa: ANN401 - httpx's own
) -> Reply:
    """The reply to one request. `options` are those of `httpx.AsyncClient.stream`.

    Errors name `service` and `path`.

    Raises:
        NoAnswer: the connection failed, or the reply took too long.
        NoWay: the connection fails for a reason that does not pass.
        BrokenAnswer: the body is too large, or packed in an unknown way.
    """
    options["headers"] = {"Accept-Encoding": CODING, **options.get("headers", {})}
    try:
        async with asyncio.timeout(TIMEOUT_SECONDS), http.stream(method, url, **options) as response:
            return Reply(response.status_code, response.headers, await _body(response, service, path))
    except (httpx.RequestError, TimeoutError) as error:
        raise _failure(error, service, path) from None


async def _body(response: httpx.Response, service: str, path: str) -> bytes:
    """The unpacked body. Reading stops as soon as the body is too large."""
    content, unpacker = bytearray(), _unpacker(response, service, path)
    try:
        async for chunk in _chunks(response):
            content += unpacker.decompress(chunk, LARGEST_BODY_BYTES + 1 - len(content)) if unpacker else chunk
            if len(content) > LARGEST_BODY_BYTES:
                msg = f"{service} sent a body that is too large"
                raise BrokenAnswer(msg, status=response.status_code, path=path)
    except zlib.error:
        msg = f"{service} sent a body that cannot be unpacked"
        raise BrokenAnswer(msg, status=response.status_code, path=path) from None
    return bytes(content)


async def _chunks(response: httpx.Response) -> AsyncIterator[bytes]:
    """The body in chunks as received, or in one unpacked chunk if the transport has already read it."""
    if response.is_stream_consumed:
        yield response.content
        return
    async for chunk in response.aiter_raw():
        yield chunk


def _unpacker(response: httpx.Response, service: str, path: str) -> "zlib._Decompress | None":
    """The decompressor for the body; None if the body is not packed.

    Raises:
        BrokenAnswer: the body is packed in another way than requested, or more than once.
    """
    named = response.headers.get("content-encoding", "").lower().split(",")
    codings = [coding.strip() for coding in named if coding.strip() not in ("", "identity")]
    if codings not in ([], [CODING]):
        msg = f"{service} sent a body that is packed in a way that was not asked for"
        raise BrokenAnswer(msg, status=response.status_code, path=path)
    return zlib.decompressobj(zlib.MAX_WBITS | 16) if codings and not response.is_stream_consumed else None


_TRUST: Final = (
    "where a proxy of your network shows its own, set SSL_CERT_FILE to a file with the certificate of that proxy's "
    "issuer"
)


def _failure(error: Exception, service: str, path: str) -> SpotifyError:
    """The error for a failed connection, with the cause in words."""
    for cause in _causes(error):
        if isinstance(cause, ssl.SSLCertVerificationError):
            msg = f"the certificate of {service} is not to be trusted ({_verified(cause)})"
            return Untrusted(msg, _TRUST, path=path)
        if isinstance(cause, socket.gaierror) and cause.errno in _NO_SUCH_HOST:
            msg = f"{service} is not found (no such host name)"
            return NoWay(msg, "look at the address, the DNS and the proxy settings", path=path)
        if isinstance(cause, httpx.ProxyError | ProxyRefused):
            return _proxy_failure(str(cause), path)
    msg = f"{service} gave no answer ({_named(error)})"
    return NoAnswer(msg, path=path)


def _verified(error: ssl.SSLCertVerificationError) -> str:
    """The fault of the certificate, in OpenSSL's words."""
    return getattr(error, "verify_message", "") or "it could not be verified"


class ProxyRefused(httpx.ConnectError):
    """The proxy itself cannot be reached."""


def _proxy_failure(words: str, path: str) -> SpotifyError:
    """The error for a failed proxy. A proxy that answers 5xx may recover; any other failure is a wrong setting."""
    if _PROXY_TROUBLE.match(words):
        msg = f"the proxy gives no connection ({words[:3]})"
        return NoAnswer(msg, path=path)
    status = _PROXY_STATUS.match(words)
    msg = f"the proxy refuses to connect{f' ({status[0]})' if status else ''}"
    return NoWay(msg, "look at HTTPS_PROXY, HTTP_PROXY, ALL_PROXY and NO_PROXY", path=path)


_PROXY_STATUS: Final = re.compile(r"[0-9]{3}\b")
_PROXY_TROUBLE: Final = re.compile(r"5[0-9]{2}\b")
_NO_SUCH_HOST: Final = frozenset({socket.EAI_NONAME, getattr(socket, "EAI_NODATA", socket.EAI_NONAME)})


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The error, and all its causes."""
    left: list[BaseException | None] = [error]
    while left:
        if found := left.pop(0):
            yield found
            left += [*getattr(found, "exceptions", ()), found.__cause__ or found.__context__]


def _named(error: Exception) -> str:
    """The kind of failure in words; for an unknown kind, the name of its class."""
    words = {
        httpx.ConnectTimeout: "no connection in time",
        httpx.ReadTimeout: "too slow",
        TimeoutError: "too slow",
        httpx.ConnectError: "no connection",
        httpx.ReadError: "the connection was lost",
        httpx.RemoteProtocolError: "the answer was cut off",
    }
    return words.get(type(error), type(error).__name__)
