"""The parts of a diagnosis."""

from enum import StrEnum
from typing import NamedTuple

from ..exit_code import ExitCode


class Mark(StrEnum):
    """The severity of a finding. `note` is good to know and no failure. `stops` means that nothing can be archived."""

    GOOD = "good"
    NOTE = "note"
    WRONG = "wrong"
    STOPS = "stops"


class Finding(NamedTuple):
    """The result of one check. `about` is a playlist's id or a path, empty for the archive as a whole.

    `message` may hold text from Spotify. `remedy` is our own text, empty if there is nothing to do.
    """

    topic: str
    mark: Mark
    message: str
    remedy: str = ""
    about: str = ""


class Diagnosis(NamedTuple):
    """All findings, and the number of requests for them. Each finding comes after the findings that it depends on."""

    findings: tuple[Finding, ...]
    requests: int

    @property
    def exit_code(self) -> ExitCode:
        """The exit code that `update` would return: 0 all well, 3 a part fails, 4 nothing can be archived."""
        marks = {finding.mark for finding in self.findings}
        if Mark.STOPS in marks:
            return ExitCode.REFUSED
        return ExitCode.PARTIAL if Mark.WRONG in marks else ExitCode.DONE
