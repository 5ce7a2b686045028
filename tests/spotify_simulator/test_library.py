from datetime import date, timedelta

from spotify_simulator.library import Libraries
from spotify_simulator.world import WorldPlaylist
from tests.spotify_simulator.asking import DAY, EMPTY, LONG, OWN, SPOTIFYS, WORLD, asking


class Watched:
    """The small world, counting how often it is asked for a playlist."""

    def __init__(self) -> None:
        self.asked = 0

    def ids(self) -> tuple[str, ...]:
        return WORLD.ids()

    def library(self, user: str) -> tuple[str, ...]:
        return WORLD.library(user)

    def playlist(self, playlist: str, day: date) -> WorldPlaylist | None:
        self.asked += 1
        return WORLD.playlist(playlist, day)


def test_a_library_tells_the_rows_by_number_and_the_snapshot_where_it_is_one() -> None:
    listed = {found.playlist.id: found for found in Libraries(WORLD).of("listener", DAY)}
    assert {name: listed[name].total for name in (OWN, EMPTY, LONG)} == {OWN: 5, EMPTY: 0, LONG: 250}
    assert all(found.playlist.rows == () for found in listed.values())
    assert listed[SPOTIFYS].snapshot is None
    own = WORLD.playlist(OWN, DAY)
    assert own
    assert listed[OWN].snapshot == own.snapshot()


def test_all_pages_of_a_day_cost_one_look_at_each_playlist() -> None:
    libraries = Libraries(world := Watched())
    for _ in range(3):
        libraries.of("listener", DAY)
    assert world.asked == len(WORLD.ids())
    libraries.of("listener", DAY + timedelta(days=1))
    assert world.asked == 2 * len(WORLD.ids())


def test_a_user_lists_only_what_is_public_and_their_own() -> None:
    page = asking().read("users/stranger/playlists")
    assert [row["owner"]["id"] for row in page["items"]] == ["stranger"]
