"""Makes text from Spotify and from strangers safe for a log, an annotation or a commit message.

For Markdown, use render/markdown.py. No such text ever reaches a shell.
"""

import re
from typing import Final

LONGEST: Final = 120
"""The most characters of a name that are shown. The record has the whole name."""

UNPRINTABLE: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]+")
"""Control characters, line ends, bidirectional overrides, and surrogates, which UTF-8 cannot write."""

_WORD_JOINER: Final = "\u2060"
"""An invisible character. It separates characters that have a meaning only together."""

# Credentials in an address: the part before its `@`, and the values of these parameters. `state` is no secret.
_USERINFO = re.compile(r"(?<=://)[^/\s]*@")
_PARAMETER = re.compile(
    r"([?&;#](?:[a-z_-]*(?:token|secret|password|signature|key)|auth|code|sig|pass|pwd)=)[^&;#\s'\"]+", re.IGNORECASE
)
# Tokens of GitHub and GitLab, which have a known prefix, also in the path of an address.
_KNOWN_TOKEN = re.compile(r"\b(?:gh[pousr]_|github_pat_|glpat-)[A-Za-z0-9_-]{8,}")
# Tokens in the headers of a request. A shorter word may be part of a title: Basic Instructions.
_HEADER_TOKEN = re.compile(r"\b(Bearer|Basic) [A-Za-z0-9._~+/=-]{20,}", re.IGNORECASE)

# GitHub's runner looks for both in every line that a step prints (docs/github.md, "What GitHub shows of a run").
_SECTION = re.compile(r"#(?=#\[)")
_COLONS = re.compile(r":(?=:)")
# GitHub looks for these in every message: `@name`, `#1`, `GH-1`, links to an issue, `[skip ci]` and its variants.
_REFERENCE = re.compile(r"[@#]|\bGH-|://|\[(?=\s*(?:skip|no|ci|actions)\b)", re.IGNORECASE)


def one_line(text: str, *, longest: int = LONGEST) -> str:
    """The text as one line of at most `longest` characters, without outer blanks."""
    line = UNPRINTABLE.sub(" ", text).strip()
    return line if len(line) <= longest else line[: longest - 1] + "…"


def for_log(text: str, *, longest: int = LONGEST) -> str:
    """One line without tokens, which a terminal and GitHub's runner take for plain text at any place in a line."""
    return _COLONS.sub(": ", _without_sections(one_line(without_tokens(text), longest=longest)))


def for_commit(text: str) -> str:
    """Text for a line of a commit message. It closes no issue, mentions nobody and skips no workflow.

    The caller puts a word of its own before the text, so that it is no trailer.
    """
    return _REFERENCE.sub(rf"\g<0>{_WORD_JOINER}", for_log(text))


def for_code(text: str) -> str:
    """One line of Markdown code for issues. Mentions and links have no effect in code."""
    line = for_log(text, longest=300) or " "
    fence = "`" * (1 + max(map(len, re.findall("`+", line)), default=0))
    blank = " " if "`" in (line[0], line[-1]) else ""
    return f"{fence}{blank}{line}{blank}{fence}"


def for_annotation(text: str, *, longest: int = 1_000) -> str:
    """The message of a workflow command (docs/github.md, "What GitHub shows of a run")."""
    return for_log(text, longest=longest).replace("%", "%25")


def for_property(text: str) -> str:
    """A property of a workflow command, such as its file. The runner decodes it to the original text."""
    line = _without_sections(one_line(text, longest=1_000))
    return line.replace("%", "%25").replace(":", "%3A").replace(",", "%2C")


def without_tokens(text: str, *secrets: str) -> str:
    """The text with `***` for `secrets`, and for passwords and tokens in addresses and headers."""
    for secret in filter(None, secrets):
        text = text.replace(secret, "***")
    text = _PARAMETER.sub(r"\1***", _USERINFO.sub("***@", text))
    return _HEADER_TOKEN.sub(r"\1 ***", _KNOWN_TOKEN.sub("***", text))


def _without_sections(line: str) -> str:
    return _SECTION.sub("# ", line)
