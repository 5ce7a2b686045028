"""Reading back a thousand invented playlists of a year: the rows of reading.py, on 75,000 versions."""

from typing import Final

from .histories import invented_days
from .reading import measured
from .worlds import Row

INVENTED: Final = (1_000, 365)
"""Playlists of 100 songs, and days."""


def measure() -> list[Row]:
    """A row per question."""
    return measured(f"{INVENTED[0]:,} invented × {INVENTED[1]} days", invented_days(*INVENTED))
