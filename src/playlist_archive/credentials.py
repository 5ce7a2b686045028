"""Finds what looks wrong with the app's credentials and the refresh token. A suspicion alone refuses nothing.

The results never contain the values.
"""

import re
import unicodedata
from collections.abc import Iterator
from typing import Final, NamedTuple

CLIENT_ID: Final = "SPOTIFY_CLIENT_ID"
CLIENT_SECRET: Final = "SPOTIFY_CLIENT_SECRET"  # noqa: S105 - the name of a variable
REFRESH_TOKEN: Final = "SPOTIFY_REFRESH_TOKEN"  # noqa: S105 - the same

_QUOTES: Final = frozenset("\"'`“”„‟‘’‚‛«»‹›")
_COMPARE: Final = "compare both with the app's page on developer.spotify.com/dashboard"
_HEX_ID = re.compile(r"[0-9a-fA-F]{32}")


class Suspicion(NamedTuple):
    """A likely mistake in a value, and its remedy."""

    message: str
    remedy: str


def suspicions(client_id: str, client_secret: str, refresh_token: str = "") -> tuple[Suspicion, ...]:
    """The likely mistakes in the values. A value is empty if it is not set."""
    values = {CLIENT_ID: client_id, CLIENT_SECRET: client_secret, REFRESH_TOKEN: refresh_token}
    found = [suspicion for name, value in values.items() for suspicion in _in_any(name, value)]
    if not found and client_id and client_id == client_secret:
        found.append(Suspicion(f"{CLIENT_ID} and {CLIENT_SECRET} are the same", _COMPARE))
    elif not found and client_id and not _HEX_ID.fullmatch(client_id):
        found.append(Suspicion(f"{CLIENT_ID} is not 32 characters of 0-9 and a-f, as every known id is", _COMPARE))
    return tuple(found)


def _in_any(name: str, value: str) -> Iterator[Suspicion]:
    """The likely mistakes that any value may have."""
    if _QUOTES & {value[:1], value[-1:]}:
        yield Suspicion(f"{name} has quotes around it", "leave them out")
    if re.match(rf"\W*(?:export\s+)?{name}\s*[=:]", value):
        yield Suspicion(f"{name} begins with its own name", f"give only the part after `{name}=`")
    if number := sum(unicodedata.category(letter)[0] in "CZ" for letter in value):
        what = f"{number} blank or invisible character{'' if number == 1 else 's'}"
        yield Suspicion(f"{name} has {what} in it", "copy it again")
