"""Masks secrets in a text that somebody else wrote, in any spelling."""

import re
from base64 import b64encode
from collections.abc import Iterator
from functools import lru_cache
from typing import Final
from urllib.parse import quote

_MASK: Final = "**********"

_SHORTEST: Final = 8
"""The shortest piece of base64 that is masked. A shorter piece occurs in any text by chance."""

_KEPT: Final = 64
"""Patterns that are kept, since a run may meet thousands of errors: the few secrets of a run have seven each."""


def masked(text: str, *secrets: str) -> str:
    """The text without the secrets, whether plain, in base64, percent-encoded, or escaped as in JSON and HTML."""
    for secret in filter(None, secrets):
        for spelling in _spellings(secret):
            if _loosely(spelling[:_SHORTEST]).search(text):  # to make the pattern of a whole token takes longer
                text = _loosely(spelling).sub(_MASK, text)
    return text


def _spellings(secret: str) -> Iterator[str]:
    """The secret, and the parts of its base64 that do not depend on the text around it."""
    yield secret
    for shift in range(3):
        encoded = b64encode(b" " * shift + secret.encode()).decode()
        whole = (len(secret.encode()) + shift) // 3 * 4
        if len(inner := encoded[(shift * 4 + 2) // 3 : whole]) >= _SHORTEST:
            yield inner
            yield inner.replace("+", "-").replace("/", "_")


@lru_cache(maxsize=_KEPT)
def _loosely(spelling: str) -> re.Pattern[str]:
    """A pattern for the spelling. Each character may be escaped in a different way."""
    return re.compile("".join(map(_character, spelling)), re.IGNORECASE)


def _character(character: str) -> str:
    number = ord(character)
    percent = re.escape("".join(f"%{byte:02x}" for byte in character.encode()))
    escapes = (rf"\\u{number:04x}", rf"\\x{number:02x}", f"&#x0*{number:x};", f"&#0*{number};", percent)
    plain = rf"\\?{re.escape(character)}"
    return f"(?:{'|'.join((plain, *escapes, re.escape(quote(quote(character, safe='')))))})"
