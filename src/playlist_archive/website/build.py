"""Builds the website into a folder: reads the archive playlist by playlist, and writes what differs."""

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from itertools import islice
from pathlib import Path
from typing import Final
from urllib.parse import quote

from ..archive.record_file import record_text
from ..archive.registry import read_registry
from ..archive.store import Store
from ..export.tables import SONG_COLUMNS, csv_text, song_cells
from ..git.repository import GitError
from ..history.cache import Timelines, timelines
from ..history.compare import Event
from ..history.membership import record_presences
from ..history.timeline import Presence, timeline_bytes
from ..render.page import Repository
from ..settings import Settings
from . import paths
from .budget import MAX_BYTES, STEPS, Contents, is_too_large, shortened
from .contexts import Link, PlaylistPage, playlist_page, worth_telling
from .feeds import ENTRIES, Feed, FeedEntry, atom, feed, feed_entry, is_worth_an_entry, json_feed
from .output import Output
from .overview import Overview
from .search_index import SearchIndex
from .sources import Source, read_likes, sources
from .templating import Site, Templates

ASSETS: Final = ("style.css", "playlist.js", "search.js")
ICON: Final = "icon.svg"

Progress = Callable[[], None]
"""Called once for each playlist that is done."""

_NEVER: Final = date(2020, 1, 1)
"""The day of a feed that has no entry."""

_NO_HISTORY: Final = "Git does not know this playlist: there is no history to show."
_SHALLOW: Final = "This site was built without the whole history: `git fetch --unshallow` brings the older days."


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """What a build did. `written` are files that are new or differ; `sizes` are the bytes by kind."""

    playlists: int
    written: int
    deleted: int
    sizes: Mapping[str, int]
    left_out: tuple[str, ...]
    is_too_large: bool
    problems: tuple[str, ...]


class _Pass:
    """One pass over all playlists, which writes what `contents` says."""

    def __init__(self, root: Path, output: Output, site: Site, contents: Contents, progress: Progress) -> None:
        self._root = root
        self._output = output
        self._site = site
        self._contents = contents
        self._progress = progress
        self._templates = Templates(site)
        self._overview = Overview()
        self._news: list[FeedEntry] = []
        self.problems: list[str] = []
        self.playlists = 0

    def run(self) -> None:
        """Writes all files."""
        store, registry = Store(self._root), read_registry(self._root)
        likes, problems = read_likes(store)
        self.problems += problems
        known = _timelines(self._root)
        with SearchIndex() as index:
            for source in sources(store, registry, known, likes, self.problems):
                presences = record_presences(source.record)
                self._playlist(source, presences)
                index.add(source.record.id, source.record.title, presences)
                self.playlists += 1
                self._progress()
            fewest = 1 if self._contents.has_rare_songs else 2
            index.write(lambda path, text: self._output.write(f"{paths.SEARCH}/{path}", text), fewest_playlists=fewest)
        last_run = max((days[-1][0] for days in likes.values() if days), default=None)
        self._shared_pages(last_run, is_shallow=known is not None and known.is_shallow)
        self._shared_files()

    def _playlist(self, source: Source, presences: Sequence[Presence]) -> None:
        """The page, the feeds and the data of one playlist."""
        record, changes = source.record, worth_telling(source.timeline)
        page = playlist_page(
            record,
            source.timeline,
            changes,
            likes=source.likes,
            is_registered=source.is_registered,
            note="" if source.has_history else _NO_HISTORY,
            has_feeds=self._contents.has_feeds,
        )
        self._overview.add(record, page)
        write = self._output.write
        write(paths.page(record.id), self._templates.page("playlist", root="../", page=page))
        timeline = source.timeline if self._contents.has_old_days else shortened(source.timeline)
        write(paths.timeline(record.id), timeline_bytes(timeline))
        write(paths.data(record.id), record_text(record))
        write(paths.table(record.id), presences_csv(presences))
        self._changes(page, changes)

    def _changes(self, page: PlaylistPage, changes: Iterable[Event]) -> None:
        """The feeds of one playlist, and its part in those of all."""
        link = Link(page.title, paths.page(page.id))
        newest = islice(filter(is_worth_an_entry, changes), ENTRIES)
        found = [feed_entry(self._site, page.id, event, link) for event in newest]
        self._news = sorted([*self._news, *found], key=_by_day, reverse=True)[:ENTRIES]
        if self._contents.has_feeds:
            title = f"{page.title}: changes"
            whole = feed(
                self._site,
                title=title,
                path=paths.feed(page.id),
                page=paths.page(page.id),
                entries=found,
                began=page.first_day,
            )
            self._feed(whole)

    def _feed(self, found: Feed) -> None:
        self._output.write(f"{found.path}.xml", atom(self._templates, self._site, found))
        self._output.write(f"{found.path}.json", json_feed(self._templates, self._site, found))

    def _shared_pages(self, last_run: date | None, *, is_shallow: bool) -> None:
        """The pages that speak of all playlists."""
        write, page = self._output.write, self._templates.page
        notes = [_SHALLOW] if is_shallow else []
        if self._contents.left_out:
            notes.append(f"To stay small enough, this site leaves out {' and '.join(self._contents.left_out)}.")
        front = self._overview.front_page(last_run=last_run, notes=notes)
        write(paths.INDEX, page("index", here="index", page=front))
        write(paths.CHANGES, page("changes", here="changes", page=self._overview.day_groups()))
        write(paths.SEARCH_PAGE, page("search", here="search"))
        write(paths.NOT_FOUND, page("404", root=self._site.base))

    def _shared_files(self) -> None:
        began = min((one.day.day for one in self._news), default=_NEVER)
        title = f"{self._site.title}: changes"
        self._feed(feed(self._site, title=title, path=paths.FEED, page=paths.CHANGES, entries=self._news, began=began))
        self._output.write(paths.ROBOTS, f"User-agent: *\n{'Allow' if self._site.is_indexed else 'Disallow'}: /\n")
        for name, path in asset_paths().items():
            self._output.write(path, _static(name))
        self._output.write(ICON, _static(ICON))


