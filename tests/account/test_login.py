"""The login, without a browser: a client plays it, against the simulator's page."""

import re
import socket
import threading
from collections.abc import Iterator
from contextlib import suppress
from datetime import date
from html import unescape
from http import HTTPStatus
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
import pytest
from pydantic import SecretStr

from playlist_archive.account.login import (
    Denied,
    Grant,
    Login,
    LoginError,
    PortTaken,
    StrayError,
    WrongState,
    by_browser,
    show_in_browser,
)
from playlist_archive.settings import SettingsError
from spotify_simulator.app import Simulator
from spotify_simulator.faults import Endpoint, Fault, Plan
from spotify_simulator.faults import Kind as Wrong
from spotify_simulator.messages import Request
from spotify_simulator.transport import SimulatorTransport
from tests.harness import settings_for
from tests.worlds import START, daily


def simulator(*faults: Fault) -> Simulator:
    return Simulator(daily([]), day=START, plan=Plan(faults))


def attempt(simulated: Simulator, *, port: int = 8888, changed: dict[str, object] | None = None) -> Login:
    settings = settings_for(simulated).model_copy(update=changed)
    return Login(settings, port=port, transport=SimulatorTransport(simulated))


def link(simulated: Simulator, login: Login, label: str = "Agree") -> str:
    """Where the simulator's page leads."""
    url = urlsplit(login.url)
    query = {name: values[0] for name, values in parse_qs(url.query).items()}
    page = simulated.answer(Request("GET", url.path, query)).body.decode()
    found = re.search(rf'href="([^"]*)">{label}<', page)
    assert found, page
    return unescape(found[1])


def values(grant: Grant) -> dict[str, str]:
    return {name: secret.get_secret_value() for name, secret in grant.secrets.items()} | dict(grant.variables)


def test_the_page_asks_for_reading_playlists_and_nothing_more() -> None:
    login = attempt(simulator(), port=9999)
    query = parse_qs(urlsplit(login.url).query)
    state = query.pop("state")[0]
    assert login.url.startswith("https://spotify.test/authorize?")
    assert query == {
        "response_type": ["code"],
        "client_id": ["simulated-client"],
        "scope": ["playlist-read-private playlist-read-collaborative"],
        "redirect_uri": ["http://127.0.0.1:9999/callback"],
    }
    assert len(state) >= 40
    assert state not in attempt(simulator()).url


def test_agreeing_gives_what_the_archive_needs_and_the_day() -> None:
    simulated = simulator()
    login = attempt(simulated)
    grant = login.take(f"  {link(simulated, login)}\n")
    assert grant.is_new
    assert values(grant) == {
        "SPOTIFY_CLIENT_ID": "simulated-client",
        "SPOTIFY_CLIENT_SECRET": "simulated-secret",
        "SPOTIFY_REFRESH_TOKEN": "simulated-refresh-token",
        "SPOTIFY_AUTHORIZED_ON": "2026-11-02",
    }


def test_a_login_for_restoring_gives_its_token_another_name_and_nothing_else() -> None:
    simulated = simulator()
    login = Login(settings_for(simulated), restoring=True, transport=SimulatorTransport(simulated))
    scope = "playlist-read-private playlist-read-collaborative playlist-modify-private"
    assert parse_qs(urlsplit(login.url).query)["scope"] == [scope]
    assert values(login.take(link(simulated, login))) == {"SPOTIFY_RESTORE_TOKEN": "simulated-writing-token"}


def test_a_login_for_restoring_without_a_token_is_an_error_with_a_way_out() -> None:
    simulated = simulator()
    simulated.accounts.sparing = True
    login = Login(settings_for(simulated), restoring=True, transport=SimulatorTransport(simulated))
    with pytest.raises(LoginError, match=r"spotify\.com/account/apps"):
        login.take(link(simulated, login))


def test_an_answer_without_a_refresh_token_keeps_the_old_one_and_its_day() -> None:
    simulated = simulator()
    simulated.accounts.sparing = True
    known: dict[str, object] = {
        "spotify_refresh_token": SecretStr("the-old-one"),
        "spotify_authorized_on": date(2026, 6, 1),
    }
    login = attempt(simulated, changed=known)
    grant = login.take(link(simulated, login))
    assert not grant.is_new
    assert values(grant)["SPOTIFY_REFRESH_TOKEN"] == "the-old-one"
    assert grant.variables == {"SPOTIFY_AUTHORIZED_ON": "2026-06-01"}


