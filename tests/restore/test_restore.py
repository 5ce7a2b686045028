import asyncio
import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from playlist_archive.restore.journal import Journal, Restoration
from playlist_archive.restore.plan import LOCAL, REFUSED, Chosen, Song, plan
from playlist_archive.restore.plan import Plan as Planned
from playlist_archive.restore.restore import Restored, as_json, restore_inside
from playlist_archive.settings import Settings, SettingsError
from spotify_simulator.app import Simulator
from spotify_simulator.bodies import AppClass
from spotify_simulator.faults import Endpoint, Fault, Kind, Plan
from spotify_simulator.messages import Answer, Request
from spotify_simulator.options import Options
from spotify_simulator.transport import SimulatorTransport
from spotify_simulator.writing import uris_of
from tests.builders import track_uri
from tests.harness import loop_clock, settings_for
from tests.virtual_time import run_virtual
from tests.worlds import START, daily, playlist

LOCAL_FILE = "spotify:local:Band:Tape:Song:90"
EPISODE = f"spotify:episode:{7:022}"


def songs(numbers: Iterable[int]) -> tuple[Song, ...]:
    return tuple(Song(track_uri(number), f"Song {number}") for number in numbers)


def planned(chosen: Iterable[Song]) -> Planned:
    return plan(Chosen(tuple(chosen), "a test", ""), name="Put Back", description="From a test", most=10_000)


class Clock:
    """Goes on from run to run, each of which has a loop of its own."""

    def __init__(self) -> None:
        self.before = 0.0

    def __call__(self) -> float:
        """Seconds, on virtual time."""
        return self.before + loop_clock()


def simulator(*faults: Fault, **options: Any) -> Simulator:
    return Simulator(daily([playlist(1)]), day=START, options=Options(**options), plan=Plan(faults), clock=Clock())


class Restoring:
    """A restore on one machine, which may be cut off and resumed."""

    def __init__(self, folder: Path, simulated: Simulator, chosen: Iterable[Song]) -> None:
        self.simulated = simulated
        self.journal = Journal(folder, "a test")
        self.plan = planned(chosen)

    def settings(self) -> Settings:
        token = SecretStr(self.simulated.accounts.writing_token)
        return settings_for(self.simulated).model_copy(update={"spotify_restore_token": token})

    def run(self, transport: SimulatorTransport | None = None) -> Restored:
        """Begins, or goes on where the journal has a restoration."""
        transport = transport or SimulatorTransport(self.simulated)
        return run_virtual(self._run(transport))

    async def _run(self, transport: SimulatorTransport) -> Restored:
        restoration = self.journal.read() or Restoration.begin(self.plan)
        try:
            return await restore_inside(self.settings(), restoration, self.journal, transport=transport)
        finally:
            self.simulated.writing.clock.before += loop_clock()  # type: ignore[attr-defined]  # it is a `Clock`

    def contents(self) -> tuple[str, ...]:
        """What the only playlist that was made holds."""
        (made,) = self.simulated.writing.made
        found = self.simulated.writing.written(made)
        assert found
        return uris_of(found)


@pytest.mark.parametrize("count", [1, 100, 101, 250])
def test_a_new_playlist_holds_the_songs_in_order(tmp_path: Path, count: int) -> None:
    restoring = Restoring(tmp_path, simulator(), songs(range(count)))
    restored = restoring.run()
    assert restoring.contents() == tuple(map(track_uri, range(count)))
    assert restored.is_as_planned
    assert restored.link == f"https://open.spotify.com/playlist/{restoring.simulated.writing.made[0]}"
    assert restoring.journal.read() is None


def test_the_new_playlist_is_private_and_says_where_it_is_from(tmp_path: Path) -> None:
    restoring = Restoring(tmp_path, simulator(), songs([1]))
    restoring.run()
    made = restoring.simulated.writing.written(restoring.simulated.writing.made[0])
    assert made
    assert (made.name, made.public, made.collaborative) == ("Put Back", False, False)
    assert made.description
    assert made.description.startswith("From a test [restore ")


def test_no_playlist_that_exists_is_written_to(tmp_path: Path) -> None:
    simulated = simulator()
    Restoring(tmp_path, simulated, songs(range(5))).run()
    assert simulated.writing.written(playlist(1).id) is None


def test_songs_that_belong_twice_are_added_twice(tmp_path: Path) -> None:
    restoring = Restoring(tmp_path, simulator(), songs([1, 2, 1, 1, 3]))
    assert restoring.run().is_as_planned
    assert restoring.contents() == tuple(map(track_uri, [1, 2, 1, 1, 3]))


