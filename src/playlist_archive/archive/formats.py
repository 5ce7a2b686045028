"""Refuses files of a newer format than this program knows (docs/formats.md, "Newer formats"). Pure."""

import json
import re
from typing import Final

from ..problem import ProblemError

_VERSION: Final = re.compile(r"[0-9]{1,4}(\.[0-9]{1,4}){0,2}")


class NewerFormatError(ProblemError, ValueError):
    """A file has a newer format. It stays as it is, and nothing is written that depends on it."""


def refuse_newer(text: str | bytes, what: str, *, known: int) -> None:
    """Refuses a JSON text with a newer format than `known`. A text with no format, or an invalid one, passes.

    Raises:
        NewerFormatError: the format is newer. The remedy names the version that the file asks for, if any.
    """
    try:
        said = json.loads(text)
    except (ValueError, RecursionError):
        return
    version = said.get("format") if isinstance(said, dict) else None
    if isinstance(version, int) and version > known:
        message = f"{what} is of format {version}, this program knows up to {known}"
        raise NewerFormatError(message, _remedy(said.get("needs")))


def _remedy(needs: object) -> str:
    """The remedy. It repeats the file's version only if that looks like a version."""
    is_named = isinstance(needs, str) and _VERSION.fullmatch(needs)
    return f"update playlist-archive{f' to {needs} or later' if is_named else ''}"
