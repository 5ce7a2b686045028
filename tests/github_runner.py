"""GitHub's runner: the variables that it sets for a step, and how it reads what a step prints."""

import re
from pathlib import Path
from string import Template
from typing import NamedTuple

_VARIABLES = Path(__file__).parents[1] / ".ci" / "runner.env"

_MEANS_SOMETHING = re.compile(r"\s*::\s*\w|.*##\[\s*\w", re.DOTALL)
_COMMAND = re.compile(r"\s*::(?P<name>[\w-]+)(?: (?P<properties>.*?))?::(?P<message>.*)", re.DOTALL)
_LINE_END = re.compile(r"\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]")
_ESCAPES = {"%0D": "\r", "%0A": "\n", "%3A": ":", "%2C": ",", "%25": "%"}


class Command(NamedTuple):
    """What a line makes the runner do."""

    name: str
    properties: dict[str, str]
    message: str


def variables(folder: Path) -> dict[str, str]:
    """Name → value of what a runner sets whose own folder is `folder`."""
    lines = _VARIABLES.read_text(encoding="utf-8").splitlines()
    pairs = [line.split("=", 1) for line in lines if line and not line.startswith("#")]
    return {name: Template(value).substitute(RUNNER_ROOT=folder) for name, value in pairs}


def is_obeyed(printed: str) -> bool:
    """Whether any line of `printed` may be a command, for the most suspicious reader of lines and names."""
    return any(_MEANS_SOMETHING.match(line) for line in _LINE_END.split(printed))


def read_command(line: str) -> Command:
    """The command that a line is."""
    match = _COMMAND.fullmatch(line)
    assert match, f"no command: {line!r}"
    pairs = (pair.split("=", 1) for pair in (match["properties"] or "").split(",") if pair)
    properties = {name: _unescaped(value) for name, value in pairs}
    return Command(match["name"].lower(), properties, _unescaped(match["message"]))


def _unescaped(text: str) -> str:
    for escaped, character in _ESCAPES.items():
        text = text.replace(escaped, character)
    return text
