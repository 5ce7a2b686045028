"""What each page of the website shows, ready for its template. Pure: records and timelines in, frozen rows out."""

import calendar
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby, islice
from typing import Final, NamedTuple

from ..archive.ids import PlaylistId
from ..archive.model import Named, Record, Track, by_identity, row_order
from ..history.compare import Difference, Event, TextChange, events
from ..history.timeline import Song, Timeline
from ..render.text import counted, length, total_length, track_url, url

ROWS_IN_HTML: Final = 500
"""Rows of a table that stand in the page; a script adds the rest from the record (docs/website.md, "Pages")."""

LOG_DAYS: Final = 30
"""Days with changes that a playlist's page and the page of all changes tell of."""

NAMED_SONGS: Final = 20
"""Songs that a day of the log names per kind of change; the rest is counted."""

DEGREES: Final = (1, 4, 10, 30)
"""From so many changes on a day of the calendar is darker."""


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
    """What one day changed: sentences on the playlist, and its songs by kind of change."""

    playlist: Link
    day: date
    summary: str
    texts: tuple[str, ...]
    added: tuple[Link, ...]
    removed: tuple[Link, ...]
    moved: int
    is_first: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Month:
    """A month of the calendar: `weeks` of seven days, None outside of the month."""

    title: str
    weeks: tuple[tuple["DayCell | None", ...], ...]


class DayCell(NamedTuple):
    """A day of the calendar; `degree` is 0 where nothing changed, up to 4."""

    day: date
    degree: int
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Likes:
    """The likes over time: `points` of a polyline in a field of `WIDTH` times `HEIGHT`, and the numbers themselves."""

    points: str
    lowest: int
    highest: int
    days: tuple[tuple[date, int], ...]


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


WIDTH: Final = 640
HEIGHT: Final = 120
"""The field of the chart of likes, in units of its own."""


def visible(text: str, otherwise: str) -> str:
    """A label that a reader can see and click."""
    return text if text.strip() else otherwise


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


def tally(difference: Difference) -> str:
    """A difference in a few words: `3 added, 2 removed, 1 moved`."""
    counts = (
        (len(difference.added), "added"),
        (len(difference.removed), "removed"),
        (len(difference.moved), "moved"),
        (len(difference.changed), "corrected"),
    )
    words = [f"{count:,} {verb}" for count, verb in counts if count]
    words += [_TEXT_WORDS[change.key] for change in difference.texts if change.key in _TEXT_WORDS]
    return ", ".join(words) or "likes"


_TEXT_WORDS: Final[Mapping[str, str]] = {
    "name": "renamed",
    "alias": "shown under another name",
    "description": "new description",
    "owner": "new owner",
    "unavailable": "availability",
}


def text_sentence(change: TextChange) -> str:
    """One change of what is said of the playlist, as a sentence."""
    match change.key:
        case "unavailable" if change.after:
            return f"Spotify stopped serving the playlist: {change.after.reason}"
        case "unavailable":
            return "Spotify serves the playlist again"
        case "owner":
            return f"Owner: {owner(change.before).text} → {owner(change.after).text}"
        case "likes":
            return f"{counted(change.before, 'like')} → {counted(change.after, 'like')}"
        case key:
            return f"{key.capitalize()}: {change.before or '(none)'} → {change.after or '(none)'}"


def log_day(event: Event, playlist: Link) -> Day:
    """One day of the log."""
    difference = event.difference
    return Day(
        playlist=playlist,
        day=event.day,
        summary=f"first archived, {counted(len(difference.added), 'song')}" if event.is_first else tally(difference),
        texts=tuple(text_sentence(change) for change in difference.texts),
        added=() if event.is_first else tuple(map(song_link, difference.added)),
        removed=tuple(map(song_link, difference.removed)),
        moved=len(difference.moved),
        is_first=event.is_first,
    )


def worth_telling(timeline: Timeline) -> tuple[Event, ...]:
    """The days that a reader wants to hear of, the newest first: not those on which only the likes changed."""
    return tuple(event for event in events(timeline) if event.is_first or _is_told(event.difference))


def _is_told(difference: Difference) -> bool:
    songs = difference.added or difference.removed or difference.moved or difference.changed
    return bool(songs) or any(change.key != "likes" for change in difference.texts)


def months(days: Iterable[Event]) -> Iterator[tuple[int, tuple[Month, ...]]]:
    """Year → the months in which something changed, the newest first."""
    by_month = {month: list(found) for month, found in groupby(days, key=lambda event: event.day.replace(day=1))}
    for year, found in groupby(sorted(by_month, reverse=True), key=lambda month: month.year):
        yield year, tuple(_month(first, by_month[first]) for first in found)


def _month(first: date, found: Sequence[Event]) -> Month:
    changed = {event.day: event for event in found}
    weeks = calendar.Calendar().monthdatescalendar(first.year, first.month)
    cells = (tuple(_cell(day, first, changed.get(day)) for day in week) for week in weeks)
    return Month(title=f"{calendar.month_name[first.month]} {first.year}", weeks=tuple(cells))


def _cell(day: date, first: date, event: Event | None) -> DayCell | None:
    if day.month != first.month:
        return None
    if event is None:
        return DayCell(day, 0, "")
    if event.is_first:
        return DayCell(day, 1, f"{day}: first archived")
    found = event.difference
    count = len(found.added) + len(found.removed) + len(found.moved)
    return DayCell(day, max(1, sum(count >= degree for degree in DEGREES)), f"{day}: {tally(found)}")


def likes_chart(days: Sequence[tuple[date, int]]) -> Likes | None:
    """The chart of likes; None for fewer than two days, which are no line."""
    if len(days) < 2:  # noqa: PLR2004 - a line has two ends
        return None
    numbers = [number for _, number in days]
    lowest, highest = min(numbers), max(numbers)
    begin, span = days[0][0], (days[-1][0] - days[0][0]).days
    height = max(highest - lowest, 1)
    points = " ".join(
        f"{(day - begin).days * WIDTH / span:.0f},{HEIGHT - (number - lowest) * HEIGHT / height:.0f}"
        for day, number in days
    )
    return Likes(points=points, lowest=lowest, highest=highest, days=tuple(days))


def playlist_page(
    record: Record,
    timeline: Timeline,
    found: Sequence[Event],
    *,
    likes: Sequence[tuple[date, int]],
    is_registered: bool,
    note: str = "",
) -> PlaylistPage:
    """The page of a playlist. `found` are the events of `worth_telling`, `likes` are days and numbers, in order; `note` says what the history lacks."""
    former = sorted(by_identity(record.removed).values(), key=_newest_removal)
    here = Link(visible(record.title, record.id), f"playlists/{record.id}.html")
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
        former=tuple(map(song_row, former[:ROWS_IN_HTML])),
        former_count=len(former),
        years=tuple(months(found)),
        days=tuple(log_day(event, here) for event in islice(found, LOG_DAYS)),
        first_day=timeline.days[0],
        last_day=timeline.days[-1],
        likes=likes_chart(likes),
        note=note,
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
