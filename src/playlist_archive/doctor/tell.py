"""A diagnosis in words: lines for a screen, or JSON for a program."""

import json
from collections.abc import Iterator
from typing import Final

from rich.text import Text

from ..exit_code import ExitCode
from ..untrusted import for_log
from .findings import Diagnosis, Finding, Mark
from .playlists import TOPIC

MOST_SERVED: Final = 20
"""The most served playlists that are listed. More are only counted, so that all fits on one screen (our choice)."""

_LONGEST: Final = 500
"""The most characters of a message that are shown (our choice)."""

_SIGNS: Final = {
    Mark.GOOD: ("✔", "green"),
    Mark.NOTE: ("!", "yellow"),
    Mark.WRONG: ("✘", "red"),
    Mark.STOPS: ("✘", "bold red"),
}
_CONCLUSIONS: Final = {
    ExitCode.DONE: "An update will archive what is served",
    ExitCode.PARTIAL: "An update will archive a part, and fail for the rest",
    ExitCode.REFUSED: "An update can archive nothing",
}


def lines(diagnosis: Diagnosis) -> Iterator[Text]:
    """One line per finding, and a conclusion. Served playlists are only counted if they would fill the screen."""
    served = [finding for finding in diagnosis.findings if finding.topic == TOPIC and finding.mark == Mark.GOOD]
    hidden = frozenset(served) if len(served) > MOST_SERVED else frozenset()
    yield from (_line(finding) for finding in diagnosis.findings if finding not in hidden)
    if hidden:
        yield _line(Finding("total", Mark.GOOD, f"{len(hidden):,} playlists are served"))
    requests = f"{diagnosis.requests:,} request{'' if diagnosis.requests == 1 else 's'}"
    yield Text(f"{_CONCLUSIONS[diagnosis.exit_code]} ({requests})")


def as_json(diagnosis: Diagnosis) -> str:
    """The diagnosis as one JSON object. Its keys are explained in docs/json.md."""
    findings = [finding._asdict() for finding in diagnosis.findings]
    return (
        json.dumps({"exit_code": diagnosis.exit_code, "requests": diagnosis.requests, "findings": findings}, indent=1)
        + "\n"
    )


def _line(finding: Finding) -> Text:
    sign, colour = _SIGNS[finding.mark]
    what = " ".join(for_log(text, longest=_LONGEST) for text in (finding.about, finding.message) if text)
    words = f" {finding.topic:<12} {what}{f' → {finding.remedy}' if finding.remedy else ''}"
    return Text.assemble((f"{sign} {finding.mark:<6}", colour), words)
