"""Writes text from strangers as GitHub Markdown: readers see exactly the text, and no part of it has an effect."""

import html
import re
import unicodedata
from typing import Final

UNTITLED: Final = "untitled"
"""The label of a link if neither the name nor the id is visible."""

# These characters never reach a page. Control characters (category Cc except newline and tab) are invisible or end a
# line. Bidirectional overrides can make a page lie. Carriage returns are dropped too, so that `\r\n` becomes `\n`.
_DROPPED = re.compile("[\0-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")

# An invisible separator, for text that GitHub would otherwise link or replace. A backslash would be removed before
# GitHub looks for mail addresses and emoji. A comment leaves two text nodes, even after the sanitiser removed it.
_SPLIT = "<!-- -->"

# All rules look at the raw text, so the result of one rule never changes the input of another.
_ESCAPED = (
    r"[\\#()\[\]\-*_`|~<>$]",  # begins Markdown, HTML or mathematics
    r"\.(?= )",  # a list in `1. x`; elsewhere as the golden page has it: `Vol\. 2`, but `D.O.` and `Part.5`
    r"&(?=[#A-Za-z])",  # could begin an entity
)
# GitHub's emoji have a letter in their name, except these four. So `12:30:45` stays as it is.
_EMOJI = r":(?=[0-9_+-]*[a-z][a-z0-9_+-]*:|100:|1234:|[+-]1:)"
# Text that cmark-gfm 0.29 links by itself, and a little more. Labels need no such rule: there are no links in links.
_AUTOLINKS = (
    r"(?i:(?<=http)|(?<=https)|(?<=ftp)):(?=//)",
    r"(?<![A-Za-z0-9])(?i:www)(?=\.)",
    r"(?<=[A-Za-z0-9.+_:-])@(?=[A-Za-z0-9/_-]*\.[A-Za-z0-9])",  # `:` for `mailto:@b.c`, `/` for `xmpp:a@b/c.d`
)
# The renderer strips blanks from both ends of a cell or line, and takes four at the start of a line for code.
_EDGES = (r"\A[ \t]", r"[ \t]\Z")
# Text that would be a list with one item, perhaps empty: `+ x`, `+`, `7.`. All other list marks are always escaped.
# A row of `=` would turn the line before it into a heading.
_LIST_MARK = re.compile(r"\A([0-9]*)(?=[+.](?:[ \t]|\Z))|\A(?==)")

# Spotify's own markup in a description. Spotify escapes typed text, and `<3` or `a < b` is never a tag.
_TAG = re.compile(r"<[A-Za-z/!][^<>]*>")


def _rules(*, split: tuple[str, ...], edges: tuple[str, ...] = ()) -> re.Pattern[str]:
    kinds = {"escaped": _ESCAPED, "split": split, "edge": edges, "line": (r"\n",)}
    return re.compile("|".join(f"(?P<{kind}>{'|'.join(rules)})" for kind, rules in kinds.items() if rules))


_LABEL_RULES = _rules(split=(_EMOJI,))
_BARE_RULES = _rules(split=(_EMOJI, *_AUTOLINKS), edges=_EDGES)

# Every character that a match of a label rule or of `_DROPPED` begins with. Most titles have none, and this check is
# six times faster than the rules.
_NEEDS_RULES = re.compile("[\0-\x08\x0a-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\\\\#()\\[\\]\\-*_`|~<>$.&:]")

# Text without such a character that begins with something visible, as most names do. One look replaces all rules.
_HARMLESS = re.compile("[!\"%'+,/0-9;=?@A-Z^a-z{}][ !\"%'+,/0-9;=?@A-Z^a-z{}]*")


def inside_link(text: str) -> str:
    """The text, escaped for the label of a link."""
    return _by(_LABEL_RULES, text) if _NEEDS_RULES.search(text) else text


def bare(text: str) -> str:
    """The text, escaped for a table cell or for use between other words, without a link around it.

    A link must not follow directly: `!` and a link would be an image.
    """
    return _by(_BARE_RULES, text)


def at_line_start(text: str) -> str:
    """The text, escaped for the start of a block, such as a description after `> `."""
    return _LIST_MARK.sub(r"\1\\", bare(text))


def link(text: str, url: str | None, *, otherwise: str = UNTITLED) -> str:
    """The text as a link, or bare if there is no URL. The URL is one of ours and needs no escaping.

    The label is `otherwise` if the text is invisible, so that readers can click the link.
    """
    if url is None:
        return bare(text)
    label = text if _HARMLESS.fullmatch(text) else inside_link(visible(text, otherwise))
    return f"[{label}]({url})"


def visible(text: str, otherwise: str) -> str:
    """The text; `otherwise` if the text is invisible, and `UNTITLED` if both are."""
    if _shows(text):
        return text
    return otherwise if _shows(otherwise) else UNTITLED


def _shows(text: str) -> bool:
    """Whether any character of the text is visible on the page."""
    if _INK.search(text):
        return True
    return any(unicodedata.category(letter) not in _UNSEEN and letter not in _FILLERS for letter in text)


_INK = re.compile("[!-~]")
"""Visible characters that nearly every text has. This check is quick."""

_UNSEEN: Final = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp", "Zs"})
"""The categories of Unicode whose characters are invisible: controls, formats, surrogates, blanks."""

_FILLERS: Final = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2800\u3164\uffa0") | frozenset(
    map(chr, (*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)))
)
"""Letters, marks and signs that are invisible alone: fillers, joiners, the empty Braille cell, variations."""


def description_text(raw: str | None) -> str:
    """The text of a description as a person sees it, since Spotify sends HTML."""
    return html.unescape(_TAG.sub("", raw or ""))


def _by(rules: re.Pattern[str], text: str) -> str:
    return rules.sub(_written, _DROPPED.sub("", text))


def _written(match: re.Match[str]) -> str:
    found = match.group()
    match match.lastgroup:
        case "escaped":
            return f"\\{found}"
        case "split":
            return f"{found}{_SPLIT}"
        case "edge":
            return f"&#{ord(found)};"
        case _:
            return "<br/>"
