"""What the website is made of, found in the archive playlist by playlist; a record is read only where it must be."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import NamedTuple

from ..archive import layout
from ..archive.ids import PlaylistId
from ..archive.model import Record
from ..archive.record_file import record_text
from ..archive.registry import Registry
from ..archive.store import RecordError, Store
from ..history.builder import Builder
from ..history.cache import Timelines
from ..history.membership import state_of
from ..history.timeline import Timeline
from ..render.followers import read_table

Likes = Mapping[PlaylistId, tuple[tuple[date, int], ...]]
"""Playlist → the days on which its likes were observed, in order, with the numbers."""


class Source(NamedTuple):
    """One playlist, unread: the text of its record, and its timeline as a file, None where git does not know it."""

    id: PlaylistId
    text: str
    history: bytes | None
    likes: tuple[tuple[date, int], ...]
    is_registered: bool


def read_likes(store: Store) -> tuple[Likes, list[str]]:
    """The likes of all months, and what is wrong with tables that cannot be read."""
    found: dict[str, dict[date, int]] = {}
    problems = []
    for path in store.files(layout.FOLLOWERS):
        try:
            table = read_table(store.read(path) or "")
        except ValueError:
            problems.append(f"{path} cannot be read: its likes are left out")
            continue
        for playlist_id, row in table.items():
            days = {date.fromisoformat(day): int(number) for day, number in row.items()}
            found.setdefault(playlist_id, {}).update(days)
    return {PlaylistId(key): tuple(sorted(days.items())) for key, days in found.items()}, problems


def sources(
    store: Store, registry: Registry, known: Timelines | None, likes: Likes, problems: list[str]
) -> Iterator[Source]:
    """Every playlist with a record, by id; a file that cannot be read is a problem, and its playlist left out.

    `known` is None without git.
    """
    for playlist_id in store.records():
        try:
            text = store.read(layout.data(playlist_id))
        except RecordError as error:
            problems.append(str(error))
            continue
        if text is None:
            continue
        yield Source(
            playlist_id,
            text,
            known.content(playlist_id) if known else None,
            likes.get(playlist_id, ()),
            is_registered=playlist_id in registry.named or not registry.is_readable,
        )


def timeline_of(record: Record) -> Timeline:
    """The timeline of a playlist that git does not know: its newest version alone."""
    builder = Builder(record.id)
    builder.add(state_of(record).day, "", record_text(record).encode())
    return builder.timeline()
