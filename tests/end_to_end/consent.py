"""The simulator's consent page, as a program reads it."""

import re
from html import unescape

import httpx


def page_address(text: str) -> str:
    """The address of Spotify's page in what `login` shows."""
    found = re.search(r"^http\S+/authorize\?\S+$", text, re.MULTILINE)
    assert found, text
    return found[0]


def agreed(text: str, label: str = "Agree") -> str:
    """Where the browser ends that opens this page and follows a link of it."""
    page = httpx.get(page_address(text), trust_env=False).text
    found = re.search(rf'href="([^"]*)">{label}<', page)
    assert found, page
    return unescape(found[1])
