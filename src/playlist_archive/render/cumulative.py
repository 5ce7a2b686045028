"""Every track that ever belonged, with the dates it came and went, as a page."""

from ..archive.model import Record, Track, by_identity, row_order
from .page import Repository, heading, links_line
from .text import counted, total_length, track_cells


def cumulative(record: Record, repository: Repository) -> str:
    """The page `playlists/cumulative/<id>.md` (docs/formats.md, "The cumulative page")."""
    rows = sorted(by_identity((*record.tracks, *record.removed)).values(), key=row_order)
    length = total_length(sum(track.duration_ms for track in rows))
    lines = [
        links_line(record, repository, here="cumulative"),
        *heading(record),
        f"{counted(len(rows), 'song')} - {length}",
        "",
        "| Title | Artist(s) | Album | Length | Added | Removed |",
        "|---|---|---|---|---|---|",
        *map(_row, rows),
        "",
        rf"\*This playlist was first scraped on {record.first_archived}. Prior content cannot be recovered.",
    ]
    return "\n".join(lines) + "\n"


def _row(track: Track) -> str:
    perhaps_older = r"\*" if track.upper_bound else ""
    return f"| {track_cells(track)} | {track.first_added}{perhaps_older} | {track.removed_on or ''} |"
