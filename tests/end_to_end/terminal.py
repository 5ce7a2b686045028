"""A command on a terminal: what it shows, and what somebody types."""

import os
import pty
import re
import select
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_SECONDS = 60
_COLOUR = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")

CTRL_C = "\x03"

_PATIENCE_SECONDS = 5
"""Before somebody presses the key again."""


class Terminal:
    """The program's terminal, seen from the other side."""

    def __init__(self, master: int, process: subprocess.Popen[bytes]) -> None:
        self.raw = ""
        self._master = master
        self._process = process
        self._deadline = time.monotonic() + _SECONDS

    @property
    def text(self) -> str:
        """All that was shown, without colours and movements of the cursor."""
        return _COLOUR.sub("", self.raw).replace("\r\n", "\n")

    def expect(self, part: str) -> None:
        """Reads until the program has shown `part`."""
        while part not in self.text:
            assert self._read(), f"the program ended without {part!r}: {self.text}"

    def type(self, text: str) -> None:
        """Types a text; Enter is a newline."""
        os.write(self._master, text.encode())

    def interrupted(self) -> int:
        """Presses Ctrl-C until the program ends, for Python loses one that falls into a destructor; gives the code."""
        while self._process.poll() is None:
            self.type(CTRL_C)
            again = time.monotonic() + _PATIENCE_SECONDS
            while time.monotonic() < again and self._read():
                pass
        return self.ends()

    def ends(self) -> int:
        """Reads to the end; gives the exit code."""
        while self._read():
            pass
        return self._process.wait(_SECONDS)

    def _read(self) -> bool:
        """Takes in what is shown next; False where nothing is left after the program's end."""
        assert time.monotonic() < self._deadline, f"the program hangs: {self.text}"
        is_over = self._process.poll() is not None
        ready, _, _ = select.select([self._master], [], [], 0 if is_over else 0.1)
        if ready:
            self.raw += os.read(self._master, 65_536).decode("utf-8", "replace")
        return bool(ready) or not is_over


@contextmanager
def on_terminal(folder: Path, environment: dict[str, str], *arguments: str) -> Iterator[Terminal]:
    """Runs `playlist-archive` with arguments in a folder, on a terminal of its own, from which Ctrl-C reaches it."""
    master, slave = pty.openpty()
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "COVERAGE_PROCESS_CONFIG") if name in os.environ}
    opening = 'exec "$@" <"$0" >"$0" 2>&1'  # who leads a session and opens a terminal gets it as its own
    process = subprocess.Popen(
        ("sh", "-c", opening, os.ttyname(slave), sys.executable, "-m", "playlist_archive", *arguments),
        cwd=folder,
        env=kept | {"TERM": "xterm-256color", "LANG": "C.UTF-8", "COLUMNS": "200"} | environment,
        stdin=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        yield Terminal(master, process)
    finally:
        process.kill()
        process.wait()
        os.close(master)
        os.close(slave)
