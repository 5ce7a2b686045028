"""`python -m benchmarks [--quick] [NAME…]`: measures, prints tables, and writes all figures to benchmarks/results.json.

All of it takes about ten minutes on two cores, `--quick` two: it leaves out what is slow.
"""

import importlib
import json
import sys
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.table import Table

from .worlds import Row

QUICK: Final = ("house", "requests", "start", "speed", "cpu")
SLOW: Final = ("growing", "growth", "history", "host", "importing", "large", "reading", "search", "site")
WIDEST: Final = 8
"""Columns of a table that is not turned."""

RESULTS: Final = Path(__file__).parent / "results.json"


def main(names: list[str]) -> int:
    """Runs the named measurements, all when none is named."""
    console = Console(soft_wrap=True)
    results = json.loads(RESULTS.read_text(encoding="utf-8")) if RESULTS.exists() else {}
    chosen = [name for name in names if name != "--quick"] or (QUICK if "--quick" in names else QUICK + SLOW)
    for name in chosen:
        rows = importlib.import_module(f"benchmarks.{name}").measure()
        results[name] = rows
        console.print(_table(rows))
        RESULTS.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    return 0


def _table(rows: list[Row]) -> Table:
    """The rows; those that are too wide for a screen lie on their side."""
    if len(rows[0]) > WIDEST:
        heading, *lines = ([name, *(row[name] for row in rows)] for name in rows[0])
    else:
        heading, *lines = list(rows[0]), *(list(row.values()) for row in rows)
    table = Table(*map(_shown, heading))
    for line in lines:
        table.add_row(*map(_shown, line))
    return table


def _shown(value: object) -> str:
    if value is None:
        return ""
    return f"{value:,}" if isinstance(value, int) else f"{value:,.2f}" if isinstance(value, float) else str(value)


sys.exit(main(sys.argv[1:]))
