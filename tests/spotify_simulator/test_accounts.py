import re
from html import unescape
from urllib.parse import parse_qsl, urlsplit

import pytest

from spotify_simulator.accounts import Consent
from spotify_simulator.app import Simulator
from spotify_simulator.messages import Request
from tests.spotify_simulator.asking import Asking, ask_token, basic, message, read, simulator
from tests.spotify_simulator.test_limits import Clock

REDIRECT = "http://127.0.0.1:8888/callback"


def agree(simulated: Simulator, link: str = "Agree", **query: str) -> dict[str, str]:
    """What the redirect URI gets when the user follows a link of the consent page."""
    asked = {
        "response_type": "code",
        "client_id": simulated.client_id,
        "redirect_uri": REDIRECT,
        "state": "s & s",
    } | query
    page = simulated.answer(Request("GET", "/authorize", asked))
    found = re.search(rf'href="([^"]*)">{link}<', page.body.decode())
    assert found, page.body
    url = urlsplit(unescape(found[1]))
    assert f"{url.scheme}://{url.netloc}{url.path}" == REDIRECT
    return dict(parse_qsl(url.query))


def exchange(simulated: Simulator, code: str, **form: str) -> tuple[int, dict[str, str]]:
    given = {"grant_type": "authorization_code", "code": code, "redirect_uri": REDIRECT} | form
    answer = ask_token(simulated, **given)
    return answer.status, read(answer)


def test_a_sparing_service_gives_no_refresh_token_for_a_code() -> None:
    simulated = simulator()
    simulated.accounts.sparing = True
    status, given = exchange(simulated, agree(simulated)["code"])
    assert status == 200
    assert "refresh_token" not in given


def test_each_grant_gives_the_keys_that_spotify_gives() -> None:
    simulated = simulator()
    plain = {"access_token", "token_type", "expires_in"}
    app = ask_token(simulated, grant_type="client_credentials")
    refreshed = ask_token(simulated, grant_type="refresh_token", refresh_token=simulated.refresh_token)
    _, by_code = exchange(simulated, agree(simulated)["code"])
    assert set(read(app)) == plain
    assert set(read(refreshed)) == {*plain, "scope"}
    assert set(by_code) == {*plain, "scope", "refresh_token"}
    assert simulated.counted.tokens == 3
    assert simulated.counted.total == 0


@pytest.mark.parametrize(
    ("headers", "form", "expected"),
    [
        ({}, {"grant_type": "client_credentials"}, {"error": "invalid_client"}),
        (
            basic("simulated-client", "wrong"),
            {"grant_type": "client_credentials"},
            {"error": "invalid_client", "error_description": "Invalid client"},
        ),
        (
            {"authorization": "Basic %%%"},
            {"grant_type": "client_credentials"},
            {"error": "invalid_client", "error_description": "Invalid client"},
        ),
        (
            None,
            {"grant_type": "refresh_token", "refresh_token": "wrong"},
            {"error": "invalid_grant", "error_description": "Invalid refresh token"},
        ),
        (
            None,
            {"grant_type": "authorization_code", "code": "wrong"},
            {"error": "invalid_grant", "error_description": "Invalid authorization code"},
        ),
    ],
)
def test_what_is_refused_has_status_400_and_a_flat_body(
    headers: dict[str, str] | None, form: dict[str, str], expected: dict[str, str]
) -> None:
    answer = ask_token(simulator(), headers, **form)
    assert (answer.status, read(answer)) == (400, expected)


def test_an_unknown_grant_is_refused() -> None:
    answer = ask_token(simulator(), grant_type="password")
    assert (answer.status, read(answer)["error"]) == (400, "unsupported_grant_type")


@pytest.mark.parametrize("consent", [Consent.EXPIRED, Consent.REVOKED])
def test_a_consent_that_ended_is_refused_until_the_user_agrees_again(consent: Consent) -> None:
    simulated = simulator()
    simulated.accounts.consent = consent
    asked = {"grant_type": "refresh_token", "refresh_token": simulated.refresh_token}
    answer = ask_token(simulated, **asked)
    assert read(answer) == {"error": "invalid_grant", "error_description": f"Refresh token {consent}"}
    exchange(simulated, agree(simulated)["code"])
    assert ask_token(simulated, **asked).status == 200


