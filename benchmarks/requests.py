"""How many requests a day costs: what Spotify's quota is spent on (docs/spotify.md, section 4)."""

from dataclasses import replace
from datetime import date
from random import Random
from typing import Final

from spotify_simulator.app import Simulator
from spotify_simulator.world import SPOTIFY, Person, World, WorldPlaylist

from .worlds import START, Row, bench, invented

OTHERS: Final = Person("curator", "A Curator")
OWN: Final = Person(SPOTIFY, "Spotify")
DAYS_A_YEAR: Final = 365
MEAN: Final = 100
"""Rows of a playlist on average."""


class Exponential(World):
    """Invented playlists, each cut to a length of its own, whose snapshot ids stay while nothing changes."""

    def __init__(self, count: int, owner: Person) -> None:
        chance = Random(4)
        lengths = [1 + int(chance.expovariate(1 / MEAN)) for _ in range(count)]
        self._whole = invented(count, size=max(lengths))
        self._lengths = dict(zip(self._whole.ids(), lengths, strict=True))
        self._owner = owner

    def ids(self) -> tuple[str, ...]:
        """Every playlist."""
        return self._whole.ids()

    def playlist(self, playlist: str, day: date) -> WorldPlaylist | None:
        """The playlist, cut to its length."""
        whole = self._whole.playlist(playlist, day)
        if whole is None:
            return None
        snapshot = f"{playlist} {whole.revision}"
        return replace(whole, rows=whole.rows[: self._lengths[playlist]], owner=self._owner, snapshot_id=snapshot)

    def library(self, user: str) -> tuple[str, ...]:
        """Nothing: they are read as the app."""
        del user
        return ()


def exponential(count: int, *, owner: Person) -> World:
    """Playlists of exponential length around `MEAN`, all of one owner."""
    return Exponential(count, owner)


def measure() -> list[Row]:
    """Requests of the first day, of the most expensive of the seven days after it, and of a second run on each."""
    return [
        _row("200 of one's own, 100 songs, nothing changes", invented(200, change_share=0), as_user=True),
        _row("200 of one's own, 100 songs, a fifth changes", invented(200), as_user=True),
        _row("200 public ones, 100 songs, a fifth changes", invented(200), as_user=False),
        _row("200 public ones, exponential around 100, a fifth changes", exponential(200, owner=OTHERS), as_user=False),
        _row("200 of Spotify's own, the same", exponential(200, owner=OWN), as_user=False),
        _row("50 public ones, 450 songs, a fifth changes", invented(50, size=450), as_user=False),
    ]


def _row(what: str, world: World, *, as_user: bool) -> Row:
    with bench(Simulator(world, day=START), as_user=as_user) as archive:
        days = [(archive.run(day).requests, archive.run(day).requests) for day in range(8)]
    first, *others = (morning for morning, _ in days)
    again = [evening for _, evening in days[1:]]
    return {
        "requests a day": what,
        "first day": first,
        "later, at most": max(others),
        "a week": sum(others),
        "a playlist a day": round(sum(others) / len(others) / len(world.ids()), 2),
        "a second run": round(sum(again) / len(again)),
        "a year": round(sum(others) / len(others) * DAYS_A_YEAR),
    }
