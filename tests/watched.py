"""Somebody who follows the progress of work."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager


class Watched:
    """Counts what work announces, and its steps."""

    def __init__(self) -> None:
        self.totals: list[int] = []
        self.steps = 0

    @contextmanager
    def __call__(self, total: int) -> Iterator[Callable[[], object]]:
        self.totals.append(total)
        yield self._step

    def _step(self) -> None:
        self.steps += 1