def test_a_rotated_refresh_token_replaces_the_old_one() -> None:
    simulated = simulator()
    simulated.accounts.rotating = True
    old = simulated.refresh_token
    new = read(ask_token(simulated, grant_type="refresh_token", refresh_token=old))["refresh_token"]
    assert new == simulated.refresh_token != old
    assert ask_token(simulated, grant_type="refresh_token", refresh_token=old).status == 400


def test_the_consent_page_leads_back_with_code_and_state_or_with_a_refusal() -> None:
    simulated = simulator()
    assert set(agreed := agree(simulated)) == {"code", "state"}
    assert agreed["state"] == "s & s"
    assert agree(simulated, "Cancel") == {"error": "access_denied", "state": "s & s"}


def test_the_consent_page_can_return_another_state() -> None:
    simulated = simulator()
    simulated.accounts.changed_state = True
    assert agree(simulated)["state"] != "s & s"


@pytest.mark.parametrize(
    "query",
    [
        {"client_id": "wrong"},
        {"redirect_uri": "http://localhost:8888/callback"},
        {"redirect_uri": "http://example.com/"},
        {"response_type": "token"},
    ],
)
def test_the_consent_page_refuses_what_the_dashboard_does_not_allow(query: dict[str, str]) -> None:
    simulated = simulator()
    asked = {"response_type": "code", "client_id": simulated.client_id, "redirect_uri": REDIRECT} | query
    assert simulated.answer(Request("GET", "/authorize", asked)).status == 400


def test_a_code_is_good_once_and_for_its_own_redirect_uri() -> None:
    simulated = simulator()
    code = agree(simulated)["code"]
    assert exchange(simulated, code)[0] == 200
    assert exchange(simulated, code)[1]["error"] == "invalid_grant"
    status, body = exchange(simulated, agree(simulated)["code"], redirect_uri=f"{REDIRECT}/")
    assert (status, body["error_description"]) == (400, "Invalid redirect URI")


def test_a_code_is_short_lived() -> None:
    simulated = simulator(clock=(clock := Clock()))
    code = agree(simulated)["code"]
    clock.now = 3600
    assert exchange(simulated, code)[1]["error_description"] == "Authorization code expired"


def test_with_pkce_the_verifier_takes_the_place_of_the_secret() -> None:
    simulated = simulator()
    # The pair of RFC 7636, appendix B.
    verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
    challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
    for given, status in ((verifier, 200), ("wrong", 400)):
        code = agree(simulated, code_challenge_method="S256", code_challenge=challenge)["code"]
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": REDIRECT, "code_verifier": given}
        assert ask_token(simulated, {}, client_id=simulated.client_id, **form).status == status


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (None, (401, "No token provided")),
        ("Bearer wrong", (401, "Missing/invalid/expired access token")),
        ("Basic wrong", (400, "Only valid bearer authentication supported")),
        ("Bearer", (400, "Only valid bearer authentication supported")),
    ],
)
def test_the_api_takes_nothing_but_a_token_that_was_given_out(header: str | None, expected: tuple[int, str]) -> None:
    headers = {} if header is None else {"authorization": header}
    answer = simulator().answer(Request("GET", "/v1/me", {}, headers))
    assert message(answer) == expected
    assert ("www-authenticate" in answer.headers) == (answer.status == 401)


def test_a_token_ends_and_can_be_revoked() -> None:
    simulated = simulator(clock=(clock := Clock()), token_seconds=10)
    client = Asking(simulated)
    clock.now = 9
    assert client.get("me").status == 200
    clock.now = 10
    assert message(client.get("me")) == (401, "The access token expired")
    again = Asking(simulated)
    simulated.accounts.revoke_access_tokens()
    assert again.get("me").status == 401
