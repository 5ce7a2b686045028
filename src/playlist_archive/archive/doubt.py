"""Whether what a run saw is to be believed (docs/design.md, "Doubt"). Pure: no clock, no disk, no network.

One answer may be well-formed and wrong. A list has *signs* of doubt; a run with many such lists is not believed for
them, nor is a list alone that changed though Spotify says that nobody edited it. What is doubted is remembered, and
believed when a later run sees the same.
"""

import hashlib
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final, NamedTuple

from .facts import is_unedited, with_withdrawn_rows
from .habit import is_replaced_now_and_then
from .identity import renumbered, same_names
from .ids import PlaylistId
from .model import Item, Record, Snapshot, Track, by_identity

SUSPECT_FROM: Final = 3
"""So many lists with signs, and more than half of those that were served, are a fault of Spotify's or of the app's."""

FEW: Final = 3
"""So many songs may come or go in a list that nobody edited: Spotify withdraws some."""

SMALLEST: Final = 2
"""Songs from which on a list can lose most of them; a list that becomes empty is doubted whatever its size."""

ENOUGH: Final = 5
"""New songs from which on a list can have grown too much."""

BELIEVED_AFTER: Final = timedelta(hours=6)

PAGES: Final = (50, 100)
"""Rows of a page of Spotify's answers."""


class Sign(StrEnum):
    """Why what was seen of a list is doubted: a sentence about it."""

    EMPTY = "all songs are missing"
    LOST = "more than half of the songs are missing"
    REPLACED = "more than half of the songs are missing, and others are there"
    CUT = "all songs after a full page of the answer are missing"
    NULLS = "many rows are empty"
    EARLIER = "most songs have an earlier day of addition than before"
    RENUMBERED = "most songs have another id under the same name"
    RENAMED = "most songs have another name under the same id"
    GREW = "the songs are more than twice as many as before"
    SAME = "another playlist has the very same songs"
    FOREIGN = "most new songs are those of another playlist"
    UNEDITED = "songs came or went, though Spotify says that nobody edited it"
    NOT_SERVED = "Spotify does not serve it any more"


ALONE: Final = frozenset({Sign.CUT, Sign.UNEDITED})
"""Signs that are enough to doubt one list by itself."""


class Suspect(NamedTuple):
    """A list that has signs of doubt, or may have when it is compared with others.

    `snapshot` is what was seen of it, None for a list that Spotify does not serve any more.
    """

    playlist_id: PlaylistId
    snapshot: Snapshot | None
    signs: tuple[Sign, ...]
    digest: str


class Doubt(NamedTuple):
    """What is remembered of a list that was not believed: when that was seen first, why, and a digest of it."""

    playlist_id: PlaylistId
    at: datetime
    sign: Sign
    digest: str


class Judgement(NamedTuple):
    """Which suspects are not believed, and since which day others are seen to be as they are.

    `is_run_doubted` tells whether so many are doubted that the run itself is the reason.
    """

    doubted: Mapping[PlaylistId, Doubt]
    since: Mapping[PlaylistId, date]
    is_run_doubted: bool


def signs(record: Record | None, snapshot: Snapshot) -> tuple[Sign, ...]:
    """The signs that a list has by itself; none for one that was never seen before."""
    if record is None:
        return ()
    change = _Change.of(record, snapshot)
    found = [
        *_of_contents(record, snapshot, change),
        *([Sign.NULLS] if _has_many_nulls(record, snapshot) else []),
        *_of_facts(change),
    ]
    return tuple([*found, Sign.UNEDITED] if _is_unexplained(record, snapshot, change, found) else found)


def digest(snapshot: Snapshot) -> str:
    """A short text that is the same for the same songs with the same days, whatever their order and all else."""
    rows = sorted({f"{item.uri} {item.added_on}" for item in snapshot.items})
    return _hashed([*rows, str(snapshot.null_items)])


def digest_of_reason(reason: str) -> str:
    """The digest for a list that is not served."""
    return _hashed([reason])


def judge(
    suspects: Iterable[Suspect],
    known: Mapping[PlaylistId, Doubt],
    *,
    served: int,
    at: datetime,
    believes: bool = False,
) -> Judgement:
    """What becomes of the suspects of a run at the moment `at`, when `served` lists were answered in all.

    `known` is what is doubted already. A run that `believes` doubts nothing.
    """
    signed = [suspect for suspect in suspects if suspect.signs]
    since = {suspect.playlist_id: at.date() for suspect in signed} if believes else {}
    since |= {found.playlist_id: _since(found, known, at) for found in signed if _is_confirmed(found, known, at)}
    open_ones = [suspect for suspect in signed if suspect.playlist_id not in since]
    is_run_doubted = len(open_ones) >= SUSPECT_FROM and len(open_ones) * 2 > served
    doubted = [suspect for suspect in open_ones if is_run_doubted or ALONE & {*suspect.signs}]
    return Judgement({found.playlist_id: _doubt(found, known, at) for found in doubted}, since, is_run_doubted)


