"""One playlist of the website: makes its page, feeds and data, or keeps the files of the last build."""

import json
from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Final, NamedTuple

from ..archive.ids import PlaylistId
from ..archive.model import Record, Track
from ..archive.record_file import has_parts, record_text
from ..archive.store import Store
from ..export.tables import SONG_COLUMNS, csv_text
from ..history.cache import Timelines
from ..history.compare import Event
from ..history.membership import older_events, track_times
from ..history.timeline import Timeline, timeline_bytes
from ..render.text import track_url
from .budget import Contents, shortened
from .contexts import Link, PlaylistPage, playlist_page, worth_telling
from .feeds import ENTRIES, Feed, FeedEntry, feed, feed_entry, feed_files, is_worth_an_entry
from .kept import Entry, Kept, Part, digest, program
from .output import Output
from .overview import index_row
from .paths import places
from .search_index import SongTime, song_time
from .sources import Source, timeline_of
from .templating import Site, Templates

_NO_HISTORY: Final = "Git does not know this playlist: the days are those of its record."


class Archive(NamedTuple):
    """The source of records and timelines. `known` is None without git."""

    store: Store
    known: Timelines | None

    def record(self, playlist_id: PlaylistId) -> Record:
        """The record of a playlist that has one.

        Raises:
            RecordError: the record cannot be read.
            FileNotFoundError: the record is gone.
        """
        record = self.store.record(playlist_id)
        if record is None:
            raise FileNotFoundError(playlist_id)
        return record

    def timeline(self, record: Record) -> tuple[Timeline, bool]:
        """The timeline, and whether git knows it. If not, the timeline has only the version of the record."""
        found = self.known.get(record.id) if self.known else None
        if found and found.versions:  # there may be commits none of which could be read
            return found, True
        return timeline_of(record), False

    def older(self, record: Record, timeline: Timeline) -> Sequence[Event]:
        """The record's changes before the first version, as after an import; none in a clone without older commits."""
        begins = timeline.days[0]
        if record.first_archived >= begins or (self.known and self.known.is_shallow):
            return ()
        return tuple(older_events(record, begins))

    def history(self, timeline: Timeline) -> bytes:
        """The timeline as a file. It comes from the cache if possible, where `timeline` has found it whole."""
        return (self.known.content(timeline.id) if self.known else None) or timeline_bytes(timeline)


class Maker:
    """Makes the files of each playlist, as far as `contents` allows."""

    def __init__(self, archive: Archive, output: Output, site: Site, contents: Contents, kept: Kept) -> None:
        self.templates = Templates(site)
        self._archive = archive
        self._output = output
        self._site = site
        self._contents = contents
        self._kept = kept
        self._common = digest(program(), repr(site), repr(contents))

    def part(self, source: Source) -> Part:
        """Brings the files of a playlist up to date. Returns its part in the shared files.

        Raises:
            RecordError: the record cannot be read.
        """
        key = digest(self._common, source.text, source.history or b"", repr(source[3:]))
        entry = self._kept.entry(source.id, key)
        if entry and self._output.keep(entry.files):
            return entry.part
        return self._made(source, key)

    def _made(self, source: Source, key: str) -> Part:
        record = self._archive.record(source.id)
        timeline, has_history = self._archive.timeline(record)
        changes = worth_telling(timeline, self._archive.older(record, timeline))
        page = playlist_page(
            record,
            timeline,
            changes,
            source,
            note="" if has_history else _NO_HISTORY,
            has_feeds=self._contents.has_feeds,
        )
        tracks = track_times(record)
        times = [song_time(*time) for time in tracks]
        songs = json.dumps(times).encode()
        news = tuple(self._news(page, changes))
        part = Part(row=index_row(record, page), days=page.days, news=news, songs=digest(songs))
        table = times_csv(times, [track for track, *_ in tracks])
        files = self._files(page, table, timeline, source) | self._feeds(page, news)
        self._kept.keep(source.id, Entry(key=key, files=files, part=part), songs)
        return part

    def _files(self, page: PlaylistPage, table: str, timeline: Timeline, source: Source) -> dict[str, str]:
        is_whole = self._contents.has_old_days
        history = self._archive.history(timeline) if is_whole else timeline_bytes(shortened(timeline))
        where = places(page.id)
        contents: dict[str, str | bytes] = {
            where.page: self.templates.page("playlist", root="../", page=page),
            where.timeline: history,
            where.data: record_text(self._archive.record(page.id)) if has_parts(source.text) else source.text,
            where.table: table,
        }
        return {path: self._output.write(path, content) for path, content in contents.items()}

    def _news(self, page: PlaylistPage, changes: Iterable[Event]) -> Iterable[FeedEntry]:
        link = Link(page.title, page.places.page)
        for event in islice(filter(is_worth_an_entry, changes), ENTRIES):
            yield feed_entry(self._site, page.id, event, link)

    def _feeds(self, page: PlaylistPage, news: Sequence[FeedEntry]) -> dict[str, str]:
        if not self._contents.has_feeds:
            return {}
        title, path = f"{page.title}: changes", page.places.feed
        found = feed(self._site, title=title, path=path, page=page.places.page, entries=news, began=page.first_day)
        return self.write_feed(found)

    def write_feed(self, found: Feed) -> dict[str, str]:
        """Writes a feed in both formats. Returns path → digest of each file."""
        contents = feed_files(self.templates, self._site, found)
        return {path: self._output.write(path, content) for path, content in contents.items()}

    def songs(self, playlist_id: PlaylistId, known: str) -> Sequence[SongTime]:
        """The songs of a playlist for the search. `known` is their digest.

        Raises:
            RecordError: the record can no longer be read.
        """
        kept = self._kept.songs(playlist_id, known)
        if kept is not None:
            return kept
        return [song_time(*time) for time in track_times(self._archive.record(playlist_id))]


def times_csv(times: Iterable[SongTime], tracks: Iterable[Track]) -> str:
    """The times with their tracks as CSV: one line per time that a song belonged to the playlist."""
    rows = (
        (time.added_on, time.removed_on, *time[:4], str(track.duration_ms), track_url(track) or "")
        for time, track in zip(times, tracks, strict=True)
    )
    return csv_text(("added", "removed", *SONG_COLUMNS), rows)
