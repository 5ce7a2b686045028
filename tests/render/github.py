"""What a person sees of a page on GitHub, as far as it can be told without GitHub."""

import re
import unicodedata
from html.parser import HTMLParser

import cmarkgfm  # type: ignore[import-untyped]  # has neither types nor stubs
from cmarkgfm.cmark import Options  # type: ignore[import-untyped]
from hypothesis import strategies as st

# GitHub replaces these after rendering, in each text node alone.
EMOJI = re.compile(r":(?:[0-9_+-]*[a-z][a-z0-9_+-]*|100|1234|\+1|-1):")
BIDI_OVERRIDES = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"


def rendered(markdown: str) -> str:
    """HTML by cmark-gfm with footnotes, and with raw HTML let through as GitHub does before its sanitiser."""
    options = Options.CMARK_OPT_UNSAFE | Options.CMARK_OPT_FOOTNOTES
    return str(cmarkgfm.github_flavored_markdown_to_html(markdown, options=options))


class Reader(HTMLParser):
    """Collects what a person reads in each block that holds text, and every element that is there."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[str] = []
        self.attributes: set[tuple[str, str | None]] = set()
        self.texts: dict[str, list[str]] = {tag: [] for tag in ("h2", "h3", "p", "li", "blockquote", "td")}
        self.text_nodes: list[str] = []
        self._block: list[str] = []
        self._quoted = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(tag)
        self.attributes.update(attrs)
        if tag == "br":
            self._block.append("\n")
        elif self._is_block(tag):
            self._block = []
            self._quoted = tag == "blockquote"

    def handle_endtag(self, tag: str) -> None:
        if self._is_block(tag):
            text = "".join(self._block)
            # cmark ends the line behind `<blockquote>` and behind its paragraph; the other blocks are one line.
            self.texts[tag].append(text[1:-1] if tag == "blockquote" else text)
            self._quoted = False

    def handle_data(self, data: str) -> None:
        self.text_nodes.append(data)
        self._block.append(data)

    def _is_block(self, tag: str) -> bool:
        """Whether the text of the element counts by itself: a paragraph in a quote is part of the quote."""
        return tag in self.texts and not (tag == "p" and self._quoted)


def read(markdown: str) -> Reader:
    reader = Reader()
    reader.feed(rendered(markdown))
    reader.close()
    return reader


def expected(text: str) -> str:
    """The text without what may not reach a page, told by Unicode itself and not by the pattern under test."""
    kept = (c for c in text if c in "\n\t" or (unicodedata.category(c) != "Cc" and c not in BIDI_OVERRIDES))
    return "".join(kept)


def expected_label(text: str, otherwise: str) -> str:
    """What a person reads of a link: the text, or `otherwise` where the text shows nothing at all."""
    return expected(text) if any(map(leaves_a_mark, text)) else expected(otherwise)


def leaves_a_mark(letter: str) -> bool:
    """Told by the names of Unicode and the blanks of Python, where the code under test knows lists of characters."""
    name = unicodedata.name(letter, "")
    is_blank = letter.isspace() or unicodedata.category(letter) in ("Cc", "Cf") or VARIATION.match(letter)
    return not is_blank and name not in UNSEEN and not ("HANGUL" in name and name.endswith("FILLER"))


UNSEEN = {
    "BRAILLE PATTERN BLANK",
    "COMBINING GRAPHEME JOINER",
    "KHMER VOWEL INHERENT AA",
    "KHMER VOWEL INHERENT AQ",
}
VARIATION = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef\u180b-\u180f]")


NASTY = (
    *"\\#()[]-*_`|~<>$.&+=!?'\",;:/@^%{}",
    *" \t\n\r\0\x0b\x0c\x1b\x7f\x85\u00a0\u2003\u200b\u200d\u2028\u2029\u202e\u2066\u3000\ufeff\ufffe\u0301\u05d0",
    *"aZ9é한😀",
    "  ",
    "    ",
    "\r\n",
    "\\|",
    "`|`",
    "\\`",
    "|---|",
    "http://a.b",
    "https://",
    "FTP://a",
    "www.a.b",
    "Www.",
    "mailto:",
    "xmpp:",
    "a@b.c",
    "@b/c.d",
    ":heart:",
    ":+1:",
    ":100:",
    ":man_shrugging:",
    "&amp;",
    "&#39;",
    "&nbsp",
    "&copy;",
    "<b>",
    "</td>",
    "<!-- -->",
    "<br/>",
    "<script>",
    "<a href='x'>",
    "<https://a.b>",
    "1.",
    "1. ",
    "12)",
    "- ",
    "+ ",
    "* ",
    "> ",
    "# ",
    "---",
    "===",
    "```",
    "~~a~~",
    "**a**",
    "_a_",
    "$a$",
    "[a](b)",
    "![a](b)",
    "[a]: b",
    "[^1]",
    "[x] ",
    "[!NOTE]",
)
nasty_text = st.lists(st.sampled_from(NASTY), max_size=8).map("".join)
