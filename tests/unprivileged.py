"""Files that may not be read or written, for a test that root runs too."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

import pytest

NOBODY = 65_534


@contextmanager
def bound_by_permissions(folder: Path) -> Iterator[None]:
    """Inside, `folder` is the current one, not writable, and permissions hold even for root."""
    folder.chmod(0o555)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        with _as_nobody() if os.geteuid() == 0 else nullcontext():
            yield
    folder.chmod(0o755)


@contextmanager
def _as_nobody() -> Iterator[None]:
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)
