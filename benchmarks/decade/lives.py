"""The truth: what each playlist is on each day of ten years. Pure arithmetic, so that any day can be asked for.

A `Life` says how a playlist changes: `step` gives a number for a day, and `rows` the songs for such a number. Days are
counted from 0. `Truth` makes a world of lives that the simulator serves.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Final

from spotify_simulator.catalogue import base62, episode, local_file, nameless, phrase, track, troublesome
from spotify_simulator.world import SENTINEL, SPOTIFY, Person, Row, WorldPlaylist

LISTENER: Final = Person("listener", "Listener")
CURATOR: Final = Person("curator", "A Curator")
EDITOR: Final = Person(SPOTIFY, "Spotify")

CYCLE: Final = 730
"""Days after which what happens only now and then happens again: the shortened decade has all of it once."""

DECADE: Final = 3_650
FIRST_SONGS: Final = 100
WEEKS_APART: Final = 21
"""Days between two times that the longest list grows."""

LONGEST: Final = 10_000
"""Songs of the longest list at the end of ten years, as many as Spotify allows."""

POOL: Final = 2_000
"""Songs that an editorial list draws on: it comes round in 200 days. Endless ones never do."""

_NUMBERS_OF_A_LIFE: Final = 1_000_000

Slot = tuple[int, int]
"""A song's number, and the day on which it was added."""


@dataclass(frozen=True)
class Life:
    """One kind of playlist: `slots` gives its ordinary songs for a step, `odd` are rows that stand before them.

    `gone` and `private` tell the days on which it is so, `renamed` how often that happened until a day. A life `joins`
    the registry on a day.
    """

    kind: str
    slots: Callable[[int], list[Slot]]
    step: Callable[[int], int] = lambda day: day
    owner: Person = LISTENER
    odd: Callable[[int], tuple[Row, ...]] = lambda _: ()
    gone: Callable[[int], bool] = lambda _: False
    private: Callable[[int], bool] = lambda _: False
    renamed: Callable[[int], int] = lambda _: 0
    collaborative: bool = False
    joins: int = 0


class Truth:
    """The world of the first `count` lives, which begins on `start`.

    Editors draw on a `pool` of so many songs; without one none returns. The longest list reaches `longest` songs.
    """

    def __init__(self, start: date, count: int, *, pool: int | None = POOL, longest: int = LONGEST) -> None:
        self.start = start
        self.lives = dict(zip(map(_id, range(count)), _lives(pool, longest)[:count], strict=False))
        self._numbers = {name: number for number, name in enumerate(self.lives)}
        self._rows = lru_cache(maxsize=2 * count)(self._made_rows)
        self._kept = lru_cache(maxsize=4 * count)(self._playlist)

    def ids(self) -> tuple[str, ...]:
        """Every playlist of any day."""
        return tuple(self.lives)

    def library(self, user: str) -> tuple[str, ...]:
        """The user's own; what others made has to be asked for one by one."""
        return tuple(name for name, life in self.lives.items() if life.owner.id == user)

    def playlist(self, playlist: str, day: date) -> WorldPlaylist | None:
        """The playlist as it is on the day."""
        return self._kept(playlist, (day - self.start).days) if playlist in self.lives else None

    def songs(self, playlist: str, day: date) -> tuple[str, ...]:
        """The URIs of a playlist in order, as an archive has them: without the rows that hold no song."""
        found = self.playlist(playlist, day)
        return tuple(row.song.uri for row in found.rows if row.song) if found else ()

    def _playlist(self, name: str, day: int) -> WorldPlaylist | None:
        life = self.lives[name]
        if life.gone(day):
            return None
        times = life.renamed(day)
        return WorldPlaylist(
            id=name,
            name=f"{life.kind.capitalize()}: {phrase('decade', name)}{f', Vol. {times + 1}' if times else ''}",
            owner=life.owner,
            rows=self._rows(name, life.step(day)),
            description=f"All of <b>it</b> &amp; more, no. {times}",
            likes=1_000 + day * (self._numbers[name] % 7),
            public=not life.private(day),
            collaborative=life.collaborative,
            collaborators=(LISTENER.id,) if life.collaborative else (),
        )

    def _made_rows(self, name: str, step: int) -> tuple[Row, ...]:
        life, first = self.lives[name], self._numbers[name] * _NUMBERS_OF_A_LIFE
        ordinary = (self._row(life, first + number, day) for number, day in life.slots(step))
        return (*life.odd(step), *ordinary)

    def _row(self, life: Life, number: int, day: int) -> Row:
        """Nobody knows when, and by whom, Spotify's own lists got a song (docs/spotify.md, section 2.4)."""
        if life.owner is EDITOR:
            return Row(track(number), SENTINEL, Person(""))
        return Row(track(number), f"{self.start + timedelta(days=day)}T08:30:00Z", life.owner)


def _id(number: int) -> str:
    is_editors = _lives()[number].owner is EDITOR
    return base62(f"decade {number}", prefix="37i9dQZF1" if is_editors else "")


def _always(size: int) -> Callable[[int], list[Slot]]:
    """The same songs for ever, added before the first day."""
    return lambda _: [(number, number - size - 1) for number in range(size)]


