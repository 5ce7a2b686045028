"""The progress of work that may last long: a bar on a terminal, elsewhere one line, and nothing if there is little."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from .screen import Bar, err

MANY_VERSIONS: Final = 500
"""From so many on, reading is announced. It takes half a second or more (docs/scale.md, "Reading it back")."""

MANY_RECORDS: Final = 100
"""From so many on, reading is announced (our choice)."""

_Steps = Iterator[Callable[[], object]]


@contextmanager
def reading_versions(total: int) -> _Steps:
    """Shows the progress of reading versions from git, on standard error."""
    with _shown("reading the git history", "versions", total, many=MANY_VERSIONS) as step:
        yield step


@contextmanager
def reading_records(total: int) -> _Steps:
    """Shows the progress of reading records for the index of the search, on standard error."""
    with _shown("indexing the songs", "records", total, many=MANY_RECORDS) as step:
        yield step


@contextmanager
def building(total: int) -> _Steps:
    """Shows the progress of a website, on a terminal only."""
    with Bar("building", total) as bar:
        yield bar.advance


@contextmanager
def _shown(what: str, units: str, total: int, *, many: int) -> _Steps:
    if total < many:
        yield lambda: None
    elif err.is_terminal:
        with Bar(what, total, console=err) as bar:
            yield bar.advance
    else:
        err.print(f"{what}: {total:,} {units}, which may take a while")
        yield lambda: None
