"""What each page of the website shows, ready for its template. Pure: records and timelines in, frozen rows out."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import islice
from typing import Final, NamedTuple

from ..archive.ids import PlaylistId
from ..archive.model import Named, Record, Track, by_identity, row_order
from ..history.compare import Difference, Event, TextChange, events
from ..history.timeline import Song, Timeline
from ..render.text import counted, length, total_length, track_url, url
from . import paths
from .charts import Likes, Month, likes_chart, months, tally

ROWS_IN_HTML: Final = 500
"""Songs now that stand in the page; a script adds the rest from the record (docs/website.md, "Pages")."""

FORMER_ROWS: Final = 50
"""Songs that left, the newest, that stand in the page; the rest is in the table that the page links to."""

LOG_DAYS: Final = 30
"""Days with changes that a playlist's page and the page of all changes tell of."""

NAMED_SONGS: Final = 10
"""Songs that a day of the log names per kind of change; the rest is counted."""

LOG_SONGS: Final = 60
"""Songs that the log of one playlist names in all, the newest days first: a list that turns over daily stays light."""

_SHOWS_NOTHING: Final = re.compile(
    r"[\s\0-\x1f\x7f-\xa0\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u2000-\u200f\u2028-\u202f"
    r"\u205f-\u206f\u2800\u3000\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\uffff\U000e0000-\U000e0fff]*"
)


class Link(NamedTuple):
    """A text, and the address that it leads to, None for a text alone."""

    text: str
    url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SongRow:
    """One row of a table of songs. `number` is the position from 1, None where the order means nothing."""

    number: int | None
    title: Link
    artists: str
    home: str
    length: str
    added_on: date
    is_older: bool
    removed_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """What one day changed: sentences on the playlist, and its songs, of which `named` per kind of change are shown."""

    playlist: Link
    day: date
    summary: str
    texts: tuple[str, ...]
    added: tuple[Link, ...]
    removed: tuple[Link, ...]
    named: int
    is_first: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaylistPage:
    """All that the page of one playlist shows."""

    id: PlaylistId
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
    last_day: date
    likes: Likes | None
    note: str
    has_feeds: bool


def visible(text: str, otherwise: str) -> str:
    """A label that a reader can see and click."""
    return otherwise if _SHOWS_NOTHING.fullmatch(text) else text


def song_row(track: Track, number: int | None = None) -> SongRow:
    """The row of a track."""
    title = visible(track.name, track.uri.rpartition(":")[2] or "untitled")
    home = track.show or track.album
    return SongRow(
        number=number,
        title=Link(title, track_url(track)),
        artists=", ".join(visible(artist.name, artist.id or "") for artist in track.artists),
        home=home.name if home else "",
        length=length(track.duration_ms),
        added_on=track.first_added,
        is_older=track.upper_bound,
        removed_on=track.removed_on,
    )


def owner(named: Named) -> Link:
    """The owner, linked where Spotify has a page."""
    return Link(visible(named.name, named.id or "unknown"), url("user", named.id))


def song_link(song: Song) -> Link:
    """A song in a log: title and artists, linked."""
    title = visible(song.name, song.uri.rpartition(":")[2] or "untitled")
    artists = ", ".join(artist.name for artist in song.artists if artist.name)
    return Link(f"{title} — {artists}" if artists else title, track_url(song))


def text_sentence(change: TextChange) -> str:
    """One change of what is said of the playlist, as a sentence."""
    match change.key:
        case "unavailable" if change.after:
            return f"Spotify stopped serving the playlist: {change.after.reason}"
        case "unavailable":
            return "Spotify serves the playlist again"
        case "owner":
            return f"Owner: {owner(change.before).text} → {owner(change.after).text}"
        case key:
            return f"{key.capitalize()}: {change.before or '(none)'} → {change.after or '(none)'}"


def log_day(event: Event, playlist: Link) -> Day:
    """One day of the log."""
    difference = event.difference
    return Day(
        playlist=playlist,
        day=event.day,
        summary=f"first archived, {counted(len(difference.added), 'song')}" if event.is_first else tally(difference),
        texts=tuple(text_sentence(change) for change in difference.texts if change.key != "likes"),
        added=() if event.is_first else tuple(map(song_link, difference.added)),
        removed=tuple(map(song_link, difference.removed)),
        named=NAMED_SONGS,
        is_first=event.is_first,
    )


def log(found: Iterable[Event], playlist: Link) -> Iterator[Day]:
    """The newest days of the log, which name `LOG_SONGS` songs in all."""
    left = LOG_SONGS
    for event in islice(found, LOG_DAYS):
        day = log_day(event, playlist)
        yield replace(day, named=min(NAMED_SONGS, left))
        left -= min(left, sum(min(len(songs), NAMED_SONGS) for songs in (day.added, day.removed)))


def worth_telling(timeline: Timeline) -> tuple[Event, ...]:
    """The days that a reader wants to hear of, the newest first: not those on which only the likes changed."""
    return tuple(event for event in events(timeline) if event.is_first or _is_told(event.difference))


def _is_told(difference: Difference) -> bool:
    songs = difference.added or difference.removed or difference.moved or difference.changed
    return bool(songs) or any(change.key != "likes" for change in difference.texts)


def playlist_page(
    record: Record,
    timeline: Timeline,
    found: Sequence[Event],
    *,
    likes: Sequence[tuple[date, int]],
    is_registered: bool,
    note: str = "",
    has_feeds: bool = True,
) -> PlaylistPage:
    """The page of a playlist.

    `found` are the events of `worth_telling`, `likes` are days and numbers, in order. `note` says what the history
    lacks.
    """
    former = sorted(by_identity(record.removed).values(), key=_newest_removal)
    here = Link(visible(record.title, record.id), paths.page(record.id))
    return PlaylistPage(
        id=record.id,
        title=here.text,
        spotify_name=record.name if record.alias and record.alias != record.name else None,
        description=_description(timeline),
        owner=owner(record.owner),
        facts=_facts(record),
        url=url("playlist", record.id) or "",
        first_archived=record.first_archived,
        unavailable=(record.unavailable.since, record.unavailable.reason) if record.unavailable else None,
        is_registered=is_registered,
        songs=tuple(song_row(track, number) for number, track in enumerate(record.tracks[:ROWS_IN_HTML], 1)),
        song_count=len(record.tracks),
        former=tuple(map(song_row, former[:FORMER_ROWS])),
        former_count=len(former),
        years=tuple(months(found)),
        days=tuple(log(found, here)),
        first_day=timeline.days[0],
        last_day=timeline.days[-1],
        likes=likes_chart(likes),
        note=note,
        has_feeds=has_feeds,
    )


def _newest_removal(track: Track) -> tuple[int, tuple[str, str, int, str]]:
    return -(track.removed_on or date.min).toordinal(), row_order(track)


def _description(timeline: Timeline) -> str:
    return timeline.texts.description[-1][1] if timeline.texts.description else ""


def _facts(record: Record) -> tuple[str, ...]:
    songs = counted(len(record.tracks), "song")
    duration = total_length(sum(track.duration_ms for track in record.tracks))
    likes = () if record.likes is None else (counted(record.likes, "like"),)
    return (songs, duration, *likes)