def test_no_refresh_token_old_or_new_is_an_error_with_a_way_out() -> None:
    simulated = simulator()
    simulated.accounts.sparing = True
    login = attempt(simulated)
    with pytest.raises(LoginError, match=r"spotify\.com/account/apps"):
        login.take(link(simulated, login))


def test_a_denial_takes_nothing_over() -> None:
    simulated = simulator()
    login = attempt(simulated)
    with pytest.raises(Denied, match="you did not agree"):
        login.take(link(simulated, login, "Cancel"))
    assert simulated.counted.tokens == 0


@pytest.mark.parametrize("label", ["Agree", "Cancel"])
def test_a_changed_state_takes_nothing_over(label: str) -> None:
    simulated = simulator()
    simulated.accounts.changed_state = True
    login = attempt(simulated)
    with pytest.raises(WrongState, match="nothing was taken over"):
        login.take(link(simulated, login, label))
    assert simulated.counted.tokens == 0


@pytest.mark.parametrize(
    "text", ["", "\n", "hello", "http://127.0.0.1:8888/callback", "?state=x", "?code=x", "http://["]
)
def test_what_is_no_callback_is_told(text: str) -> None:
    with pytest.raises(LoginError, match="not the address that Spotify sent the browser to"):
        attempt(simulator()).take(text)


def test_another_error_of_the_page_is_told_on_one_line() -> None:
    login = attempt(simulator())
    state = parse_qs(urlsplit(login.url).query)["state"][0]
    query = urlencode({"error": "server\nx::error", "state": state})
    with pytest.raises(LoginError, match=r"ended with an error \(server x: :error\): start again later$"):
        login.take(f"/callback?{query}")


def test_a_code_is_good_once() -> None:
    simulated = simulator()
    login = attempt(simulated)
    callback = link(simulated, login)
    login.take(callback)
    with pytest.raises(LoginError, match="a code is good once"):
        login.take(callback)


@pytest.mark.parametrize(
    ("fault", "changed", "told"),
    [
        (None, {"spotify_client_secret": SecretStr("wrong")}, "Spotify refuses the app's credentials"),
        (Fault(kind=Wrong.STATUS, endpoint=Endpoint.TOKEN, status=503), {}, "accounts service is in trouble"),
        (Fault(kind=Wrong.DROP, endpoint=Endpoint.TOKEN), {}, "gave no answer"),
        (Fault(kind=Wrong.HTML, endpoint=Endpoint.TOKEN), {}, "gave no token"),
    ],
)
def test_what_the_accounts_service_refuses_is_told(fault: Fault | None, changed: dict[str, object], told: str) -> None:
    simulated = simulator(*([fault] if fault else []))
    login = attempt(simulated, changed=changed)
    with pytest.raises(LoginError, match=told):
        login.take(link(simulated, login))


def test_no_secret_shows_in_what_a_program_may_print() -> None:
    simulated = simulator(
        Fault(kind=Wrong.STATUS, endpoint=Endpoint.TOKEN, status=400, body="simulated-secret", skip=1)
    )
    login = attempt(simulated)
    callback = link(simulated, login)
    grant = login.take(callback)
    with pytest.raises(LoginError) as raised:
        login.take(callback)
    told = f"{grant} {grant!r} {login!r} {vars(login)} {raised.value!r} {raised.value.__context__!r}"
    for secret in ("simulated-secret", "simulated-refresh-token", "simulated-code"):
        assert secret not in told


def test_without_credentials_there_is_no_login() -> None:
    with pytest.raises(SettingsError, match="SPOTIFY_CLIENT_ID is not set"):
        attempt(simulator(), changed={"spotify_client_id": None})


class Visitor:
    """A browser that follows one link of the page, in a thread, as soon as the login is ready for it."""

    def __init__(self, simulated: Simulator, login: Login, label: str = "Agree", *first: str) -> None:
        self.visits: list[httpx.Response] = []
        self._urls = [*first, link(simulated, login, label)]

    def __call__(self) -> None:
        threading.Thread(target=self._visit, daemon=True).start()

    def _visit(self) -> None:
        self.visits += [httpx.get(url) for url in self._urls]


