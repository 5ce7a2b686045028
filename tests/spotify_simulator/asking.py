"""A small world of known playlists, and questions to the simulator, as a client would put them."""

import base64
import json
import time
from collections.abc import Callable
from datetime import date
from typing import Any
from urllib.parse import urlencode

from spotify_simulator.app import Simulator
from spotify_simulator.catalogue import base62, episode, local_file, track, unheard_of
from spotify_simulator.faults import Plan
from spotify_simulator.messages import Answer, Request
from spotify_simulator.options import Options
from spotify_simulator.scripted import ScriptedWorld
from spotify_simulator.world import SPOTIFY, Person, Row, WorldPlaylist

DAY = date(2026, 11, 2)
LISTENER = Person("listener", "Listener")
STRANGER = Person("stranger", None)

OWN = base62("own")
FOREIGN = base62("foreign")
SHARED = base62("shared")
PRIVATE = base62("private")
SPOTIFYS = base62("spotifys", prefix="37i9dQZF1")
EMPTY = base62("empty")
LONG = base62("long")
UNKNOWN = base62("unknown")

ROWS = (
    Row(track(1), "2026-11-02T07:14:09Z", LISTENER),
    Row(local_file("The Unheard", "Attic", "Take 1", seconds=90), "2013-01-19T21:31:09Z", LISTENER),
    Row(None, "2019-06-30T01:07:43Z", LISTENER, key="gone"),
    Row(episode(1), "2026-11-06T06:00:00Z", LISTENER),
    Row(unheard_of(1), None, None),
)


def playlist(name: str, *, owner: Person = LISTENER, **more: Any) -> WorldPlaylist:
    """A playlist with rows of all kinds."""
    given: dict[str, Any] = {"rows": ROWS, "likes": 7} | more
    return WorldPlaylist(id=name, name="A Name", owner=owner, **given)


WORLD = ScriptedWorld.of(
    playlist(OWN),
    playlist(FOREIGN, owner=STRANGER),
    playlist(SHARED, owner=STRANGER, collaborators=("listener",), collaborative=True, public=False),
    playlist(PRIVATE, public=False),
    playlist(SPOTIFYS, owner=Person(SPOTIFY, "Spotify")),
    playlist(EMPTY, rows=()),
    playlist(LONG, rows=tuple(Row(track(number), "2026-01-01T00:00:00Z", LISTENER) for number in range(250))),
)


def simulator(
    world: Any = WORLD, *, plan: Plan | None = None, clock: Callable[[], float] = time.monotonic, **options: Any
) -> Simulator:
    """A simulator of the small world."""
    return Simulator(world, day=DAY, options=Options(**options), plan=plan, clock=clock)


class Asking:
    """A client with a token for the user, or for the app alone."""

    def __init__(self, simulated: Simulator, *, as_user: bool = True) -> None:
        self.simulator = simulated
        refreshing = {"grant_type": "refresh_token", "refresh_token": simulated.refresh_token}
        answer = ask_token(simulated, **(refreshing if as_user else {"grant_type": "client_credentials"}))
        self.headers = {"authorization": f"Bearer {read(answer)['access_token']}"}

    def get(self, path: str, **query: Any) -> Answer:
        """The answer to `GET /v1/path?query`."""
        told = {name: str(value) for name, value in query.items()}
        return self.simulator.answer(Request("GET", f"/v1/{path}", told, self.headers, origin="http://here"))

    def read(self, path: str, **query: Any) -> Any:
        """The JSON of a good answer."""
        answer = self.get(path, **query)
        assert answer.status == 200, answer.body
        return read(answer)


def asking(*, as_user: bool = True, **options: Any) -> Asking:
    """A client of a new simulator of the small world."""
    return Asking(simulator(**options), as_user=as_user)


def basic(client_id: str, secret: str) -> dict[str, str]:
    """The header with an app's credentials."""
    return {"authorization": f"Basic {base64.b64encode(f'{client_id}:{secret}'.encode()).decode()}"}


def ask_token(simulated: Simulator, headers: dict[str, str] | None = None, /, **form: str) -> Answer:
    """The answer of the token endpoint, by default to the right credentials."""
    given = basic(simulated.client_id, simulated.client_secret) if headers is None else headers
    return simulated.answer(Request("POST", "/api/token", {}, given, urlencode(form).encode()))


def read(answer: Answer) -> Any:
    """The JSON of an answer."""
    return json.loads(answer.body)


def message(answer: Answer) -> tuple[int, str]:
    """Status and message of an error of the Web API."""
    return answer.status, read(answer)["error"]["message"]
