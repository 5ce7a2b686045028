"""Builds the website into a folder: reads the archive playlist by playlist, and writes what differs."""

import hashlib
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from itertools import islice
from pathlib import Path
from typing import Final
from urllib.parse import quote

from ..archive.model import Record
from ..archive.registry import read_registry
from ..archive.store import Store, record_text
from ..export.tables import SONG_COLUMNS, csv_text, song_cells
from ..git.repository import GitError
from ..history.cache import Timelines, timelines
from ..history.membership import record_presences
from ..history.timeline import timeline_bytes
from ..render.page import Repository
from ..settings import Settings
from .contexts import Link, playlist_page, visible, worth_telling
from .feeds import ENTRIES, Entry, Feed, atom, entry, feed, is_worth_an_entry, json_feed
from .output import Output
from .overview import Overview
from .search_index import SearchIndex
from .sources import Source, read_likes, sources
from .templating import Site, Templates

ASSETS: Final = ("style.css", "playlist.js", "search.js")
ICON: Final = "icon.svg"

_NO_HISTORY: Final = "Git does not know this playlist: there is no history to show."
_SHALLOW: Final = "This site was built without the whole history: `git fetch --unshallow` brings the older days."


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """What a build did: playlists, files that are new or differ, files taken away, bytes by kind, and what is wrong."""

    playlists: int
    written: int
    deleted: int
    sizes: Mapping[str, int]
    problems: tuple[str, ...]


class Build:
    """One build of the website of the archive at `root`."""

    def __init__(self, root: Path, out: Path, site: Site, *, progress: Callable[[], None] = lambda: None) -> None:
        self._root = root
        self._output = Output(out)
        self._site = site
        self._templates = Templates(site)
        self._progress = progress
        self._overview = Overview()
        self._news: list[Entry] = []
        self._problems: list[str] = []

    def run(self) -> Built:
        """Writes all files, and deletes those of an earlier build that have no place any more.

        Raises:
            OutputError: the folder holds something else than a website.
            StoreError: the registry or a table cannot be read.
        """
        self._output.begin()
        store, registry = Store(self._root), read_registry(self._root)
        likes, problems = read_likes(store)
        self._problems += problems
        known = self._timelines()
        count = 0
        with SearchIndex() as index:
            for source in sources(store, registry, known, likes, self._problems):
                self._playlist(source)
                index.add(source.record.id, source.record.title, record_presences(source.record))
                self._progress()
                count += 1
            index.write(lambda path, text: self._output.write(f"{self._site.search_index}/{path}", text))
        self._whole(max((days[-1][0] for days in likes.values() if days), default=None), known)
        deleted = self._output.clean()
        sizes = dict(self._output.sizes)
        return Built(
            playlists=count,
            written=len(self._output.written),
            deleted=len(deleted),
            sizes=sizes,
            problems=tuple(self._problems),
        )

    def _timelines(self) -> Timelines | None:
        with suppress(GitError):
            return timelines(self._root)
        return None

    def _playlist(self, source: Source) -> None:
        """The page, the feeds and the data of one playlist."""
        record = source.record
        note = "" if source.has_history else _NO_HISTORY
        changes = worth_telling(source.timeline)
        page = playlist_page(
            record, source.timeline, changes, likes=source.likes, is_registered=source.is_registered, note=note
        )
        self._overview.add(record, page)
        here = f"playlists/{record.id}"
        write = self._output.write
        write(f"{here}.html", self._templates.page("playlist", root="../", page=page))
        write(f"timelines/{record.id}.json.gz", timeline_bytes(source.timeline))
        write(f"data/{record.id}.json", record_text(record))
        write(f"data/{record.id}.csv", record_csv(record))
        link = Link(visible(record.title, record.id), f"{here}.html")
        found = [
            entry(self._site, record.id, event, link) for event in islice(filter(is_worth_an_entry, changes), ENTRIES)
        ]
        self._news = sorted([*self._news, *found], key=lambda one: (one.updated, one.id), reverse=True)[:ENTRIES]
        self._feed(
            feed(
                self._site,
                title=f"{page.title}: changes",
                path=here,
                page=f"{here}.html",
                entries=found,
                began=page.first_day,
            )
        )

    def _feed(self, found: Feed) -> None:
        self._output.write(f"{found.path}.xml", atom(self._templates, self._site, found))
        self._output.write(f"{found.path}.json", json_feed(self._templates, self._site, found))

    def _whole(self, last_run: date | None, known: Timelines | None) -> None:
        """The pages that speak of all playlists."""
        write, page = self._output.write, self._templates.page
        notes = [_SHALLOW] if known and known.is_shallow else []
        front = self._overview.front_page(last_run=last_run, notes=notes)
        write("index.html", page("index", here="index", page=front))
        write("changes.html", page("changes", here="changes", page=self._overview.day_groups()))
        write("search.html", page("search", here="search"))
        write("404.html", page("404"))
        write("robots.txt", "User-agent: *\nAllow: /\n" if self._site.is_indexed else "User-agent: *\nDisallow: /\n")
        began = min((one.day.day for one in self._news), default=date.min)
        title = f"{self._site.title}: changes"
        self._feed(feed(self._site, title=title, path="feed", page="changes.html", entries=self._news, began=began))
        for name, path in asset_paths().items():
            write(path, _static(name))
        write(ICON, _static(ICON))


def build(
    root: Path, out: Path, settings: Settings, repository: Repository, *, progress: Callable[[], None] = lambda: None
) -> Built:
    """Builds the website of the archive at `root` into the folder `out`.

    Raises:
        OutputError: the folder holds something else than a website.
    """
    return Build(root, out, site_of(settings, repository), progress=progress).run()


def site_of(settings: Settings, repository: Repository) -> Site:
    """What all pages share, from the settings."""
    base = f"{settings.github_server_url}/{quote(repository.name)}" if repository.name else ""
    assets = asset_paths()
    return Site(
        title=repository.name.partition("/")[2] if repository.name else "Playlists",
        style=assets["style.css"],
        playlist_script=assets["playlist.js"],
        search_script=assets["search.js"],
        search_index="search/index",
        repository_url=base,
        blob_url=f"{base}/blob/{quote(repository.branch)}" if base else "",
        blob_base=f"{base}/blob" if base else "",
    )


def record_csv(record: Record) -> str:
    """A line per time that a song belonged, in the order of first days."""
    rows = (
        [found.added_on.isoformat(), found.removed_on.isoformat() if found.removed_on else "", *song_cells(found.song)]
        for found in record_presences(record)
    )
    return csv_text(("added", "removed", *SONG_COLUMNS), rows)


def asset_paths() -> dict[str, str]:
    """Name → path of each file that pages load. The path changes with the content, so no browser keeps an old one."""
    return {name: f"assets/{hashlib.sha256(_static(name)).hexdigest()[:10]}-{name}" for name in ASSETS}


def _static(name: str) -> bytes:
    return (files(__package__) / "static" / name).read_bytes()
