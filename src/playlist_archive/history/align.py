"""Compares two orders of rows: which rows stayed, moved, left and joined. Pure."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Hashable, Sequence
from operator import lt
from typing import NamedTuple

Pair = tuple[int, int]
"""The positions of a row in the old and in the new order, counted from 0."""


class Alignment(NamedTuple):
    """The rows that stayed, moved, left and joined. `kept` and `moved` ascend by old position, the others too.

    `kept` are the rows of the longest sequence that both orders share. So `moved` has the fewest possible rows.
    """

    kept: list[Pair]
    moved: list[Pair]
    removed: list[int]
    added: list[int]


def align(old: Sequence[Hashable], new: Sequence[Hashable]) -> Alignment:
    """The alignment of two orders. Equal rows are paired in turn: first with first, second with second."""
    head = _common(old, new)
    tail = _common(old[head:][::-1], new[head:][::-1])
    ends = (len(old) - tail, len(new) - tail)
    pairs, removed, added = _paired(old, new, head, ends)
    staying, moved = _parted(pairs)
    kept = [(position, position) for position in range(head)]
    kept += staying
    kept += [(ends[0] + offset, ends[1] + offset) for offset in range(tail)]
    return Alignment(kept, moved, removed, added)


def _common(old: Sequence[Hashable], new: Sequence[Hashable]) -> int:
    """The number of equal rows at the beginning of both orders."""
    for number, (one, other) in enumerate(zip(old, new, strict=False)):
        if one != other:
            return number
    return min(len(old), len(new))


def _paired(
    old: Sequence[Hashable], new: Sequence[Hashable], head: int, ends: Pair
) -> tuple[list[Pair], list[int], list[int]]:
    """The pairs, the unpaired old rows, and the unpaired new rows, between the common head and the ends."""
    olds, news = old[head : ends[0]], new[head : ends[1]]
    places = dict(zip(news, range(head, ends[1]), strict=True))
    if len(places) < len(news):
        olds, news = _numbered(olds), _numbered(news)
        places = dict(zip(news, range(head, ends[1]), strict=True))
    pairs: list[Pair] = []
    removed: list[int] = []
    for position, row in enumerate(olds, head):
        partner = places.pop(row, None)
        if partner is None:
            removed.append(position)
        else:
            pairs.append((position, partner))
    return pairs, removed, list(places.values())


def _numbered(rows: Sequence[Hashable]) -> list[Hashable]:
    """Each row with the number of equal rows before it, so that no two are equal."""
    seen: Counter[Hashable] = Counter()
    numbered: list[Hashable] = []
    for row in rows:
        numbered.append((row, seen[row]))
        seen[row] += 1
    return numbered


def _parted(pairs: list[Pair]) -> tuple[list[Pair], list[Pair]]:
    """The pairs that stay in the new order, nearly always all, and the pairs that moved."""
    values = [after for _, after in pairs]
    if all(map(lt, values, values[1:])):
        return pairs, []
    stays = set(_longest_ascent(values))
    staying = [pair for number, pair in enumerate(pairs) if number in stays]
    return staying, [pair for number, pair in enumerate(pairs) if number not in stays]


def _longest_ascent(values: Sequence[int]) -> list[int]:
    """The positions of a longest ascending subsequence, in n log n steps."""
    ends: list[int] = []
    last: list[int] = []
    before: list[int] = []
    for number, value in enumerate(values):
        length = bisect_left(ends, value)
        before.append(last[length - 1] if length else -1)
        if length == len(ends):
            ends.append(value)
            last.append(number)
        else:
            ends[length], last[length] = value, number
    found = []
    number = last[-1] if last else -1
    while number >= 0:
        found.append(number)
        number = before[number]
    return found[::-1]
