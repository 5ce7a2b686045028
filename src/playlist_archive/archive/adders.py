"""Removes the users who added songs. These ids of other people are optional in an archive (`ARCHIVE_ADDED_BY`)."""

from .model import Record, Snapshot


def without_adders(seen: Snapshot) -> Snapshot:
    """The same playlist, without the users who added its songs."""
    return seen._replace(items=tuple(item._replace(added_by=None) for item in seen.items))


def record_without_adders(record: Record) -> Record:
    """The same record, without the users who added its songs; `record` itself if it names none."""
    kept = {
        name: tuple(track.model_copy(update={"added_by": None}) if track.added_by else track for track in tracks)
        for name, tracks in (("tracks", record.tracks), ("removed", record.removed))
        if any(track.added_by for track in tracks)
    }
    return record.model_copy(update=kept) if kept else record
