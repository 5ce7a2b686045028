"""Builds the website into a folder: first each playlist, then the shared files. Writes only files that differ."""

import hashlib
import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import Final, NamedTuple
from urllib.parse import quote

from ..archive.ids import PlaylistId
from ..archive.registry import read_registry
from ..archive.store import RecordError, Store
from ..git.repository import GitError
from ..git.versions import place
from ..history.cache import Timelines, timelines
from ..history.watched import Watch, unwatched
from ..render.page import Repository
from ..settings import Settings
from . import paths
from .budget import MAX_BYTES, STEPS, Contents, is_too_large
from .feeds import ENTRIES, FeedEntry, feed
from .kept import IndexEntry, Kept, Part, digest
from .output import Output
from .overview import Overview
from .playlist import Archive, Maker
from .search_index import INDEX_FORMAT, SearchIndex
from .sources import read_likes, sources
from .templating import Site

ASSETS: Final = ("style.css", "text.js", "playlist.js", "search.js")
ICON: Final = "icon.svg"


class Watches(NamedTuple):
    """What follows a build: `versions` the versions that are read from git, `playlists` the playlists."""

    versions: Watch = unwatched
    playlists: Watch = unwatched


_NOBODY: Final = Watches()

_NEVER: Final = date(2020, 1, 1)
"""The day of a feed without entries."""

_SHALLOW: Final = "This site was built without the whole history: `git fetch --unshallow` brings the older days."


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """The result of a build. `written` counts files that are new or differ; `sizes` are the bytes by kind."""

    playlists: int
    written: int
    deleted: int
    sizes: Mapping[str, int]
    left_out: tuple[str, ...]
    is_too_large: bool
    problems: tuple[str, ...]


class _Pass:
    """One pass over all playlists, which writes the website with these `contents`."""

    def __init__(self, root: Path, output: Output, site: Site, contents: Contents, watches: Watches) -> None:
        self._root = root
        self._output = output
        self._site = site
        self._contents = contents
        self._watches = watches
        self._kept = Kept(_cache(root))
        self._overview = Overview()
        self._news: list[FeedEntry] = []
        self.problems: list[str] = []
        self.songs: dict[PlaylistId, tuple[str, str]] = {}
        """Playlist → the title, and the digest of the songs."""

    def run(self) -> None:
        """Writes all files."""
        store, registry = Store(self._root), read_registry(self._root)
        likes, problems = read_likes(store)
        self.problems += problems
        known = _timelines(self._root, self._watches.versions)
        maker = Maker(Archive(store, known), self._output, self._site, self._contents, self._kept)
        with self._watches.playlists(len(tuple(store.records()))) as step:
            for source in sources(store, registry, known, likes, self.problems):
                try:
                    self._add(source.id, maker.part(source))
                except RecordError as error:
                    self.problems.append(str(error))
                step()
        song_count = self._search(maker)
        last_run = max((days[-1][0] for days in likes.values() if days), default=None)
        notes = [_SHALLOW] if known and known.is_shallow else []
        self._shared_pages(maker, song_count, last_run, notes)
        self._shared_files(maker)
        self._kept.forget_others(self.songs)

    def _add(self, playlist_id: PlaylistId, part: Part) -> None:
        self.songs[playlist_id] = part.row.playlist.text, part.songs
        self._overview.add(part.row, part.days)
        self._news = sorted([*self._news, *part.news], key=_by_day, reverse=True)[:ENTRIES]

    def _search(self, maker: Maker) -> int:
        """Writes the search index anew if the songs of any playlist changed. Returns the number of all songs."""
        fewest = 1 if self._contents.has_rare_songs else 2
        key = digest(f"{INDEX_FORMAT} {fewest}", *(text for one in self.songs.items() for text in (one[0], *one[1])))
        entry = self._kept.index(key)
        if entry and self._output.keep(entry.files):
            return entry.song_count
        found: dict[str, str] = {}

        def write(path: str, content: bytes) -> None:
            whole = f"{paths.SEARCH}/{path}"
            found[whole] = self._output.write(whole, content)

        with SearchIndex() as index:
            for playlist_id, (title, songs) in self.songs.items():
                index.add(playlist_id, title, maker.songs(playlist_id, songs))
            count = index.write(write, key[:12], fewest_playlists=fewest)
        self._kept.keep_index(IndexEntry(key=key, files=found, song_count=count))
        return count

    def _shared_pages(self, maker: Maker, song_count: int, last_run: date | None, notes: list[str]) -> None:
        """Writes the pages about all playlists."""
        write, page = self._output.write, maker.templates.page
        if self._contents.left_out:
            notes.append(f"To stay small enough, this site leaves out {' and '.join(self._contents.left_out)}.")
        front = self._overview.front_page(song_count=song_count, last_run=last_run, notes=notes)
        write(paths.INDEX, page("index", here="index", page=front))
        write(paths.CHANGES, page("changes", here="changes", page=self._overview.day_groups()))
        write(paths.SEARCH_PAGE, page("search", here="search"))
        write(paths.NOT_FOUND, page("404", root=self._site.base))

    def _shared_files(self, maker: Maker) -> None:
        began = min((one.day.day for one in self._news), default=_NEVER)
        title = f"{self._site.title}: changes"
        found = feed(self._site, title=title, path=paths.FEED, page=paths.CHANGES, entries=self._news, began=began)
        maker.write_feed(found)
        self._output.write(paths.ROBOTS, f"User-agent: *\n{'Allow' if self._site.is_indexed else 'Disallow'}: /\n")
        for name, path in asset_paths().items():
            self._output.write(path, _static(name))
        self._output.write(ICON, _static(ICON))


