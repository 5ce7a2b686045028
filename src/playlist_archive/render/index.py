"""The index of all playlists: pages for people, and a file for programs (docs/formats.md, "The index")."""

import json
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import NamedTuple

from ..archive import layout
from ..archive.ids import PlaylistId
from ..archive.model import Named, Record, Unavailable
from ..archive.outline import Outline
from .letters import by_letter
from .markdown import inside_link, visible
from .plain import one_line
from .text import owner_link

SPLIT_ABOVE = 1_000
"""The most lines of a list on one page: GitHub stops rendering large pages (docs/formats.md, "The index")."""

_PLAYLISTS = "Playlists"

Groups = Mapping[str, list[str]]
"""Name of a part → the lines that it takes if the list is split."""


class IndexLine(NamedTuple):
    """The index's facts of one playlist. They are small, since those of all playlists are in memory at once."""

    id: PlaylistId
    title: str
    owner: Named
    songs: int
    first_archived: date
    unavailable: Unavailable | None


def index_line(record: Record | Outline) -> IndexLine:
    """The index line of a record."""
    return IndexLine(
        id=record.id,
        title=record.title,
        owner=record.owner,
        songs=record.songs,
        first_archived=record.first_archived,
        unavailable=record.unavailable,
    )


def index_data(listed: Iterable[IndexLine]) -> str:
    """The text of `playlists/index.json`: one playlist per line, sorted by id."""
    lines = [json.dumps(_as_json(line), ensure_ascii=False) for line in sorted(listed)]
    return "[\n" + ",\n".join(lines) + "\n]\n" if lines else "[]\n"


def index_pages(
    listed: Collection[IndexLine], *, registered: Collection[str], unread: Iterable[PlaylistId], site: str = ""
) -> Mapping[str, str]:
    """Path → text of `playlists/index.md`, and of its parts if a list is too long for one page.

    `registered` are the ids in the registry. `unread` are registered ids that were never readable and have no pages.
    The first page links to the website if `site` is its address.
    """
    ordered = sorted(listed, key=lambda line: (line.title.lower(), line.id))
    names = Counter(map(_name, ordered))
    served = [line for line in ordered if line.id in registered and not line.unavailable]
    gone = [line for line in ordered if line.id in registered and line.unavailable]
    dropped = [line for line in ordered if line.id not in registered]
    lists: Mapping[str, Groups] = {
        _PLAYLISTS: _lines(_by_letter(served) if len(ordered) > SPLIT_ABOVE else {"all": served}, names),
        "No longer served by Spotify": _lines({"not-served": gone}, names),
        "No longer in the registry": _lines({"not-registered": dropped}, names),
        "Registered, not archived yet": {"not-archived": [f"- `{name}`" for name in sorted(unread)]},
    }
    parts = {title: _parts(groups) for title, groups in lists.items()}
    website = f"[The website: search, any day, feeds]({site}/)" if site else ""
    sections = [website, *(_section(title, groups, parts[title]) for title, groups in lists.items())]
    pages = {layout.INDEX_PAGE: "\n\n".join(section for section in sections if section) + "\n"}
    for title, paths in parts.items():
        pages |= {path: _part(title, lines) for path, lines in paths.items()}
    return pages


def _section(title: str, groups: Groups, parts: Mapping[str, list[str]]) -> str:
    """A list, or the links to its parts. An empty list is left out, unless it is the list of playlists."""
    lines = [line for group in groups.values() for line in group]
    if not lines and title != _PLAYLISTS:
        return ""
    return _headed(title, len(lines), [_part_line(path, part) for path, part in parts.items()] or lines)


def _part(title: str, lines: list[str]) -> str:
    return f"[all playlists](/{layout.INDEX_PAGE})\n\n{_headed(title, len(lines), lines)}\n"


def _headed(title: str, count: int, lines: list[str]) -> str:
    return "\n".join([rf"## {title} \({count:,}\)", *([""] if lines else []), *lines])


def _part_line(path: str, lines: list[str]) -> str:
    name = path.rsplit("/", 1)[-1].removesuffix(".md")
    return rf"- [{name}](/{path}) \({len(lines):,}\)"


def _parts(groups: Groups) -> dict[str, list[str]]:
    """Path → lines of the parts of a list, at most `SPLIT_ABOVE` each; empty if the list needs no parts."""
    if len(groups) <= 1 and all(len(lines) <= SPLIT_ABOVE for lines in groups.values()):
        return {}
    return {
        layout.index_part(f"{name}-{number}" if number > 1 else name): lines
        for name, group in groups.items()
        for number, lines in enumerate(_chunks(group), start=1)
    }


def _chunks(lines: list[str]) -> list[list[str]]:
    return [lines[start : start + SPLIT_ABOVE] for start in range(0, len(lines), SPLIT_ABOVE)]


def _by_letter(listed: Iterable[IndexLine]) -> dict[str, list[IndexLine]]:
    return by_letter((line.title, line) for line in listed)


def _lines(groups: Mapping[str, list[IndexLine]], names: Counter[str]) -> Groups:
    return {name: [_line(line, names) for line in group] for name, group in groups.items()}


def _line(line: IndexLine, names: Counter[str]) -> str:
    name = _name(line)
    words = [f"[{name}](/{layout.pretty(line.id)})", f"[cumulative](/{layout.cumulative(line.id)})"]
    if names[name] > 1 and (owner := owner_link(line.owner)):
        words.insert(1, f"by {owner}")
    if line.unavailable:
        words.append(f"since {line.unavailable.since}: {line.unavailable.reason}")
    return f"- {' - '.join(words)}"


def _name(line: IndexLine) -> str:
    """The name on one line; the id if the name is invisible."""
    return inside_link(visible(one_line(line.title), line.id)).strip()


def _as_json(line: IndexLine) -> dict[str, object]:
    return {
        "id": line.id,
        "name": line.title,
        "owner": line.owner.name or line.owner.id,
        "songs": line.songs,
        "first_archived": line.first_archived.isoformat(),
        "unavailable_since": line.unavailable.since.isoformat() if line.unavailable else None,
    }
