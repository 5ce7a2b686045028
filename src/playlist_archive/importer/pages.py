"""Reads the pages of old archives: by name and unescaped (2019 to 2021), by id and escaped (since December 2021). Pure.

A row is read from left to right, each link up to the first fitting address. So titles may contain nearly any text.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple
from urllib.parse import unquote

from ..archive.ids import PlaylistId, parse_playlist_id
from ..archive.model import Item, Named, Snapshot
from ..problem import ProblemError

_UNREAD: Final = Item("", "")
"""Stands for a row that was not read before."""

MISSING: Final = "<MISSING>"
"""The text for an empty title or album in old pages."""

_WEB = r"https://open\.spotify\.com"
_HEADING = re.compile(rf"^### \[(.*?)\]\({_WEB}/playlist/([^)\s]+)\)", re.MULTILINE | re.DOTALL)
_PLAIN_LINK = re.compile(r"\[plain\]\([^)\s]*/plain/([0-9A-Za-z]{22})\)")
_TABLE: Final = "\n| No. |"
_HEADER = re.compile(r"\n\| No\. \|.*\n\|[-|]+\|\n?")
_STATISTICS = re.compile(r"(?P<owner>.*) - (?P<likes>[0-9,]{1,20}|\?\?\?) likes? - [0-9,]+ songs? - [^-]*", re.DOTALL)
_SNAPSHOT = re.compile(r"\nSnapshot ID: `([^`\n]*)`\s*")
_ROW = re.compile(r"\| ([0-9]{1,6}) \| (.*) \| ([0-9:]{1,12}) \|", re.DOTALL)
_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")
_SPECIAL = re.compile(r"(?<!\\)[()\[\]*_`|~#-]")
"""The characters that an escaped page always escapes in a label."""

_MOST_LINES: Final = 20
"""The most lines of one row, if a title has line breaks."""


class PageError(ProblemError):
    """A page cannot be read. Users need do nothing: the versions before and after it have most of its contents."""


class _Dialect(NamedTuple):
    """The spelling of labels. `label` matches a label up to its `]`, `bare` matches text without a link up to ` | `."""

    label: str
    bare: str
    text: Callable[[str], str]

    def link(self, kind: str) -> re.Pattern[str]:
        """The pattern of a link to a thing of this kind: label, kind, id."""
        return re.compile(rf"\[({self.label})\]\({_WEB}/({kind})/([^)\s]+)\)", re.DOTALL)


def _unescaped(text: str) -> str:
    return _ESCAPE.sub(r"\1", text.replace("<br/>", "\n"))


_LITERAL: Final = _Dialect(".*?", ".*?", lambda text: text)
_ESCAPED: Final = _Dialect(r"(?:\\.|[^\\\]])*", r"(?:\\.|[^\\|])*?", _unescaped)


class _Patterns:
    """The patterns of a dialect."""

    def __init__(self, dialect: _Dialect) -> None:
        self.text = dialect.text
        self.title = dialect.link("track|episode")
        self.artist = dialect.link("artist|show")
        self.album = dialect.link("album|show")
        self.user = dialect.link("user")
        self.bare = re.compile(rf"({dialect.bare})(?=, \[| \| |\Z)", re.DOTALL)


_PATTERNS: Final = {False: _Patterns(_LITERAL), True: _Patterns(_ESCAPED)}


@dataclass(frozen=True)
class PageReader:
    """Reads pages. Each distinct row is read only once over all pages."""

    rows: dict[tuple[bool, str], Item | None] = field(default_factory=dict)

    def snapshot(self, text: str, *, expected: PlaylistId | None, may_be_escaped: bool) -> Snapshot:
        """The playlist on a page. `expected` is the id in the page's file name, if any.

        Raises:
            PageError: the text is no page of a playlist, contradicts its id, or has an unreadable row.
        """
        begins = text.find(_TABLE)
        header = _HEADER.match(text, begins) if begins >= 0 else None
        heading = _HEADING.search(text, 0, begins) if begins >= 0 else None
        if not heading or not header:
            raise PageError("it has no heading with a link to a playlist, or no table")
        playlist_id = _checked_id(heading[2], text[: heading.start()], expected)
        lines = text[header.end() :]
        mark = _SNAPSHOT.fullmatch(lines, max(lines.rfind("\nSnapshot ID: "), 0))
        table = (lines[: mark.start()] if mark else lines).strip("\n")
        escaped = may_be_escaped and _is_escaped(table)
        patterns = _PATTERNS[escaped]
        end_of_heading = text.find("\n", heading.end())
        description, owner, likes = _about(text[end_of_heading : header.start()], patterns)
        items = list(self._items(table.split("\n") if table else [], escaped=escaped))
        return Snapshot(
            id=playlist_id,
            name=patterns.text(heading[1]),
            description=description,
            owner=owner,
            likes=likes,
            snapshot_id=mark[1] if mark else "",
            items=tuple(item for item in items if item),
            null_items=items.count(None),
        )

    def _items(self, lines: Sequence[str], *, escaped: bool) -> Iterator[Item | None]:
        """The items in order, None for a row without a link, which cannot be identified."""
        place, number = 0, 1
        while place < len(lines):
            known = self.rows.get((escaped, lines[place].removeprefix(f"| {number} | ")), _UNREAD)
            if known is not _UNREAD:
                yield known
                place, number = place + 1, number + 1
                continue
            row, taken = _joined(lines, place)
            if int(row[1]) != number:
                raise PageError(f"row {number} is numbered {row[1]}")
            item = _item(row[2], row[3], _PATTERNS[escaped], number)
            self.rows[escaped, f"{row[2]} | {row[3]} |"] = item
            yield item
            place, number = place + taken, number + 1


def _checked_id(name: str, before: str, expected: PlaylistId | None) -> PlaylistId:
    try:
        found = parse_playlist_id(name)
    except ValueError:
        raise PageError("its heading links to no playlist") from None
    linked = _PLAIN_LINK.search(before)
    other = expected or (linked[1] if linked else found)
    if other != found:
        raise PageError(f"it is the page of {other}, but its heading links to {found}")
    return found


def _is_escaped(table: str) -> bool:
    """Whether every special character in labels is escaped."""
    labels = re.findall(rf"\[((?:\\.|[^\\])*?)\]\({_WEB}/", table)
    return not any(_SPECIAL.search(label.rpartition("](")[2]) for label in labels)


def _about(text: str, patterns: _Patterns) -> tuple[str, Named, int | None]:
    """The description, owner and likes, from between the heading and the table."""
    lines = text.strip("\n").split("\n")
    owner, likes = Named(), None
    if numbers := _STATISTICS.fullmatch(lines[-1]):
        lines = "\n".join(lines[:-1]).rstrip("\n").split("\n")
        owner = _owner(numbers["owner"], patterns)
        likes = None if numbers["likes"] == "???" else int(numbers["likes"].replace(",", ""))
    description = "\n".join(lines)
    return patterns.text("" if description == ">" else description.removeprefix("> ")), owner, likes


def _owner(text: str, patterns: _Patterns) -> Named:
    if link := patterns.user.fullmatch(text):
        return Named(unquote(link[3]), patterns.text(link[1]))
    return Named(None, patterns.text(text))


def _joined(lines: Sequence[str], place: int) -> tuple[re.Match[str], int]:
    """The row that begins at a line, and its number of lines, because a title may have line breaks."""
    for taken in range(1, min(_MOST_LINES, len(lines) - place) + 1):
        row = _ROW.fullmatch("\n".join(lines[place : place + taken]))
        if row:
            return row, taken
    raise PageError(f"its line {lines[place][:40]!r} is no row")


def _item(cells: str, length: str, patterns: _Patterns, number: int) -> Item | None:
    """The song of a row, None if its title has no link."""
    title = patterns.title.match(cells)
    if not title or not cells.startswith(" | ", title.end()):
        if cells.startswith("["):
            raise PageError(f"row {number} cannot be read")
        return None
    artists, rest = _artists(cells[title.end() + len(" | ") :], patterns, number)
    album = patterns.album.fullmatch(rest)
    return Item(
        uri=f"spotify:{title[2]}:{title[3]}",
        name=_known(patterns.text(title[1])),
        artists=artists,
        album=Named(album[3], _known(patterns.text(album[1]))) if album else Named(None, _known(patterns.text(rest))),
        duration_ms=_milliseconds(length),
    )


def _artists(cells: str, patterns: _Patterns, number: int) -> tuple[tuple[Named, ...], str]:
    """The artists at the start of the cells, and the text after ` | `."""
    found: list[Named] = []
    while not cells.startswith(" | "):
        link = patterns.artist.match(cells) or patterns.bare.match(cells)
        if not link or not link.end():
            raise PageError(f"row {number} cannot be read")
        is_link = link.re is patterns.artist
        found.append(Named(link[3] if is_link else None, patterns.text(link[1])))
        cells = cells[link.end() :].removeprefix(", ")
    return tuple(found), cells.removeprefix(" | ")


def _known(name: str) -> str:
    return "" if name == MISSING else name


def _milliseconds(length: str) -> int:
    """The milliseconds of `3:53`, `1:02:03`, or bare seconds, which old pages have for songs under a minute."""
    seconds = 0
    for part in length.split(":"):
        seconds = seconds * 60 + int(part or 0)
    return seconds * 1000
