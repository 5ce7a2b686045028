"""The house rules that a program can hold: which way imports flow, what is pure, who knows a path, what has a text."""

import ast
from collections.abc import Iterator, Mapping
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Final

import pytest

import playlist_archive
import spotify_simulator
from playlist_archive.archive import layout

ROOT = Path(playlist_archive.__file__).parent
MODULES = {path.relative_to(ROOT).with_suffix("").as_posix(): path for path in sorted(ROOT.rglob("*.py"))}
TREES = {name: ast.parse(path.read_text(encoding="utf-8")) for name, path in MODULES.items()}

PURE = (
    *("ahead", "archive/", "credentials", "problem", "render/", "report/", "untrusted", "export/shapes"),
    *("website/budget", "website/charts", "website/contexts", "website/overview", "website/paths"),
    *("history/align", "history/builder", "history/compare", "history/days", "history/forgotten"),
    *("history/membership", "history/timeline"),
)
TOUCHES_THE_DISK = ("archive/disk", "archive/lock", "archive/parts", "archive/registry", "archive/store")
NETWORK = frozenset(("asyncio", "httpx", "socket", "subprocess"))
LIBRARIES_THAT_ACT = NETWORK | {"fcntl", "glob", "io", "logging", "os", "pathlib", "random", "shutil", "sys", "time"}
CALLS_THAT_ACT = frozenset(("eval", "exec", "input", "monotonic", "now", "open", "print", "today", "utcnow"))


def unit(name: str) -> str:
    """The part of the house that a module belongs to: itself, or the package that it lies in."""
    return name.split("/", maxsplit=1)[0]


