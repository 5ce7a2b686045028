"""The state of the timelines' cache: up to which commit it goes, and what it was made of."""

from collections.abc import Collection
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Annotated, Final

from pydantic import AfterValidator, BaseModel, ConfigDict

from ..archive.formats import refuse_newer
from ..archive.ids import PlaylistId, parse_playlist_id
from ..git.messages import messages
from ..git.repository import GitError
from ..git.versions import Place, has_ancestor, place
from .forgotten import FORGET
from .timeline import TIMELINE_FORMAT

STATE: Final = "state.json"
CACHE: Final = "the cache in git's folder"


class CacheState(BaseModel):
    """The last commit in the cache, and the sources of the cache. `days` are the days in the commits themselves."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: int
    head: str
    prefix: str
    border: tuple[str, ...]
    days: tuple[date, ...] = ()
    ids: tuple[Annotated[PlaylistId, AfterValidator(parse_playlist_id)], ...] = ()


def read_state(place: Place) -> CacheState | None:
    """The state of the cache, None if no cache fits the clone."""
    try:
        state = CacheState.model_validate_json((place.cache / STATE).read_bytes())
    except (OSError, ValueError):
        return None
    expected = nothing(place)
    fits = (state.format, state.prefix, state.border) == (expected.format, expected.prefix, expected.border)
    return state if fits else None


def refuse_newer_cache(place: Place) -> None:
    """Checks that no newer program made the cache.

    Raises:
        NewerFormatError: a newer program made it.
    """
    with suppress(OSError):
        refuse_newer((place.cache / STATE).read_bytes(), CACHE, known=TIMELINE_FORMAT)


def nothing(place: Place) -> CacheState:
    """The state of an empty cache of this clone."""
    border = tuple(sorted(place.border))
    return CacheState(format=TIMELINE_FORMAT, head=place.head, prefix=place.prefix, border=border)


def known_to_git(root: Path) -> Collection[PlaylistId]:
    """The playlists in the git history, if the cache can tell them without reading new commits. Otherwise none."""
    with suppress(GitError):
        found = place(root)
        state = read_state(found)
        if state and _still_holds(root, state, found):
            return state.ids
    return ()


def _still_holds(root: Path, state: CacheState, found: Place) -> bool:
    """Whether the history up to the state is part of today's, and no day of it was forgotten since."""
    if state.head == found.head:
        return True
    return has_ancestor(root, state.head, found.head) and not messages(root, f"{state.head}..{found.head}", FORGET)
