"""Ctrl-C, and the end that a machine announces: the run ends early, and keeps what is whole."""

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Final

SIGNALS: Final = (signal.SIGINT, signal.SIGTERM)


class Interruption:
    """Whether somebody asked the run to end. A second Ctrl-C ends the program at once, a second SIGTERM does nothing.

    GitHub sends SIGINT to a job that it ends, SIGTERM some seconds later, and then kills it: the run commits before.
    """

    def __init__(self) -> None:
        self.is_requested = False
        self._then: Callable[[], object] = lambda: None

    @contextmanager
    def watched(self) -> Iterator["Interruption"]:
        """Takes the signals meanwhile, in the main thread; in another one nothing changes."""
        if threading.current_thread() is not threading.main_thread():
            yield self
            return
        before = {number: signal.signal(number, self._take) for number in SIGNALS}
        try:
            yield self
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    @contextmanager
    def calling(self, then: Callable[[], object]) -> Iterator[None]:
        """Calls `then` when the end is asked for during the block, or was before it."""
        self._then = then
        if self.is_requested:
            then()
        try:
            yield
        finally:
            self._then = lambda: None

    def request(self) -> None:
        """Asks for the end of the run, once."""
        if not self.is_requested:
            self.is_requested = True
            self._then()

    def _take(self, number: int, _: FrameType | None) -> None:
        if self.is_requested and number == signal.SIGINT:
            raise KeyboardInterrupt
        self.request()
