"""A web server for one login: the browser returns to this machine and gets a small page."""

import html
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Final, NamedTuple

HOST: Final = "127.0.0.1"
"""Only this machine can reach it. Spotify redirects to it without encryption (docs/spotify.md, section 6.2)."""

_IDLE_SECONDS: Final = 10
"""The server closes a connection that is idle for longer, since browsers open connections in advance (our choice)."""

_POLL_SECONDS: Final = 0.05
"""The interval at which the server checks whether it should stop."""


class Page(NamedTuple):
    """A page for the browser, as plain text, which is escaped later. A page with `is_last` ends the visit."""

    title: str
    text: str
    status: HTTPStatus = HTTPStatus.OK
    is_last: bool = True


_ELSEWHERE: Final = Page("There is nothing here", "A login waits at another address.", HTTPStatus.NOT_FOUND)
_OVER: Final = Page("This login is over", "Close this window and go back to the terminal.", HTTPStatus.GONE)


class Listener(NamedTuple):
    """The address of the server. `answered` is set after the last page was sent."""

    url: str
    answered: threading.Event


@contextmanager
def listening(port: int, answer: Callable[[str], Page], *, path: str | None = None) -> Iterator[Listener]:
    """The running server, while the block runs. `answer` makes a page per request for `path`, up to the last page.

    If `path` is None, every path counts. `answer` gets the path with its query, in a thread, one request at a time.
    Port 0 means any free port.

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
    """The state of a visit. The thread that holds `turn` answers, unless the visit is `over`."""

    answer: Callable[[str], Page]
    path: str | None
    turn: threading.Lock
    over: threading.Event
    answered: threading.Event

    def page(self, address: str) -> Page | None:
        """The page for a request; None after the visit is over."""
        with self.turn:
            if self.over.is_set():
                return None
            page = self.answer(address)
            if page.is_last:
                self.over.set()
            return page


class _Server(ThreadingHTTPServer):
    """Uses threads, since browsers open connections in advance. No thread keeps the program from ending."""

    daemon_threads = True

    def __init__(self, port: int, visit: _Visit) -> None:
        super().__init__((HOST, port), _Handler)
        self.visit = visit

    def handle_error(self, *_: object) -> None:
        """Ignores connections that the browser breaks off."""


class _Handler(BaseHTTPRequestHandler):
    """Answers with pages. Logs nothing, since an address may contain a secret."""

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
        """Sends the page. `answered` is set after the browser has the last page, since the program may end then."""
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
