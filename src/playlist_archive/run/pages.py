"""Writes the pages of records and the files about all records: joins `render` with the store."""

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from functools import partial
from typing import Final

from ..archive import layout
from ..archive.model import Record
from ..archive.registry import Registry
from ..archive.store import DiskError, RecordError, Store, StoreError
from ..problem import Note
from ..render.cumulative import cumulative_pages
from ..render.followers import followers, with_older
from ..render.index import IndexLine, index_data, index_line, index_pages
from ..render.page import Repository
from ..render.plain import plain
from ..render.pretty import pretty

RENDERER: Final = 1
"""The version of the pages. Raise it with any change of the rendering (docs/formats.md, "Pages").

The first run of a new version then renders all pages again, in a commit of its own.
"""


def _plain(record: Record, repository: Repository) -> Mapping[str, str]:  # noqa: ARG001 - as the others are called
    return {layout.plain(record.id): plain(record)}


def _pretty(record: Record, repository: Repository) -> Mapping[str, str]:
    return {layout.pretty(record.id): pretty(record, repository)}


Kind = Callable[[Record, Repository], Mapping[str, str]]
"""A kind of page: gives path → text of a playlist's page, and of the page's parts if it has any."""

PAGES: Final[tuple[Kind, ...]] = (_plain, _pretty, cumulative_pages)


def pages(record: Record, repository: Repository) -> dict[str, str]:
    """Path → text of all pages of a playlist."""
    return {path: text for kind in PAGES for path, text in kind(record, repository).items()}


def render(store: Store, repository: Repository, registry: Registry) -> list[Note]:
    """Writes every page again from the records. Returns the problems of unreadable records and unwritten pages.

    Raises:
        DiskError: nothing can be written.
        StoreError: the index cannot be written.
    """
    problems: list[Note] = []
    lines = []
    store.was_cut_off = False
    for playlist_id in store.records():
        try:
            record = store.record(playlist_id)
        except RecordError as error:
            problems.append(error.note)
            continue
        if record:
            try:
                store.save(record, pages(record, repository))
            except DiskError:
                raise
            except StoreError as error:
                problems.append(error.note)
            lines.append(index_line(record))
    if not problems:
        write_index(store, lines, registry, site=repository.site)
        if text := renderer_text():
            store.write(layout.RENDERER, text)
    return problems


def renderer_text() -> str:
    """The text of the file with the version of the pages; empty for the first version."""
    return json.dumps({"renderer": RENDERER}) + "\n" if RENDERER > 1 else ""


def write_index(store: Store, lines: Iterable[IndexLine], registry: Registry, *, site: str = "") -> None:
    """Writes the index of all playlists, and removes its obsolete parts.

    A playlist with a malformed entry still counts as registered. If the registry cannot be read, the index stays as it
    is.

    Raises:
        StoreError: a file cannot be written.
    """
    if not registry.is_readable:
        return
    known = {found.id: found for found in lines}
    unread = [playlist_id for playlist_id in registry.aliases if playlist_id not in known]
    texts = index_pages(tuple(known.values()), registered=registry.named, unread=unread, site=site)
    for path, text in texts.items():
        store.write(path, text)
    for path in store.files(layout.INDEX_PARTS):
        if path not in texts and layout.is_index_part(path):
            store.remove(path)
    store.write(layout.INDEX_DATA, index_data(known.values()))


def write_followers(store: Store, likes: Iterable[tuple[str, int]], *, today: date) -> None:
    """Adds today's likes (playlist id, number) to the table of the month.

    Raises:
        RecordError: the existing table cannot be read. It stays as it is.
        StoreError: the table cannot be written.
    """
    observed = list(likes)
    if observed:
        _write_table(store, layout.followers(today), partial(followers, day=today, likes=observed))


def write_older_likes(store: Store, likes: Iterable[tuple[str, date, int]]) -> None:
    """Adds likes that another archive saw (playlist id, day, number) to the empty cells of the tables.

    Raises:
        RecordError: an existing table cannot be read. It stays as it is.
        StoreError: a table cannot be written.
    """
    by_month: dict[str, list[tuple[str, date, int]]] = {}
    for found in likes:
        by_month.setdefault(layout.followers(found[1]), []).append(found)
    for path, month in by_month.items():
        _write_table(store, path, partial(with_older, likes=month))


def _write_table(store: Store, path: str, changed: Callable[[str | None], str]) -> None:
    try:
        text = changed(store.read(path))
    except ValueError as error:
        msg = f"{path} cannot be read, put it back from git history: {error}"
        raise RecordError(msg) from error
    store.write(path, text)