def imports(name: str) -> Iterator[tuple[str, str]]:
    """Every import of a module: whether it is `ours` or `theirs`, and the module or library that it takes from."""
    package = name.split("/")[:-1]
    for node in ast.walk(TREES[name]):
        if isinstance(node, ast.Import):
            yield from (sorted_out(alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield sorted_out(node.module or "")
        elif isinstance(node, ast.ImportFrom):
            base = [*package[: len(package) - node.level + 1], *(node.module or "").split(".")]
            path = "/".join(part for part in base if part)
            yield from (("ours", f"{path}/{alias.name}".lstrip("/")) for alias in node.names)


def sorted_out(dotted: str) -> tuple[str, str]:
    library, *inside = dotted.split(".")
    return ("ours", "/".join(inside)) if library == playlist_archive.__name__ else ("theirs", library)


def used(name: str, whose: str) -> set[str]:
    """The units (`ours`) or libraries (`theirs`) that a module imports."""
    return {unit(taken) for found, taken in imports(name) if found == whose}


def members(part: str) -> list[str]:
    """The modules of a part of the house."""
    return [name for name in MODULES if unit(name) == part]


ROOMS: Final[Mapping[str, frozenset[str]]] = {
    "exit_code": frozenset(),
    "problem": frozenset(),
    "ahead": frozenset(),
    "untrusted": frozenset(),
    "upstream": frozenset(),
    "credentials": frozenset(),
    "settings": frozenset({"problem"}),
    "github": frozenset({"untrusted"}),
    "archive": frozenset({"problem", "untrusted"}),
    "spotify": frozenset({"archive", "credentials", "problem", "upstream"}),
    "render": frozenset({"archive"}),
    "history": frozenset({"archive", "git", "render", "untrusted"}),
    "git": frozenset({"archive", "problem", "untrusted"}),
    "outcome": frozenset({"archive", "exit_code", "problem"}),
    "init": frozenset({"archive", "git", "untrusted", "upstream"}),
    "connect": frozenset({"settings", "spotify", "upstream"}),
    "export": frozenset({"archive", "history", "render", "untrusted", "upstream"}),
    "report": frozenset({"ahead", "archive", "history", "outcome", "problem", "render", "spotify", "untrusted"}),
    "run": frozenset(
        {
            *("archive", "connect", "git", "history", "outcome", "problem", "render", "report", "settings", "spotify"),
            *("ahead", "upstream"),
        }
    ),
    "account": frozenset({"archive", "connect", "github", "problem", "settings", "spotify", "untrusted"}),
    "bot": frozenset({"ahead", "archive", "git", "github", "outcome", "render", "report", "spotify", "untrusted"}),
    "doctor": frozenset(
        {
            *("ahead", "archive", "bot", "connect", "credentials", "exit_code", "git", "init", "outcome", "problem"),
            *("settings", "spotify", "untrusted"),
        }
    ),
    "website": frozenset({"archive", "export", "git", "history", "render", "settings"}),
    "restore": frozenset({"archive", "connect", "history", "problem", "settings", "spotify"}),
    "importer": frozenset({"archive", "export", "git", "history", "problem", "render", "run", "spotify", "untrusted"}),
    "demo": frozenset({"archive", "git", "outcome", "render", "report", "run", "settings", "website"}),
}
"""Every room of the house, from the ground up → the rooms that it may import from. `cli` may call all of them."""


def test_every_room_has_a_row() -> None:
    assert {unit(name) for name in MODULES} == {*ROOMS, "cli", "__init__", "__main__"}


@pytest.mark.parametrize("part", ROOMS)
def test_imports_flow_down(part: str) -> None:
    assert set().union(*(used(name, "ours") for name in members(part))) <= ROOMS[part] | {part}


def test_the_simulator_is_a_package_of_its_own() -> None:
    simulator = Path(spotify_simulator.__file__).parent
    texts = [path.read_text(encoding="utf-8") for path in simulator.rglob("*.py")]
    assert texts
    assert not [text for text in texts if "playlist_archive" in text]


def test_no_part_of_the_house_leans_on_itself_by_a_detour() -> None:
    leaning = {part: set[str]() for part in map(unit, MODULES)}
    for name in MODULES:
        leaning[unit(name)] |= used(name, "ours") - {unit(name)}
    assert "archive" in leaning["render"]
    assert list(TopologicalSorter(leaning).static_order())[-1] == "__main__"


def test_nothing_but_the_start_knows_the_command_line() -> None:
    assert {unit(name) for name in MODULES if "cli" in used(name, "ours")} <= {"cli", "__main__"}


@pytest.mark.parametrize("name", members("cli"))
def test_the_command_line_asks_nobody_itself(name: str) -> None:
    assert not used(name, "theirs") & NETWORK


@pytest.mark.parametrize("name", [name for name in MODULES if name.startswith(PURE) and name not in TOUCHES_THE_DISK])
def test_a_pure_module_knows_no_clock_disk_or_network(name: str) -> None:
    calls = {called(node) for node in ast.walk(TREES[name]) if isinstance(node, ast.Call)}
    assert not used(name, "theirs") & LIBRARIES_THAT_ACT
    assert not calls & CALLS_THAT_ACT


def called(call: ast.Call) -> str:
    """The last name of what is called."""
    match call.func:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
    return ""


FOLDERS = frozenset({layout.REGISTRY, layout.PLAYLISTS, layout.UNFINISHED})


def paths(tree: ast.Module) -> set[str]:
    """The texts in code that are a path below the archive's root, or a piece of one; docstrings and prose are none."""
    said = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    texts = {
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in said
    }
    return {text for text in texts if not set(text) & set(" \n") and FOLDERS & set(text.split("/"))}


def test_only_the_layout_knows_a_path_of_the_archive() -> None:
    # Spotify's own addresses have `/playlists/` in them; the exports have tables and keys of that name, the command
    # line a module.
    exports = {"export/schema", "export/sqlite", "importer/own_exports"}
    ours = MODULES.keys() - {*members("spotify"), "cli/commands", *exports}
    assert {name for name in ours if paths(TREES[name])} == {"archive/layout"}


def test_a_path_is_told_from_prose() -> None:
    code = '"""playlists/x"""\nf(f"playlists/{a}", "/registry/x", "in playlists/ lies", "my:playlists", b / "registry")'
    assert paths(ast.parse(code)) == {"playlists/", "/registry/x", "registry"}


def public(scope: ast.Module | ast.ClassDef, name: str) -> Iterator[tuple[str, str | None]]:
    """The module or class, and every public class, function and method in it: name and docstring."""
    yield name, ast.get_docstring(scope)
    for node in scope.body:
        if not isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) or node.name.startswith("_"):
            continue
        if isinstance(node, ast.ClassDef):
            yield from public(node, node.name)
        else:
            yield node.name, ast.get_docstring(node)


@pytest.mark.parametrize("name", MODULES)
def test_everything_public_has_a_docstring(name: str) -> None:
    assert [named for named, text in public(TREES[name], "the module itself") if not text] == []
