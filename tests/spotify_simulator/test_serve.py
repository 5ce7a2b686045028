import socket
import sys

import httpx
import pytest

from spotify_simulator.faults import Endpoint, Fault, Kind, Plan
from spotify_simulator.serve import ServeError, serving
from tests.spotify_simulator.asking import OWN, Asking, simulator


def test_a_client_on_a_socket_gets_tokens_playlists_and_broken_connections() -> None:
    plan = Plan(
        (
            Fault(kind=Kind.DROP, endpoint=Endpoint.ITEMS),
            Fault(kind=Kind.WRONG_LENGTH, endpoint=Endpoint.ITEMS, skip=1),
        )
    )
    simulated = simulator(plan=plan, embedded_limit=2)
    with serving(simulated) as url, httpx.Client(base_url=url, timeout=10) as http:
        client = (simulated.client_id, simulated.client_secret)
        token = http.post("/api/token", data={"grant_type": "client_credentials"}, auth=client).json()
        http.headers["authorization"] = f"Bearer {token['access_token']}"
        playlist = http.get(f"/v1/playlists/{OWN}").json()
        with pytest.raises((httpx.RemoteProtocolError, httpx.ReadError)):
            http.get(f"/v1/playlists/{OWN}/items")
        with pytest.raises(httpx.RemoteProtocolError, match="without sending complete"):
            http.get(f"/v1/playlists/{OWN}/items")
        page = http.get(playlist["items"]["next"]).json()
    assert playlist["id"] == OWN
    assert playlist["items"]["next"].startswith(url)
    assert page["offset"] == 2


def test_the_port_is_free_again_afterwards() -> None:
    with serving(simulator()) as url:
        port = int(url.rpartition(":")[2])
    with serving(simulator(), port=port) as again:
        assert again == url


def test_a_taken_port_is_told() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(ServeError, match=f"port {port} cannot be used"), serving(simulator(), port=port):
            pass


@pytest.mark.parametrize("port", [-1, 99_999])
def test_a_port_that_cannot_be_is_told(port: int) -> None:
    with pytest.raises(ServeError, match="choose another one"), serving(simulator(), port=port):
        pass


def test_without_uvicorn_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "uvicorn", None)
    with pytest.raises(ServeError, match=r"playlist-archive\[demo\]"), serving(simulator()):
        pass


def test_the_simulator_answers_in_process_what_it_answers_on_a_socket() -> None:
    simulated = simulator()
    client = Asking(simulated)
    with serving(simulated) as url:
        over_socket = httpx.get(f"{url}/v1/me", headers=client.headers)
    assert over_socket.content == client.get("me").body