def _sliding(
    size: int, *, a_step: int = 1, days: int = 1, earlier: int = 0, pool: int | None = None
) -> Callable[[int], list[Slot]]:
    """With each step, of so many `days`, as many songs leave at the end as come at the front; from a pool they return.

    The first step is `earlier` by some days. A song that returns was added on the day of its return.
    """

    def slots(step: int) -> list[Slot]:
        newest = size + step * a_step
        return [
            (number % pool if pool else number, _day_of(number - size, a_step) * days - earlier)
            for number in reversed(range(newest - size, newest))
        ]

    return slots


def _day_of(place: int, a_step: int) -> int:
    """The step with which a song came; -1 for those that were there before the first day."""
    return place // a_step + 1 if place >= 0 else -1


def _growing(longest: int) -> Callable[[int], list[Slot]]:
    """A step is a number of songs; each has the day of the first of them, every third week, that needs it."""
    return lambda step: [(number, max(_needed_on(number, longest), -1)) for number in range(step)]


def _needed_on(number: int, longest: int) -> int:
    return (number - FIRST_SONGS) * DECADE // (longest - FIRST_SONGS) // WEEKS_APART * WEEKS_APART


def _grown(longest: int) -> Callable[[int], int]:
    """Songs on a day: from `FIRST_SONGS` to `longest` in ten years."""
    return lambda day: FIRST_SONGS + (longest - FIRST_SONGS) * (day // WEEKS_APART * WEEKS_APART) // DECADE


def _between(first: int, last: int) -> Callable[[int], bool]:
    """On these days of every cycle."""
    return lambda day: first <= day % CYCLE < last


def _episodes(day: int) -> tuple[Row, ...]:
    """A new one on top every day, and the last 30 of them."""
    return tuple(Row(episode(number), "2026-10-01T06:00:00Z", LISTENER) for number in range(day + 30, day, -1))


def _files(_: int) -> tuple[Row, ...]:
    """Local files, and a song from before Spotify kept dates."""
    files = (local_file("The Garage Doors", "Tape 3", "Take 2, Fast", seconds=273), local_file("", "", "b", seconds=7))
    return (*(Row(file, "2013-01-19T21:31:09Z", LISTENER) for file in files), Row(track(7), None, None))


def _losses(step: int) -> tuple[Row, ...]:
    """More and more rows whose song Spotify removed, and one that it emptied."""
    return (
        *(Row(None, SENTINEL, key=f"lost {number}") for number in range(step % 9)),
        Row(nameless(1), None, LISTENER),
    )


def _troubles(_: int) -> tuple[Row, ...]:
    return tuple(Row(song, "2024-05-01T12:00:00Z", CURATOR) for song in troublesome())


def _turned(step: int) -> list[Slot]:
    """Two songs twice, and every week another one first."""
    slots = [*_always(30)(0), (0, -31), (1, -30)]
    return slots[step % 30 :] + slots[: step % 30]


def _weeks(day: int) -> int:
    """Weeks that end on a Friday: the first day is a Monday."""
    return (day + 3) // 7


def _every(days: int) -> Callable[[int], int]:
    return lambda day: day // days


@lru_cache(maxsize=2)
def _lives(pool: int | None = POOL, longest: int = LONGEST) -> tuple[Life, ...]:
    """Each kind once, the most telling first; then ordinary ones, of which some join the registry later."""
    fortnight, friday = _sliding(60, a_step=3, days=14), _sliding(30, a_step=30, days=7, earlier=3)
    return (
        Life("editorial", _sliding(50, a_step=10, pool=pool), owner=EDITOR),
        Life("growing", _growing(longest), step=_grown(longest)),
        Life("emptied", lambda step: [] if step else _always(40)(0), step=lambda day: int(200 <= day % CYCLE < 215)),
        Life("renamed", _always(20), renamed=_every(150)),
        Life("back", fortnight, step=_every(14), gone=_between(300, 345)),
        Life("private for a while", _always(25), private=_between(100, 160)),
        Life("deleted", _always(15), gone=lambda day: day >= 400),
        Life("joined", fortnight, step=_every(14), joins=30),
        Life("hidden for a while", _always(12), owner=CURATOR, gone=_between(500, 520), joins=75),
        Life("fridays", friday, step=_weeks),
        Life("episodes", _always(0), odd=_episodes),
        Life("files", _always(5), odd=_files),
        Life("losses", _sliding(20, days=60), step=_every(60), odd=_losses, owner=CURATOR),
        Life("troubles", _always(0), odd=_troubles, owner=CURATOR),
        Life("turned", _turned, step=_every(7)),
        Life("static", _always(100)),
        Life("empty at first", lambda step: _always(30 if step else 0)(0), step=lambda day: int(day >= 90)),
        Life("one", _always(1)),
        Life("everybody's", _sliding(40, days=10), step=_every(10), owner=CURATOR, collaborative=True),
        Life("a second editorial", _sliding(75, a_step=20, days=7, pool=pool), step=_every(7), owner=EDITOR),
        *(
            Life(
                "ordinary", _sliding(30 + number, a_step=1 + number % 4, days=number), step=_every(number), joins=joins
            )
            for number, joins in enumerate((0, 0, 0, 120, 200, 280, 800, 1_400, 2_200, 3_000), start=3)
        ),
    )


MOST: Final = len(_lives())
"""The playlists that there are lives for."""
