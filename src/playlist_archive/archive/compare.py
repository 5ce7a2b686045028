"""Finds the signs of doubt that show only if lists are compared with each other. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from .doubt import Sign, Suspect
from .ids import PlaylistId
from .judgement import SUSPECT_FROM
from .model import Record, Snapshot

ENOUGH: Final = 5
"""The fewest songs for a comparison of lists. Fewer songs may be in two lists by chance."""


def may_be_foreign(record: Record | None, snapshot: Snapshot) -> bool:
    """Whether so many songs are new to the list that they may belong to another list."""
    return record is not None and is_many(strangers(record, snapshot), snapshot)


def tells_apart(snapshot: Snapshot) -> bool:
    """Whether the list is so long that no other list has the same songs by chance."""
    return len(snapshot.items) >= ENOUGH


def strangers(record: Record | None, snapshot: Snapshot) -> frozenset[str]:
    """The identities that are new to the list."""
    known = {track.uri for track in (*record.tracks, *record.removed)} if record else set()
    return frozenset(item.uri for item in snapshot.items if item.uri not in known)


def compared(
    suspects: Sequence[Suspect],
    new: Mapping[PlaylistId, frozenset[str]],
    others: Iterable[tuple[PlaylistId, frozenset[str]]],
    before: Mapping[PlaylistId, frozenset[str]],
) -> list[Suspect]:
    """The suspects, with the signs that only a comparison shows.

    `new` has the identities that are new to each suspect. `others` has the known songs of each list. `before` has the
    songs that each suspect had. Lists that were equal before may be equal again.
    """
    wanted: dict[str, list[PlaylistId]] = {}
    for playlist_id, identities in new.items():
        for identity in identities:
            wanted.setdefault(identity, []).append(playlist_id)
    foreign = _foreign(wanted, new, others)
    alike: dict[str, set[frozenset[str]]] = {}
    for suspect in suspects:
        if suspect.snapshot and suspect.snapshot.items:
            alike.setdefault(suspect.digest, set()).add(before[suspect.playlist_id])
    twins = {text for text, songs in alike.items() if len(songs) > 1}
    return [
        suspect._replace(
            signs=_joined(suspect, is_foreign=suspect.playlist_id in foreign, are_alike=suspect.digest in twins)
        )
        for suspect in suspects
    ]


def newcomers(new: Mapping[PlaylistId, str], suspects: Iterable[Suspect]) -> list[Suspect]:
    """The lists that were never seen before, as suspects. Several lists with the same songs have the sign `ALIKE`.

    The lists of other `suspects` count too. Two lists may well be equal, but nobody makes three by chance.
    """
    counts = Counter([*new.values(), *(suspect.digest for suspect in suspects)])
    return [
        Suspect(playlist_id, None, (Sign.NEW, *([Sign.ALIKE] if counts[text] >= SUSPECT_FROM else [])), text)
        for playlist_id, text in new.items()
    ]


def _foreign(
    wanted: Mapping[str, Sequence[PlaylistId]],
    new: Mapping[PlaylistId, frozenset[str]],
    others: Iterable[tuple[PlaylistId, frozenset[str]]],
) -> set[PlaylistId]:
    """The suspects whose new songs are mostly (two thirds or more) in one other list."""
    found = set()
    for other, identities in others:
        shared = Counter(playlist_id for uri in identities & wanted.keys() for playlist_id in wanted[uri])
        found |= {name for name, count in shared.items() if name != other and count * 3 >= len(new[name]) * 2}
    return found


def _joined(suspect: Suspect, *, is_foreign: bool, are_alike: bool) -> tuple[Sign, ...]:
    told = [*suspect.signs, *([Sign.FOREIGN] if is_foreign else []), *([Sign.SAME] if are_alike else [])]
    return tuple(dict.fromkeys(told))


def is_many(new: frozenset[str], snapshot: Snapshot) -> bool:
    """Whether enough songs of a list are new for a comparison with other lists."""
    return len(new) >= ENOUGH and len(new) * 10 >= len(snapshot.items)
