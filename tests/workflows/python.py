"""actions/setup-python: the Python that a job's steps find on PATH, and what pip does there.

The usual one writes down what pip is asked for instead of installing it; once pip was asked to install `.`, the command
is there, run by the tests' own Python. The real one has a pip of its own, for which packages lie in a folder only.
"""

import shlex
import subprocess
import sys
from pathlib import Path
from typing import Protocol

_PIP = """#!/bin/sh
case " $* " in
    *" -m pip "*)
        echo "$PWD: $*" >> {log}
        [ -z "$FAKE_PIP_FAILS" ] || exit 1
        case "$*" in *" .") cp {ready} {command} ;; esac ;;
    *) exec {python} "$@" ;;
esac
"""


class Python(Protocol):
    """What a job needs to know of its Python."""

    environment: dict[str, str]

    def set_up(self, folder: Path) -> Path:
        """Makes it, in the runner's own folder, and returns the folder for PATH."""


class FakePip:
    """The usual one; `log` is a line for each call of pip, with the folder in which it was called."""

    def __init__(self) -> None:
        self.environment: dict[str, str] = {}
        self._log = Path()

    @property
    def log(self) -> list[str]:
        return self._log.read_text(encoding="utf-8").splitlines()

    def set_up(self, folder: Path) -> Path:
        self._log = folder / "pip"
        programs = folder / "_tool" / "python"
        programs.mkdir(parents=True)
        command = _executable(
            folder / "_tool" / "command", f'#!/bin/sh\nexec {sys.executable} -m playlist_archive "$@"\n'
        )
        quoted = {
            "log": self._log,
            "ready": command,
            "command": programs / "playlist-archive",
            "python": sys.executable,
        }
        _executable(programs / "python", _PIP.format(**{name: shlex.quote(str(path)) for name, path in quoted.items()}))
        return programs


class RealPip:
    """An environment with a pip of its own, which finds packages in `wheels` and has no index."""

    def __init__(self, folder: Path, wheels: Path) -> None:
        self.folder = folder
        self.environment = {
            "PIP_CONFIG_FILE": "/dev/null",
            "PIP_FIND_LINKS": str(wheels),
            "PIP_NO_CACHE_DIR": "1",
            "PIP_NO_COMPILE": "1",
            "PIP_NO_INDEX": "1",
        }
        subprocess.run((sys.executable, "-m", "venv", str(folder)), check=True)

    def set_up(self, folder: Path) -> Path:
        del folder
        return self.folder / "bin"


def _executable(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    path.chmod(0o755)
    return path
