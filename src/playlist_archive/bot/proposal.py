"""What a pull request proposes, looked at as data: two trees are compared, and nothing of the proposed one is run."""

from collections.abc import Collection, Iterable, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from ..archive import layout
from ..archive.registry import Problem, Registry, check_entries
from ..git.repository import Git

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
    entries = _checked(inside, now, root)
    return Proposal(
        entries=entries._replace(problems=tuple(_at_a_file(problem, changed) for problem in entries.problems)),
        removed=tuple(sorted(path for path in gone if _is_entry(path))),
        others=tuple(sorted(path for path in changed | gone if not _is_entry(path))),
    )


def _checked(inside: Sequence[str], tree: Iterable[str], root: Path) -> Registry:
    """The entries at these paths; of too many, none is opened."""
    if len(inside) > MOST_ENTRIES:
        message = f"{len(inside):,} entries at once"
        remedy = f"propose at most {MOST_ENTRIES} in one pull request"
        return Registry({}, (Problem(inside[MOST_ENTRIES], message, remedy),))
    entries = check_entries([root / path for path in inside], root)
    return entries._replace(problems=(*_twins(entries, tree), *entries.problems))


def _is_entry(path: str) -> bool:
    """Whether the path lies in the registry; names that begin with a dot are not entries."""
    folder, _, name = path.partition("/")
    return folder == layout.REGISTRY and bool(name) and not name.startswith(".")


def _top_entries(paths: Iterable[str]) -> list[str]:
    """The entries that `paths` lie in; of a folder in the registry, the folder."""
    return sorted({"/".join(path.split("/")[:2]) for path in paths if _is_entry(path)})


def _at_a_file(problem: Problem, changed: Collection[str]) -> Problem:
    """The problem of a folder at a file in it, for GitHub shows nothing at a folder."""
    inside = [path for path in changed if path.startswith(f"{problem.path}/")]
    return problem._replace(path=min(inside, default=problem.path))


def _twins(entries: Registry, tree: Iterable[str]) -> list[Problem]:
    """Entries that differ from another one by letter case alone: likely typed by hand, and one file on some disks."""
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
