"""Takes playlists of another archive over: merges their days as a run would have, and joins them with what is here."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from ..archive.ids import PlaylistId
from ..archive.model import Record
from ..archive.registry import ALIAS_CHARACTERS, Registry
from ..archive.store import Store
from ..untrusted import UNPRINTABLE
from .fold import Fold
from .join import days_of, precede, until
from .old_archive import Dated, OldArchive, read
from .old_likes import LikesByDay, read_likes, with_shown
from .old_log import Fault
from .source import SourceError, opened


class Choice(NamedTuple):
    """Which playlists to take over: those named, which are registered then; or all; or else those of the registry."""

    named: tuple[PlaylistId, ...] = ()
    every: bool = False


class Adopted(NamedTuple):
    """A playlist that was taken over.

    `record` is what the archive holds of it now; `is_new` tells that it held nothing before. `days` are those with a
    version in the source, `first` and `last` among them.
    """

    record: Record
    is_new: bool
    days: int
    first: date
    last: date


class Import(NamedTuple):
    """What was read, and what became of it. `known` are playlists of which there was nothing older than here."""

    adopted: tuple[Adopted, ...]
    known: tuple[PlaylistId, ...]
    faults: tuple[Fault, ...]
    entries: Mapping[PlaylistId, str]
    """The registry entries to write: id → alias, empty for none."""
    days: Mapping[PlaylistId, tuple[Dated, ...]]
    commits: int = 0
    versions: int = 0
    others: int = 0
    """Playlists of the source that were not asked for."""
    likes: Mapping[PlaylistId, LikesByDay] = MappingProxyType({})


def read_import(
    root: Path,
    source: str,
    registry: Registry,
    choice: Choice,
    *,
    today: date,
    progress: Callable[[], None] = lambda: None,
) -> Import:
    """What an old archive adds to the one in `root`; nothing is written. No commit is younger than `today`.

    Raises:
        SourceError: there is no old archive, or it has none of the playlists.
        RecordError: a record that is here cannot be read.
    """
    records = Records(root)
    with opened(source) as repository:
        found = read(repository, until=records.begin, today=today, progress=progress)
        chosen = choose(found.days, registry, choice)
        faults = [*found.faults]
        likes = read_likes(repository.git, found.lists, chosen, faults)
    imported = adopt(found, chosen, registry, choice, records.record)
    shown = {name: with_shown(likes.get(name, {}), found.days[name]) for name in chosen}
    return imported._replace(faults=tuple(faults), likes=shown)


def adopt(
    found: OldArchive,
    chosen: Iterable[PlaylistId],
    registry: Registry,
    choice: Choice,
    record_of: Callable[[PlaylistId], Record | None],
) -> Import:
    """What the chosen playlists of an old archive become, beside the records that are here. Pure."""
    adopted: list[Adopted] = []
    known: list[PlaylistId] = []
    for playlist_id in chosen:
        ours = record_of(playlist_id)
        if older := _older(found, playlist_id, ours, registry):
            record = precede(older, ours) if ours else older
            days = [dated.day for dated in found.days[playlist_id]] or days_of(older)
            adopted.append(Adopted(record, ours is None, len(days), days[0], days[-1]))
        else:
            known.append(playlist_id)
    entries = {name: _alias(found.aliases.get(name, "")) for name in choice.named if name not in registry.named}
    taken = {one.record.id: found.days[one.record.id] for one in adopted}
    others = len(found.days) - len(adopted) - len(known)
    return Import(tuple(adopted), tuple(known), found.faults, entries, taken, found.commits, found.versions, others)


def _older(found: OldArchive, playlist_id: PlaylistId, ours: Record | None, registry: Registry) -> Record | None:
    """What the old archive knows of a playlist from before our first day; None where that is nothing."""
    alias = registry.aliases.get(playlist_id)
    if whole := found.records.get(playlist_id):
        cut = until(whole, ours.first_archived) if ours else whole
        return cut and cut.model_copy(update={"alias": alias or _alias(cut.alias or "") or None})
    days = found.days[playlist_id]
    alias = alias or _alias(found.aliases.get(playlist_id, "")) or None
    return merged(days, alias=alias) if days else None


def merged(days: Iterable[Dated], *, alias: str | None) -> Record:
    """The record after all these days, of which there is at least one."""
    fold = Fold(alias=alias)
    for day, snapshot in days:
        fold.add(snapshot, today=day)
    record = fold.record()
    assert record  # noqa: S101 - for the type checker: there was a day
    return record


class Records:
    """The records that are here, each read once."""

    def __init__(self, root: Path) -> None:
        self._store = Store(root)
        self._known: dict[PlaylistId, Record | None] = {}

    def record(self, playlist_id: PlaylistId) -> Record | None:
        """The record that is here.

        Raises:
            RecordError: it cannot be read.
        """
        if playlist_id not in self._known:
            self._known[playlist_id] = self._store.record(playlist_id)
        return self._known[playlist_id]

    def begin(self, playlist_id: PlaylistId) -> date | None:
        """Since when the playlist is archived here."""
        record = self.record(playlist_id)
        return record.first_archived if record else None


def choose(days: Mapping[PlaylistId, object], registry: Registry, choice: Choice) -> list[PlaylistId]:
    """Which of the playlists of a source are taken over.

    Raises:
        SourceError: one that was named is not among them, or none is wanted.
    """
    if missing := [name for name in choice.named if name not in days]:
        remedy = f"leave it out, or name others of its {len(days)}"
        raise SourceError(f"the old archive has no {missing[0]}", remedy)
    if choice.named or choice.every:
        return [name for name in days if choice.every or name in choice.named]
    chosen = [name for name in days if name in registry.named]
    if not chosen:
        message = f"the old archive has none of the registry's playlists, but {len(days)} others"
        raise SourceError(message, "name some, or use --all")
    return chosen


def _alias(text: str) -> str:
    """The name that an old archive gave a playlist, where it can be one of ours."""
    text = text.strip()
    return "" if UNPRINTABLE.search(text) or len(text) > ALIAS_CHARACTERS else text
