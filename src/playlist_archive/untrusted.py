"""Text from Spotify and from strangers on its way to a log, an annotation or a commit message.

For Markdown there is render/markdown.py. Nothing of theirs ever reaches a shell.
"""

import re
from typing import Final

LONGEST: Final = 120
"""Characters shown of a name; the record has all of it."""

_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]+")
_REFERENCE = re.compile(r"[@#]|\bGH-|://", re.IGNORECASE)


def for_log(text: str, *, longest: int = LONGEST) -> str:
    """One line that a terminal and GitHub's runner take for text: no control characters, no `##[`, not endless.

    The caller puts a word of ours before it, so that it never begins a line (github-actions.md, section 5).
    """
    line = _UNPRINTABLE.sub(" ", text).replace("##[", "# #[").replace("::", ": :")
    return line if len(line) <= longest else line[: longest - 1] + "…"


def for_commit(text: str) -> str:
    """One line for a commit message: `Fixes #1` in a title closes no issue, `@name` calls nobody."""
    return _REFERENCE.sub("\\g<0>\u2060", for_log(text))


def for_annotation(text: str, *, longest: int = 1_000) -> str:
    """The message of a workflow command (github-actions.md, section 5)."""
    return for_log(text, longest=longest).replace("%", "%25")


def for_property(text: str) -> str:
    """A property of a workflow command, such as its file."""
    return for_annotation(text).replace(":", "%3A").replace(",", "%2C")
