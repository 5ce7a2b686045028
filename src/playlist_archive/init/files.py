"""The files of a new archive's repository, as texts. Only the templates are read from disk."""

from collections.abc import Mapping
from importlib.resources import files
from random import Random
from typing import Final, NamedTuple

from ..archive.layout import REGISTRY
from ..upstream import UPSTREAM
from .pin import Pin

WORKFLOW: Final = ".github/workflows/archive.yml"
"""The workflow that runs the archive on GitHub."""

KEEP: Final = f"{REGISTRY}/.gitkeep"
"""An empty file, since git keeps no empty folder. A name that begins with a dot is no entry."""

TEMPLATES: Final[Mapping[str, str]] = {
    WORKFLOW: "archive.yml",
    ".github/dependabot.yml": "dependabot.yml",
    "README.md": "readme.txt",
    ".gitignore": "gitignore.txt",
}
"""Path in the new repository → file in the folder `templates` of this package."""


class Minutes(NamedTuple):
    """The minutes of the hour at which the two daily runs begin."""

    morning: int
    afternoon: int


def chosen_minutes(random: Random) -> Minutes:
    """Minutes at which few other workflows begin. At full hours and round minutes, GitHub is late or drops a run."""
    odd = [minute for minute in range(3, 58) if minute % 5]
    return Minutes(*random.sample(odd, 2))


def archive_files(pin: Pin, minutes: Minutes) -> dict[str, str]:
    """Path → text of every file of a new archive."""
    values = {
        "PIN": str(pin),
        "SITE": str(pin._replace(repository=f"{pin.repository}/site")),
        "MORNING": str(minutes.morning),
        "AFTERNOON": str(minutes.afternoon),
        "UPSTREAM": UPSTREAM,
    }
    return {path: _filled(template, values) for path, template in TEMPLATES.items()} | {KEEP: ""}


def _filled(template: str, values: Mapping[str, str]) -> str:
    """The text of a template, with a value for each `<<NAME>>`."""
    text = (files(__package__) / "templates" / template).read_text(encoding="utf-8")
    for name, value in values.items():
        text = text.replace(f"<<{name}>>", value)
    return text
