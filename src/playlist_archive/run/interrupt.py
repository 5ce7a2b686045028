"""Ends a run early, but keeps its complete files, after Ctrl-C or a signal of the machine."""

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Final

SIGNALS: Final = (signal.SIGINT, signal.SIGTERM)


class Interruption:
    """Whether the end of the run was requested.

    A second Ctrl-C ends the program at once, but a second SIGTERM does nothing.

    GitHub sends SIGINT to a job that it ends, then SIGTERM some seconds later, and then kills it. The run commits
    before that.
    """

    def __init__(self) -> None:
        self.is_requested = False
        self._then: Callable[[], object] = lambda: None

    @contextmanager
    def watched(self) -> Iterator["Interruption"]:
        """Handles the signals during the block. This works only in the main thread; other threads change nothing."""
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
        """Calls `then` if the end was requested before or during the block."""
        self._then = then
        if self.is_requested:
            then()
        try:
            yield
        finally:
            self._then = lambda: None

    def request(self) -> None:
        """Requests the end of the run. Further requests have no effect."""
        if not self.is_requested:
            self.is_requested = True
            self._then()

    def _take(self, number: int, _: FrameType | None) -> None:
        if self.is_requested and number == signal.SIGINT:
            raise KeyboardInterrupt
        self.request()
