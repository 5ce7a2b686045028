"""Serves the website on this machine, and builds it again when the archive has changed."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Lock

from ..archive.layout import DATA, FOLLOWERS, REGISTRY
from ..git.repository import GitError
from ..git.versions import place
from .paths import NOT_FOUND

State = tuple[str, int, int]
"""The newest commit, the number of the archive's files, and the time of the last change to any of them."""

_READ = (REGISTRY, DATA, FOLLOWERS)


def state(root: Path) -> State:
    """The state of the archive. A website is up to date while this state is unchanged."""
    files = [path for folder in _READ for path in (root / folder).glob("*")]
    return _head(root), len(files), max((path.stat().st_mtime_ns for path in files), default=0)


def _head(root: Path) -> str:
    try:
        return place(root).head
    except GitError:
        return ""


class Fresh:
    """Builds the website if the archive has changed since the last build. Concurrent requests wait for each other."""

    def __init__(self, root: Path, build: Callable[[], object]) -> None:
        self._root = root
        self._build = build
        self._built: State | None = None
        self._lock = Lock()

    def __call__(self) -> None:
        """Brings the website up to date."""
        with self._lock:
            found = state(self._root)
            if found != self._built:
                self._build()
                self._built = found


class _Handler(SimpleHTTPRequestHandler):
    """Serves the files of the website. Before a page is served, the website is brought up to date."""

    protocol_version = "HTTP/1.1"

    def __init__(self, *arguments: object, fresh: Callable[[], None], base: str, directory: str) -> None:
        self._fresh = fresh
        self._base = base
        super().__init__(*arguments, directory=directory)  # type: ignore[arg-type]  # what the server gives

    def do_GET(self) -> None:
        if self.path.startswith(self._base):
            self.path = "/" + self.path.removeprefix(self._base)
        if self.path.partition("?")[0].endswith((".html", "/")):
            self._fresh()
        super().do_GET()

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Sends an error. If a file does not exist, that is the website's own page for missing addresses."""
        page = Path(self.directory, NOT_FOUND)
        if code != HTTPStatus.NOT_FOUND or not page.is_file():
            super().send_error(code, message, explain)
            return
        content = page.read_bytes()
        self.send_response(code)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def end_headers(self) -> None:
        """Ends the headers, and makes browsers ask each time: pages may change while somebody looks at them."""
        self.send_header("Cache-Control", "no-cache")
        super().end_headers()

    def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002 - as http.server has it
        """Prints nothing: the terminal is for messages about builds."""


@contextmanager
def listening(folder: Path, port: int, fresh: Callable[[], None], *, base: str = "/") -> Iterator[ThreadingHTTPServer]:
    """A server for the folder on 127.0.0.1 that does not answer yet. Port 0 means any free port.

    `base` is the path of the website's own address. The page for missing addresses looks for its files there.

    Raises:
        OSError: the port is taken.
    """
    handler = partial(_Handler, fresh=fresh, base=base, directory=str(folder))
    with ThreadingHTTPServer(("127.0.0.1", port), handler) as server:
        server.daemon_threads = True
        yield server