@pytest.fixture
def port() -> int:
    """A port that is free now."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@pytest.fixture
def taken() -> Iterator[int]:
    """A port that another program has."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield int(other.getsockname()[1])


def test_the_browser_is_shown_that_it_worked(port: int) -> None:
    simulated = simulator()
    login = attempt(simulated, port=port)
    visitor = Visitor(simulated, login, "Agree", f"http://127.0.0.1:{port}/favicon.ico")
    grant = by_browser(login, ready=visitor)
    assert grant.is_new
    elsewhere, page = _visits(visitor, 2)
    assert elsewhere.status_code == HTTPStatus.NOT_FOUND
    assert page.status_code == HTTPStatus.OK
    assert "<h1>It worked</h1>" in page.text
    assert page.headers["cache-control"] == "no-store"
    assert page.headers["referrer-policy"] == "no-referrer"
    assert "simulated-" not in page.text


def _visits(visitor: Visitor, count: int) -> list[httpx.Response]:
    """The pages, which the client may still be reading when the login is over."""
    for _ in range(1_000):
        if len(visitor.visits) == count:
            return visitor.visits
        threading.Event().wait(0.01)
    raise AssertionError("the browser got no answer")


def test_the_browser_is_shown_why_it_did_not_work(port: int) -> None:
    simulated = simulator()
    login = attempt(simulated, port=port)
    visitor = Visitor(simulated, login, "Cancel")
    with pytest.raises(Denied):
        by_browser(login, ready=visitor)
    (page,) = _visits(visitor, 1)
    assert page.status_code == HTTPStatus.BAD_REQUEST
    assert "<h1>You did not agree</h1>" in page.text


@pytest.mark.parametrize(
    ("query", "error"),
    [
        ("", StrayError),
        ("?code=a", StrayError),
        ("?state=made-up", StrayError),
        ("?code=a&state=made-up", WrongState),
        ("?error=access_denied&state=made-up", WrongState),
    ],
)
def test_a_stray_request_ends_no_login(port: int, query: str, error: type[StrayError]) -> None:
    simulated = simulator()
    login = attempt(simulated, port=port)
    pages: list[httpx.Response] = []
    strays: list[StrayError] = []
    visitor = Visitor(simulated, login)

    def ready() -> None:
        pages.append(httpx.get(f"{login.redirect_uri}{query}"))
        visitor()

    assert by_browser(login, ready=ready, stray=strays.append).is_new
    assert [type(stray) for stray in strays] == [error]
    assert pages[0].status_code == HTTPStatus.BAD_REQUEST
    assert f"<h1>{error.title}</h1>" in pages[0].text
    assert simulated.counted.tokens == 1


def test_a_port_that_is_taken_is_told_before_anything_is_opened(taken: int) -> None:
    opened: list[None] = []
    with pytest.raises(PortTaken, match=rf"^port {taken} cannot be used .*`--port`"):
        by_browser(attempt(simulator(), port=taken), ready=lambda: opened.append(None))
    assert opened == []


def test_the_browser_is_shown_that_the_port_is_taken() -> None:
    pages: list[str] = []

    def opens(url: str) -> bool:
        pages.append(httpx.get(url).text)
        return True

    show_in_browser(PortTaken("port 1 cannot be used <at all>"), opens=opens)
    assert "<h1>The port is taken</h1>" in pages[0]
    assert "&lt;at all&gt;" in pages[0]


def test_without_a_browser_nobody_waits_for_one() -> None:
    asked: list[str] = []

    def opens(url: str) -> bool:
        asked.append(url)
        return False

    show_in_browser(PortTaken("x"), opens=opens, patience=1_000)  # else this test takes as long
    assert len(asked) == 1


def test_a_second_visit_gets_no_second_login(port: int) -> None:
    simulated = simulator()
    login = attempt(simulated, port=port)
    again = link(simulated, login)
    both = threading.Barrier(2)

    def visit() -> None:
        both.wait()
        with suppress(httpx.TransportError):  # the login may be over when the second one comes
            httpx.get(again)

    def ready() -> None:
        for _ in range(2):
            threading.Thread(target=visit, daemon=True).start()

    assert by_browser(login, ready=ready).is_new
    assert simulated.counted.tokens == 1
