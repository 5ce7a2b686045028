"""Finds the songs of a restore: in a record, on a day of its history, or in a file."""

from datetime import date
from pathlib import Path
from typing import NamedTuple

from ..archive.ids import PlaylistId
from ..archive.model import Record
from ..archive.store import RecordError, Store
from ..history.answers import Basis, History
from ..problem import ProblemError
from ..spotify.writer import MOST_ROWS, NAME_CHARACTERS
from .plan import Chosen, Plan, SongsError, ever, now, on_day, parse_songs, plan, playlist_name


class SourceError(ProblemError):
    """The archive or file has no songs to restore."""


class Wanted(NamedTuple):
    """The songs to restore: a playlist now or on a `day`, all songs that `ever` belonged, or the songs of a `file`.

    `name` is the name of the new playlist. None derives it from the old name.
    """

    playlist_id: PlaylistId | None = None
    day: date | None = None
    ever: bool = False
    file: Path | None = None
    name: str | None = None

    @property
    def key(self) -> str:
        """The key of the restore in the journal."""
        return str(self.file.resolve()) if self.file else str(self.playlist_id)

    @property
    def asked(self) -> str:
        """The wanted songs, in words."""
        if self.file:
            return f"the songs of {self.file.name}"
        if self.day:
            return f"the songs of {self.day}"
        return "all songs that ever belonged" if self.ever else "the songs of the last day"


class Prepared(NamedTuple):
    """A plan, and its source in words."""

    plan: Plan
    basis: str


def prepare(root: Path, wanted: Wanted) -> Prepared:
    """The plan for the wanted songs, made without requests to Spotify.

    Raises:
        SourceError: the playlist was not archived then, its record cannot be read, or the file names no songs.
    """
    title, chosen = _from_file(wanted.file) if wanted.file else _from_archive(root, wanted)
    name = playlist_name(wanted.name or title, "" if wanted.name else chosen.occasion, longest=NAME_CHARACTERS)
    made = plan(chosen, name=name, description="Put back from an archive", most=MOST_ROWS)
    if not made.songs:
        raise SourceError(f"{chosen.basis} has no song that can be added", "choose another day, or --ever")
    return Prepared(made, chosen.basis)


def _from_archive(root: Path, wanted: Wanted) -> tuple[str, Chosen]:
    if wanted.playlist_id is None:
        raise SourceError("nothing says what to restore", "name a playlist, or a file with --from")
    try:
        record = Store(root).record(wanted.playlist_id)
    except RecordError as error:
        raise SourceError.of(error) from None
    if record is None:
        raise SourceError(f"{wanted.playlist_id} is not archived here", "see the index for what is")
    return record.title, _chosen(root, record, wanted)


def _chosen(root: Path, record: Record, wanted: Wanted) -> Chosen:
    if wanted.ever:
        return ever(record)
    return _on_day(root, record, wanted.day) if wanted.day else now(record)


def _on_day(root: Path, record: Record, day: date) -> Chosen:
    """The songs of a day, from the version in git, or else from the days of the record."""
    if day < record.first_archived:
        message = f"{record.id} is archived since {record.first_archived} only"
        raise SourceError(message, "choose a day from then on, or --ever")
    shown = History(root).show(record.id, day)
    return on_day(shown.state, day, basis=_in_words(shown.basis))


def _in_words(basis: Basis) -> str:
    return basis.sentence if basis.is_ordered else f"{basis.sentence}; its order then is not known"


def _from_file(file: Path) -> tuple[str, Chosen]:
    try:
        text = file.read_text(encoding="utf-8")
        return file.stem, parse_songs(text, source=file.name)
    except OSError as error:
        raise SourceError(f"{file} cannot be read ({error.strerror})", "name a file with links to songs") from None
    except UnicodeDecodeError:
        raise SourceError(f"{file} is not UTF-8 text", "save it as such") from None
    except SongsError as error:
        raise SourceError.of(error) from None
