import pytest

from playlist_archive.account.library import chosen, mine
from playlist_archive.settings import SettingsError
from playlist_archive.spotify.errors import ConsentExpired
from spotify_simulator.app import Simulator
from spotify_simulator.bodies import AppClass
from spotify_simulator.faults import Endpoint
from spotify_simulator.options import Options
from spotify_simulator.transport import SimulatorTransport
from spotify_simulator.world import Person
from tests.harness import settings_for
from tests.worlds import START, daily, playlist, world_id

SOMEBODY = Person("somebody", "Somebody")


def simulator(count: int = 0, *, app_class: AppClass = AppClass.RESTRICTED) -> Simulator:
    playlists = [
        playlist(1, name="Mine"),
        playlist(2, name="Secret", public=False),
        playlist(3, name="Followed", owner=SOMEBODY),
        playlist(4, name="Ours", owner=SOMEBODY, collaborative=True, public=False),
        playlist(5, name="Unknown to be public", public=None),
        *(playlist(number) for number in range(10, 10 + count)),
    ]
    return Simulator(daily(playlists), day=START, options=Options(app_class=app_class))


@pytest.mark.parametrize("app_class", AppClass)
def test_the_users_own_and_collaborative_playlists_are_listed(app_class: AppClass) -> None:
    simulated = simulator(app_class=app_class)
    found = mine(settings_for(simulated, as_user=True), transport=SimulatorTransport(simulated))
    assert [(listing.name, listing.owned, listing.collaborative, listing.public) for listing in found] == [
        ("Mine", True, False, True),
        ("Secret", True, False, False),
        ("Ours", False, True, False),
        ("Unknown to be public", True, False, False),
    ]


def test_a_library_costs_a_request_for_every_fifty_playlists_and_one_for_the_user() -> None:
    simulated = simulator(120)
    found = mine(settings_for(simulated, as_user=True), transport=SimulatorTransport(simulated))
    assert len(found) == 124
    assert simulated.counted.by_endpoint == {Endpoint.ME: 1, Endpoint.LIBRARY: 3}


def test_what_has_no_id_for_a_file_name_is_left_out() -> None:
    simulated = Simulator(daily([playlist(1, id="../../etc"), playlist(2)]), day=START)
    found = mine(settings_for(simulated, as_user=True), transport=SimulatorTransport(simulated))
    assert [listing.id for listing in found] == [world_id(2)]


def test_without_a_user_nothing_is_asked_and_the_way_out_is_told() -> None:
    simulated = simulator()
    with pytest.raises(SettingsError, match="run `playlist-archive login`"):
        mine(settings_for(simulated), transport=SimulatorTransport(simulated))
    assert simulated.counted.tokens == 0


def test_what_spotify_refuses_is_raised() -> None:
    simulated = simulator()
    settings = settings_for(simulated, as_user=True)
    simulated.accounts.refresh_token = "another"
    with pytest.raises(ConsentExpired):
        mine(settings, transport=SimulatorTransport(simulated))


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("", []),
        ("  ", []),
        ("1", [1]),
        ("3 1 3", [1, 3]),
        ("1-3", [1, 2, 3]),
        ("2,4-5, 1", [1, 2, 4, 5]),
        ("5-5", [5]),
        ("all", [1, 2, 3, 4, 5]),
        (" ALL ", [1, 2, 3, 4, 5]),
    ],
)
def test_a_choice_is_numbers_and_ranges(text: str, numbers: list[int]) -> None:
    assert chosen(text, 5) == numbers


@pytest.mark.parametrize("text", ["0", "6", "1-6", "3-1", "x", "1 x", "-2", "1-", "all 1", "²", "9" * 5_000])
def test_a_choice_that_is_none_says_what_to_write(text: str) -> None:
    with pytest.raises(ValueError, match=r"write numbers from 1 to 5, ranges of them, or all$"):
        chosen(text, 5)
