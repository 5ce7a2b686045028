"""Builds the website: reads the archive, renders each page, writes what differs, takes away what has no place any more."""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from importlib.resources import files
from itertools import groupby, islice
from operator import attrgetter
from pathlib import Path
from typing import Final, NamedTuple

from jinja2 import Environment, PackageLoader, StrictUndefined

from ..archive.ids import PlaylistId
from ..archive.model import Record
from ..archive.registry import Registry
from ..history.timeline import Timeline, timeline_bytes
from ..history.membership import record_presences
from .contexts import HEIGHT, LOG_DAYS, NAMED_SONGS, WIDTH, Day, PlaylistPage, playlist_page
from .search_index import SearchIndex

POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'self'"
)
"""Nothing comes from other hosts, and no script or style stands in a page."""

RECENT: Final = 12
"""Changes that the front page names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """What all pages share. Addresses are relative to the site's root; `blob_base` is GitHub's page of a commit."""

    title: str
    style: str
    playlist_script: str
    search_script: str
    search_index: str
    is_indexed: bool = False
    repository_url: str = ""
    blob_url: str = ""
    blob_base: str = ""
    policy: str = POLICY


class Source(NamedTuple):
    """What a playlist's page is made of."""

    record: Record
    timeline: Timeline
    likes: Sequence[tuple[date, int]]
    is_registered: bool


class IndexRow(NamedTuple):
    """A line of the front page."""

    id: PlaylistId
    title: str
    songs: int
    likes: int | None
    last_change: date
    note: str


class DayGroup(NamedTuple):
    """All that changed on one day."""

    day: date
    title: str
    found: tuple[Day, ...]


@dataclass(slots=True)
class Overview:
    """What the pages that speak of all playlists are made of, gathered playlist by playlist."""

    rows: list[tuple[str, IndexRow]] = field(default_factory=list)
    days: list[Day] = field(default_factory=list)
    uris: set[str] = field(default_factory=set)

    def add(self, source: Source, page: PlaylistPage) -> None:
        record = source.record
        note = f"since {record.unavailable.since}" if record.unavailable else ""
        last = page.days[0].day if page.days else page.first_day
        row = IndexRow(record.id, page.title, len(record.tracks), record.likes, last, note)
        self.rows.append((_group(source), row))
        self.days.extend(page.days)
        self.uris.update(track.uri for track in (*record.tracks, *record.removed))

    def of(self, group: str) -> list[IndexRow]:
        rows = (row for found, row in self.rows if found == group)
        return sorted(rows, key=lambda row: (row.title.lower(), row.id))

    def newest(self) -> list[Day]:
        return sorted(self.days, key=lambda day: (-day.day.toordinal(), day.playlist.text.lower(), day.playlist.url or ""))


def _group(source: Source) -> str:
    if not source.is_registered:
        return "unregistered"
    return "unavailable" if source.record.unavailable else "served"


class Pages:
    """The templates, filled."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._jinja = Environment(
            loader=PackageLoader("playlist_archive.website"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            finalize=harmless,
        )
        self._jinja.globals |= {"site": site, "named_songs": NAMED_SONGS, "width": WIDTH, "height": HEIGHT}

    def of(self, template: str, *, root: str = "", here: str = "", page: object = None) -> str:
        """One page; `root` leads from it to the root of the site."""
        return self._jinja.get_template(f"{template}.html.j2").render(root=root, here=here, page=page)


def harmless(value: object) -> object:
    """Text of strangers without the characters that show nothing or make a page lie."""
    return _INVISIBLE(value) if isinstance(value, str) else value


_DROPPED: Final = dict.fromkeys(
    [*range(9), 0x0B, 0x0C, *range(0x0E, 0x20), *range(0x7F, 0xA0), *range(0x202A, 0x202F), *range(0x2066, 0x206A)]
)


def _INVISIBLE(text: str) -> str:
    return text.translate(_DROPPED) if not text.isascii() or not text.isprintable() else text


def build(sources: Iterator[Source], site_of: Callable[[Mapping[str, str]], Site], out: Path, *, last_run: date | None) -> int:
    """Writes the site; returns how many files are new or differ."""
    assets = {name: (files(__package__) / "static" / name).read_text(encoding="utf-8") for name in ("style.css", "playlist.js", "search.js")}
    named = {name: f"assets/{_hash(text)}-{name}" for name, text in assets.items()}
    site = site_of(named)
    pages, overview, written = Pages(site), Overview(), 0

    def write(path: str, content: str | bytes) -> None:
        nonlocal written
        written += _write(out / path, content.encode() if isinstance(content, str) else content)

    for name, text in assets.items():
        write(named[name], text)
    write("icon.svg", (files(__package__) / "static" / "icon.svg").read_bytes())
    index = SearchIndex()
    for source in sources:
        index.add(source.record.id, source.record.title, record_presences(source.record))
        page = playlist_page(source.record, source.timeline, likes=source.likes, is_registered=source.is_registered)
        overview.add(source, page)
        write(f"playlists/{page.id}.html", pages.of("playlist", root="../", page=page))
        write(f"timelines/{page.id}.json.gz", timeline_bytes(source.timeline))
    index.write(lambda path, text: write(f"{site.search_index}/{path}", text))
    newest = overview.newest()
    write("index.html", pages.of("index", here="index", page={
        "playlists": [row for _, row in overview.rows], "song_count": len(overview.uris),
        "last_change": newest[0].day if newest else None, "last_run": last_run, "notes": (),
        "served": overview.of("served"), "unavailable": overview.of("unavailable"), "unregistered": overview.of("unregistered"),
        "days": newest[:RECENT],
    }))
    groups = [DayGroup(day, f"{day:%A}, {day.day} {day:%B %Y}", tuple(found)) for day, found in groupby(newest, key=attrgetter("day"))]
    write("changes.html", pages.of("changes", here="changes", page={"days": list(islice(groups, LOG_DAYS))}))
    write("search.html", pages.of("search", here="search"))
    write("404.html", pages.of("404"))
    return written


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:10]


def _write(target: Path, content: bytes) -> bool:
    if target.is_file() and target.read_bytes() == content:
        return False
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(content)
    return True
