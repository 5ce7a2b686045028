"""Plans a restored playlist: its songs in order, and the songs that cannot be added. Pure."""

import csv
import re
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Final, NamedTuple

from ..archive.model import Record, Track
from ..archive.table import csv_rows
from ..history.timeline import Song as ArchivedSong
from ..history.timeline import State
from ..problem import ProblemError

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
"""The columns of a CSV file that identify a song, most reliable column first."""

_ID = re.compile(r"[0-9A-Za-z]{22}")


class SongsError(ProblemError):
    """A file does not name the songs to add."""


class Song(NamedTuple):
    """A song to add. `label` is its title and artists for people, empty if unknown."""

    uri: str
    label: str = ""


class LeftOut(NamedTuple):
    """A song that is not added, and the reason."""

    uri: str
    label: str
    reason: str


class Chosen(NamedTuple):
    """Songs in order. `basis` names their source. `occasion` is the end of the playlist's name."""

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
    """The plan: the songs to add and the songs to leave out, both in order."""
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
    """The reason if a song cannot be added, else an empty text."""
    if _ADDABLE.fullmatch(uri):
        return ""
    return LOCAL if _LOCAL.fullmatch(uri) else UNKNOWN_KIND


def playlist_name(title: str, occasion: str, *, longest: int) -> str:
    """The name `TITLE (OCCASION)`, on one line. A title that is too long is shortened."""
    behind = f" ({occasion})" if occasion else ""
    one_line = " ".join("".join(c if c.isprintable() else " " for c in title).split()) or "Restored"
    return f"{one_line[: longest - len(behind)]}{behind}"


def now(record: Record) -> Chosen:
    """The songs of the newest snapshot."""
    return Chosen(_songs(record.tracks), f"the newest version of {record.id}", "restored")


def ever(record: Record) -> Chosen:
    """Every song that ever belonged, once, in the order of its first day."""
    tracks = {track.uri: track for track in (*record.tracks, *record.removed)}
    in_order = sorted(tracks.values(), key=lambda track: track.first_added)
    return Chosen(_songs(in_order), f"all songs that ever belonged to {record.id}", "all songs ever")


def on_day(state: State, day: date, *, basis: str) -> Chosen:
    """The songs of a playlist on a day. `basis` names their source in words."""
    return Chosen(_songs(state.tracks), f"{state.playlist_id} on {day}, {basis}", day.isoformat())


def _songs(tracks: Iterable[Track | ArchivedSong]) -> tuple[Song, ...]:
    return tuple(Song(track.uri, _label(track)) for track in tracks)


def _label(track: Track | ArchivedSong) -> str:
    artists = ", ".join(artist.name for artist in track.artists)
    return " - ".join(part for part in (track.name, artists) if part)


def parse_songs(text: str, *, source: str) -> Chosen:
    """The songs of a list of links or URIs, one per line, or of a CSV file with a column of links or URIs.

    Raises:
        SongsError: a line names no song, or the text is empty.
    """
    songs = tuple(_from_csv(text) or _from_lines(text))
    if not songs:
        remedy = "put one link to a song on each line, or give a CSV file with a column `uri`"
        raise SongsError(f"{source} names no song", remedy)
    return Chosen(songs, source, "restored")


def _from_csv(text: str) -> list[Song]:
    """The songs of a table. Empty if the first line has no known column."""
    try:
        rows = tuple(csv_rows(text))
    except csv.Error as error:
        raise SongsError(f"the table cannot be read ({error})", "save it anew, or give a list of links") from None
    header = rows[0][1] if rows else []
    columns = {name.strip().lower(): number for number, name in enumerate(header)}
    found = next((columns[name] for name in _COLUMNS if name in columns), None)
    if found is None:
        return []
    return [_song(row[found] if found < len(row) else "", line) for line, row in rows[1:] if any(row)]


def _from_lines(text: str) -> Iterator[Song]:
    for number, line in enumerate(text.removeprefix("\ufeff").splitlines(), 1):
        if line.strip() and not line.startswith("#"):
            yield _song(line, number)


def _song(text: str, number: int) -> Song:
    """The song that a link or URI leads to.

    Raises:
        SongsError: the text leads to no song.
    """
    if match := _LINK.search(text):
        kind, name = (part for part in match.groups() if part)
        return Song(f"spotify:{kind}:{name}")
    if local := _LOCAL.search(text):
        return Song(local[0])
    if _ID.fullmatch(text.strip()):
        return Song(f"spotify:track:{text.strip()}")
    raise SongsError(f"line {number} has no link to a song", "correct it, or delete it")
