"""The contents that a website leaves out, step by step, if it is too large for GitHub Pages. Pure."""

from collections.abc import Mapping
from datetime import timedelta
from itertools import islice
from typing import Any, Final, NamedTuple

from ..history.timeline import TEXT_KEYS, Texts, Timeline, Version, gaps, orders

MAX_BYTES: Final = 800_000_000
"""The most bytes of a website that leaves nothing out. GitHub Pages takes 1 GB."""

KEPT_DAYS: Final = 2 * 365
"""The days before the newest version that a shortened timeline keeps."""


class Contents(NamedTuple):
    """The optional contents of a website. Pages and data are always there."""

    has_feeds: bool = True
    has_old_days: bool = True
    has_rare_songs: bool = True

    @property
    def left_out(self) -> tuple[str, ...]:
        """The missing contents, in words for people."""
        missing = {
            "the feeds of single playlists": self.has_feeds,
            "the days of more than two years ago": self.has_old_days,
            "songs of only one playlist in the search": self.has_rare_songs,
        }
        return tuple(what for what, is_there in missing.items() if not is_there)


STEPS: Final = (
    Contents(),
    Contents(has_feeds=False),
    Contents(has_feeds=False, has_old_days=False),
    Contents(has_feeds=False, has_old_days=False, has_rare_songs=False),
)
"""The contents that are tried, one after the other, until a website fits."""


def is_too_large(sizes: Mapping[str, int], max_bytes: int = MAX_BYTES) -> bool:
    """Whether the bytes of all kinds of files together exceed `max_bytes`."""
    return sum(sizes.values()) > max_bytes


def shortened(timeline: Timeline) -> Timeline:
    """The timeline of only the newest `KEPT_DAYS`. All older versions become one version."""
    last, kept_days = timeline.days[-1], timedelta(days=KEPT_DAYS)
    first = max((number for number, day in enumerate(timeline.days) if last - day > kept_days), default=0)
    if first == 0:
        return timeline
    order = tuple(next(islice(orders(timeline), first, None)))
    begin = timeline.versions[first]
    rows = gaps(range(len(order)))
    versions = (
        Version(day=begin.day, commit=begin.commit, deleted=(), inserted=rows, tracks=order),
        *timeline.versions[first + 1 :],
    )
    kept = sorted({number for version in versions for number in version.tracks})
    numbers = {old: new for new, old in enumerate(kept)}
    cut = {
        "tracks": tuple(timeline.tracks[number] for number in kept),
        "versions": tuple(
            version._replace(tracks=tuple(numbers[number] for number in version.tracks)) for version in versions
        ),
        "texts": Texts(**{key: _since(getattr(timeline.texts, key), first) for key in TEXT_KEYS}),
        "is_cut": True,
        "skipped": (),
    }
    return timeline.model_copy(update=cut)


def _since(found: tuple[tuple[int, Any], ...], first: int) -> tuple[tuple[int, Any], ...]:
    before = [(0, value) for number, value in found if number <= first]
    return (*before[-1:], *((number - first, value) for number, value in found if number > first))
