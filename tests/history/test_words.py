import json
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playlist_archive.history.words import split_words, without_accents


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Hello, World 99", ["hello", "world", "99"]),
        ("Déjà Vu", ["deja", "vu"]),
        ("DÉJÀ VU", ["deja", "vu"]),
        ("Straße İstanbul", ["straße", "istanbul"]),
        ("don't", ["don", "t"]),
        ("ＦＵＬＬ ｗｉｄｔｈ", ["full", "width"]),
        ("東京事変", ["東京", "京事", "事変"]),
        ("愛", ["愛"]),
        ("Live東京2020", ["live", "東京", "2020"]),
        ("좋은 날", ["좋은", "날"]),
        ("АЛИСА ёлка", ["алиса", "елка"]),
        ("¿?!", []),
        ("", []),
    ],
)
def test_a_text_is_split_into_words(text: str, expected: list[str]) -> None:
    assert split_words(text) == expected


@given(st.text())
def test_words_are_letters_and_numbers_and_stay_what_they_are(text: str) -> None:
    for word in split_words(text):
        assert all(unicodedata.category(letter)[0] in "LN" for letter in word)
        assert split_words(word) == [word] or without_accents(word) != word


def test_every_title_with_letters_has_words(corpus: Path) -> None:
    titles = [json.loads(line) for line in (corpus / "titles.txt").read_text(encoding="utf-8").splitlines()]
    lettered = [title for title in titles if any(letter.isalnum() for letter in without_accents(title))]
    assert len(lettered) > 1_000
    assert [title for title in lettered if not split_words(title)] == []
