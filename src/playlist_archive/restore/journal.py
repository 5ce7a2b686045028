"""The progress of a restore, in a small file without secrets. A restore that was cut off continues from it."""

import hashlib
import os
import secrets
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final

from pydantic import BaseModel, ConfigDict, ValidationError

from ..archive.formats import NewerFormatError, refuse_newer
from ..archive.lock import LockError, locked
from ..problem import ProblemError
from .plan import LeftOut, Plan, Song

_FOLDER: Final = "playlist-archive"
_FORMAT: Final = 1
"""The version of the journal's format."""


class JournalError(ProblemError):
    """The journal cannot be written or read."""


class Restoration(BaseModel):
    """The songs to restore, and the progress. `playlist` is the id of the new playlist, once known.

    `asked` is the user's wish in words. `mark` is in the new playlist's description. `refused` are songs that Spotify
    did not take.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: int = _FORMAT
    name: str
    description: str
    mark: str
    songs: tuple[Song, ...]
    left_out: tuple[LeftOut, ...]
    playlist: str | None = None
    refused: frozenset[str] = frozenset()
    asked: str = ""

    @classmethod
    def begin(cls, plan: Plan, *, asked: str = "") -> "Restoration":
        """A restoration that has not begun."""
        mark = f"restore {secrets.token_hex(6)}"
        return cls(
            name=plan.name,
            description=f"{plan.description} [{mark}]",
            mark=mark,
            songs=plan.songs,
            left_out=plan.left_out,
            asked=asked,
        )

    @property
    def expected(self) -> tuple[Song, ...]:
        """The expected contents of the finished playlist, as far as known."""
        return tuple(song for song in self.songs if song.uri not in self.refused)


class Journal:
    """The restoration of one source: a playlist of the archive, or a file."""

    def __init__(self, state: Path, source: str) -> None:
        """`state` is the folder in which the user's programs keep their state."""
        digest = hashlib.sha256(source.encode()).hexdigest()[:16]
        self.path = state / _FOLDER / f"restore-{digest}.json"

    @contextmanager
    def held(self) -> Iterator[None]:
        """Locks out other restores of this user during the block.

        Raises:
            JournalError: another restore is running, or the folder cannot be made.
        """
        folder = self.path.parent
        try:
            folder.mkdir(parents=True, exist_ok=True)
            lock = ExitStack()
            lock.enter_context(locked(folder))
        except OSError as error:
            message = f"the journal's folder {folder} cannot be made ({error.strerror})"
            raise JournalError(message, "set XDG_STATE_HOME to a folder that can be written") from None
        except LockError as error:
            message = error.message.replace("another run", "another restore")
            raise JournalError(message, error.remedy.replace("other run", "other restore")) from None
        with lock:
            yield

    def read(self) -> Restoration | None:
        """The restoration, None without one.

        Raises:
            JournalError: the journal cannot be read, or a newer program wrote it.
        """
        try:
            text = self.path.read_bytes()
            refuse_newer(text, f"the journal {self.path}", known=_FORMAT)
            return Restoration.model_validate_json(text)
        except FileNotFoundError:
            return None
        except NewerFormatError as error:
            raise JournalError.of(error) from None
        except (OSError, ValidationError) as error:
            message = f"the journal {self.path} cannot be read ({type(error).__name__})"
            raise JournalError(message, "delete it, and begin anew") from None

    def write(self, restoration: Restoration) -> None:
        """Writes the restoration, whole or not at all. It is on the disk afterwards.

        Raises:
            JournalError: the journal cannot be written.
        """
        beside = self.path.with_suffix(f".{os.getpid()}")
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with beside.open("w", encoding="utf-8") as file:
                file.write(restoration.model_dump_json())
                file.flush()
                os.fsync(file.fileno())
            beside.replace(self.path)
        except OSError as error:
            message = f"the journal {self.path} cannot be written ({error.strerror})"
            raise JournalError(message, "look at the disk and your rights; nothing was sent without it") from error

    def end(self) -> None:
        """Ends the restore: deletes the journal."""
        self.path.unlink(missing_ok=True)