def _by_day(found: FeedEntry) -> tuple[str, str]:
    return found.updated, found.id


def _timelines(root: Path, watch: Watch) -> Timelines | None:
    with suppress(GitError):
        return timelines(root, watch)
    return None


def _cache(root: Path) -> Path | None:
    with suppress(GitError):
        return place(root).cache / "website"
    return None


def build(root: Path, out: Path, site: Site, watches: Watches = _NOBODY, *, max_bytes: int = MAX_BYTES) -> Built:
    """Builds the website of the archive at `root` into the folder `out`, and deletes obsolete files of earlier builds.

    A website that is too large is built again with less contents (budget.py).

    Raises:
        OutputError: the folder holds other files than a website.
        StoreError: the registry or a table cannot be read.
    """
    written: set[str] = set()
    for contents in STEPS:
        output = Output(out)
        output.begin()
        one = _Pass(root, output, site, contents, watches)
        one.run()
        written.update(output.written)
        if not is_too_large(output.sizes, max_bytes):
            break
    deleted = output.clean()
    return Built(
        playlists=len(one.songs),
        written=len(written - set(deleted)),
        deleted=len(deleted),
        sizes=dict(output.sizes),
        left_out=contents.left_out,
        is_too_large=is_too_large(output.sizes, max_bytes),
        problems=tuple(one.problems),
    )


def site_of(settings: Settings, repository: Repository) -> Site:
    """The facts that all pages share, from the settings."""
    base = f"{settings.github_server_url}/{quote(repository.name)}" if repository.name else ""
    return Site(
        title=repository.name.partition("/")[2] if repository.name else "Playlists",
        assets=asset_paths(),
        url=f"{settings.website()}/" if settings.website() else "",
        is_indexed=settings.site_indexed,
        repository_url=base,
        blob_url=f"{base}/blob/{quote(repository.branch)}" if base else "",
        blob_base=f"{base}/blob" if base else "",
    )


def asset_paths() -> dict[str, str]:
    """Name → path of each file that pages load. The path changes with the content, so no browser keeps old files."""
    return {name: f"assets/{hashlib.sha256(_static(name)).hexdigest()[:10]}-{name}" for name in ASSETS}


def _static(name: str) -> bytes:
    content = (files(__package__) / "static" / name).read_bytes()
    return _packed(content.decode()).encode() if name.endswith(".css") else content


def _packed(style: str) -> str:
    """The style sheet without the blanks that only people need."""
    return re.sub(r":\s+", ":", re.sub(r"\s*([{};,<>=/])\s*", r"\1", style)).replace(";}", "}").strip()
