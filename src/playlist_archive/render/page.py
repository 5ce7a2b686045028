"""The parts that the pretty and the cumulative page share: the line of links, the name, the description."""

from typing import NamedTuple
from urllib.parse import quote

from ..archive import layout
from ..archive.model import Record
from .markdown import at_line_start, description_text, link
from .text import url


class Repository(NamedTuple):
    """The GitHub repository of the archive: `owner/name`, or None if unknown, and its branch.

    `site` is the address of the archive's website; empty if there is none.
    """

    name: str | None
    branch: str = "main"
    site: str = ""


def links_line(record: Record, repository: Repository, *, here: str) -> str:
    """The line `pretty - [cumulative](…) - [plain](…) - [githistory](…)`. The page `here` is not a link."""
    playlist_id = record.id
    pages = {
        "pretty": layout.pretty(playlist_id),
        "cumulative": layout.cumulative(playlist_id),
        "plain": layout.plain(playlist_id),
    }
    words = [name if name == here else f"[{name}](/{path})" for name, path in pages.items()]
    if repository.name:
        words.append(f"[githistory]({_githistory(repository, pages['plain'])})")
    return " - ".join(words)


def heading(record: Record) -> list[str]:
    """The linked name and the description, with the empty lines around them."""
    return [
        "",
        f"### {link(record.title, url('playlist', record.id), otherwise=record.id)}",
        "",
        f"> {at_line_start(description_text(record.description))}",
        "",
    ]


def _githistory(repository: Repository, path: str) -> str:
    branch = quote(repository.branch)
    return f"https://github.githistory.xyz/{quote(repository.name or '')}/blob/{branch}/{path}"
