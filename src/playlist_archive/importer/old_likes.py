"""Reads the likes that an old archive noted per day, from 2023 on: `followers/<id>.json`."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import pairwise
from typing import Annotated, Final

from pydantic import Field, TypeAdapter, ValidationError

from ..archive.ids import PlaylistId
from ..git.repository import Git
from ..spotify.responses import LARGEST_NUMBER
from .old_archive import Dated
from .old_log import Fault, Version, sizes, texts

LikesByDay = Mapping[date, int]
"""Day → the playlist's number of likes on it."""

_LIKES: Final = TypeAdapter(dict[date, Annotated[int, Field(ge=0, le=LARGEST_NUMBER)]])


def read_likes(
    git: Git, lists: Mapping[PlaylistId, Sequence[Version]], playlists: Iterable[PlaylistId], faults: list[Fault]
) -> Mapping[PlaylistId, LikesByDay]:
    """The likes of these playlists, from the newest version of each list, and from versions that a later one shortened.

    Raises:
        SourceError: git cannot read the lists.
    """
    wanted = {version: name for name in playlists for version in lists.get(name, ())}
    known = dict(zip(wanted, sizes(git, [*wanted]), strict=True))
    chosen = {version: name for name in playlists for version in _before_losses(lists.get(name, ()), known)}
    found: dict[PlaylistId, dict[date, int]] = {}
    for version, text in texts(git, [*chosen], faults):
        try:
            found.setdefault(chosen[version], {}).update(_LIKES.validate_json(text))
        except ValidationError:
            faults.append(Fault(version.commit, version.path, "it is no list of days and likes"))
    return found


def _before_losses(versions: Sequence[Version], size: Mapping[Version, int]) -> Iterator[Version]:
    """Each version before a version that is not longer, and the last version. Undamaged lists only grow."""
    yield from (before for before, after in pairwise(versions) if size[after] <= size[before])
    yield from versions[-1:]


def with_shown(likes: LikesByDay, days: Iterable[Dated]) -> LikesByDay:
    """The likes of the lists, and for missing days the likes on the pages."""
    shown = {day: snapshot.likes for day, snapshot in days if snapshot.likes is not None}
    return {**shown, **likes}
