import asyncio
from collections.abc import Coroutine
from typing import Any

import httpx
import pytest

from spotify_simulator.app import Simulator
from spotify_simulator.faults import Fault, Kind, Plan
from spotify_simulator.transport import SimulatorTransport
from tests.spotify_simulator.asking import OWN, Asking, simulator
from tests.virtual_time import run_virtual


async def ask(simulated: Simulator, **options: Any) -> tuple[httpx.Response, float]:
    """The answer to a question about a playlist, and how many seconds it took."""
    headers = Asking(simulated).headers
    transport = SimulatorTransport(simulated)
    began = asyncio.get_running_loop().time()
    async with httpx.AsyncClient(transport=transport, base_url="https://spotify.test", headers=headers) as http:
        response = await http.get(f"/v1/playlists/{OWN}", params={"fields": "id,items.next"}, **options)
    return response, asyncio.get_running_loop().time() - began


def with_fault(**fault: Any) -> Coroutine[Any, Any, tuple[httpx.Response, float]]:
    return ask(simulator(plan=Plan((Fault(**fault),))), timeout=30)


def test_a_request_is_answered_without_a_socket() -> None:
    response, _ = run_virtual(ask(simulator(embedded_limit=2)))
    assert response.json()["id"] == OWN
    assert response.json()["items"]["next"].startswith("https://spotify.test/v1/playlists/")


def test_a_delay_passes_on_the_clock_of_the_loop() -> None:
    _, seconds = run_virtual(with_fault(kind=Kind.DELAY, seconds=20))
    assert seconds == 20


def test_latency_delays_every_answer() -> None:
    _, seconds = run_virtual(ask(simulator(latency=0.25)))
    assert seconds == 0.25


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ({"kind": Kind.DELAY, "seconds": 31}, httpx.ReadTimeout),
        ({"kind": Kind.DROP}, httpx.ReadError),
        ({"kind": Kind.WRONG_LENGTH}, httpx.RemoteProtocolError),
    ],
)
def test_what_a_network_does_wrong_is_raised_as_httpx_raises_it(
    fault: dict[str, Any], error: type[httpx.TransportError]
) -> None:
    with pytest.raises(error):
        run_virtual(with_fault(**fault))


def test_without_a_timeout_any_delay_is_waited_for() -> None:
    response, seconds = run_virtual(ask(simulator(plan=Plan((Fault(kind=Kind.DELAY, seconds=9999),))), timeout=None))
    assert (response.status_code, seconds) == (200, 9999)
