"""A web server for one visit: a browser comes back to this machine, and is shown a small page."""

import html
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Final, NamedTuple

HOST: Final = "127.0.0.1"
"""Nobody else can reach it; Spotify sends browsers there without encryption (docs/spotify.md, section 6.2)."""

_IDLE_SECONDS: Final = 10
"""Browsers open connections that they may never use: none is kept for longer (our choice)."""

_POLL_SECONDS: Final = 0.05
"""How soon the server notices that it is to stop."""


class Page(NamedTuple):
    """What the browser shows: plain text, whoever it is from. With `is_last` the visit is over."""

    title: str
    text: str
    status: HTTPStatus = HTTPStatus.OK
    is_last: bool = True


_ELSEWHERE: Final = Page("There is nothing here", "A login waits at another address.", HTTPStatus.NOT_FOUND)
_OVER: Final = Page("This login is over", "Close this window and go back to the terminal.", HTTPStatus.GONE)


class Listener(NamedTuple):
    """Where it listens; `answered` is set once the last page has been sent."""

    url: str
    answered: threading.Event


@contextmanager
def listening(port: int, answer: Callable[[str], Page], *, path: str | None = None) -> Iterator[Listener]:
    """Serves while the block runs: `answer` makes a page of each request for `path`, until one is the last.

    None for `path` means any. `answer` is given the path with its query, in a thread, one request at a time. Port 0
    finds a free port.

    Raises:
        OSError, OverflowError: the port cannot be used.
    """
    answered = threading.Event()
    server = _Server(port, _Visit(answer, path, threading.Lock(), threading.Event(), answered))
    thread = threading.Thread(target=server.serve_forever, args=(_POLL_SECONDS,), daemon=True)
    thread.start()
    try:
        yield Listener(f"http://{HOST}:{server.server_port}/", answered)
    finally:
        server.shutdown()
        server.server_close()


class _Visit(NamedTuple):
    """What is waited for. Whoever holds `turn` is answered, unless the visit is `over`."""

    answer: Callable[[str], Page]
    path: str | None
    turn: threading.Lock
    over: threading.Event
    answered: threading.Event

    def page(self, address: str) -> Page | None:
        """The page for a request; None once the visit is over."""
        with self.turn:
            if self.over.is_set():
                return None
            page = self.answer(address)
            if page.is_last:
                self.over.set()
            return page


class _Server(ThreadingHTTPServer):
    """Threads, since browsers open connections in advance; none of them keeps the program from ending."""

    daemon_threads = True

    def __init__(self, port: int, visit: _Visit) -> None:
        super().__init__((HOST, port), _Handler)
        self.visit = visit

    def handle_error(self, *_: object) -> None:
        """A connection that breaks off is the browser's business."""


class _Handler(BaseHTTPRequestHandler):
    """Answers with pages, and logs nothing: an address may hold a secret."""

    server: _Server
    timeout = _IDLE_SECONDS

    def log_message(self, *_: object) -> None:
        pass

    def do_GET(self) -> None:
        visit = self.server.visit
        if visit.path not in (None, self.path.partition("?")[0]):
            self._show(_ELSEWHERE)
        elif page := visit.page(self.path):
            self._answer(page)
        else:
            self._show(_OVER)

    def _answer(self, page: Page) -> None:
        """Tells of the last page only after the browser has it, since the program may end then."""
        try:
            self._show(page)
        finally:
            if page.is_last:
                self.server.visit.answered.set()

    def _show(self, page: Page) -> None:
        body = _page_html(page).encode()
        self.send_response(page.status)
        for name, value in _HEADERS.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


_HEADERS: Final = {
    "Content-Type": "text/html; charset=utf-8",
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'",
    "Referrer-Policy": "no-referrer",
}

_STYLE: Final = (
    "body{font:1.1rem/1.5 system-ui,sans-serif;max-width:34rem;margin:15vh auto;padding:0 1rem}"
    "@media(prefers-color-scheme:dark){body{background:#121212;color:#eee}}"
)


def _page_html(page: Page) -> str:
    title, text = html.escape(page.title), html.escape(page.text[:1].upper() + page.text[1:])
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{title}</title><style>{_STYLE}</style>'
        f"<h1>{title}</h1><p>{text}</p><p>playlist-archive</p></html>"
    )
