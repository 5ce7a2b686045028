"""Small worlds for tests that are about one thing: what each playlist is on each day, written down."""

from collections.abc import Iterable
from datetime import date, timedelta

from spotify_simulator.scripted import ScriptedWorld
from spotify_simulator.world import Named, Person, Row, Song, WorldPlaylist

START = date(2026, 11, 2)
LISTENER = Person("listener", "A Listener")


def day(number: int) -> date:
    """The day of a world that begins with day 0."""
    return START + timedelta(days=number)


def world_id(number: int) -> str:
    """A valid playlist id."""
    return f"{number:022}"


def song(number: int, *, name: str | None = None) -> Song:
    """A track of the catalogue; the number tells songs apart."""
    return Song(
        uri=f"spotify:track:{number:022}",
        id=f"{number:022}",
        name=name if name is not None else f"Song {number}",
        artists=(Named(f"{number % 7:022}", f"Artist {number % 7}"),),
        album=Named(f"{number % 11:022}", f"Album {number % 11}"),
        duration_ms=180_000 + number,
    )


def rows(numbers: Iterable[int], added: date = date(2025, 6, 1)) -> tuple[Row, ...]:
    """Rows with these songs, added in the year before."""
    return tuple(Row(song(number), f"{added}T12:00:00Z", LISTENER) for number in numbers)


def playlist(number: int = 1, songs: Iterable[int] = range(3), **facts: object) -> WorldPlaylist:
    """A public playlist of the listener's, filled on a day of its own; `facts` replace any field."""
    values: dict[str, object] = {
        "id": world_id(number),
        "name": f"Playlist {number}",
        "owner": LISTENER,
        "rows": rows(songs, date(2025, 6, 1) - timedelta(days=number - 1)),
        "likes": 1_000 + number,
        **facts,
    }
    return WorldPlaylist(**values)  # type: ignore[arg-type]  # a wrong field fails the test that names it


def daily(*days: Iterable[WorldPlaylist]) -> ScriptedWorld:
    """For each day, counted from `START`, the playlists that exist; what is on the last day stays."""
    return ScriptedWorld({day(number): playlists for number, playlists in enumerate(days)})
