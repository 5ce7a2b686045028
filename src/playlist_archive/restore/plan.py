"""What a restored playlist holds, in which order, and what cannot be added and why. Pure."""

import csv
import re
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Final, NamedTuple

from ..archive.model import Record, Track, artist_names

LOCAL: Final = "a file on somebody's disk: add it with Spotify's desktop app on the machine that has it"
UNKNOWN_KIND: Final = "neither a song nor an episode of a podcast, and Spotify's API adds nothing else"
TOO_MANY: Final = "a playlist holds 10,000 songs at most: put it into another one"
REFUSED: Final = "Spotify does not add it: it is withdrawn, or not known any more"

_ADDABLE = re.compile(r"spotify:(?:track|episode):[0-9A-Za-z]{22}")
_LINK = re.compile(
    r"https?://open\.spotify\.com/(?:[^/?#\s]+/)*?(track|episode)/([0-9A-Za-z]{22})|spotify:(track|episode):([0-9A-Za-z]{22})"
)
_LOCAL = re.compile(r"spotify:local:\S*")
_COLUMNS: Final = ("uri", "track uri", "spotify uri", "spotify id", "url", "link", "track url", "spotify url")
"""Columns of a CSV file that say which song a row is, the surest first."""

_ID = re.compile(r"[0-9A-Za-z]{22}")


class Song(NamedTuple):
    """A song to add; `label` is its title and artists for people, empty where not known."""

    uri: str
    label: str = ""


class LeftOut(NamedTuple):
    """A song that is not added, and why."""

    uri: str
    label: str
    reason: str


class Chosen(NamedTuple):
    """Songs in order. `basis` says what they rest on; `occasion` ends the playlist's name."""

    songs: tuple[Song, ...]
    basis: str
    occasion: str


class Plan(NamedTuple):
    """A playlist to make: at most `most` songs, all of kinds that Spotify's API adds."""

    name: str
    description: str
    songs: tuple[Song, ...]
    left_out: tuple[LeftOut, ...]


def plan(chosen: Chosen, *, name: str, description: str, most: int) -> Plan:
    """What is added and what is not, both in order."""
    added: list[Song] = []
    left_out: list[LeftOut] = []
    for song in chosen.songs:
        reason = _reason(song.uri) or (TOO_MANY if len(added) == most else "")
        if reason:
            left_out.append(LeftOut(*song, reason))
        else:
            added.append(song)
    return Plan(name, description, tuple(added), tuple(left_out))


def _reason(uri: str) -> str:
    """Why a song cannot be added; empty where it can."""
    if _ADDABLE.fullmatch(uri):
        return ""
    return LOCAL if _LOCAL.fullmatch(uri) else UNKNOWN_KIND


def playlist_name(title: str, occasion: str, *, longest: int) -> str:
    """`TITLE (OCCASION)`, on one line, shortened in the title where it is too long."""
    behind = f" ({occasion})" if occasion else ""
    one_line = " ".join("".join(c if c.isprintable() else " " for c in title).split()) or "Restored"
    return f"{one_line[: longest - len(behind)]}{behind}"


def now(record: Record) -> Chosen:
    """The songs of the newest snapshot."""
    return Chosen(_songs(record.tracks), f"the newest version of {record.id}", "restored")


def ever(record: Record) -> Chosen:
    """Every song that ever belonged, in the order of the first day; each once."""
    tracks = {track.uri: track for track in (*record.tracks, *record.removed)}
    in_order = sorted(tracks.values(), key=lambda track: track.first_added)
    return Chosen(_songs(in_order), f"all songs that ever belonged to {record.id}", "all songs ever")


def on_day(record: Record, version: Record | None, day: date) -> Chosen | None:
    """The songs of a day: those of the `version` that the record was on it, in order.

    Without a version the days of the record say which songs belonged, and nothing says in which order: those that are
    still there come in today's. None for a day before the playlist was archived.
    """
    if day < record.first_archived:
        return None
    if version:
        return Chosen(_songs(version.tracks), f"{record.id} as archived on {day}", day.isoformat())
    there = [track for track in (*record.tracks, *record.removed) if _was_there(track, day)]
    basis = f"{record.id} on {day}, by the days of its record: its order then is not known"
    return Chosen(_songs(there), basis, day.isoformat())


def _was_there(track: Track, day: date) -> bool:
    spans = [*track.spans, (track.added_on, track.removed_on)]
    return any(added <= day and (removed is None or day < removed) for added, removed in spans)


def _songs(tracks: Iterable[Track]) -> tuple[Song, ...]:
    return tuple(Song(track.uri, _label(track)) for track in tracks)


def _label(track: Track) -> str:
    return " - ".join(part for part in (track.name, artist_names(track)) if part)


def parse_songs(text: str, *, source: str) -> Chosen:
    """The songs of a list of links or URIs, one a line, or of a CSV file with a column of them.

    Raises:
        ValueError: a line names no song, or there is none at all.
    """
    songs = tuple(_from_csv(text) or _from_lines(text))
    if not songs:
        msg = f"{source} names no song: put one link to a song on each line, or give a CSV file with a column `uri`"
        raise ValueError(msg)
    return Chosen(songs, source, "restored")


def _from_csv(text: str) -> list[Song]:
    """The songs of a table; none where the first line names no column that is known."""
    lines = text.removeprefix("\ufeff").splitlines(keepends=True)
    separator = max(",;\t", key=lines[0].count) if lines else ","
    header, *rows = csv.reader(lines, delimiter=separator) if lines else [[]]
    columns = {name.strip().lower(): number for number, name in enumerate(header)}
    found = next((columns[name] for name in _COLUMNS if name in columns), None)
    if found is None:
        return []
    return [_song(row[found] if found < len(row) else "", number) for number, row in enumerate(rows, 2) if any(row)]


def _from_lines(text: str) -> Iterator[Song]:
    for number, line in enumerate(text.removeprefix("\ufeff").splitlines(), 1):
        if line.strip() and not line.startswith("#"):
            yield _song(line, number)


def _song(text: str, number: int) -> Song:
    """The song that a text leads to.

    Raises:
        ValueError: it leads to none.
    """
    if match := _LINK.search(text):
        kind, name = (part for part in match.groups() if part)
        return Song(f"spotify:{kind}:{name}")
    if local := _LOCAL.search(text):
        return Song(local[0])
    if _ID.fullmatch(text.strip()):
        return Song(f"spotify:track:{text.strip()}")
    msg = f"line {number} has no link to a song: correct it, or delete it"
    raise ValueError(msg)
