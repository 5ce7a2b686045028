"""Which files a record becomes, and those that speak of all records: joins `render` with the store."""

import json
from collections.abc import Iterable
from datetime import date
from typing import Final

from ..archive import layout
from ..archive.model import Record
from ..archive.registry import Registry
from ..archive.store import DiskError, RecordError, Store, StoreError
from ..render.cumulative import cumulative_pages
from ..render.followers import followers
from ..render.index import IndexLine, index_data, index_line, index_pages
from ..render.page import Repository
from ..render.plain import plain
from ..render.pretty import pretty

RENDERER: Final = 1
"""The version of the pages: raise it with any change of what a record is rendered to (docs/formats.md, "Pages").

The first run of the new program then renders all pages anew, in a commit of its own.
"""


def pages(record: Record, repository: Repository) -> dict[str, str]:
    """Path → text of a playlist's pages."""
    playlist_id = record.id
    return {
        layout.plain(playlist_id): plain(record),
        layout.pretty(playlist_id): pretty(record, repository),
        **cumulative_pages(record, repository),
    }


def render(store: Store, repository: Repository, registry: Registry) -> list[str]:
    """Writes every page again from the records; returns what is wrong with those that cannot be read or written.

    Raises:
        DiskError: nothing can be written.
        StoreError: the index cannot be written.
    """
    problems, lines = [], []
    store.was_cut_off = False
    for playlist_id in store.records():
        try:
            record = store.record(playlist_id)
        except RecordError as error:
            problems.append(str(error))
            continue
        if record:
            try:
                store.save(record, pages(record, repository))
            except DiskError:
                raise
            except StoreError as error:
                problems.append(str(error))
            lines.append(index_line(record))
    if not problems:
        write_index(store, lines, registry, site=repository.site)
        if text := renderer_text():
            store.write(layout.RENDERER, text)
    return problems


def renderer_text() -> str:
    """What the archive notes of the version of its pages; nothing for the first."""
    return json.dumps({"renderer": RENDERER}) + "\n" if RENDERER > 1 else ""


def write_index(store: Store, lines: Iterable[IndexLine], registry: Registry, *, site: str = "") -> None:
    """Writes the index of all playlists, and takes parts of it away that have no place in it any more.

    An entry of the registry that is there but not well-formed is no reason to say that it is gone, and a registry that
    cannot be read says nothing of any playlist: then the index stays as it is.

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
    """Puts the likes that were observed today (playlist id, number) into the table of the month.

    Raises:
        RecordError: the table that is there cannot be read; it stays as it is.
        StoreError: it cannot be written.
    """
    path = layout.followers(today)
    observed = list(likes)
    if not observed:
        return
    try:
        text = followers(store.read(path), day=today, likes=observed)
    except ValueError as error:
        msg = f"{path} cannot be read, put it back from git history: {error}"
        raise RecordError(msg) from error
    store.write(path, text)
