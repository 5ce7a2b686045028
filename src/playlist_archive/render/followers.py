"""The table of likes: one row per playlist, one column per day (docs/formats.md, "The followers table")."""

import re
from collections.abc import Collection, Iterable
from datetime import date

Table = dict[str, dict[str, str]]
"""Playlist id → ISO day → number of likes as written."""

_HEAD = re.compile(r"playlist(,[0-9]{4}-[0-9]{2}-[0-9]{2})*")
_ROW = re.compile(r"[0-9A-Za-z]{22}(,[0-9]*)*")


def followers(table: str | None, *, day: date, likes: Iterable[tuple[str, int]]) -> str:
    """The month's table (None in a new month), with the likes of `day` added.

    A second run on the same day replaces the numbers that it sees, and keeps other numbers of the first run.

    Raises:
        ValueError: `table` is not such a table.
    """
    rows = {} if table is None else read_table(table)
    for playlist_id, number in likes:
        rows.setdefault(playlist_id, {})[day.isoformat()] = str(number)
    return _format(rows)


def with_older(table: str | None, likes: Iterable[tuple[str, date, int]]) -> str:
    """The month's table, with the likes that another archive saw (playlist, day, number) in its empty cells.

    Raises:
        ValueError: `table` is not such a table.
    """
    rows = {} if table is None else read_table(table)
    for playlist_id, day, number in likes:
        rows.setdefault(playlist_id, {}).setdefault(day.isoformat(), str(number))
    return _format(rows)


def without_day(table: str, *, day: date, playlists: Collection[str]) -> str:
    """The table without the likes of these playlists on `day`; empty if no numbers are left.

    Raises:
        ValueError: `table` is not such a table.
    """
    rows = read_table(table)
    for playlist_id in playlists:
        rows.get(playlist_id, {}).pop(day.isoformat(), None)
    left = {playlist_id: row for playlist_id, row in rows.items() if row}
    return _format(left) if left else ""


def read_table(text: str) -> Table:
    """The numbers in a table.

    Raises:
        ValueError: `text` is not such a table; an empty file is none either.
    """
    head, *lines = text.splitlines() or [""]
    if not _HEAD.fullmatch(head) or not all(map(_ROW.fullmatch, lines)):
        msg = "the followers table has lines that are none of such a table"
        raise ValueError(msg)
    _, *days = head.split(",")
    rows = {playlist_id: cells for playlist_id, *cells in (line.split(",") for line in lines)}
    if len(rows) < len(lines) or len(set(days)) < len(days):
        msg = "the followers table names a playlist or a day twice"
        raise ValueError(msg)
    return {playlist_id: _by_day(days, cells) for playlist_id, cells in rows.items()}


def _by_day(days: list[str], cells: list[str]) -> dict[str, str]:
    """Day → number, from a row. Raises ValueError if the row is longer or shorter than the table's head."""
    return {day: cell for day, cell in zip(days, cells, strict=True) if cell}


def _format(rows: Table) -> str:
    days = sorted({day for row in rows.values() for day in row})
    lines = [["playlist", *days]]
    lines += [[playlist_id, *(row.get(day, "") for day in days)] for playlist_id, row in sorted(rows.items())]
    return "".join(f"{','.join(line)}\n" for line in lines)
