"""Reads the likes of all playlists from the tables."""

from collections.abc import Mapping
from datetime import date

from ..archive import layout
from ..archive.ids import PlaylistId
from ..archive.store import RecordError, Store
from ..render.followers import read_table


def read_likes(store: Store) -> Mapping[PlaylistId, Mapping[date, int]]:
    """Playlist → day → likes, from all tables.

    Raises:
        RecordError: a table cannot be read.
    """
    found: dict[PlaylistId, dict[date, int]] = {}
    for path in store.files(layout.FOLLOWERS):
        try:
            rows = read_table(store.read(path) or "")
        except ValueError as error:
            raise RecordError(f"{path} cannot be read ({error})", "put it back from git history") from error
        for name, numbers in rows.items():
            days = {date.fromisoformat(day): int(number) for day, number in numbers.items()}
            found.setdefault(PlaylistId(name), {}).update(days)
    return found
