"""Songs and differences as CSV, links, M3U and XSPF. Pure."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum
from itertools import chain
from typing import Final
from xml.etree import ElementTree as ET

from ..history.answers import Change, Compared, DayText, Logged
from ..history.compare import Difference, value_text
from ..history.found import Found, InPlaylist
from ..history.timeline import Song, State
from ..render.text import track_url, url
from ..untrusted import one_line

FIRST_OF_FORMULA: Final = tuple("=+-@\t\r＝＋－＠")
"""The characters that begin a formula in a spreadsheet. A cell that begins with one gets an apostrophe before it."""

_FIRST_OF_FORMULA: Final = frozenset(FIRST_OF_FORMULA)

SONG_COLUMNS: Final = ("uri", "title", "artists", "album", "duration_ms", "url")
LOG_COLUMNS: Final = ("day", "playlist_id", "playlist", "commit", "change", "from", "to", *SONG_COLUMNS)

_LONGEST: Final = 10_000
_NOT_XML: Final = re.compile("[\ufffe\uffff]")
_XSPF: Final = "http://xspf.org/ns/0/"


class Format(StrEnum):
    """The format of an answer."""

    TABLE = "table"
    PLAIN = "plain"
    JSON = "json"
    CSV = "csv"
    LINKS = "links"
    M3U = "m3u"
    XSPF = "xspf"


def songs_csv(songs: Sequence[Song]) -> str:
    """The songs as CSV: a header, and one line per song in the order of the playlist."""
    rows = ([str(number), *song_cells(song)] for number, song in enumerate(songs, start=1))
    return csv_text(("position", *SONG_COLUMNS), rows)


def difference_csv(compared: Compared) -> str:
    """The difference as CSV: one line per song that was added, removed, moved or changed, and per changed text."""
    return csv_text(("change", "from", "to", *SONG_COLUMNS), _difference_rows(compared.difference))


def log_texts(logged: Logged[DayText]) -> Iterator[str]:
    """The answer to `log` as CSV in pieces: a header, and the lines of each change."""
    yield csv_lines([LOG_COLUMNS])
    yield from (change.text for change in logged.changes)


def change_text(change: Change) -> str:
    """The lines of a change: its day, playlist and commit, before the cells of `difference_csv`."""
    return csv_lines(change_rows(change))


def change_rows(change: Change) -> Iterator[list[str]]:
    """The cells of each line below `LOG_COLUMNS`."""
    event = change.event
    start = [event.day.isoformat(), change.playlist_id, event.title, event.commit or ""]
    return ([*start, *row] for row in _difference_rows(event.difference))


def found_csv(found: Iterable[Found]) -> str:
    """The answer to `search` as CSV: one line per time that a found song belonged to a playlist."""
    header = (*SONG_COLUMNS, "playlist_id", "playlist", "added", "removed", "upper_bound")
    rows = ([*song_cells(one.song), *_time_cells(time)] for one in found for time in one.presences)
    return csv_text(header, rows)


def csv_text(header: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """A header and rows as CSV."""
    return csv_lines(chain([header], rows))


def csv_lines(rows: Iterable[Iterable[str]]) -> str:
    """The rows as CSV, without formulas and control characters in the cells."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([safe(cell) for cell in row] for row in rows)
    return text.getvalue()


def links(songs: Iterable[Song]) -> str:
    """The links of the songs, one per line, to paste into Spotify. Songs without a link are left out."""
    return "".join(f"{found}\n" for song in songs if (found := track_url(song)))


def without_link(songs: Iterable[Song]) -> list[Song]:
    """The songs that `links` leaves out."""
    return [song for song in songs if not track_url(song)]


def m3u(state: State) -> str:
    """The playlist as extended M3U. A song without a link has its URI in place of the link."""
    lines = ["#EXTM3U", "#EXTENC: UTF-8", f"#PLAYLIST:{_line(state.title)}"]
    for song in state.tracks:
        lines += [f"#EXTINF:{song.duration_ms // 1000},{_line(f'{artists(song)} - {song.name}')}"]
        lines += [track_url(song) or _line(song.uri)]
    return "\n".join(lines) + "\n"


def xspf(state: State) -> str:
    """The playlist as XSPF (https://www.xspf.org/spec)."""
    root = ET.Element("playlist", {"version": "1", "xmlns": _XSPF})
    _child(root, "title", state.title)
    _child(root, "creator", state.owner.name or state.owner.id or "")
    _child(root, "annotation", state.description)
    _child(root, "info", url("playlist", state.playlist_id) or "")
    tracks = ET.SubElement(root, "trackList")
    for song in state.tracks:
        _xspf_track(tracks, song)
    ET.indent(root, space=" ")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ET.tostring(root, encoding="unicode")}\n'


def artists(song: Song) -> str:
    """The artists' names, joined with commas as on every page."""
    return ", ".join(artist.name for artist in song.artists)


def home(song: Song) -> str:
    """The name of an episode's show, else of the album; empty if the song has neither."""
    found = song.show or song.album
    return found.name if found else ""


def _xspf_track(tracks: ET.Element, song: Song) -> None:
    track = ET.SubElement(tracks, "track")
    _child(track, "location", track_url(song) or "")
    _child(track, "identifier", song.uri)
    _child(track, "title", song.name)
    _child(track, "creator", artists(song))
    _child(track, "album", home(song))
    _child(track, "duration", str(song.duration_ms))


def _child(parent: ET.Element, name: str, text: str) -> None:
    """Adds an element with a text, unless the text is empty."""
    if clean := _NOT_XML.sub("", _line(text)):
        ET.SubElement(parent, name).text = clean


def _difference_rows(difference: Difference) -> Iterator[list[str]]:
    for change in difference.texts:
        yield [change.key, value_text(change.before), value_text(change.after), *[""] * len(SONG_COLUMNS)]
    for kind, songs in (("added", difference.added), ("removed", difference.removed)):
        yield from ([kind, "", "", *song_cells(song)] for song in songs)
    for moved in difference.moved:
        yield ["moved", str(moved.from_position), str(moved.to_position), *song_cells(moved.song)]
    for changed in difference.changed:
        yield ["changed", "", "", *song_cells(changed.after)]


def song_cells(song: Song) -> tuple[str, ...]:
    """The cells of a song, in the order of `SONG_COLUMNS`."""
    found = track_url(song) or ""
    return song.uri, song.name, artists(song), home(song), str(song.duration_ms), found


def _time_cells(time: InPlaylist) -> tuple[str, ...]:
    presence = time.presence
    removed = presence.removed_on.isoformat() if presence.removed_on else ""
    return time.playlist_id, time.title, presence.added_on.isoformat(), removed, "1" if presence.upper_bound else "0"


def safe(cell: str) -> str:
    """The text as a CSV cell: on one line, and no formula for any spreadsheet."""
    line = cell.strip() if cell.isprintable() and len(cell) <= _LONGEST else _line(cell)
    return f"'{line}" if line[:1] in _FIRST_OF_FORMULA else line


def bare(cell: str) -> str:
    """The text from which `safe` made the cell, apart from line breaks and control characters."""
    return cell[1:] if cell.startswith("'") and cell.startswith(FIRST_OF_FORMULA, 1) else cell


def _line(text: str) -> str:
    return one_line(text, longest=_LONGEST)