class _Change(NamedTuple):
    """What differs between a record and a snapshot, by identity; songs under a new id did not change."""

    known: Mapping[str, Track]
    rows: Mapping[str, Item]
    left: tuple[Track, ...]
    new: tuple[Item, ...]
    renumbered: int

    @classmethod
    def of(cls, record: Record, seen: Snapshot) -> "_Change":
        snapshot = with_withdrawn_rows(record, seen)
        known = by_identity(record.tracks)
        rows = {item.uri: item for item in snapshot.items}
        left = {uri: track for uri, track in known.items() if uri not in rows}
        new = {uri: item for uri, item in rows.items() if uri not in known}
        pairs = renumbered(left.values(), new.values())
        others = {track.uri for track in pairs.values()}
        return cls(
            known,
            rows,
            tuple(track for uri, track in left.items() if uri not in others),
            tuple(item for uri, item in new.items() if uri not in pairs),
            len(pairs),
        )


def _has_many_nulls(record: Record, snapshot: Snapshot) -> bool:
    """In a list that nobody edited, null rows remove nothing: there only a list that is mostly null is strange."""
    new = snapshot.null_items - record.null_items
    size = len(record.tracks)
    return new > max(FEW, size // 2 if is_unedited(record, snapshot) else size // 10)


def _of_contents(record: Record, snapshot: Snapshot, change: _Change) -> list[Sign]:
    """At most one sign: what most of the songs did."""
    if record.tracks and not snapshot.items:
        return [Sign.EMPTY]
    most = len(change.known) // 2
    if _is_cut(record, snapshot, change):
        return [Sign.CUT]
    if len(change.known) >= SMALLEST and change.renumbered + same_names(change.left, change.new) > most:
        return [Sign.RENUMBERED]
    if len(change.known) >= SMALLEST and len(change.left) > most:
        return _of_loss(record, change)
    return [Sign.GREW] if len(change.new) > max(ENOUGH, len(change.known)) else []


def _of_loss(record: Record, change: _Change) -> list[Sign]:
    """A list that was replaced before is not doubted for being replaced again."""
    if len(change.rows) * 2 < len(change.known):
        return [Sign.LOST]
    return [] if is_replaced_now_and_then(record) else [Sign.REPLACED]


def _of_facts(change: _Change) -> list[Sign]:
    both = [(change.known[uri], item) for uri, item in change.rows.items() if uri in change.known]
    earlier = sum(_is_earlier(track, item) for track, item in both)
    renamed = sum(bool(item.name) and item.name != track.name for track, item in both)
    return [
        *([Sign.EARLIER] if earlier >= SMALLEST and earlier * 2 > len(both) else []),
        *([Sign.RENAMED] if renamed >= SMALLEST and renamed * 2 > len(both) else []),
    ]


def _is_earlier(track: Track, item: Item) -> bool:
    """Whether Spotify gives an earlier day than the one that it gave for the same time."""
    is_clocks = track.upper_bound or track.observed
    return bool(item.added_on and not is_clocks and item.added_on < track.first_added)


def _is_cut(record: Record, snapshot: Snapshot, change: _Change) -> bool:
    """Whether exactly the first pages of the known rows are left."""
    size = len(snapshot.items)
    if len(change.left) <= FEW or size not in PAGES or change.new or size >= len(record.tracks):
        return False
    return all(item.uri == track.uri for item, track in zip(snapshot.items, record.tracks, strict=False))


def _is_unexplained(record: Record, snapshot: Snapshot, change: _Change, found: Iterable[Sign]) -> bool:
    """Whether more changed than Spotify may withdraw, though nobody edited the list."""
    if not is_unedited(record, snapshot):
        return False
    return len(change.left) + len(change.new) > FEW or bool({Sign.EMPTY, Sign.RENUMBERED} & {*found})


def _is_confirmed(suspect: Suspect, known: Mapping[PlaylistId, Doubt], at: datetime) -> bool:
    """Whether a run that is long enough ago saw the same."""
    doubt = known.get(suspect.playlist_id)
    if doubt is None or not _is_same(suspect, doubt):
        return False
    return at - doubt.at >= BELIEVED_AFTER or at.date() > doubt.at.date()


def _since(suspect: Suspect, known: Mapping[PlaylistId, Doubt], at: datetime) -> date:
    """The day on which the very same was seen first."""
    doubt = known[suspect.playlist_id]
    return doubt.at.date() if doubt.digest == suspect.digest else at.date()


def _is_same(suspect: Suspect, doubt: Doubt) -> bool:
    """Songs that are replaced every time are never the same: that they are replaced again is enough."""
    is_replaced = suspect.signs == (Sign.REPLACED,) and doubt.sign == Sign.REPLACED
    return is_replaced or suspect.digest == doubt.digest


def _doubt(suspect: Suspect, known: Mapping[PlaylistId, Doubt], at: datetime) -> Doubt:
    """The doubt as it is known already, where the same was seen."""
    doubt = known.get(suspect.playlist_id)
    is_same = doubt is not None and _is_same(suspect, doubt)
    return doubt if doubt and is_same else Doubt(suspect.playlist_id, at, suspect.signs[-1], suspect.digest)


def _hashed(lines: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(lines).encode("utf-8", "replace")).hexdigest()[:16]
