"""The shape of the package: rooms, floors and arrows from its imports; the sizes of modules and functions.

A room is a module or a folder directly below `src/playlist_archive/`. An arrow is one room that imports from another.
A room's floor is one above the highest room that it imports from. A function's length is that of its body, without the
docstring. `python -m benchmarks.house FOLDER` measures another package: that of an older commit, for instance.
"""

import ast
import statistics
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from .worlds import Row

PACKAGE = Path(__file__).parent.parent / "src/playlist_archive"


def measure(package: Path = PACKAGE) -> list[Row]:
    trees = {path: ast.parse(path.read_text(encoding="utf-8")) for path in sorted(package.rglob("*.py"))}
    lines = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in trees}
    arrows = {room: set[str]() for room in (_room(package, path) for path in trees)}
    for path, tree in trees.items():
        room = _room(package, path)
        arrows[room] |= {taken for taken in _imports(package, path, tree) if taken in arrows and taken != room}
    inside = {room: taken for room, taken in arrows.items() if not room.startswith("__")}
    lengths = sorted(length for tree in trees.values() for length in _lengths(tree))
    return [
        {
            "rooms": len(inside),
            "floors": _floors(inside),
            "arrows": sum(map(len, inside.values())),
            "modules": len(trees),
            "lines": sum(lines.values()),
            "longest module": max(lines.values()),
            "functions": len(lengths),
            "median": int(statistics.median(lengths)),
            "90 %": lengths[len(lengths) * 9 // 10],
            "longest": lengths[-1],
            "most parameters": max(most for tree in trees.values() for most in _parameters(tree)),
        }
    ]


def _room(package: Path, path: Path) -> str:
    return path.relative_to(package).with_suffix("").parts[0]


def _imports(package: Path, path: Path, tree: ast.Module) -> Iterator[str]:
    """The rooms that a module takes from, itself included."""
    here = path.relative_to(package).parts[:-1]
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.level:
            base = [*here[: len(here) - node.level + 1], *(node.module or "").split(".")]
            inside = [part for part in base if part]
            yield from inside[:1] or [alias.name for alias in node.names]


def _floors(arrows: dict[str, set[str]]) -> int:
    """How many rooms stand on each other at most.

    Raises:
        RecursionError: rooms import each other in a circle.
    """

    @cache
    def floor(room: str) -> int:
        return 1 + max((floor(taken) for taken in arrows[room] if taken in arrows), default=0)

    return max(map(floor, arrows))


def _functions(tree: ast.Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def _lengths(tree: ast.Module) -> Iterator[int]:
    for function in _functions(tree):
        body = function.body[1:] if ast.get_docstring(function) is not None else function.body
        yield (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0


def _parameters(tree: ast.Module) -> Iterator[int]:
    for function in _functions(tree):
        given = function.args
        names = [argument.arg for argument in (*given.posonlyargs, *given.args, *given.kwonlyargs)]
        yield len([name for name in names if name not in {"self", "cls"}])


if __name__ == "__main__":
    print(measure(Path(sys.argv[1]))[0])