def test_episodes_are_added_and_local_files_are_listed(tmp_path: Path) -> None:
    chosen = [*songs([1]), Song(EPISODE, "Talk"), Song(LOCAL_FILE, "Tape"), *songs([2])]
    restoring = Restoring(tmp_path, simulator(), chosen)
    restored = restoring.run()
    assert restoring.contents() == (track_uri(1), EPISODE, track_uri(2))
    assert [(song.label, song.reason) for song in restored.left_out] == [("Tape", LOCAL)]
    assert not restored.is_as_planned


@pytest.mark.parametrize("forgotten", [{0}, {99}, {3, 4, 97}, set(range(100)), {150}])
def test_songs_that_spotify_no_longer_knows_are_listed_and_the_rest_is_added(
    tmp_path: Path, forgotten: set[int]
) -> None:
    simulated = simulator()
    simulated.writing.forgotten = set(map(track_uri, forgotten))
    restoring = Restoring(tmp_path, simulated, songs(range(151)))
    restored = restoring.run()
    assert restoring.contents() == tuple(track_uri(number) for number in range(151) if number not in forgotten)
    assert {(song.uri, song.reason) for song in restored.left_out} == {(track_uri(n), REFUSED) for n in forgotten}
    assert (restored.missing, restored.unexpected, restored.in_order) == ((), (), True)


UNKNOWN_FATES = [
    Fault(kind=Kind.DROP, method="POST", endpoint=Endpoint.ITEMS, skip=1),
    Fault(kind=Kind.DROP, method="POST", endpoint=Endpoint.ITEMS, skip=1, before=True),
    Fault(kind=Kind.STATUS, status=502, method="POST", endpoint=Endpoint.ITEMS, times=2),
    Fault(kind=Kind.STATUS, status=503, method="POST", endpoint=Endpoint.ITEMS, times=2, before=True),
    Fault(kind=Kind.EMPTY, method="POST", endpoint=Endpoint.ITEMS, skip=1),
    Fault(kind=Kind.DELAY, seconds=45, method="POST", endpoint=Endpoint.ITEMS),
    Fault(kind=Kind.DROP, method="POST", endpoint=Endpoint.LIBRARY),
    Fault(kind=Kind.DROP, method="POST", endpoint=Endpoint.LIBRARY, before=True),
    Fault(kind=Kind.STATUS, status=500, method="POST", endpoint=Endpoint.LIBRARY, times=3),
]


@pytest.mark.parametrize("app_class", [AppClass.EXTENDED, AppClass.RESTRICTED])
@pytest.mark.parametrize("fault", UNKNOWN_FATES, ids=lambda fault: f"{fault.kind}-{fault.endpoint}-{fault.before}")
def test_a_write_whose_fate_is_unknown_is_never_sent_twice_blindly(
    tmp_path: Path, fault: Fault, app_class: AppClass
) -> None:
    simulated = simulator(fault, app_class=app_class)
    simulated.writing.lag = 1.0
    restoring = Restoring(tmp_path, simulated, songs(range(350)))
    assert restoring.run().is_as_planned
    assert restoring.contents() == tuple(map(track_uri, range(350)))
    assert sum(simulated.faults.hit) > 0


def test_too_many_requests_are_waited_for(tmp_path: Path) -> None:
    restoring = Restoring(tmp_path, simulator(rate=3), songs(range(450)))
    assert restoring.run().is_as_planned
    assert restoring.simulated.counted.by_status[429] > 0


def test_another_hand_in_the_playlist_ends_the_restore(tmp_path: Path) -> None:
    simulated = simulator(Fault(kind=Kind.DROP, method="POST", endpoint=Endpoint.ITEMS, skip=1))

    def meddle(request: Request) -> None:
        if request.method == "POST" and request.path.endswith("/items") and simulated.counted.total > 5:
            return
        if simulated.faults.hit[0]:
            made = simulated.writing.made[0]
            body = json.dumps({"uris": [track_uri(999)]}).encode()
            authorization = request.headers["authorization"]
            simulated.answer(Request("POST", f"/v1/playlists/{made}/items", {}, {"authorization": authorization}, body))

    restoring = Restoring(tmp_path, simulated, songs(range(250)))
    restored = restoring.run(Watched(simulated, before=meddle))
    assert "changed by somebody else" in restored.problem
    assert restoring.journal.read() is not None


class CutOff(Exception):
    """The program ends here, as by a kill."""


