"""Files of a newer format than this program knows (docs/formats.md, "Newer formats"). Pure."""

import json
import re
from typing import Final

from ..problem import ProblemError

_VERSION: Final = re.compile(r"[0-9]{1,4}(\.[0-9]{1,4}){0,2}")


class NewerFormatError(ProblemError, ValueError):
    """A file is of a newer format; it stays as it is, and nothing is written that depends on it."""


def refuse_newer(text: str | bytes, what: str, *, known: int) -> None:
    """Looks whether a JSON text is of a newer format than is `known`; one without a format, or without sense, is not.

    Raises:
        NewerFormatError: it is. Where the file names the version that it needs, so does the remedy.
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
    """What to do; the version that a file names is only taken for one where it looks like one."""
    is_named = isinstance(needs, str) and _VERSION.fullmatch(needs)
    return f"update playlist-archive{f' to {needs} or later' if is_named else ''}"
