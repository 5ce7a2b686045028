"""The pretty page, which shows the newest snapshot."""

from ..archive.model import Record, Unavailable
from .markdown import bare
from .page import Repository, heading, links_line
from .text import counted, owner_link, total_length, track_cells


def pretty(record: Record, repository: Repository) -> str:
    """The page `playlists/pretty/<id>.md` (docs/formats.md, "The pretty page")."""
    summary = [
        owner_link(record.owner),
        counted(record.likes, "like"),
        counted(len(record.tracks), "song"),
        total_length(sum(track.duration_ms for track in record.tracks)),
    ]
    lines = [
        links_line(record, repository, here="pretty"),
        *(_warning(record.unavailable) if record.unavailable else []),
        *heading(record),
        " - ".join(word for word in summary if word),
        "",
        "| No. | Title | Artist(s) | Album | Length |",
        "|---|---|---|---|---|",
        *(f"| {number} | {track_cells(track)} |" for number, track in enumerate(record.tracks, start=1)),
        "",
        f"Snapshot ID: `{_code(record.snapshot_id)}`",
    ]
    return "\n".join(lines) + "\n"


def _warning(unavailable: Unavailable) -> list[str]:
    """GitHub's alert block for a playlist that Spotify no longer serves."""
    when = f"Spotify stopped serving this playlist on {unavailable.since} ({bare(unavailable.reason)})."
    return ["", "> [!WARNING]", f"> {when} Below is the last archived version."]


def _code(text: str) -> str:
    """Text for a code span. Snapshot ids should be base64, but text from Spotify is not trusted."""
    return "".join(character for character in text if character.isprintable() and character != "`")
