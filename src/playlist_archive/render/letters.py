"""Groups things by first letter, if they are too many for one page."""

from collections.abc import Iterable
from typing import TypeVar

_OTHER = "other"

ThingT = TypeVar("ThingT")


def by_letter(titled: Iterable[tuple[str, ThingT]]) -> dict[str, list[ThingT]]:
    """The things by the first letter of their title: `0-9`, `a` to `z`, and `other` for all other characters."""
    groups: dict[str, list[ThingT]] = {}
    for title, thing in titled:
        groups.setdefault(_letter(title), []).append(thing)
    return dict(sorted(groups.items(), key=lambda group: (group[0] == _OTHER, group[0])))


def _letter(title: str) -> str:
    first = title.strip()[:1].lower()
    if first.isascii() and first.isalpha():
        return first
    return "0-9" if first.isascii() and first.isdigit() else _OTHER
