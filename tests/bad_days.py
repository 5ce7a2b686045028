"""Days on which every answer is well-formed and wrong in one way: a world with one such day."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from typing import Final

from spotify_simulator.world import Named, Row, Song, World, WorldPlaylist

Damage = Callable[[WorldPlaylist, WorldPlaylist], WorldPlaylist]
"""What becomes of a playlist, given another one."""

PAGE: Final = 100


class WithBadDay:
    """A world on one day of which `damage` hits every playlist; Spotify says that it was `edited`, or that it was not.

    The other playlist that the damage is given is the next one, or always the last where `at_random` is not set.
    """

    def __init__(self, world: World, day: date, damage: Damage, *, edited: bool) -> None:
        self._world = world
        self._day = day
        self._damage = damage
        self._edited = edited

    def ids(self) -> tuple[str, ...]:
        return self._world.ids()

    def library(self, user: str) -> tuple[str, ...]:
        return self._world.library(user)

    def playlist(self, playlist: str, day: date) -> WorldPlaylist | None:
        true = self._world.playlist(playlist, day)
        if true is None or day != self._day:
            return true
        names = self.ids()
        other = self._world.playlist(names[(names.index(playlist) + 1) % len(names)], day)
        last = self._world.playlist(names[-1], day)
        assert other
        assert last
        wrong = self._damage(true, last if self._damage is all_the_same else other)
        return replace(wrong, snapshot_id=f"edited{playlist}" if self._edited else true.snapshot())


def empty(true: WorldPlaylist, _: WorldPlaylist) -> WorldPlaylist:
    return replace(true, rows=())


def cut(true: WorldPlaylist, _: WorldPlaylist) -> WorldPlaylist:
    return replace(true, rows=true.rows[:PAGE])


def halved(true: WorldPlaylist, _: WorldPlaylist) -> WorldPlaylist:
    return replace(true, rows=true.rows[len(true.rows) * 3 // 5 :])


def nulls(true: WorldPlaylist, _: WorldPlaylist) -> WorldPlaylist:
    return replace(true, rows=tuple(replace(row, song=None, key=row.identity) for row in true.rows))


def some_nulls(true: WorldPlaylist, _: WorldPlaylist) -> WorldPlaylist:
    rows = [replace(row, song=None, key=row.identity) if at % 3 else row for at, row in enumerate(true.rows)]
    return replace(true, rows=tuple(rows))


def relinked(true: WorldPlaylist, _: WorldPlaylist) -> WorldPlaylist:
    return _each_song(
        true, lambda song: replace(song, id=f"9{(song.id or '')[1:]}", uri=f"spotify:track:9{(song.id or '')[1:]}")
    )


def dateless_and_relinked(true: WorldPlaylist, other: WorldPlaylist) -> WorldPlaylist:
    wrong = relinked(true, other)
    return replace(wrong, rows=tuple(replace(row, added_at=None) for row in wrong.rows))


def foreign(true: WorldPlaylist, other: WorldPlaylist) -> WorldPlaylist:
    return replace(true, rows=other.rows)


def foreign_as_well(true: WorldPlaylist, other: WorldPlaylist) -> WorldPlaylist:
    return replace(true, rows=(*true.rows, *other.rows))


def all_the_same(true: WorldPlaylist, last: WorldPlaylist) -> WorldPlaylist:
    return replace(true, rows=last.rows)


def a_year_earlier(true: WorldPlaylist, _: WorldPlaylist) -> WorldPlaylist:
    return replace(true, rows=tuple(_years_away(row, -1) for row in true.rows))


def a_year_later(true: WorldPlaylist, _: WorldPlaylist) -> WorldPlaylist:
    return replace(true, rows=tuple(_years_away(row, 1) for row in true.rows))


def withdrawn(true: WorldPlaylist, _: WorldPlaylist) -> WorldPlaylist:
    return _each_song(
        true,
        lambda song: replace(
            song,
            name="",
            duration_ms=0,
            artists=tuple(Named(artist.id, "") for artist in song.artists),
            album=Named(song.album.id, "") if song.album else None,
        ),
    )


def renamed(true: WorldPlaylist, _: WorldPlaylist) -> WorldPlaylist:
    return _each_song(true, lambda song: replace(song, name=f"{song.name} (translated)"))


def other_artists(true: WorldPlaylist, _: WorldPlaylist) -> WorldPlaylist:
    return _each_song(
        true,
        lambda song: replace(song, artists=tuple(replace(artist, name=f"{artist.name} 2") for artist in song.artists)),
    )


def other_albums(true: WorldPlaylist, _: WorldPlaylist) -> WorldPlaylist:
    return _each_song(true, lambda song: replace(song, album=Named(f"9{song.uri[-21:]}", f"Single {song.name}")))


def other_lengths(true: WorldPlaylist, _: WorldPlaylist) -> WorldPlaylist:
    return _each_song(true, lambda song: replace(song, duration_ms=30_000))


def doubled(true: WorldPlaylist, _: WorldPlaylist) -> WorldPlaylist:
    return replace(true, rows=true.rows * 2)


def backwards(true: WorldPlaylist, _: WorldPlaylist) -> WorldPlaylist:
    return replace(true, rows=true.rows[::-1])


def nameless(true: WorldPlaylist, _: WorldPlaylist) -> WorldPlaylist:
    return replace(true, name="", owner=replace(true.owner, name=None))


def of_somebody_else(true: WorldPlaylist, other: WorldPlaylist) -> WorldPlaylist:
    owner = replace(true.owner, id=f"{true.owner.id}-2", name="Somebody Else")
    return replace(true, name=other.name, description=other.description, owner=owner)


DAMAGES: Final[Mapping[str, Damage]] = {
    damage.__name__: damage
    for damage in (
        empty,
        cut,
        halved,
        nulls,
        some_nulls,
        relinked,
        dateless_and_relinked,
        foreign,
        foreign_as_well,
        all_the_same,
        a_year_earlier,
        a_year_later,
        withdrawn,
        renamed,
        other_artists,
        other_albums,
        other_lengths,
        doubled,
        backwards,
        nameless,
        of_somebody_else,
    )
}


def _each_song(true: WorldPlaylist, change: Callable[[Song], Song]) -> WorldPlaylist:
    return replace(true, rows=tuple(replace(row, song=change(row.song)) if row.song else row for row in true.rows))


def _under_another_id(song: Song) -> Song:
    assert song.id
    other = f"9{song.id[1:]}"
    return replace(song, id=other, uri=f"spotify:track:{other}")


def _years_away(row: Row, years: int) -> Row:
    assert row.added_at
    return replace(row, added_at=f"{int(row.added_at[:4]) + years}{row.added_at[4:]}")
