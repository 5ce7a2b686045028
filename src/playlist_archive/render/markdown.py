"""Text of strangers as GitHub Markdown: a reader sees exactly the text, and nothing in it acts."""

import html
import re
import unicodedata
from typing import Final

UNTITLED: Final = "untitled"
"""The label of a link to something that has neither a name nor an id that a reader can see."""

# None of these may reach a page: control characters (category Cc, without newline and tab) show nothing or end a line,
# and bidirectional overrides can make a page lie. A lone carriage return goes too, which leaves `\r\n` as `\n`.
_DROPPED = re.compile("[\0-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")

# Keeps apart what GitHub would take together, and shows nothing. A backslash cannot: it is gone before mail addresses
# and emoji are looked for, while a comment still leaves two text nodes when the sanitiser has removed it.
_SPLIT = "<!-- -->"

# The rules look at the raw text, so what one of them writes never changes what another one sees.
_ESCAPED = (
    r"[\\#()\[\]\-*_`|~<>$]",  # what begins Markdown, HTML or mathematics
    r"\.(?= )",  # a list in `1. x`; elsewhere as the golden page has it: `Vol\. 2`, but `D.O.` and `Part.5`
    r"&(?=[#A-Za-z])",  # what could begin an entity
)
# GitHub's emoji have a letter in their name, but for these four: so `12:30:45` stays as it is.
_EMOJI = r":(?=[0-9_+-]*[a-z][a-z0-9_+-]*:|100:|1234:|[+-]1:)"
# What cmark-gfm 0.29 links by itself, and a little more. Never in a link, so a label needs none of it.
_AUTOLINKS = (
    r"(?i:(?<=http)|(?<=https)|(?<=ftp)):(?=//)",
    r"(?<![A-Za-z0-9])(?i:www)(?=\.)",
    r"(?<=[A-Za-z0-9.+_:-])@(?=[A-Za-z0-9/_-]*\.[A-Za-z0-9])",  # `:` for `mailto:@b.c`, `/` for `xmpp:a@b/c.d`
)
# The renderer strips blanks from both ends of a cell or line, and takes four at the start of a line for code.
_EDGES = (r"\A[ \t]", r"[ \t]\Z")
# What would be a list of one item, perhaps an empty one: `+ x`, `+`, `7.`. All other list marks are always escaped.
# And behind a line of ours a row of `=` would make it a heading.
_LIST_MARK = re.compile(r"\A([0-9]*)(?=[+.](?:[ \t]|\Z))|\A(?==)")

# Spotify's own markup in a description. It escapes what people type, and `<3` or `a < b` is no tag in any case.
_TAG = re.compile(r"<[A-Za-z/!][^<>]*>")


def _rules(*, split: tuple[str, ...], edges: tuple[str, ...] = ()) -> re.Pattern[str]:
    kinds = {"escaped": _ESCAPED, "split": split, "edge": edges, "line": (r"\n",)}
    return re.compile("|".join(f"(?P<{kind}>{'|'.join(rules)})" for kind, rules in kinds.items() if rules))


_LABEL_RULES = _rules(split=(_EMOJI,))
_BARE_RULES = _rules(split=(_EMOJI, *_AUTOLINKS), edges=_EDGES)

# Every character that a label rule or `_DROPPED` begins with. Most titles have none, and this finds that out
# six times faster than the rules would.
_NEEDS_RULES = re.compile("[\0-\x08\x0a-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\\\\#()\\[\\]\\-*_`|~<>$.&:]")


def inside_link(text: str) -> str:
    """The text as the label of a link."""
    return _by(_LABEL_RULES, text) if _NEEDS_RULES.search(text) else text


def bare(text: str) -> str:
    """The text as a table cell or between other words, with no link around it.

    A link right behind it needs something between: `!` and a link would be an image.
    """
    return _by(_BARE_RULES, text)


def at_line_start(text: str) -> str:
    """Bare text that begins a block, such as a description behind `> `."""
    return _LIST_MARK.sub(r"\1\\", bare(text))


def link(text: str, url: str | None, *, otherwise: str = UNTITLED) -> str:
    """The text as a link, or bare where there is no URL. The URL is one of ours and needs no escaping.

    The label is `otherwise` where a reader would see nothing of the text, and could not press the link.
    """
    return bare(text) if url is None else f"[{inside_link(visible(text, otherwise))}]({url})"


def visible(text: str, otherwise: str) -> str:
    """The text; `otherwise` where the text shows nothing, and `UNTITLED` where both do."""
    return next(filter(_shows, (text, otherwise)), UNTITLED)


def _shows(text: str) -> bool:
    """Whether any character of the text leaves a mark on the page."""
    if _INK.search(text):
        return True
    return any(unicodedata.category(letter) not in _UNSEEN and letter not in _FILLERS for letter in text)


_INK = re.compile("[!-~]")
"""What nearly every text has, and is found quickly."""

_UNSEEN: Final = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp", "Zs"})
"""The categories of Unicode whose characters show nothing: controls, formats, halves, blanks."""

_FILLERS: Final = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2800\u3164\uffa0") | frozenset(
    map(chr, (*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)))
)
"""Letters, marks and signs that show nothing by themselves: fillers, joiners, the empty Braille cell, variations."""


def description_text(raw: str | None) -> str:
    """What a person sees of a description: Spotify sends HTML."""
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
