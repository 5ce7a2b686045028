"""The simulator on a port of this machine, served by uvicorn, which the extra `demo` installs."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from .app import Simulator

if TYPE_CHECKING:
    import asyncio

    import uvicorn

HOST: Final = "127.0.0.1"
"""Only this machine can reach this address."""


class ServeError(Exception):
    """The simulator cannot be served. The message says what to do."""


@contextmanager
def serving(simulator: Simulator, *, port: int = 0) -> Iterator[str]:
    """The address of a server that runs in a thread while the block runs: `http://127.0.0.1:8899`. Port 0 means any.

    Raises:
        ServeError: uvicorn is not installed, or the port is taken.
    """
    listening = _listen(port)
    try:
        server = _server(simulator, started := threading.Event())
    except BaseException:
        listening.close()
        raise
    address = _address(listening)
    thread = threading.Thread(target=_run, args=(server, listening, started), daemon=True)
    thread.start()
    started.wait()
    try:
        yield address
    finally:
        server.should_exit = True
        thread.join()


def serve_forever(simulator: Simulator, *, port: int, ready: Callable[[str], None] = lambda _: None) -> None:
    """Serves until the program is interrupted. `ready` gets the address as soon as the server listens.

    Raises:
        ServeError: uvicorn is not installed, or the port is taken.
    """
    with _listen(port) as listening:
        server = _server(simulator, threading.Event())
        listening.listen()
        ready(_address(listening))
        server.run(sockets=[listening])


def _listen(port: int) -> socket.socket:
    listening = socket.socket()
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((HOST, port))
    except (OSError, OverflowError) as error:
        listening.close()
        raise ServeError(f"port {port} cannot be used ({error}): choose another one") from None
    return listening


def _address(listening: socket.socket) -> str:
    return f"http://{HOST}:{listening.getsockname()[1]}"


def _run(server: "uvicorn.Server", listening: socket.socket, started: threading.Event) -> None:
    try:
        server.run(sockets=[listening])
    finally:
        started.set()
        listening.close()


_NEEDS_UVICORN: Final = (
    "serving the simulator needs uvicorn: install playlist-archive[demo], for example with "
    "`pip install 'playlist-archive[demo]'`"
)


def _server(simulator: Simulator, started: threading.Event) -> "uvicorn.Server":
    """A uvicorn server that signals its start, logs nothing, and lets the simulator cut connections."""
    try:
        import uvicorn  # noqa: PLC0415 - an extra, which only serving needs
        from uvicorn.protocols.http.h11_impl import H11Protocol  # noqa: PLC0415 - the same
    except ImportError:
        raise ServeError(_NEEDS_UVICORN) from None

    class Protocol(H11Protocol):
        """Gives the simulator a function that cuts the connection."""

        def connection_made(self, transport: "asyncio.Transport") -> None:  # type: ignore[override] # as H11Protocol
            self.app_state = {**self.app_state, "cut": transport.abort}
            super().connection_made(transport)

    class Server(uvicorn.Server):
        """Sets `started` after its start."""

        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets=sockets)
            started.set()

    config = uvicorn.Config(
        simulator,
        http=Protocol,
        lifespan="off",
        log_level="critical",
        access_log=False,
        date_header=False,  # the simulator sends the date of its own day
        ws="none",
        timeout_graceful_shutdown=1,
    )
    return Server(config)
