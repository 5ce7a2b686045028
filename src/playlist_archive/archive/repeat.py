"""Whether a snapshot says what the record says already: most do, so that nothing more has to be looked at. Pure."""

from .merge import likes_drifted
from .model import Item, Record, Snapshot, Track, facts


def repeats(record: Record, seen: Snapshot, *, alias: str | None) -> bool:
    """Whether it does, to the last fact, so that there is no sign of doubt and `merge` would give the record itself.

    Where it does not, `merge` may do so all the same: a small drift is no change either.
    """
    return (
        _texts(record, seen, alias)
        and len(record.tracks) == len(seen.items)
        and all(map(_is_row_of, record.tracks, seen.items))
        and not likes_drifted(record.likes, seen.likes)
    )


def _texts(record: Record, seen: Snapshot, alias: str | None) -> bool:
    """Whether all is equal that is said of the playlist itself."""
    return (
        record.unavailable is None
        and (record.id, record.name, record.alias, record.description) == (seen.id, seen.name, alias, seen.description)
        and (record.owner, record.null_items) == (seen.owner, seen.null_items)
        and seen.private in (None, record.private)
    )


def _is_row_of(track: Track, item: Item) -> bool:
    """Whether all is known of a row. A day that is only our clock's may give way to one of Spotify's."""
    return facts(track) == facts(item) and (
        item.added_on is None or (item.added_on == track.added_on and not track.observed and not track.upper_bound)
    )
