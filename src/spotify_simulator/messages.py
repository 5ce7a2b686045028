"""Requests and answers without a socket, and the forms of errors."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Final

PRIVATE: Final = "private, max-age=0"
"""Shared caches must not keep Spotify's answers."""


@dataclass(frozen=True, slots=True)
class Request:
    """One HTTP request. Names of headers are in lower case; `origin` is scheme and host: `http://127.0.0.1:80`."""

    method: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    origin: str = "https://api.spotify.com"


@dataclass(frozen=True, slots=True)
class Answer:
    """One HTTP answer. It arrives after `delay` seconds, or not at all if it is `dropped`.

    `missing` is the number of bytes that its Content-Length promises and that never come.
    """

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    delay: float = 0.0
    dropped: bool = False
    missing: int = 0

    def wire_headers(self) -> dict[str, str]:
        """The headers, with the Content-Length that is sent."""
        return {**self.headers, "content-length": str(len(self.body) + self.missing)}


class Refusal(Exception):
    """An answer that ends the work on a request. It is raised anywhere, and caught in one place."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.status)
        self.answer = answer


def json_answer(data: object, *, status: int = HTTPStatus.OK, headers: Mapping[str, str] | None = None) -> Answer:
    """The data as a UTF-8 JSON body."""
    body = json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")
    return Answer(status, body, {"content-type": "application/json", "cache-control": PRIVATE} | dict(headers or {}))


def text_answer(text: str, *, status: int, kind: str = "text/plain") -> Answer:
    """An answer that is not JSON, as proxies and some of Spotify's checks send it (section 5)."""
    return Answer(status, text.encode(), {"content-type": f"{kind}; charset=utf-8"})


def api_error(
    status: int, message: str, *, reason: str | None = None, headers: Mapping[str, str] | None = None
) -> Answer:
    """An error of the Web API (section 2.11)."""
    error = {"status": int(status), "message": message} | ({"reason": reason} if reason else {})
    return json_answer({"error": error}, status=status, headers=headers)


def token_error(error: str, description: str | None = None) -> Answer:
    """An error of the token endpoint: flat JSON, always with status 400 (section 2.1)."""
    described = {"error_description": description} if description else {}
    return json_answer({"error": error, **described}, status=HTTPStatus.BAD_REQUEST)


def not_found() -> Answer:
    """The 404 for a playlist that is deleted, private, or Spotify's own (section 5)."""
    return api_error(HTTPStatus.NOT_FOUND, "Resource not found")


def forbidden() -> Answer:
    """The 403 for contents that are closed to the app's class (section 1.2)."""
    return api_error(HTTPStatus.FORBIDDEN, "Forbidden")


def user_required() -> Answer:
    """The 401 for an app's token if a user's token is needed (section 1.3)."""
    return api_error(HTTPStatus.UNAUTHORIZED, "Valid user authentication required")
