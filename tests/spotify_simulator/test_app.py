"""What binds every request, and the ways into the simulator."""

import asyncio
from datetime import time, timedelta

import httpx
import pytest

from spotify_simulator.app import ConnectionCut, recognize
from spotify_simulator.bodies import AppClass
from spotify_simulator.faults import Endpoint, Fault, Kind, Plan
from spotify_simulator.messages import Request
from tests.spotify_simulator.asking import (
    FOREIGN,
    OWN,
    UNKNOWN,
    Asking,
    asking,
    simulator,
)

EXTENDED, LEGACY, RESTRICTED = AppClass
USER, APP = True, False
USER_NEEDED = "Valid user authentication required"


def test_an_app_whose_owner_has_no_premium_reads_nothing_with_any_token() -> None:
    for as_user in (USER, APP):
        answer = asking(premium=False, as_user=as_user).get(f"playlists/{OWN}")
        assert answer.status == 403
        assert answer.headers["content-type"].startswith("text/plain")
        assert answer.body.startswith(b"Active premium subscription required")


def test_a_user_who_is_not_on_the_allowlist_reads_nothing_but_the_app_does() -> None:
    answer = asking(allowlisted=False).get("me")
    assert (answer.status, answer.body[:14]) == (403, b"Check settings")
    assert asking(allowlisted=False, as_user=False).get(f"playlists/{OWN}").status == 200


def test_other_methods_than_those_of_an_endpoint_are_refused() -> None:
    simulated = simulator()
    assert simulated.answer(Request("PATCH", f"/v1/playlists/{OWN}/items")).status == 405
    assert simulated.answer(Request("DELETE", "/v1/me")).status == 405
    assert simulated.answer(Request("GET", "/api/token")).status == 405


def test_requests_are_counted_by_endpoint_and_status() -> None:
    client = asking()
    for path in ("me", f"playlists/{OWN}", f"playlists/{OWN}", f"playlists/{UNKNOWN}/items"):
        client.get(path)
    counted = client.simulator.counted
    assert (counted.total, counted.tokens) == (4, 1)
    assert counted.by_endpoint == {"me": 1, "playlist": 2, "items": 1}
    assert counted.by_status == {200: 3, 404: 1}


def test_the_day_may_be_set_at_any_time() -> None:
    client = asking()
    client.simulator.day += timedelta(days=400)
    assert client.get(f"playlists/{OWN}").status == 200


def test_the_time_of_day_may_be_set_and_is_noon_before() -> None:
    client = asking()
    before = client.get("me").headers["date"]
    client.simulator.time_of_day = time(5, 17)

    assert before.endswith("12:00:00 GMT")
    assert client.get("me").headers["date"].endswith("05:17:00 GMT")


def test_the_app_may_become_one_of_another_class() -> None:
    client = asking()
    served = client.read(f"playlists/{FOREIGN}")
    client.simulator.become(RESTRICTED)
    closed = client.read(f"playlists/{FOREIGN}")
    client.simulator.become(EXTENDED)

    assert "items" in served
    assert "items" not in closed
    assert client.read(f"playlists/{FOREIGN}") == served


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/api/token", (Endpoint.TOKEN, None)),
        ("/v1/me", (Endpoint.ME, None)),
        ("/v1/me/playlists", (Endpoint.LIBRARY, None)),
        ("/v1/playlists/a%20b", (Endpoint.PLAYLIST, "a b")),
        ("/v1/playlists/x/items", (Endpoint.ITEMS, "x")),
        ("/v1/playlists/x/tracks", (Endpoint.TRACKS, "x")),
        ("/v1/playlists/x/images", (Endpoint.OTHER, None)),
        ("/", (Endpoint.OTHER, None)),
    ],
)
def test_an_endpoint_is_known_by_its_path(path: str, expected: tuple[Endpoint, str | None]) -> None:
    assert recognize(Request("GET", path)) == expected


def test_it_is_an_asgi_application() -> None:
    simulated = simulator(plan=Plan((Fault(kind=Kind.DROP, endpoint=Endpoint.LIBRARY),)))
    headers = Asking(simulated).headers

    async def ask(path: str) -> httpx.Response:
        transport = httpx.ASGITransport(simulated)
        async with httpx.AsyncClient(transport=transport, base_url="http://here", headers=headers) as http:
            return await http.get(path)

    assert asyncio.run(ask(f"/v1/playlists/{OWN}?fields=id")).json() == {"id": OWN}
    with pytest.raises(ConnectionCut):
        asyncio.run(ask("/v1/me/playlists"))
