"""What a pull request proposes, looked at as data: two trees are compared, and nothing of the proposed one is run."""

from collections.abc import Collection
from pathlib import Path
from typing import Final, NamedTuple

from . import layout
from .git import Git
from .registry import Problem, Registry, check_entries

MOST_ENTRIES: Final = 100
"""Entries that one pull request may add or change (our choice: what a person can look through)."""


class Proposal(NamedTuple):
    """The entries that are added or changed, and the other paths that are touched besides."""

    entries: Registry
    removed: tuple[str, ...]
    others: tuple[str, ...]


def read_proposal(root: Path, base: Path) -> Proposal:
    """How the checkout at `root` differs from the one at `base`, from git's trees alone.

    Raises:
        GitError: one of them is no checkout.
    """
    now, before = Git(root).tree(), Git(base).tree()
    changed = {path for path in now if now[path] != before.get(path)}
    gone = before.keys() - now.keys()
    inside = _top_entries(changed)
    entries = check_entries([root / path for path in inside], root)
    return Proposal(
        entries=entries._replace(problems=(*_too_many(inside), *_twins(entries, now), *entries.problems)),
        removed=tuple(sorted(path for path in gone if _is_entry(path))),
        others=tuple(sorted(path for path in changed | gone if not _is_entry(path))),
    )


def _is_entry(path: str) -> bool:
    return path.startswith(f"{layout.REGISTRY}/")


def _top_entries(paths: Collection[str]) -> list[str]:
    """The entries that `paths` lie in; of a folder in the registry, the folder."""
    return sorted({"/".join(path.split("/")[:2]) for path in paths if _is_entry(path)})


def _too_many(entries: Collection[str]) -> list[Problem]:
    if len(entries) <= MOST_ENTRIES:
        return []
    sentence = f"{len(entries)} entries at once: propose at most {MOST_ENTRIES} in one pull request"
    return [Problem(layout.REGISTRY, sentence)]


def _twins(entries: Registry, tree: Collection[str]) -> list[Problem]:
    """Entries that differ from another one by letter case alone: likely typed by hand, and one file on some disks."""
    by_lower: dict[str, list[str]] = {}
    for path in _top_entries(tree):
        by_lower.setdefault(path.lower(), []).append(path)
    problems = []
    for playlist in entries.aliases:
        path = layout.registry_entry(playlist)
        others = [other for other in by_lower[path.lower()] if other != path]
        problems += [
            Problem(path, f"it differs from {other} by letter case alone: keep the right one") for other in others
        ]
    return problems
