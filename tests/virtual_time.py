"""An event loop on which waiting takes no time: its clock jumps to the next thing that is due.

Code under test asks `asyncio.get_running_loop().time()` and waits with `asyncio.sleep`. Everything else is real.
Whatever waits for a socket or a thread does not fit: nothing but timers wakes this loop.
"""

import asyncio
import selectors
from collections.abc import Coroutine
from typing import Any, TypeVar

ResultT = TypeVar("ResultT")


class VirtualTimeLoop(asyncio.SelectorEventLoop):
    """Its time, in seconds, starts at 0."""

    def __init__(self) -> None:
        super().__init__(_Leaping(self))
        self.now = 0.0

    def time(self) -> float:
        """What timers are set by."""
        return self.now


class _Leaping(selectors.DefaultSelector):
    """Looks at the sockets without waiting, and moves the clock on by the time that would have been waited."""

    def __init__(self, loop: VirtualTimeLoop) -> None:
        super().__init__()
        self._loop = loop

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        ready = super().select(0)
        if ready:
            return ready
        if timeout is None:
            msg = "everything waits for something that no timer brings: on virtual time that is for ever"
            raise RuntimeError(msg)
        self._loop.now += timeout
        return []


def run_virtual(coroutine: Coroutine[Any, Any, ResultT]) -> ResultT:
    """What `asyncio.run` would give, without the wait."""
    with asyncio.Runner(loop_factory=VirtualTimeLoop) as runner:
        return runner.run(coroutine)
