"""The contents of each page, ready for its template. Pure: takes records and timelines, and returns frozen rows."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Final, NamedTuple

from ..archive import layout
from ..archive.ids import PlaylistId
from ..archive.model import Named, Record, Track, by_identity, row_order
from ..history.compare import Difference, Event, TextChange, events
from ..history.membership import joined
from ..history.timeline import Song, Timeline
from ..render.markdown import visible
from ..render.text import counted, length, total_length, track_url, url
from .charts import Likes, Month, likes_chart, months, tally
from .paths import Places, places
from .sources import Source

ROWS_IN_HTML: Final = 500
"""The most present songs in a page itself. A script adds the rest from the record (docs/website.md, "Pages")."""

FORMER_ROWS: Final = 8
"""The most songs that left in a page itself, the newest first. A script shows all songs ever, from the record."""

LOG_DAYS: Final = 30
"""The most days with changes on the page of all changes."""

PAGE_DAYS: Final = 10
"""The most days with changes in the log of a playlist's page. The calendar leads to all other days."""

NAMED_SONGS: Final = 10
"""The most songs that a day names per kind of change. The rest is counted."""

LOG_SONGS: Final = 50
"""About the most songs that a playlist's log names, the newest days first. A list that changes daily stays small."""


class Link(NamedTuple):
    """A text with the address of its link; `url` is None for a text without a link."""

    text: str
    url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SongRow:
    """One row of a table of songs."""

    title: Link
    artists: str
    home: str
    length: str
    added_on: date
    is_older: bool
    removed_on: date | None


class Songs(NamedTuple):
    """The songs of one kind of change on a day: some by name, and the number of the others."""

    named: tuple[Link, ...] = ()
    more: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """The changes of one day: sentences about the playlist, and the songs."""

    playlist: Link
    day: date
    summary: str
    texts: tuple[str, ...]
    added: Songs
    removed: Songs


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaylistPage:
    """The contents of a playlist's page. `source` is the path of the playlist's page in the repository."""

    id: PlaylistId
    places: Places
    source: str
    title: str
    spotify_name: str | None
    description: str
    owner: Link
    facts: tuple[str, ...]
    url: str
    first_archived: date
    unavailable: tuple[date, str] | None
    is_registered: bool
    songs: tuple[SongRow, ...]
    song_count: int
    former: tuple[SongRow, ...]
    former_count: int
    years: tuple[tuple[int, tuple[Month, ...]], ...]
    days: tuple[Day, ...]
    first_day: date
    likes: Likes | None
    note: str
    has_feeds: bool

    @property
    def is_older(self) -> bool:
        """Whether any song may be older than the day that the page shows."""
        return any(song.is_older for song in (*self.songs, *self.former))

    @property
    def log(self) -> tuple[Day, ...]:
        """The days in the log of this page."""
        return self.days[:PAGE_DAYS]


def song_row(track: Track) -> SongRow:
    """The row of a track."""
    home = track.show or track.album
    return SongRow(
        title=Link(_title(track), track_url(track)),
        artists=", ".join(visible(artist.name, artist.id or "") for artist in track.artists),
        home=home.name if home else "",
        length=length(track.duration_ms),
        added_on=track.first_added,
        is_older=track.upper_bound,
        removed_on=track.removed_on,
    )


def _title(song: Track | Song) -> str:
    return visible(song.name, song.uri.rpartition(":")[2])


def owner(named: Named) -> Link:
    """The owner, linked if Spotify has a page for them."""
    return Link(visible(named.name, named.id or "unknown"), url("user", named.id))


def song_link(song: Song) -> Link:
    """A song for a log: title and artists, with a link."""
    artists = ", ".join(artist.name for artist in song.artists if artist.name)
    return Link(f"{_title(song)} — {artists}" if artists else _title(song), track_url(song))


def text_sentence(change: TextChange) -> str:
    """A changed text of the playlist, as a sentence."""
    match change.key:
        case "unavailable" if change.after:
            return f"Spotify stopped serving the playlist: {change.after.reason}"
        case "unavailable":
            return "Spotify serves the playlist again"
        case "owner":
            return f"Owner: {owner(change.before).text} → {owner(change.after).text}"
        case key:
            return f"{key.capitalize()}: {change.before or '(none)'} → {change.after or '(none)'}"


