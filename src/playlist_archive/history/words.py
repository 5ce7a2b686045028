"""Splits texts into the words of a search, as the website's script does (website/static/search.js)."""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from itertools import groupby, pairwise
from typing import Final

_ASCII_WORDS: Final = re.compile("[0-9a-z]+")

_CJK: Final = re.compile("[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff]+")
"""Scripts in which people search for parts of a text between two blanks: Chinese, Japanese, Korean."""


def without_accents(text: str) -> str:
    """The text without case and accents: NFKD, lower case, no marks (category M), NFC."""
    if text.isascii():
        return text.lower()
    lowered = unicodedata.normalize("NFKD", text).lower()
    return unicodedata.normalize("NFC", "".join(letter for letter in lowered if unicodedata.category(letter)[0] != "M"))


def split_words(text: str) -> list[str]:
    """The words of a text: runs of letters and numbers, or each pair of letters in Chinese, Japanese and Korean."""
    if text.isascii():
        return _ASCII_WORDS.findall(text.lower())
    return [word for run in _runs(without_accents(text)) for word in _pairs_apart(run)]


def _runs(text: str) -> Iterator[str]:
    """The runs of letters (category L) and numbers (category N)."""
    for is_word, letters in groupby(text, key=_belongs_to_a_word):
        if is_word:
            yield "".join(letters)


@lru_cache(maxsize=4096)
def _belongs_to_a_word(letter: str) -> bool:
    return unicodedata.category(letter)[0] in "LN"


def _pairs_apart(run: str) -> Iterator[str]:
    """The parts of a run: text in CJK as pairs, other text whole. A single letter stays alone."""
    end = 0
    for found in _CJK.finditer(run):
        if end < found.start():
            yield run[end : found.start()]
        letters, end = found[0], found.end()
        yield from ([letters] if len(letters) == 1 else map("".join, pairwise(letters)))
    if end < len(run):
        yield run[end:]
