"""The command `init`: creates an archive."""

import shlex
from pathlib import Path
from typing import Annotated, Final

import typer

from ..exit_code import ExitCode
from ..git.repository import Git
from ..init.begin import InitError, begin
from ..init.example import drop_example, has_example, is_copy
from ..init.files import WORKFLOW
from ..init.pin import installed_pin
from ..settings import read_settings
from ..untrusted import for_log
from ..upstream import UPSTREAM
from .screen import err, out

_CONSENT: Final = 'eval "$(playlist-archive login --show)"'
_CHOOSE: Final = "playlist-archive register --mine"


def init(
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help="A new folder, or a folder without these files.")
    ] = Path(),
) -> int:
    """Create an archive in a repository of its own.

    Makes a git repository with registry/ and the workflow for GitHub. In a copy of this project, removes the example
    instead.
    """
    try:
        if is_copy(folder):
            return _drop(folder)
        return _begin(folder)
    except InitError as error:
        err.print(f"error: {error}")
        return ExitCode.REFUSED


def _begin(folder: Path) -> int:
    pin = installed_pin()
    for path in begin(folder, pin):
        out.print(f"wrote {path}")
    if not pin.is_known:
        err.print(
            f"! This program was not installed from GitHub, so the commit behind `uses:` in {WORKFLOW} is not known. "
            f"Write that of a release over the zeros: https://github.com/{UPSTREAM}/releases"
        )
    enter = "" if folder == Path() else f"cd {_quoted(folder)}, then "
    out.print(f"Next: {enter}{_CONSENT}, then {_CHOOSE}")
    out.print(f"All steps: https://github.com/{UPSTREAM}/blob/main/docs/setup.md")
    return ExitCode.DONE


def _quoted(folder: Path) -> str:
    """The folder, quoted for a shell. `cd` would take a name that begins with a dash for an option."""
    name = str(folder)
    return for_log(shlex.quote(f"./{name}" if name.startswith("-") else name), longest=1_000)


def _drop(folder: Path) -> int:
    """Removes the example from a copy of the template, so that it is ready for other playlists."""
    repository = read_settings().github_repository or Git(folder).on_github()
    if repository in (None, UPSTREAM):
        msg = "this is the project itself, not a copy of it on GitHub: name a new folder for an archive"
        raise InitError(msg)
    removed = drop_example(folder) if has_example(folder, repository) else ()
    for path in removed:
        out.print(f"removed {path}")
    out.print("The example is removed, and that is committed." if removed else "The example is not here any more.")
    out.print(f"Next: {_CONSENT}, then {_CHOOSE}, then git push")
    return ExitCode.DONE