def log_day(event: Event, playlist: Link, *, named: int = NAMED_SONGS) -> Day:
    """One day of the log, with at most `named` songs by name per kind. The first day of all only counts its songs."""
    found = event.difference
    return Day(
        playlist=playlist,
        day=event.day,
        summary=f"first archived, {counted(len(found.added), 'song')}" if event.is_first else tally(found),
        texts=tuple(text_sentence(change) for change in found.texts if change.key != "likes"),
        added=Songs() if event.is_first else _songs(found.added, named),
        removed=_songs(found.removed, named),
    )


def _songs(found: Sequence[Song], named: int) -> Songs:
    return Songs(tuple(map(song_link, found[:named])), max(len(found) - named, 0))


def log(found: Iterable[Event], playlist: Link) -> Iterator[Day]:
    """The newest days of the log. Together they name about `LOG_SONGS` songs at most."""
    left = LOG_SONGS
    for event in islice(found, LOG_DAYS):
        day = log_day(event, playlist, named=min(NAMED_SONGS, left))
        yield day
        left = max(left - len(day.added.named) - len(day.removed.named), 0)


def worth_telling(timeline: Timeline, older: Sequence[Event] = ()) -> tuple[Event, ...]:
    """The days worth telling a reader, the newest first. Days on which only the likes changed are left out.

    `older` are the record's changes before the first version.
    """
    return tuple(event for event in joined(events(timeline), older) if event.is_first or _is_told(event.difference))


def _is_told(difference: Difference) -> bool:
    songs = difference.added or difference.removed or difference.moved or difference.changed
    return bool(songs) or any(change.key != "likes" for change in difference.texts)


def playlist_page(
    record: Record,
    timeline: Timeline,
    found: Sequence[Event],
    source: Source,
    *,
    note: str = "",
    has_feeds: bool = True,
) -> PlaylistPage:
    """The contents of a playlist's page.

    `found` are the events of `worth_telling`. `note` tells if the history is missing.
    """
    former = tuple(by_identity(record.removed).values())
    here = Link(visible(record.title, record.id), places(record.id).page)
    return PlaylistPage(
        id=record.id,
        places=places(record.id),
        source=layout.pretty(record.id),
        title=here.text,
        spotify_name=record.name if record.alias and record.alias != record.name else None,
        description=timeline.texts.description[-1][1] if timeline.texts.description else "",
        owner=owner(record.owner),
        facts=_facts(record),
        url=url("playlist", record.id) or "",
        first_archived=record.first_archived,
        unavailable=(record.unavailable.since, record.unavailable.reason) if record.unavailable else None,
        is_registered=source.is_registered,
        songs=tuple(map(song_row, record.tracks[:ROWS_IN_HTML])),
        song_count=len(record.tracks),
        former=tuple(map(song_row, _last_to_leave(former))),
        former_count=len(former),
        years=tuple(months(found)),
        days=tuple(log(found, here)),
        first_day=min(record.first_archived, timeline.days[0]),
        likes=likes_chart(source.likes),
        note=note,
        has_feeds=has_feeds,
    )


def _last_to_leave(tracks: Sequence[Track]) -> list[Track]:
    """The `FORMER_ROWS` newest removals. Only tracks that may be among them are compared by more than the day."""
    days = set(sorted((track.removed_on or date.min for track in tracks), reverse=True)[:FORMER_ROWS])
    there = (track for track in tracks if (track.removed_on or date.min) in days)
    return sorted(there, key=_newest_removal)[:FORMER_ROWS]


def _newest_removal(track: Track) -> tuple[int, tuple[str, str, int, str]]:
    return -(track.removed_on or date.min).toordinal(), row_order(track)


def _facts(record: Record) -> tuple[str, ...]:
    songs = counted(len(record.tracks), "song")
    duration = total_length(sum(track.duration_ms for track in record.tracks))
    likes = () if record.likes is None else (counted(record.likes, "like"),)
    return (songs, duration, *likes)