def _by_day(found: FeedEntry) -> tuple[str, str]:
    return found.updated, found.id


def _timelines(root: Path) -> Timelines | None:
    with suppress(GitError):
        return timelines(root)
    return None


def build(root: Path, out: Path, site: Site, *, progress: Progress = lambda: None, max_bytes: int = MAX_BYTES) -> Built:
    """Builds the website of the archive at `root` into the folder `out`, and deletes what an earlier build left there.

    What is too large is built again with less in it (budget.py).

    Raises:
        OutputError: the folder holds something else than a website.
        StoreError: the registry or a table cannot be read.
    """
    written: set[str] = set()
    for contents in STEPS:
        output = Output(out)
        output.begin()
        one = _Pass(root, output, site, contents, progress)
        one.run()
        written.update(output.written)
        if not is_too_large(output.sizes, max_bytes):
            break
    deleted = output.clean()
    return Built(
        playlists=one.playlists,
        written=len(written - set(deleted)),
        deleted=len(deleted),
        sizes=dict(output.sizes),
        left_out=contents.left_out,
        is_too_large=is_too_large(output.sizes, max_bytes),
        problems=tuple(one.problems),
    )


def site_of(settings: Settings, repository: Repository) -> Site:
    """What all pages share, from the settings."""
    base = f"{settings.github_server_url}/{quote(repository.name)}" if repository.name else ""
    assets = asset_paths()
    return Site(
        title=repository.name.partition("/")[2] if repository.name else "Playlists",
        style=assets["style.css"],
        playlist_script=assets["playlist.js"],
        search_script=assets["search.js"],
        url=f"{settings.website()}/" if settings.website() else "",
        is_indexed=settings.site_indexed,
        repository_url=base,
        blob_url=f"{base}/blob/{quote(repository.branch)}" if base else "",
        blob_base=f"{base}/blob" if base else "",
    )


def presences_csv(presences: Iterable[Presence]) -> str:
    """A line per time that a song belonged."""
    rows = (
        [found.added_on.isoformat(), found.removed_on.isoformat() if found.removed_on else "", *song_cells(found.song)]
        for found in presences
    )
    return csv_text(("added", "removed", *SONG_COLUMNS), rows)


def asset_paths() -> dict[str, str]:
    """Name → path of each file that pages load. The path changes with the content, so no browser keeps an old one."""
    return {name: f"assets/{hashlib.sha256(_static(name)).hexdigest()[:10]}-{name}" for name in ASSETS}


def _static(name: str) -> bytes:
    return (files(__package__) / "static" / name).read_bytes()
