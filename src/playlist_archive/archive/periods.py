"""Groups removed songs by year, or by month if a year is too large for one file. Pure."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import TypeVar

ThingT = TypeVar("ThingT")

Dated = tuple[date, ThingT]
"""A thing with its day."""


def by_period(things: Iterable[Dated[ThingT]], fits: Callable[[Sequence[ThingT]], bool]) -> dict[str, list[ThingT]]:
    """The things by year (`2026`), newest first. A year that does not fit into one file is split by month (`2026-11`).

    The things keep their order within a period. So later days do not change the periods of the past.
    """
    found: dict[str, list[ThingT]] = {}
    for year, in_year in sorted(_grouped(things, _year).items(), reverse=True):
        whole = [thing for _, thing in in_year]
        months = {year: in_year} if fits(whole) else _grouped(in_year, _month)
        found |= {name: [thing for _, thing in dated] for name, dated in sorted(months.items(), reverse=True)}
    return found


def _grouped(things: Iterable[Dated[ThingT]], name: Callable[[date], str]) -> dict[str, list[Dated[ThingT]]]:
    groups: dict[str, list[Dated[ThingT]]] = {}
    for day, thing in things:
        groups.setdefault(name(day), []).append((day, thing))
    return groups


def _year(day: date) -> str:
    return day.isoformat()[:4]


def _month(day: date) -> str:
    return day.isoformat()[:7]
