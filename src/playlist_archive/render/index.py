"""The list of all playlists: a page for people, a file for programs (formats.md, "The index")."""

import json
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import NamedTuple

from .. import layout
from ..model import Named, Record, Unavailable
from .markdown import inside_link
from .text import owner_link

SPLIT_ABOVE = 1_000
"""GitHub lists no more entries and renders large pages slowly (formats.md, "The index")."""


class Entry(NamedTuple):
    """What the index says of one playlist: small, for all of them are in memory at once."""

    id: layout.PlaylistId
    title: str
    owner: Named
    songs: int
    first_archived: date
    unavailable: Unavailable | None


def entry(record: Record) -> Entry:
    """The index entry of a record."""
    return Entry(
        id=layout.playlist_id(record.id),
        title=record.title,
        owner=record.owner,
        songs=len(record.tracks),
        first_archived=record.first_archived,
        unavailable=record.unavailable,
    )


def index_data(entries: Iterable[Entry]) -> str:
    """`playlists/index.json`: one playlist a line, sorted by id."""
    lines = [json.dumps(_as_json(entry), ensure_ascii=False) for entry in sorted(entries)]
    return "[\n" + ",\n".join(lines) + "\n]\n" if lines else "[]\n"


def index_pages(
    entries: Collection[Entry], *, registered: Collection[str], unread: Iterable[layout.PlaylistId]
) -> Mapping[str, str]:
    """Path → text of `playlists/index.md` and, above `SPLIT_ABOVE` playlists, of its parts by first letter.

    `registered` are the ids in the registry; `unread` those of them that were never readable and have no pages.
    """
    ordered = sorted(entries, key=lambda entry: (entry.title.lower(), entry.id))
    titles = Counter(entry.title for entry in ordered)
    served = [entry for entry in ordered if entry.id in registered and not entry.unavailable]
    gone = [entry for entry in ordered if entry.id in registered and entry.unavailable]
    dropped = [entry for entry in ordered if entry.id not in registered]
    parts = _parts(served) if len(ordered) > SPLIT_ABOVE else {}
    served_lines = [_part_line(path, part) for path, part in parts.items()] or [_line(e, titles) for e in served]
    sections = [
        _section("Playlists", len(served), served_lines),
        _section("No longer served by Spotify", len(gone), [_line(entry, titles) for entry in gone]),
        _section("No longer in the registry", len(dropped), [_line(entry, titles) for entry in dropped]),
        _section("Registered, not archived yet", len(found := sorted(unread)), [f"- `{name}`" for name in found]),
    ]
    front = "\n\n".join(section for section in sections if section)
    pages = {layout.INDEX_PAGE: f"{front}\n"}
    for path, part in parts.items():
        lines = [_line(entry, titles) for entry in part]
        pages[path] = f"[all playlists](/{layout.INDEX_PAGE})\n\n{_section('Playlists', len(part), lines)}\n"
    return pages


def _section(title: str, count: int, lines: list[str]) -> str:
    """A heading with its count and its list; nothing for an empty list, but of the playlists themselves."""
    if not count and title != "Playlists":
        return ""
    return "\n\n".join([rf"## {title} \({count:,}\)", *(["\n".join(lines)] if lines else [])])


def _line(entry: Entry, titles: Counter[str]) -> str:
    label = inside_link(entry.title).strip() or entry.id
    words = [f"[{label}](/{layout.pretty(entry.id)})", f"[cumulative](/{layout.cumulative(entry.id)})"]
    if titles[entry.title] > 1:
        words.insert(1, f"by {owner_link(entry.owner)}")
    if entry.unavailable:
        words.append(f"since {entry.unavailable.since}: {entry.unavailable.reason}")
    return f"- {' - '.join(words)}"


def _part_line(path: str, part: list[Entry]) -> str:
    name = path.rsplit("/", 1)[-1].removesuffix(".md")
    return rf"- [{name}](/{path}) \({len(part):,}\)"


def _parts(entries: Iterable[Entry]) -> dict[str, list[Entry]]:
    """The entries by the file of their first letter: `a` to `z`, `0-9`, and `other` for all other scripts and signs."""
    parts: dict[str, list[Entry]] = {}
    for item in entries:
        parts.setdefault(f"{layout.INDEX_PARTS}/{_letter(item.title)}.md", []).append(item)
    return dict(sorted(parts.items()))


def _letter(title: str) -> str:
    first = title.strip()[:1].lower()
    if first.isascii() and first.isalpha():
        return first
    return "0-9" if first.isascii() and first.isdigit() else "other"


def _as_json(entry: Entry) -> dict[str, object]:
    return {
        "id": entry.id,
        "name": entry.title,
        "owner": entry.owner.name or entry.owner.id,
        "songs": entry.songs,
        "first_archived": entry.first_archived.isoformat(),
        "unavailable_since": entry.unavailable.since.isoformat() if entry.unavailable else None,
    }
