"""Takes over playlists of another archive: merges their days as a run would, and joins them with the records here."""

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
    """The playlists to take over: the named ones, which are then registered; or all; or those in the registry."""

    named: tuple[PlaylistId, ...] = ()
    every: bool = False


class Adopted(NamedTuple):
    """A playlist that was taken over.

    `record` is the archive's new record, `is_new` is true if the archive had no record before. `days` is the number of
    days with a version in the source, `first` and `last` the first and last of them.
    """

    record: Record
    is_new: bool
    days: int
    first: date
    last: date


class Import(NamedTuple):
    """The result of reading a source. `known` are playlists without older days than the archive has."""

    adopted: tuple[Adopted, ...]
    known: tuple[PlaylistId, ...]
    faults: tuple[Fault, ...]
    entries: Mapping[PlaylistId, str]
    """The registry entries to write: id → alias. An empty text means no alias."""
    days: Mapping[PlaylistId, tuple[Dated, ...]]
    commits: int = 0
    versions: int = 0
    others: int = 0
    """Playlists of the source that the user did not ask for."""
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
    """The additions of an old archive to the archive in `root`. Nothing is written. No commit is later than `today`.

    Raises:
        SourceError: the source is no old archive, or has none of the playlists.
        RecordError: a record of this archive cannot be read.
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
    """The chosen playlists of an old archive, joined with the records of this archive. Pure."""
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
    """The old archive's knowledge of a playlist before our first day, None if there is none."""
    alias = registry.aliases.get(playlist_id)
    if whole := found.records.get(playlist_id):
        cut = until(whole, ours.first_archived) if ours else whole
        return cut and cut.model_copy(update={"alias": alias or _alias(cut.alias or "") or None})
    days = found.days[playlist_id]
    alias = alias or _alias(found.aliases.get(playlist_id, "")) or None
    return merged(days, alias=alias) if days else None


def merged(days: Iterable[Dated], *, alias: str | None) -> Record:
    """The record after all these days. At least one day is needed."""
    fold = Fold(alias=alias)
    for day, snapshot in days:
        fold.add(snapshot, today=day)
    record = fold.record()
    assert record  # noqa: S101 - for the type checker: there was a day
    return record


class Records:
    """The records of this archive, each read once."""

    def __init__(self, root: Path) -> None:
        self._store = Store(root)
        self._known: dict[PlaylistId, Record | None] = {}

    def record(self, playlist_id: PlaylistId) -> Record | None:
        """The record of this archive.

        Raises:
            RecordError: the record cannot be read.
        """
        if playlist_id not in self._known:
            self._known[playlist_id] = self._store.record(playlist_id)
        return self._known[playlist_id]

    def begin(self, playlist_id: PlaylistId) -> date | None:
        """The first day of the playlist in this archive."""
        record = self.record(playlist_id)
        return record.first_archived if record else None


def choose(days: Mapping[PlaylistId, object], registry: Registry, choice: Choice) -> list[PlaylistId]:
    """The playlists of a source to take over.

    Raises:
        SourceError: a named playlist is not in the source, or no playlist is wanted.
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
    """The old archive's name of a playlist, if it is valid as an alias here."""
    text = text.strip()
    return "" if UNPRINTABLE.search(text) or len(text) > ALIAS_CHARACTERS else text
