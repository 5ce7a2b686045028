"""Reports on a pull request: good entries, problems with their remedies, and changes for a person to review."""

from collections.abc import Iterator, Mapping
from typing import Final

from ..archive.ids import PlaylistId
from ..archive.layout import registry_entry
from ..render.markdown import bare, link
from ..render.text import url
from ..report.annotations import capped
from ..report.annotations import of_problem as annotation
from ..report.summary import of_problem as row
from ..report.summary import page, section
from ..report.words import UNKNOWN
from ..untrusted import for_annotation, for_code, for_property, one_line
from .proposal import Proposal

Titles = Mapping[PlaylistId, str | None]
"""Playlist id → title on Spotify's public site (spotify/oembed.py)."""

_NO_ENTRY: Final = "No entry of the registry is proposed: there is nothing to check here."


def annotations(proposal: Proposal, titles: Titles) -> list[str]:
    """Workflow commands for problems, then for changes that a person should review, then for good entries."""
    wrong = [annotation(problem) for problem in proposal.entries.problems]
    return capped(
        [*wrong, *_besides(proposal), *(_titled(playlist_id, title) for playlist_id, title in titles.items())]
    )


def summary(proposal: Proposal, titles: Titles) -> str:
    """The step summary."""
    sections = [
        "## Registry",
        "" if _proposes_entries(proposal) else _NO_ENTRY,
        section("What is wrong", [row(problem) for problem in proposal.entries.problems]),
        section("Good entries", [_entry(playlist_id, titles) for playlist_id in proposal.entries.aliases]),
        section("Removed entries", [for_code(path) for path in proposal.removed]),
        section("Other files, for a person to look at", [for_code(path) for path in proposal.others]),
    ]
    return page(sections)


def _proposes_entries(proposal: Proposal) -> bool:
    return bool(proposal.entries.aliases or proposal.entries.problems or proposal.removed)


def _besides(proposal: Proposal) -> Iterator[str]:
    """Notices about removed entries, and about other files that change beside entries."""
    if proposal.removed:
        told = f"{_number(proposal.removed, 'entry is', 'entries are')} removed: what is archived stays"
        yield f"::notice::{told}"
    if proposal.others and _proposes_entries(proposal):
        told = f"{_number(proposal.others, 'other file is', 'other files are')} changed too, not checked here"
        yield f"::notice::{told}: entries are accepted faster in a pull request of their own"


def _number(paths: tuple[str, ...], one: str, more: str) -> str:
    return f"{len(paths):,} {one if len(paths) == 1 else more}"


def _titled(playlist_id: PlaylistId, title: str | None) -> str:
    """An annotation with the playlist's title at the entry, so that reviewers see what they approve."""
    level, text = ("notice", title) if title else ("warning", UNKNOWN)
    file = for_property(registry_entry(playlist_id))
    return f"::{level} file={file},line=1,title=Playlist::{for_annotation(text)}"


def _entry(playlist_id: PlaylistId, titles: Titles) -> str:
    name = one_line(titles.get(playlist_id) or "")
    unknown = playlist_id in titles and titles[playlist_id] is None
    return f"{link(name, url('playlist', playlist_id), otherwise=playlist_id)}{f': {bare(UNKNOWN)}' if unknown else ''}"
