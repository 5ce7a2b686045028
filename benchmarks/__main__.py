"""`python -m benchmarks [NAME…]`: measures, prints tables, and writes all figures to benchmarks/results.json."""

import importlib
import json
import sys
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.table import Table

MEASUREMENTS: Final = ("requests",)
RESULTS: Final = Path(__file__).parent / "results.json"


def main(names: list[str]) -> int:
    """Runs the named measurements, all when none is named."""
    console = Console(soft_wrap=True)
    results = json.loads(RESULTS.read_text(encoding="utf-8")) if RESULTS.exists() else {}
    for name in names or MEASUREMENTS:
        rows = importlib.import_module(f"benchmarks.{name}").measure()
        results[name] = rows
        console.print(_table(rows))
    RESULTS.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    return 0


def _table(rows: list[dict[str, object]]) -> Table:
    table = Table(*map(str, rows[0]))
    for row in rows:
        table.add_row(*map(_shown, row.values()))
    return table


def _shown(value: object) -> str:
    return f"{value:,}" if isinstance(value, int) else f"{value:,.2f}" if isinstance(value, float) else str(value)


sys.exit(main(sys.argv[1:]))
