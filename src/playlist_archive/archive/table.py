"""Reads tables from other programs: CSV with any separator. Pure."""

import csv
import re
from collections.abc import Iterator, Sequence
from typing import Final

_SEPARATORS: Final = ",;\t|"
_TOLD = re.compile(r"sep=(.)\r?\n", re.IGNORECASE)
"""The first line of a table that tells spreadsheets the separator of its cells."""

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n|\Z)")
"""A line of CSV. Titles may contain other characters that end lines elsewhere."""


def csv_rows(text: str) -> Iterator[tuple[int, Sequence[str]]]:
    """The rows of a table, header first, each with the number of its last line.

    Raises:
        csv.Error: the text is no table.
    """
    text = text.removeprefix("\ufeff")
    told = _TOLD.match(text)
    lines = (found[0] for found in _LINE.finditer(text, told.end() if told else 0) if found[0])
    header = text.partition("\n")[0]
    rows = csv.reader(lines, delimiter=told[1] if told else max(_SEPARATORS, key=header.count))
    for row in rows:
        yield rows.line_num + bool(told), row
