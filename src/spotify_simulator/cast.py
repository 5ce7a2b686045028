"""The first playlists of the invented world. Each shows one special thing that real playlists do."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from .catalogue import episode, local_file, nameless, troublesome, unheard_of
from .world import SENTINEL, SPOTIFY, Person, Row

_THIRD_DAY: Final = 2
"""Days are counted from 0."""

Rows = tuple[Row, ...]
Arrange = Callable[[Rows, int, Person], Rows]
"""Makes a playlist's rows from the ordinary rows, the day and the user who adds songs."""


@dataclass(frozen=True)
class Role:
    """The special features of a playlist. Days are counted from the start of the world.

    `names` are its names in order; a new name begins on each day of `renamed_on`. Without an `owner`, every second
    playlist belongs to the listener. An empty `owner` means somebody else. After the day `gone_after`, the playlist is
    gone.
    """

    names: tuple[str, ...] = ()
    owner: str | None = None
    size: int | None = None
    rows: Arrange | None = None
    renamed_on: tuple[int, ...] = ()
    gone_after: int | None = None
    private: bool = False
    collaborative: bool = False


def _with_episodes(rows: Rows, day: int, person: Person) -> Rows:
    """The rows, after one new episode per day."""
    return tuple(Row(episode(number), _on(number), person) for number in range(day + 3, 0, -1)) + rows


def _with_files(rows: Rows, _day: int, person: Person) -> Rows:
    """The rows, with local files, one of them nameless, and with rows from before Spotify kept dates."""
    files = (
        local_file("The Garage Doors", "Tape 3", "Untitled: Take 2, Fast", seconds=273),
        local_file("", "", "track 01", seconds=78),
    )
    old = tuple(replace(row, added_at=None, added_by=None) for row in rows[:3])
    return (*(Row(file, "2013-01-19T21:31:09Z", person) for file in files), *old, *rows[3:])


def _with_losses(rows: Rows, day: int, person: Person) -> Rows:
    """The rows, with songs that Spotify removed, one more on the third day, and with withdrawn songs without names."""
    gone = (Row(None, "2019-06-30T01:07:43Z", person, key="a song that was removed"),)
    lost = tuple(replace(row, song=None, key=row.identity) if day >= _THIRD_DAY else row for row in rows[:1])
    return (*gone, Row(nameless(1), SENTINEL, person), *lost, *rows[1:], Row(nameless(2), None, person))


def _with_trouble(rows: Rows, _day: int, person: Person) -> Rows:
    """The rows, after every title that has broken an archive before."""
    return (*(Row(song, "2024-05-01T12:00:00Z", person) for song in troublesome()), *rows)


def _with_repeats(rows: Rows, _day: int, _person: Person) -> Rows:
    return rows + rows[:1] + rows[:2]


def _with_unheard_of(rows: Rows, _day: int, person: Person) -> Rows:
    return (*rows, Row(unheard_of(1), "2026-10-01T09:00:00Z", person))


def _on(number: int) -> str:
    return f"2026-10-{1 + number % 28:02}T06:00:00Z"


CAST: Final = (
    Role(names=("Slow Boats & Long Evenings",)),
    Role(names=("R&B | Soul",)),
    Role(names=("Songs About <demons>",), owner="", size=20, rows=_with_trouble),
    Role(names=("Talk and Tape",), size=8, rows=_with_episodes),
    Role(names=("Found in the Attic",), size=14, rows=_with_files),
    Role(names=("Lost & Found",), rows=_with_losses),
    Role(names=("A$AP, Twice Please",), size=20, rows=_with_repeats),
    Role(names=("Nothing Yet",), size=0),
    Role(names=("Gone Fishing",), owner="", size=12, gone_after=2),
    Role(names=("Morning Static",), owner=SPOTIFY),
    Role(names=("Everything, Everyone",), owner="", rows=_with_unheard_of, collaborative=True),
    Role(names=("Work in Progress", "Work in Progress (final)", "Work in Progress (really final)"), renamed_on=(2, 4)),
)
"""The playlists in the order of `InventedWorld.ids()`."""