class Watched(SimulatorTransport):
    """Calls `before` with each request, and `after` with each answer, both of which may end everything."""

    def __init__(
        self,
        simulated: Simulator,
        *,
        before: Callable[[Request], None] = lambda _: None,
        after: Callable[[Request], None] = lambda _: None,
    ) -> None:
        super().__init__(simulated)
        answer = simulated.answer

        def watched(request: Request) -> Answer:
            before(request)
            answered = answer(request)
            after(request)
            return answered

        self.simulator = Answering(watched)  # type: ignore[assignment]  # all that the transport asks of one


class Answering:
    """A simulator of one function."""

    def __init__(self, answer: Callable[[Request], Answer]) -> None:
        self.answer = answer


def cut_off_at(simulated: Simulator, number: int, *, is_carried_out: bool) -> Watched:
    """A network on which the program is killed at a request: before or after Spotify did what it asks for."""
    count = 0

    def step(_: Request) -> None:
        nonlocal count
        count += 1
        if count == number:
            raise CutOff

    return Watched(simulated, after=step) if is_carried_out else Watched(simulated, before=step)


@pytest.mark.parametrize("is_carried_out", [True, False])
@pytest.mark.parametrize("number", range(1, 16))
def test_a_restore_that_was_cut_off_anywhere_is_resumed_with_nothing_twice(
    tmp_path: Path, number: int, *, is_carried_out: bool
) -> None:
    simulated = simulator()
    simulated.writing.lag = 0.5
    simulated.writing.forgotten = {track_uri(120)}
    chosen = [*songs(range(150)), *songs([7, 7])]
    restoring = Restoring(tmp_path, simulated, chosen)
    with pytest.raises(CutOff):
        restoring.run(cut_off_at(simulated, number, is_carried_out=is_carried_out))
    restored = restoring.run()
    expected = [song.uri for song in chosen if song.uri != track_uri(120)]
    assert restored.problem == ""
    assert restoring.contents() == tuple(expected)
    assert [song.uri for song in restored.left_out] == [track_uri(120)]


def test_a_resumed_restore_sees_that_the_playlist_was_changed(tmp_path: Path) -> None:
    simulated = simulator()
    restoring = Restoring(tmp_path, simulated, songs(range(350)))
    with pytest.raises(CutOff):
        restoring.run(cut_off_at(simulated, 7, is_carried_out=True))
    restoring.plan = planned(songs(range(5)))
    restoration = restoring.journal.read()
    assert restoration
    restoring.journal.write(restoration.model_copy(update={"songs": songs(range(500, 900))}))
    assert "was changed since the restore was cut off" in restoring.run().problem


def test_a_consent_without_the_right_to_write_makes_nothing(tmp_path: Path) -> None:
    simulated = simulator()
    simulated.accounts.writing_scope = "playlist-read-private"
    restored = Restoring(tmp_path, simulated, songs([1])).run()
    assert restored.remedy == "run `playlist-archive login --restore`"
    assert restored.playlist is None
    assert simulated.writing.made == []


def test_the_archives_own_token_is_never_used(tmp_path: Path) -> None:
    simulated = simulator()
    settings = settings_for(simulated, as_user=True)
    restoration, journal = Restoration.begin(planned(songs([1]))), Journal(tmp_path, "a test")
    with pytest.raises(SettingsError, match="SPOTIFY_RESTORE_TOKEN is not set"):
        asyncio.run(restore_inside(settings, restoration, journal, transport=SimulatorTransport(simulated)))
    assert simulated.counted.total == 0


def test_what_reads_back_as_public_is_told(tmp_path: Path) -> None:
    simulated = simulator()
    simulated.accounts.writing_scope += " playlist-modify-public"
    simulated.writing.always_public = True
    assert Restoring(tmp_path, simulated, songs([1])).run().public


def test_the_result_for_machines_has_all_that_was_left_out(tmp_path: Path) -> None:
    restored = Restoring(tmp_path, simulator(), [*songs([1]), Song(LOCAL_FILE, "Tape")]).run()
    told = json.loads(as_json(restored))
    assert told["link"] == restored.link
    assert told["added"] == 1
    assert told["left_out"] == [{"uri": LOCAL_FILE, "label": "Tape", "reason": LOCAL}]


def test_no_token_is_in_the_journal(tmp_path: Path) -> None:
    simulated = simulator()
    restoring = Restoring(tmp_path, simulated, songs(range(350)))
    with pytest.raises(CutOff):
        restoring.run(cut_off_at(simulated, 7, is_carried_out=True))
    text = restoring.journal.path.read_text(encoding="utf-8")
    assert "simulated-" not in text
    assert track_uri(7) in text
