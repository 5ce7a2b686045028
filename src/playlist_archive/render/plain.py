"""The plain file: one sorted line per track, so that it changes only when tracks come or go."""

import re

from ..archive.model import Record, Track, artist_names
from .markdown import description_text

_LINE_END = re.compile("\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]")
"""All characters that some reader takes for the end of a line (the list of `str.splitlines`)."""


def plain(record: Record) -> str:
    """The file `playlists/plain/<id>` (docs/formats.md, "The plain file")."""
    tracks = sorted(map(_line, record.tracks), key=lambda line: (line.lower(), line))
    lines = [one_line(record.title), one_line(description_text(record.description)), "", *tracks]
    return "\n".join(lines) + "\n"


def one_line(text: str) -> str:
    """The text, with spaces in place of line ends."""
    return text if text.isprintable() else _LINE_END.sub(" ", text)


def _line(track: Track) -> str:
    home = track.show or track.album
    return one_line(f"{track.name} -- {artist_names(track)} -- {home.name if home else ''}")
