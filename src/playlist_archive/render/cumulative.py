"""The cumulative page: every track that ever belonged to a playlist, with its days. A long page has several parts."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final, NamedTuple

from ..archive import layout
from ..archive.model import Record, Track, by_identity, row_order
from ..archive.periods import by_period
from .letters import by_letter
from .page import Repository, heading, links_line
from .text import counted, total_length, track_cells

SPLIT_ABOVE_BYTES: Final = 1_000_000
"""The most bytes of rows on one page: GitHub advises against larger files, and stops rendering pages of about 2 MB
(docs/scale.md, "A list that never stops growing").
"""

_HERE: Final = "cumulative"


class _Row(NamedTuple):
    """A line of the table, with its track."""

    text: str
    track: Track


_Parts = Mapping[str, Sequence[_Row]]
"""Name of a part → its rows."""


class _Split(NamedTuple):
    """The rows of the front page, and the parts for other songs: present or removed.

    `newest` is the period whose removed songs are on the front page too; empty if they are in a part.
    """

    front: Sequence[_Row]
    newest: str
    there: _Parts
    removed: _Parts


def cumulative_pages(record: Record, repository: Repository) -> Mapping[str, str]:
    """Path → text of the page `playlists/cumulative/<id>.md`, and of its parts if the page would be too long."""
    tracks = sorted(by_identity((*record.tracks, *record.removed)).values(), key=row_order)
    rows = [_Row(_line(track), track) for track in tracks]
    found = _Split(rows, "", {}, {}) if _fits(rows) else _split(rows)
    kinds = {"in the playlist": found.there, "removed": found.removed}
    return {
        layout.cumulative(record.id): _front(record, repository, rows, found),
        **{
            layout.cumulative_part(record.id, name): _part(record, repository, f"{kind}, {name}", part)
            for kind, parts in kinds.items()
            for name, part in parts.items()
        },
    }


def _front(record: Record, repository: Repository, rows: Sequence[_Row], found: _Split) -> str:
    lines = [
        links_line(record, repository, here=_HERE),
        *heading(record),
        _summary(rows),
        "",
        *_guide(record, found),
        *([] if found.there else [*_table(found.front), ""]),
        rf"\*This playlist was first scraped on {record.first_archived}. Prior content cannot be recovered.",
    ]
    return "\n".join(lines) + "\n"


def _part(record: Record, repository: Repository, what: str, rows: Sequence[_Row]) -> str:
    lines = [links_line(record, repository, here=""), *heading(record), f"{what} - {_summary(rows)}", "", *_table(rows)]
    return "\n".join(lines) + "\n"


def _split(rows: Sequence[_Row]) -> _Split:
    """The rows, distributed to the front page and the parts.

    Present songs are on the front page if they fit. The newest removed songs are there too, if both fit.
    """
    there = [row for row in rows if row.track.removed_on is None]
    removed = by_period([(row.track.removed_on, row) for row in rows if row.track.removed_on], _fits)
    if not _fits(there):
        return _Split((), "", _numbered(by_letter((row.track.name, row) for row in there)), _numbered(removed))
    newest = next(iter(removed))
    both = sorted([*there, *removed[newest]], key=lambda row: row_order(row.track))
    if not _fits(both):
        return _Split(there, "", {}, _numbered(removed))
    del removed[newest]
    return _Split(both, newest, {}, _numbered(removed))


def _fits(rows: Iterable[_Row]) -> bool:
    """Whether the rows fit on one page."""
    return sum(map(_bytes, rows)) <= SPLIT_ABOVE_BYTES


def _bytes(row: _Row) -> int:
    return len(row.text.encode()) + 1


def _numbered(groups: _Parts) -> _Parts:
    """The groups. A group that does not fit on one page becomes several: `a`, `a-2`, `a-3`."""
    return {
        f"{name}-{number}" if number > 1 else name: part
        for name, group in groups.items()
        for number, part in enumerate(_chunks(group), start=1)
    }


def _chunks(rows: Iterable[_Row]) -> Iterable[Sequence[_Row]]:
    chunk: list[_Row] = []
    size = 0
    for row in rows:
        size += _bytes(row)
        if chunk and size > SPLIT_ABOVE_BYTES:
            yield chunk
            chunk, size = [], _bytes(row)
        chunk.append(row)
    yield chunk


def _guide(record: Record, found: _Split) -> list[str]:
    """The lines that explain the page and link to its parts; empty if there are no parts."""
    if not (found.there or found.removed):
        return []
    links = {
        "The songs of the playlist, by title:": found.there,
        f"Songs that were removed{' before' if found.newest else ''}:": found.removed,
    }
    recent = f", and those that were removed in {found.newest}" if found.newest else ""
    below = [] if found.there else [f"Below are the songs of the playlist{recent}.", ""]
    return [*below, *(line for text, parts in links.items() for line in _links(record, text, parts))]


def _links(record: Record, text: str, parts: _Parts) -> list[str]:
    lines = [
        rf"- [{name}](/{layout.cumulative_part(record.id, name)}) \({len(part):,}\)" for name, part in parts.items()
    ]
    return [text, "", *lines, ""] if lines else []


def _summary(rows: Sequence[_Row]) -> str:
    length = total_length(sum(row.track.duration_ms for row in rows))
    return f"{counted(len(rows), 'song')} - {length}"


def _table(rows: Iterable[_Row]) -> list[str]:
    return [
        "| Title | Artist(s) | Album | Length | Added | Removed |",
        "|---|---|---|---|---|---|",
        *(row.text for row in rows),
    ]


def _line(track: Track) -> str:
    perhaps_older = r"\*" if track.upper_bound else ""
    return f"| {track_cells(track)} | {track.first_added}{perhaps_older} | {track.removed_on or ''} |"
