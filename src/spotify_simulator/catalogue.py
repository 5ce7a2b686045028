"""Invented songs by number. The same number gives the same song for every seed."""

import base64
import hashlib
from functools import lru_cache
from typing import Final
from urllib.parse import quote_plus

from .words import ENDINGS, FIRST, SECOND, SHOWS, TROUBLE
from .world import Named, Song

SONGS: Final = 20_000
"""The number of tracks: each number below this one gives a track."""

_ID_CHARACTERS: Final = 22

_ARTISTS: Final = 3_000
_TROUBLE_EVERY: Final = 61


def base62(seed: str, *, prefix: str = "") -> str:
    """A 22-character id that Spotify is unlikely to use; the same for the same seed."""
    letters = base64.b64encode(hashlib.sha256(seed.encode()).digest(), altchars=b"Zz").decode()
    return prefix + letters[: _ID_CHARACTERS - len(prefix)]


def pick(*parts: object) -> int:
    """A large number that depends only on the parts."""
    return int.from_bytes(hashlib.blake2b(repr(parts).encode(), digest_size=6).digest(), "big")


def share(*parts: object) -> float:
    """A number from 0 to just below 1 that depends only on the parts."""
    return pick(*parts) / (1 << 48)


def phrase(*parts: object) -> str:
    """Two words, such as a title."""
    number = pick(*parts)
    return f"{FIRST[number % len(FIRST)]} {SECOND[number // 997 % len(SECOND)]}"


@lru_cache(maxsize=SONGS)
def track(number: int) -> Song:
    """A track. Some tracks have titles that need care, two artists, or only a year as the release date."""
    identity = base62(f"track {number}")
    chance = pick("track", number)
    artists = (artist(chance % _ARTISTS), artist(chance // 7 % _ARTISTS))[: 2 if chance % 5 == 0 else 1]
    return Song(
        uri=f"spotify:track:{identity}",
        id=identity,
        name=_title(number, chance),
        artists=artists,
        album=Named(base62(f"album {number // 3}"), phrase("album", number // 3)),
        duration_ms=120_000 + chance % 240_000,
        isrc=f"QZ{'ABCDEFGH'[chance % 8]}XX{chance % 26:02}{number:05}",
        explicit=chance % 9 == 0,
        popularity=chance % 100,
        number=number % 12 + 1,
        released=f"{1970 + chance % 56}" if chance % 11 == 0 else f"{1970 + chance % 56}-0{1 + chance % 9}-15",
    )


def _title(number: int, chance: int) -> str:
    if number % _TROUBLE_EVERY == 0:
        return TROUBLE[number // _TROUBLE_EVERY % len(TROUBLE)]
    return phrase("title", number) + ENDINGS[chance % len(ENDINGS)]


def troublesome() -> tuple[Song, ...]:
    """One track per title that needs care."""
    return tuple(track(number * _TROUBLE_EVERY) for number in range(len(TROUBLE)))


@lru_cache(maxsize=_ARTISTS)
def artist(number: int) -> Named:
    """An artist. A few artists have names that need care."""
    name = TROUBLE[number // 50 % len(TROUBLE)] if number % 50 == 0 else f"The {phrase('artist', number)}s"
    return Named(base62(f"artist {number}"), name if number % 3 else name.removeprefix("The ").removesuffix("s"))


def nameless(number: int) -> Song:
    """A withdrawn track, which keeps its id and has empty names (docs/spotify.md, section 2.5)."""
    identity = base62(f"nameless {number}")
    return Song(
        uri=f"spotify:track:{identity}",
        id=identity,
        name="",
        artists=(Named(base62(f"nobody {number}"), ""),),
        album=Named(base62(f"no album {number}"), ""),
    )


def episode(number: int) -> Song:
    """An episode of one of a few shows."""
    identity = base62(f"episode {number}")
    show = number % len(SHOWS)
    return Song(
        uri=f"spotify:episode:{identity}",
        id=identity,
        name=f"No. {number}: {phrase('episode', number)}",
        kind="episode",
        show=Named(base62(f"show {show}"), SHOWS[show]),
        duration_ms=1_800_000 + number * 61_007 % 3_600_000,
        released="2026-10-30",
    )


def local_file(artist_name: str, album: str, title: str, *, seconds: int) -> Song:
    """A local file, which has no ids; its URI is its only identity (section 2.6)."""
    parts = ":".join(map(quote_plus, (artist_name, album, title)))
    return Song(
        uri=f"spotify:local:{parts}:{seconds}",
        name=title,
        artists=(Named(None, artist_name),),
        album=Named(None, album),
        duration_ms=seconds * 1000,
    )


def unheard_of(number: int) -> Song:
    """A song of a type that no client knows (section 2.8)."""
    identity = base62(f"hologram {number}")
    return Song(
        uri=f"spotify:hologram:{identity}",
        id=identity,
        name=f"{phrase('hologram', number)} (in 3D)",
        kind="hologram",
        artists=(artist(number),),
        album=Named(base62(f"hologram album {number}"), phrase("hologram album", number)),
        duration_ms=240_000,
    )
