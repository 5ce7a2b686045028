"""Reads a pull request as data: compares two trees, and runs nothing from the proposed tree."""

from collections.abc import Collection, Iterable, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from ..archive import layout
from ..archive.registry import Problem, Registry, check_entries
from ..git.repository import Git

MOST_ENTRIES: Final = 100
"""The most entries that a pull request may add or change, so that a person can review all of them (our choice)."""


class Proposal(NamedTuple):
    """The added or changed entries, the paths of removed entries, and the other changed paths."""

    entries: Registry
    removed: tuple[str, ...]
    others: tuple[str, ...]


def read_proposal(root: Path, base: Path) -> Proposal:
    """The differences of the checkout at `root` from the checkout at `base`, taken from git's trees alone.

    Raises:
        GitError: one of the folders is no checkout.
    """
    now, before = Git(root).tree(), Git(base).tree()
    changed = {path for path in now if now[path] != before.get(path)}
    gone = before.keys() - now.keys()
    inside = _top_entries(changed)
    entries = _checked(inside, now, root)
    return Proposal(
        entries=entries._replace(problems=tuple(_at_a_file(problem, changed) for problem in entries.problems)),
        removed=tuple(sorted(path for path in gone if _is_entry(path))),
        others=tuple(sorted(path for path in changed | gone if not _is_entry(path))),
    )


def _checked(inside: Sequence[str], tree: Iterable[str], root: Path) -> Registry:
    """The checked entries at these paths. If there are too many, no entry is opened."""
    if len(inside) > MOST_ENTRIES:
        message = f"{len(inside):,} entries at once"
        remedy = f"propose at most {MOST_ENTRIES} in one pull request"
        return Registry({}, (Problem(inside[MOST_ENTRIES], message, remedy),))
    entries = check_entries([root / path for path in inside], root)
    return entries._replace(problems=(*_twins(entries, tree), *entries.problems))


def _is_entry(path: str) -> bool:
    """Whether the path lies in the registry. A name that begins with a dot is no entry."""
    folder, _, name = path.partition("/")
    return folder == layout.REGISTRY and bool(name) and not name.startswith(".")


def _top_entries(paths: Iterable[str]) -> list[str]:
    """The entries that contain `paths`, sorted. For a file in a folder of the registry, the entry is the folder."""
    return sorted({"/".join(path.split("/")[:2]) for path in paths if _is_entry(path)})


def _at_a_file(problem: Problem, changed: Collection[str]) -> Problem:
    """The problem, moved from a folder to a file in it, since GitHub shows no annotation at a folder."""
    inside = [path for path in changed if path.startswith(f"{problem.path}/")]
    return problem._replace(path=min(inside, default=problem.path))


def _twins(entries: Registry, tree: Iterable[str]) -> list[Problem]:
    """Problems of entries that differ from another entry by letter case alone.

    Such entries are probably typed by hand, and some disks store both as one file.
    """
    by_lower: dict[str, list[str]] = {}
    for path in _top_entries(tree):
        by_lower.setdefault(path.lower(), []).append(path)
    problems = []
    for playlist_id in entries.aliases:
        path = layout.registry_entry(playlist_id)
        others = [other for other in by_lower[path.lower()] if other != path]
        problems += [
            Problem(path, f"it differs from {other} by letter case alone", "keep the right one") for other in others
        ]
    return problems
