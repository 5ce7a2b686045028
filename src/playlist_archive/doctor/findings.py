"""What a diagnosis is made of."""

from enum import StrEnum
from typing import NamedTuple

from ..exit_code import ExitCode


class Mark(StrEnum):
    """How bad a finding is: `note` is good to know and no failure, `stops` means that nothing can be archived."""

    GOOD = "good"
    NOTE = "note"
    WRONG = "wrong"
    STOPS = "stops"


class Finding(NamedTuple):
    """One thing that was looked at. `about` is a playlist's id or a path, empty for the archive as a whole.

    `message` may hold text of Spotify's; `remedy` is ours, empty where nothing is to be done.
    """

    topic: str
    mark: Mark
    message: str
    remedy: str = ""
    about: str = ""


class Diagnosis(NamedTuple):
    """All findings, each after those that it depends on, and the requests that they cost."""

    findings: tuple[Finding, ...]
    requests: int

    @property
    def exit_code(self) -> ExitCode:
        """0 all well, 3 a part fails, 4 nothing can be archived: as `update` would return."""
        marks = {finding.mark for finding in self.findings}
        if Mark.STOPS in marks:
            return ExitCode.REFUSED
        return ExitCode.PARTIAL if Mark.WRONG in marks else ExitCode.DONE
