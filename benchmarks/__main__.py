"""`python -m benchmarks [--quick] [NAME…]`: measures, prints tables, and writes all figures to benchmarks/results.json.

All of it takes about half an hour on two cores, `--quick` two minutes: it leaves out what is slow. `decade` is done
only where it is named: it takes hours, fewer `--years` or `--playlists` take less. So is `instructions`, which needs
valgrind.
"""

import argparse
import importlib
import json
import sys
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.table import Table

from .worlds import Row

QUICK: Final = ("house", "requests", "start", "speed", "cpu")
SLOW: Final = ("growing", "growth", "history", "host", "importing", "large", "reading", "search", "site", "thousand")
NAMED: Final = ("decade", "instructions")
"""What is measured only if it is named: one takes longest, the other needs valgrind."""
LONGEST: Final = NAMED[0]
WIDEST: Final = 8
"""Columns of a table that is not turned."""

RESULTS: Final = Path(__file__).parent / "results.json"


def main(arguments: list[str]) -> int:
    """Runs the named measurements, and without names all that need none."""
    given = _parser().parse_args(arguments)
    console = Console(soft_wrap=True)
    results = json.loads(RESULTS.read_text(encoding="utf-8")) if RESULTS.exists() else {}
    for name in given.names or (QUICK if given.quick else QUICK + SLOW):
        options = _of_decade(given) if name == LONGEST else {}
        rows = importlib.import_module(f"benchmarks.{name}").measure(**options)
        results[name] = rows
        console.print(_table(rows))
        RESULTS.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks")
    parser.add_argument("names", nargs="*", choices=[*QUICK, *SLOW, *NAMED, []], metavar="NAME")
    parser.add_argument("--quick", action="store_true", help="leave out what is slow")
    parser.add_argument("--years", type=int, help="of the decade")
    parser.add_argument("--playlists", type=int, help="of the decade")
    parser.add_argument("--endless", action="store_true", help="no song of the decade's editors ever returns")
    parser.add_argument("--sparing", action="store_true", help="a run in four days of the decade while all is well")
    return parser


def _of_decade(given: argparse.Namespace) -> dict[str, int]:
    """The options that were given."""
    options = {"years": given.years, "playlists": given.playlists, "endless": given.endless, "sparing": given.sparing}
    return {name: value for name, value in options.items() if value}


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
