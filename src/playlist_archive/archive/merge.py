"""Record + Snapshot + day → Record. Pure: no clock, no disk, no network."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import NamedTuple

from .model import FACTS, Item, Reason, Record, Snapshot, Span, Track, Unavailable, by_identity, facts

DRIFT_PERCENT = 1
"""Likes that drift by this share of the number shown are a change (formats.md, "Only real changes are written")."""


class _Presence(NamedTuple):
    """When a track belonged: the dates of a `Track`, without its facts."""

    added_on: date
    upper_bound: bool
    spans: tuple[Span, ...]


class Difference(NamedTuple):
    """The tracks that came and went between two records, by identity."""

    added: tuple[Track, ...]
    removed: tuple[Track, ...]


def merge(record: Record | None, snapshot: Snapshot, *, today: date, alias: str | None = None) -> Record:
    """The record after `snapshot` was seen on `today`; `record` itself where no reader would see a difference.

    `record` is None for the first snapshot of a playlist.
    """
    merged = _merged(record, snapshot, today, alias)
    if record is None or _differs(record, merged):
        return merged
    return record


def merge_unchanged(record: Record, *, likes: int | None, alias: str | None) -> Record:
    """The record of a playlist that still has the same snapshot: only its alias, or its likes, may be new."""
    shown = likes if _likes_drifted(record.likes, likes) else record.likes
    if (shown, alias) == (record.likes, record.alias):
        return record
    return record.model_copy(update={"likes": shown, "alias": alias})


def mark_unavailable(record: Record, *, today: date, reason: Reason) -> Record:
    """The record of a playlist that Spotify does not serve: everything is kept; an older mark stays."""
    if record.unavailable:
        return record
    return record.model_copy(update={"unavailable": Unavailable(since=today, reason=reason)})


def difference(old: Record | None, new: Record) -> Difference:
    """Which tracks came and went, each identity once, in playlist order."""
    before = by_identity(old.tracks) if old else {}
    after = by_identity(new.tracks)
    return Difference(
        added=tuple(track for uri, track in after.items() if uri not in before),
        removed=tuple(track for uri, track in before.items() if uri not in after),
    )


def _merged(record: Record | None, snapshot: Snapshot, today: date, alias: str | None) -> Record:
    dates = _dates_given(snapshot.items, today)
    present = by_identity(record.tracks) if record else {}
    gone = by_identity(record.removed) if record else {}
    first = record is None
    presences = {
        uri: _presence(present.get(uri), gone.get(uri), given, today, first=first) for uri, given in dates.items()
    }
    left = [_left(track, today) for uri, track in present.items() if uri not in dates]
    stayed_away = [track for uri, track in gone.items() if uri not in dates]
    return Record(
        id=snapshot.id,
        name=snapshot.name,
        alias=alias,
        description=snapshot.description,
        owner=snapshot.owner,
        likes=snapshot.likes,
        snapshot_id=snapshot.snapshot_id,
        first_archived=record.first_archived if record else today,
        null_items=snapshot.null_items,
        tracks=tuple(_track(item, presences[item.uri], present.get(item.uri)) for item in snapshot.items),
        removed=tuple(sorted([*stayed_away, *left], key=leaving_order)),
    )


def _presence(present: Track | None, gone: Track | None, given: date | None, today: date, *, first: bool) -> _Presence:
    """When a track that is there today belonged, from what the record knew and the day that Spotify gives."""
    if present:
        return _still_there(_present(present), given)
    if gone and gone.removed_on:
        came = given if given and given >= gone.removed_on else max(today, gone.removed_on)
        spans = (*gone.spans, Span(gone.added_on, gone.removed_on))
        return _still_there(_Presence(came, gone.upper_bound, spans), given)
    return _Presence(given or today, upper_bound=first and given is None, spans=())


def _present(track: Track) -> _Presence:
    return _Presence(track.added_on, track.upper_bound, track.spans)


def _left(track: Track, today: date) -> Track:
    """The track as one that went; never before it came, which Spotify may date after the day of the run."""
    return track.model_copy(update={"removed_on": max(today, track.added_on)})


def _still_there(known: _Presence, given: date | None) -> _Presence:
    """An earlier day than the known one replaces it; a later one never does."""
    if given is None:
        return known
    if not known.spans:
        return known if given > known.added_on else _Presence(given, upper_bound=False, spans=())
    if given >= known.spans[-1].removed_on:
        return known._replace(added_on=min(known.added_on, given))
    earliest, *later = known.spans
    if given > earliest.added_on:
        return known
    return known._replace(upper_bound=False, spans=(Span(given, earliest.removed_on), *later))


def _dates_given(items: Iterable[Item], today: date) -> dict[str, date | None]:
    """For each identity the earliest day that Spotify gives, for one listed twice has two.

    Nothing was added after it was seen: such a day counts as not given. A run across midnight may see tomorrow's.
    """
    latest = today + timedelta(days=1)
    dates: dict[str, date | None] = {}
    for item in items:
        known, given = dates.get(item.uri), item.added_on
        given = given if given and given <= latest else None
        dates[item.uri] = min(known, given) if known and given else known or given
    return dates


def _track(item: Item, presence: _Presence, known: Track | None) -> Track:
    """The track of a row: the known one where nothing is new of it, which spares the making of most tracks."""
    if known and facts(known) == facts(item) and _present(known) == presence:
        return known
    return Track(**dict(zip(FACTS, facts(item), strict=True)), **presence._asdict())


def leaving_order(track: Track) -> tuple[date | None, str]:
    """Sorts tracks that left: by day, then by identity."""
    return (track.removed_on, track.uri)


def _differs(old: Record, new: Record) -> bool:
    """Whether a reader would see it: the snapshot id, small drifts of the likes and null items alone are no change."""
    quiet = {"likes": old.likes, "snapshot_id": old.snapshot_id, "null_items": old.null_items}
    return _likes_drifted(old.likes, new.likes) or new.model_copy(update=quiet) != old


def _likes_drifted(shown: int | None, now: int | None) -> bool:
    """Likes that were not given today are no change; the first ones ever given are."""
    if now is None:
        return False
    return shown is None or (now != shown and abs(now - shown) * 100 >= shown * DRIFT_PERCENT)
