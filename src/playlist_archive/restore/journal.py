"""How far a restore came: a small file of the user's, so that one that was cut off can go on. Without secrets."""

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
"""Of the journal."""


class JournalError(ProblemError):
    """The journal cannot be written or read."""


class Restoration(BaseModel):
    """What is to be restored, and what was made of it until now. `playlist` is the id of the new one, once known.

    `asked` is what the user wanted, in words. `mark` stands in the new playlist's description; `refused` are songs that
    Spotify did not take.
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
        """What the playlist is to hold in the end, as far as is known."""
        return tuple(song for song in self.songs if song.uri not in self.refused)


class Journal:
    """The restoration of one source: a playlist of the archive, or a file."""

    def __init__(self, state: Path, source: str) -> None:
        """`state` is the folder of the user's programs' states."""
        digest = hashlib.sha256(source.encode()).hexdigest()[:16]
        self.path = state / _FOLDER / f"restore-{digest}.json"

    @contextmanager
    def held(self) -> Iterator[None]:
        """Keeps every other restore of this user out while the block runs.

        Raises:
            JournalError: another one is at work, or the folder cannot be made.
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
        """The restoration; None where there is none.

        Raises:
            JournalError: it cannot be read, or a newer program wrote it.
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
        """Keeps the restoration, at once or not at all; it is on the disk afterwards.

        Raises:
            JournalError: the disk does not take it.
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
        """The restore is done: nothing is left to go on with."""
        self.path.unlink(missing_ok=True)
