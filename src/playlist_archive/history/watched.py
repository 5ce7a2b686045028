"""How work that may last long tells others of its progress."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

Watch = Callable[[int], AbstractContextManager[Callable[[], object]]]
"""Is called with the number of steps before the first one. What it gives is called after each step."""


@contextmanager
def unwatched(_: int) -> Iterator[Callable[[], object]]:
    """Nobody watches."""
    yield lambda: None
