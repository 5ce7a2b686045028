"""Merges record, snapshot and day into a new record. Pure: no clock, no disk, no network."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import NamedTuple

from .facts import best_of_twins, completed, completed_list, with_withdrawn_rows
from .identity import renumbered
from .model import FACTS, Item, Reason, Record, Snapshot, Track, Unavailable, by_identity, facts
from .presence import Presence, came_back, first_seen, presence_of, still_there

DRIFT_PERCENT = 1
"""Likes change if they differ by this share of the shown number (docs/formats.md, "What counts as a real change")."""


class Difference(NamedTuple):
    """The tracks that came and went between two records, by identity."""

    added: tuple[Track, ...]
    removed: tuple[Track, ...]


def merge(record: Record | None, snapshot: Snapshot, *, today: date, alias: str | None = None) -> Record:
    """The record after `snapshot` was seen on `today`; `record` itself if no reader would see a difference.

    `record` is None for the first snapshot of a playlist.
    """
    merged = _merged(record, snapshot, today, alias)
    if record is None or _differs(record, merged):
        return merged
    return record


def merge_unchanged(record: Record, *, likes: int | None, alias: str | None) -> Record:
    """The record of a playlist with an unchanged snapshot: only its alias or its likes may be new."""
    shown = likes if likes_drifted(record.likes, likes) else record.likes
    if (shown, alias) == (record.likes, record.alias):
        return record
    return record.model_copy(update={"likes": shown, "alias": alias})


def mark_unavailable(record: Record, *, today: date, reason: Reason) -> Record:
    """The record of a playlist that Spotify does not serve. It keeps everything, including an older mark."""
    if record.unavailable:
        return record
    return record.model_copy(update={"unavailable": Unavailable(since=today, reason=reason)})


def difference(old: Record | None, new: Record) -> Difference:
    """The tracks that came and went, each identity once, in playlist order. Tracks with a new id are not included."""
    before = by_identity(old.tracks) if old else {}
    after = by_identity(new.tracks)
    added = {uri: track for uri, track in after.items() if uri not in before}
    removed = {uri: track for uri, track in before.items() if uri not in after}
    for uri, track in renumbered(removed.values(), added.values()).items():
        del added[uri], removed[track.uri]
    return Difference(added=tuple(added.values()), removed=tuple(removed.values()))


def _merged(record: Record | None, seen: Snapshot, today: date, alias: str | None) -> Record:
    snapshot = with_withdrawn_rows(record, completed_list(record, seen))
    dates = _dates_given(snapshot.items, today)
    present = _under_their_new_ids(record, snapshot.items, dates)
    departed = by_identity(record.removed) if record else {}
    presences = {
        uri: _presence(present.get(uri), departed.get(uri), given, today, first=record is None)
        for uri, given in dates.items()
    }
    left = [_left(track, today) for uri, track in present.items() if uri not in dates]
    stayed_away = [track for uri, track in departed.items() if uri not in dates]
    return Record(
        id=snapshot.id,
        name=snapshot.name,
        alias=alias,
        description=snapshot.description,
        owner=snapshot.owner,
        likes=snapshot.likes,
        snapshot_id=snapshot.snapshot_id,
        first_archived=record.first_archived if record else today,
        private=snapshot.private if snapshot.private is not None else record is not None and record.private,
        null_items=snapshot.null_items,
        tracks=_tracks(_completed(record, snapshot.items, present, departed), presences, present),
        removed=tuple(sorted([*stayed_away, *left], key=leaving_order)),
    )


def _under_their_new_ids(
    record: Record | None, items: Iterable[Item], dates: Mapping[str, date | None]
) -> dict[str, Track]:
    """The tracks of the record, by their current identity."""
    if record is None:
        return {}
    present = by_identity(record.tracks)
    known = present.keys() | {track.uri for track in record.removed}
    left = [track for uri, track in present.items() if uri not in dates]
    new = [item for item in items if item.uri not in known] if left else []
    for uri, track in renumbered(left, new).items():
        del present[track.uri]
        present[uri] = track.model_copy(update={"uri": uri})
    return present


def _completed(
    record: Record | None, items: Iterable[Item], present: Mapping[str, Track], departed: Mapping[str, Track]
) -> tuple[Item, ...]:
    """The rows, with known facts of their songs in place of empty ones."""
    rows = tuple(items)
    before = (*record.tracks, *record.removed) if record else ()
    known: dict[str, Item | Track] = {**departed, **present, **best_of_twins(rows, before)}
    return tuple(completed(row, known.get(row.uri)) for row in rows)


def _tracks(
    items: Iterable[Item], presences: Mapping[str, Presence], present: Mapping[str, Track]
) -> tuple[Track, ...]:
    return tuple(_track(item, presences[item.uri], present.get(item.uri)) for item in items)


def _presence(
    present: Track | None, departed: Track | None, given: date | None, today: date, *, first: bool
) -> Presence:
    """The times of a track that is there today, from the record and Spotify's day."""
    if present:
        return still_there(presence_of(present), given)
    if departed:
        return came_back(departed, given, today)
    return first_seen(given, today, first=first)


def _left(track: Track, today: date) -> Track:
    """The track as removed. Its removal is never before its addition, which Spotify may date later than the run."""
    return track.model_copy(update={"removed_on": max(today, track.added_on)})


def _dates_given(items: Iterable[Item], today: date) -> dict[str, date | None]:
    """Identity → the earliest day that Spotify gives for it, since an identity may have several rows.

    A day after the run counts as not given. Tomorrow is possible, if the run crosses midnight.
    """
    latest = today + timedelta(days=1)
    dates: dict[str, date | None] = {}
    for item in items:
        known, given = dates.get(item.uri), item.added_on
        given = given if given and given <= latest else None
        dates[item.uri] = min(known, given) if known and given else known or given
    return dates


def _track(item: Item, presence: Presence, known: Track | None) -> Track:
    """The track of a row: the known track if nothing is new, which saves making most tracks."""
    if known and facts(known) == facts(item) and presence_of(known) == presence:
        return known
    return Track(**dict(zip(FACTS, facts(item), strict=True)), **presence._asdict())


def leaving_order(track: Track) -> tuple[date | None, str]:
    """Sorts removed tracks by day, then by identity."""
    return (track.removed_on, track.uri)


def _differs(old: Record, new: Record) -> bool:
    """Whether a reader would see a difference. The snapshot id, small drifts of likes, and null items do not count."""
    quiet = {"likes": old.likes, "snapshot_id": old.snapshot_id, "null_items": old.null_items}
    return likes_drifted(old.likes, new.likes) or new.model_copy(update=quiet) != old


def likes_drifted(shown: int | None, now: int | None) -> bool:
    """Whether the likes changed: not if Spotify gave none today, but always if Spotify never gave any before."""
    if now is None:
        return False
    return shown is None or (now != shown and abs(now - shown) * 100 >= shown * DRIFT_PERCENT)
