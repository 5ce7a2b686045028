"""Reads and writes the file of answers that were not believed: one line per playlist (docs/formats.md). Pure."""

from collections.abc import Iterable
from datetime import date
from typing import Annotated, Final

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, TypeAdapter, ValidationError
from pydantic.types import AwareDatetime

from . import layout
from .doubt import Doubt, Sign
from .formats import refuse_newer
from .ids import PlaylistId, parse_playlist_id


class _Line(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    id: Annotated[PlaylistId, AfterValidator(parse_playlist_id)]
    at: AwareDatetime
    sign: Sign
    digest: Annotated[str, Field(pattern=r"^[0-9a-f]{16}$")]
    days: tuple[date, ...] = ()


_LINES: Final = TypeAdapter(tuple[_Line, ...])

_FORMAT: Final = 1
"""The version of the file. Files of version 1 are lists without a number; later ones are objects with `format`."""


def doubted_text(doubts: Iterable[Doubt]) -> str:
    """The text of the file, sorted by id."""
    lines = [
        _Line(id=d.playlist_id, at=d.at, sign=d.sign, digest=d.digest, days=d.days).model_dump_json(
            exclude_defaults=True
        )
        for d in sorted(doubts)
    ]
    return "[\n" + ",\n".join(lines) + "\n]\n" if lines else "[]\n"


def read_doubted(text: str) -> dict[PlaylistId, Doubt]:
    """Playlist → the doubt about it.

    Raises:
        NewerFormatError: a newer program wrote it.
        ValueError: `text` is not such a file.
    """
    try:
        lines = _LINES.validate_json(text)
    except ValidationError as error:
        refuse_newer(text, layout.DOUBTED, known=_FORMAT)
        msg = "the list of what is doubted does not parse"
        raise ValueError(msg) from error
    return {line.id: Doubt(line.id, line.at, line.sign, line.digest, line.days) for line in lines}
