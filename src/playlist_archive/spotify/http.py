"""One HTTP exchange, bounded in time and in size, whatever the other side sends."""

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Final, NamedTuple

import httpx

from .errors import BrokenAnswer, NoAnswer
from .pacing import TIMEOUT_SECONDS

LARGEST_BODY_BYTES: Final = 32 * 1024 * 1024
"""Unpacked. A page of 50 rows has about 340 KB (spotify-web-api.md, section 3.1)."""


class Reply(NamedTuple):
    """What came back. The body is never decoded as its header says, for that may be anything."""

    status: int
    headers: Mapping[str, str]
    content: bytes

    @property
    def text(self) -> str:
        """The body as text, with U+FFFD for what is no UTF-8."""
        return self.content.decode("utf-8", "replace")

    @property
    def date(self) -> datetime | None:
        """When the server says that it answered, in UTC; None where it does not say, or makes no sense."""
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
    """The reply to one request; `options` are those of `httpx.AsyncClient.stream`.

    `service` and `path` are what errors tell.

    Raises:
        NoAnswer: the connection failed, or the reply took too long.
        BrokenAnswer: the body is larger than any answer of Spotify's.
    """
    try:
        async with asyncio.timeout(TIMEOUT_SECONDS), http.stream(method, url, **options) as response:
            return Reply(response.status_code, response.headers, await _body(response, service, path))
    except (httpx.RequestError, TimeoutError) as error:
        msg = f"{service} gave no answer ({type(error).__name__})"
        raise NoAnswer(msg, path=path) from None


async def _body(response: httpx.Response, service: str, path: str) -> bytes:
    content = bytearray()
    async for chunk in response.aiter_bytes():
        content += chunk
        if len(content) > LARGEST_BODY_BYTES:
            msg = f"{service} sent more than any answer of its can hold"
            raise BrokenAnswer(msg, status=response.status_code, path=path)
    return bytes(content)
