"""The table of likes: one row a playlist, one column a day (formats.md, "The followers table")."""

import csv
import io
from collections.abc import Iterable
from datetime import date

Table = dict[str, dict[str, str]]
"""playlist id → ISO day → number of likes as written."""


def followers(table: str, *, day: date, likes: Iterable[tuple[str, int]]) -> str:
    """The month's table `table` (empty for a new month) with what was observed on `day` put in.

    A second run on a day replaces what it observed and keeps what only the first one did.

    Raises:
        ValueError: `table` is not such a table.
    """
    rows = _parse(table)
    for playlist, number in likes:
        rows.setdefault(playlist, {})[day.isoformat()] = str(number)
    return _format(rows)


def _parse(table: str) -> Table:
    if not table:
        return {}
    header, *lines = csv.reader(io.StringIO(table), strict=True)
    if header[:1] != ["playlist"] or any(len(line) != len(header) for line in lines):
        msg = "the followers table has no header, or rows of different lengths"
        raise ValueError(msg)
    return {line[0]: {day: cell for day, cell in zip(header[1:], line[1:], strict=True) if cell} for line in lines}


def _format(rows: Table) -> str:
    days = sorted({day for row in rows.values() for day in row})
    lines = [["playlist", *days]]
    lines += [[playlist, *(row.get(day, "") for day in days)] for playlist, row in sorted(rows.items())]
    return "".join(f"{','.join(line)}\n" for line in lines)
