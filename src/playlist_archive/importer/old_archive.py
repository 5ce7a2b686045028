"""Reads an old archive from git: the newest version of every playlist per UTC day, as a stream."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import Final, NamedTuple

from ..archive import layout
from ..archive.ids import PlaylistId
from ..archive.model import Record, Snapshot
from .old_json import parse_or_none, read_json
from .old_log import Fault, Version, read_log, texts
from .pages import PageError, PageReader
from .source import Source, SourceError

ESCAPED_SINCE: Final = date(2021, 12, 1)
"""The day on which old archives began to escape Markdown. Pages named by id count as escaped if they look escaped."""


class Dated(NamedTuple):
    """A playlist at the end of a day."""

    day: date
    snapshot: Snapshot


class OldArchive(NamedTuple):
    """The contents of an old archive: each playlist's days in order, and the archive's names for playlists."""

    days: Mapping[PlaylistId, tuple[Dated, ...]]
    aliases: Mapping[PlaylistId, str]
    faults: tuple[Fault, ...]
    commits: int
    versions: int
    lists: Mapping[PlaylistId, Sequence[Version]] = MappingProxyType({})
    """The lists of likes, not read yet."""
    records: Mapping[PlaylistId, Record] = MappingProxyType({})
    """Playlists with all their days. Their tuple in `days` is empty."""


def read(
    source: Source,
    *,
    until: Callable[[PlaylistId], date | None],
    today: date,
    progress: Callable[[], None] = lambda: None,
) -> OldArchive:
    """The contents of a repository's branch, without the likes.

    `until` gives the day from which a playlist's pages are not wanted. Days after `today` come from a wrong clock.
    `progress` is called for each version read.

    Raises:
        SourceError: the repository is no old archive, or cannot be read.
    """
    log = read_log(source, today=today)
    chosen = list(_last_of_each_day(log.pages))
    if not chosen:
        what = "is an archive of this program" if log.ours else "has no pages of playlists"
        raise SourceError(f"the repository {what}", "name one that holds an archive in the old format")
    reader = _Reader()
    faults = [Fault(version.commit, version.path, "it is a link, and no file") for version in log.others]
    found: dict[PlaylistId, dict[date, tuple[Version, Snapshot]]] = {}
    aliases: dict[PlaylistId, str] = {}
    for version, text in texts(source.git, chosen, faults):
        progress()
        reader.take(version, text, found, aliases, faults)
    days = {name: tuple(_in_order(name, versions, log.ours, until)) for name, versions in sorted(found.items())}
    return OldArchive(days, aliases, tuple(sorted(faults)), log.commits, len(chosen), log.likes)


def _in_order(
    playlist_id: PlaylistId,
    versions: Mapping[date, tuple[Version, Snapshot]],
    ours: Mapping[str, int],
    until: Callable[[PlaylistId], date | None],
) -> Iterator[Dated]:
    begun, end = ours.get(playlist_id), until(playlist_id)
    for day, (version, snapshot) in sorted(versions.items()):
        if (begun is None or version.place < begun) and (end is None or day < end):
            yield Dated(day, snapshot)


class _Reader:
    """Makes snapshots from texts. The path tells the era of a text."""

    def __init__(self) -> None:
        self._pages = PageReader()

    def take(
        self,
        version: Version,
        text: str,
        found: dict[PlaylistId, dict[date, tuple[Version, Snapshot]]],
        aliases: dict[PlaylistId, str],
        faults: list[Fault],
    ) -> None:
        """Adds the contents of a version. The newest version of a day wins, and JSON wins over a page."""
        folder, _, name = version.path.rpartition("/")
        if folder == layout.OLD_ALIASES:
            if playlist_id := parse_or_none(name):
                aliases[playlist_id] = text.strip()
            return
        try:
            snapshot = self._snapshot(version, text)
        except PageError as error:
            faults.append(Fault(version.commit, version.path, *error.note))
            return
        days = found.setdefault(snapshot.id, {})
        known = days.get(version.day)
        if known is None or _rank(known[0]) < _rank(version):
            days[version.day] = (version, snapshot)

    def _snapshot(self, version: Version, text: str) -> Snapshot:
        name = version.path.rpartition("/")[2]
        expected = parse_or_none(name.rpartition(".")[0])
        if name.endswith(".json"):
            if expected is None:
                raise PageError("its name is no id of a playlist")
            return read_json(text, expected=expected)
        may_be_escaped = expected is not None or version.day >= ESCAPED_SINCE
        return self._pages.snapshot(text, expected=expected, may_be_escaped=may_be_escaped)


def _rank(version: Version) -> tuple[int, bool]:
    return (version.place, version.path.endswith(".json"))


def _last_of_each_day(versions: Iterable[Version]) -> Iterator[Version]:
    """The last version of each file per day. If a day deleted a file, the version before counts."""
    last: dict[tuple[str, date], Version] = {}
    for version in versions:
        last[version.path, version.day] = version
    return iter(sorted(last.values(), key=lambda version: (version.path, version.place)))
