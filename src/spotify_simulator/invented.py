"""Invented playlists that change from day to day as real ones do. The same seed gives the same playlists."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache
from random import Random
from typing import Final

from .cast import CAST, Role
from .catalogue import SONGS, base62, phrase, pick, share, track
from .words import CURATORS, DESCRIPTIONS
from .world import SENTINEL, SPOTIFY, Person, Row, WorldPlaylist

RENAMES_A_DAY: Final = 1 / 300
"""The share of playlists that get a new name or description per day (our choice)."""

MOVES: Final = 0.2
"""The share of changes that change only the order (a quarter of the other changes, as in real archives)."""

_YEARS_BEFORE: Final = 3
"""The most years between the first additions and the start."""

_DAY_SECONDS: Final = 24 * 60 * 60

_KEPT: Final = 128
"""Playlists kept in memory."""


@dataclass(frozen=True)
class _State:
    """The changes to a playlist: tracks with the day of their addition, counted from the start, changes and names."""

    slots: tuple[tuple[int, int], ...]
    revision: int
    names: int


class InventedWorld:
    """`count` playlists of `size` tracks each, which begin on the day `start`.

    Each day, the share `change_share` of the playlists change. In a change, up to the share `turnover` of the tracks
    leave, and as many new tracks come. In the share `moves` of the changes, one track moves to the end instead. With
    `odd`, the first playlists are those of cast.py, with rows of all kinds; without, all are ordinary. The playlists
    belong to the user `owner` and to others.
    """

    def __init__(
        self,
        seed: int,
        count: int,
        size: int,
        start: date,
        *,
        change_share: float = 0.2,
        turnover: float = 0.1,
        moves: float = MOVES,
        odd: bool = True,
        owner: str = "listener",
    ) -> None:
        self.start = start
        self._seed = seed
        self._size = size
        self._change_share = change_share
        self._turnover = turnover
        self._moves = moves
        self._owner = Person(owner, owner.title())
        self._roles = CAST[:count] if odd else ()
        self._index = {self._id(number): number for number in range(count)}
        self._newest: dict[int, tuple[int, _State]] = {}
        """Number of a playlist → the last day that was asked for, and the state then: later days continue there."""
        self._kept: Callable[[int, int], WorldPlaylist | None] = lru_cache(maxsize=_KEPT)(self._playlist)

    def ids(self) -> tuple[str, ...]:
        """The ids of all playlists that ever exist, the cast first."""
        return tuple(self._index)

    def library(self, user: str) -> tuple[str, ...]:
        """All playlists for the owner. Other users get only their own playlists."""
        if user == self._owner.id:
            return self.ids()
        return tuple(name for name, number in self._index.items() if self._person(number).id == user)

    def playlist(self, playlist: str, day: date) -> WorldPlaylist | None:
        """The playlist on the day. Before the start, it is as on the first day."""
        number = self._index.get(playlist)
        return None if number is None else self._kept(number, max((day - self.start).days, 0))

    def revision(self, playlist: str, day: date) -> int:
        """The number of changes up to the day, much quicker than the playlist itself."""
        return self._state(self._index[playlist], max((day - self.start).days, 0)).revision

    def _id(self, number: int) -> str:
        prefix = "37i9dQZF1" if self._role(number).owner == SPOTIFY else ""
        return base62(f"playlist {self._seed} {number}", prefix=prefix)

    def _role(self, number: int) -> Role:
        return self._roles[number] if number < len(self._roles) else _ORDINARY

    def _person(self, number: int) -> Person:
        """The owner of a playlist. Half of the ordinary playlists belong to the world's owner."""
        role = self._role(number)
        if role.owner == SPOTIFY:
            return Person(SPOTIFY, "Spotify")
        if number % 2 == 0 and role.owner is None:
            return self._owner
        return Person(*CURATORS[number % len(CURATORS)])

    def _playlist(self, number: int, day: int) -> WorldPlaylist | None:
        role = self._role(number)
        if role.gone_after is not None and day > role.gone_after:
            return None
        state, person = self._state(number, day), self._person(number)
        ordinary = tuple(self._row(number, person, *slot) for slot in state.slots)
        rows = role.rows(ordinary, day, self._added_by(person)) if role.rows else ordinary
        return WorldPlaylist(
            id=self._id(number),
            name=self._name(number, state.names),
            owner=person,
            rows=tuple(replace(row, added_at=SENTINEL) for row in rows) if person.id == SPOTIFY else rows,
            description=self._description(number, state.names),
            likes=self._likes(number, day),
            public=not role.private,
            collaborative=role.collaborative,
            collaborators=(self._owner.id,) if role.collaborative else (),
            revision=state.revision,
        )

    def _state(self, number: int, day: int) -> _State:
        """The state after all changes up to the day, computed from numbers alone."""
        known, state = self._newest.get(number, (0, None))
        if state is None or day < known:
            known, state = 0, self._first(number)
        for today in range(known + 1, day + 1):
            state = self._next(number, state, today)
        self._newest[number] = day, state
        return state

    def _first(self, number: int) -> _State:
        role, chance = self._role(number), Random(pick(self._seed, number))  # noqa: S311 - nothing depends on its secrecy
        size = self._size if role.size is None else min(role.size, self._size)
        slots = [(song, -chance.randrange(1, _YEARS_BEFORE * 365)) for song in chance.sample(range(SONGS), size)]
        return _State(tuple(sorted(slots, key=lambda slot: slot[1])), size + 1, 0)

    def _next(self, number: int, before: _State, today: int) -> _State:
        """The state after one more day."""
        slots = list(before.slots)
        changed = bool(slots) and share(self._seed, number, today) < self._change_share
        if changed:
            chance = Random(pick(self._seed, number, today))  # noqa: S311 - the same
            self._change(slots, chance, today)
        renamed = share(self._seed, number, today, "name") < RENAMES_A_DAY or today in self._role(number).renamed_on
        return _State(tuple(slots), before.revision + changed + renamed, before.names + renamed)

    def _change(self, slots: list[tuple[int, int]], chance: Random, today: int) -> None:
        most = int(len(slots) * self._turnover)
        if most == 0 or chance.random() < self._moves:
            slots.append(slots.pop(chance.randrange(len(slots))))
            return
        count, there = chance.randint(1, most), {song for song, _ in slots}
        for _ in range(count):
            slots.pop(chance.randrange(len(slots)))
        fresh = (song for song in chance.sample(range(SONGS), count + len(there)) if song not in there)
        slots.extend((next(fresh), today) for _ in range(count))

    def _row(self, number: int, person: Person, song: int, day: int) -> Row:
        minutes, seconds = divmod((song * 7_919 + number * 104_729) % _DAY_SECONDS, 60)
        moment = f"{self.start + timedelta(days=day)}T{minutes // 60:02}:{minutes % 60:02}:{seconds:02}Z"
        return Row(track(song), moment, self._added_by(person))

    def _added_by(self, person: Person) -> Person:
        """The user who added a track, with an empty id in Spotify's own playlists (docs/spotify.md, section 2.4)."""
        return Person("") if person.id == SPOTIFY else person

    def _name(self, number: int, names: int) -> str:
        own = self._role(number).names
        if names < len(own):
            return own[names]
        first = own[-1] if own else phrase(self._seed, "playlist", number)
        return f"{first}, Vol. {names + 1}" if names else first

    def _description(self, number: int, names: int) -> str | None:
        return DESCRIPTIONS[(number + names) % len(DESCRIPTIONS)]

    def _likes(self, number: int, day: int) -> int:
        """The number of likes. It stays equal for half of the playlists, and grows daily for the others."""
        chance = pick(self._seed, number, "likes")
        return chance % 5_000 if chance % 2 else chance % 90_000 + day * (chance % 37) + pick(number, day) % 5


_ORDINARY: Final = Role()
