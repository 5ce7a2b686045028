"""The likes that an old archive noted day by day, from 2023 on: `followers/<id>.json`."""

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
"""Day → how many likes a playlist had on it."""

_LIKES: Final = TypeAdapter(dict[date, Annotated[int, Field(ge=0, le=LARGEST_NUMBER)]])


def read_likes(
    git: Git, lists: Mapping[PlaylistId, Sequence[Version]], playlists: Iterable[PlaylistId], faults: list[Fault]
) -> Mapping[PlaylistId, LikesByDay]:
    """The likes of these playlists, by the newest list of each, and by those after which a list had less in it.

    Raises:
        SourceError: git cannot read them.
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
    """The versions that the next one is no longer than, and the last one: a list only grows, by a day at a time."""
    yield from (before for before, after in pairwise(versions) if size[after] <= size[before])
    yield from versions[-1:]


def with_shown(likes: LikesByDay, days: Iterable[Dated]) -> LikesByDay:
    """The likes, and those of the pages for days that no list has."""
    shown = {day: snapshot.likes for day, snapshot in days if snapshot.likes is not None}
    return {**shown, **likes}
