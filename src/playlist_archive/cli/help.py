"""The help of a command, with the names of arguments instead of their types in Python."""

import re
from typing import Any, Final

from typer.core import TyperCommand

_TYPE: Final = re.compile(r" <[^<>]+>")


class Command(TyperCommand):
    """A command whose help says `ID` instead of Typer's `ID <list[str]>`."""

    def format_options(self, ctx: Any, formatter: Any) -> None:  # noqa: ANN401 - Typer keeps these types to itself
        """Writes the arguments and options. Blanks replace the types, so that columns stay in line."""
        super().format_options(ctx, formatter)
        formatter.buffer[:] = [_TYPE.sub(lambda found: " " * len(found[0]), text) for text in formatter.buffer]
