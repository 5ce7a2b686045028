import asyncio
from collections.abc import Awaitable, Callable

import httpx
import pytest
from pydantic import SecretStr
from pytest_httpx import HTTPXMock

from playlist_archive.spotify.auth import TokenSource, request_token
from playlist_archive.spotify.errors import (
    ConsentExpired,
    CredentialsRefused,
    NoToken,
    QuotaExceeded,
    RunEnds,
    SpotifyError,
)
from tests.spotify.fake import ACCOUNTS, now, tokens_from
from tests.virtual_time import run_virtual

URL = f"{ACCOUNTS}/api/token"
BASIC = "Basic dGhlLWlkOnRoZS1zZWNyZXQ="  # the-id:the-secret


def with_tokens(use: Callable[[TokenSource], Awaitable[None]], *, refresh_token: str | None = None) -> None:
    async def run() -> None:
        async with httpx.AsyncClient() as http:
            await use(tokens_from(http, refresh_token=refresh_token))

    run_virtual(run())


def give(httpx_mock: HTTPXMock, token: str, **more: object) -> None:
    httpx_mock.add_response(url=URL, json={"access_token": token, "token_type": "Bearer", "expires_in": 3600, **more})


async def refusal(tokens: TokenSource) -> SpotifyError:
    with pytest.raises(RunEnds) as caught:
        await tokens.token()
    return caught.value


def test_the_app_asks_with_its_credentials_alone(httpx_mock: HTTPXMock) -> None:
    httpx_mock.add_response(
        method="POST",
        url=URL,
        match_headers={"Authorization": BASIC},
        match_content=b"grant_type=client_credentials",
        json={"access_token": "one"},
    )

    async def use(tokens: TokenSource) -> None:
        assert (await tokens.token()).get_secret_value() == "one"
        assert not tokens.for_user

    with_tokens(use)


def test_a_user_asks_with_the_refresh_token(httpx_mock: HTTPXMock) -> None:
    httpx_mock.add_response(
        url=URL,
        match_headers={"Authorization": BASIC},
        match_content=b"grant_type=refresh_token&refresh_token=consent",
        json={"access_token": "one", "refresh_token": ""},
    )

    async def use(tokens: TokenSource) -> None:
        assert (await tokens.token()).get_secret_value() == "one"
        assert tokens.for_user

    with_tokens(use, refresh_token="consent")


def test_requests_that_come_together_share_one_token(httpx_mock: HTTPXMock) -> None:
    give(httpx_mock, "one")

    async def use(tokens: TokenSource) -> None:
        got = await asyncio.gather(*(tokens.token() for _ in range(6)))
        assert {token.get_secret_value() for token in got} == {"one"}

    with_tokens(use)


def test_a_token_is_renewed_a_minute_before_it_ends(httpx_mock: HTTPXMock) -> None:
    give(httpx_mock, "one")
    give(httpx_mock, "two")

    async def use(tokens: TokenSource) -> None:
        await tokens.token()
        await asyncio.sleep(3539)
        assert (await tokens.token()).get_secret_value() == "one"
        await asyncio.sleep(1)
        assert (await tokens.token()).get_secret_value() == "two"

    with_tokens(use)


@pytest.mark.parametrize("expires_in", [0, -5, None, "soon", 10**30])
def test_a_lifetime_that_makes_no_sense_does_not_ask_for_a_token_each_time(
    httpx_mock: HTTPXMock, expires_in: object
) -> None:
    give(httpx_mock, "one", expires_in=expires_in)

    async def use(tokens: TokenSource) -> None:
        for _ in range(10):
            assert (await tokens.token()).get_secret_value() == "one"

    with_tokens(use)


def test_a_rejected_token_is_renewed_once_for_all_who_had_it(httpx_mock: HTTPXMock) -> None:
    give(httpx_mock, "one")
    give(httpx_mock, "two")

    async def use(tokens: TokenSource) -> None:
        first = await tokens.token()
        got = await asyncio.gather(*(tokens.token(rejected=first) for _ in range(6)))
        assert {token.get_secret_value() for token in got} == {"two"}

    with_tokens(use)


def test_a_replaced_refresh_token_is_used_from_then_on(httpx_mock: HTTPXMock) -> None:
    give(httpx_mock, "one", refresh_token="newer")
    httpx_mock.add_response(
        url=URL, match_content=b"grant_type=refresh_token&refresh_token=newer", json={"access_token": "two"}
    )

    async def use(tokens: TokenSource) -> None:
        first = await tokens.token()
        assert (await tokens.token(rejected=first)).get_secret_value() == "two"

    with_tokens(use, refresh_token="consent")


@pytest.mark.parametrize(
    ("body", "kind"), [({"error": "invalid_grant"}, ConsentExpired), ({"error": "invalid_client"}, CredentialsRefused)]
)
def test_a_refusal_is_final_and_asked_for_once(
    httpx_mock: HTTPXMock, body: dict[str, str], kind: type[SpotifyError]
) -> None:
    httpx_mock.add_response(url=URL, status_code=400, json=body)

    async def use(tokens: TokenSource) -> None:
        got = await asyncio.gather(*(refusal(tokens) for _ in range(6)))
        assert [type(error) for error in got] == [kind] * 6

    with_tokens(use, refresh_token="consent")


def test_trouble_at_the_accounts_service_passes(httpx_mock: HTTPXMock) -> None:
    httpx_mock.add_response(url=URL, status_code=503)
    httpx_mock.add_exception(httpx.ReadTimeout("slow"), url=URL)
    httpx_mock.add_response(url=URL, text="<html>")
    give(httpx_mock, "one")

    async def use(tokens: TokenSource) -> None:
        assert (await tokens.token()).get_secret_value() == "one"
        assert now() <= 30

    with_tokens(use)


def test_trouble_that_stays_ends_the_run_after_four_tries(httpx_mock: HTTPXMock) -> None:
    for _ in range(4):
        httpx_mock.add_response(url=URL, status_code=503)

    async def use(tokens: TokenSource) -> None:
        got = await asyncio.gather(*(refusal(tokens) for _ in range(6)))
        assert [type(error) for error in got] == [NoToken] * 6
        assert "start the run again later" in str(got[0])

    with_tokens(use)


@pytest.mark.parametrize(("header", "waited"), [("7", 7), ("100", 100), ("0", 5), ("soon", 5)])
def test_the_accounts_service_too_may_ask_to_slow_down(httpx_mock: HTTPXMock, header: str, waited: int) -> None:
    httpx_mock.add_response(url=URL, status_code=429, headers={"Retry-After": header})
    give(httpx_mock, "one")

    async def use(tokens: TokenSource) -> None:
        await tokens.token()
        assert now() == waited

    with_tokens(use)


def test_a_wait_of_hours_for_a_token_ends_the_asking(httpx_mock: HTTPXMock) -> None:
    httpx_mock.add_response(url=URL, status_code=429, headers={"Retry-After": "9000"})

    async def use(tokens: TokenSource) -> None:
        assert isinstance(await refusal(tokens), QuotaExceeded)
        assert now() == 0

    with_tokens(use)


@pytest.mark.parametrize("answer", ["", "{}", '{"access_token": null}', '{"access_token": ""}', '{"access_token": 5}'])
def test_an_answer_without_a_token_is_no_token(httpx_mock: HTTPXMock, answer: str) -> None:
    for _ in range(4):
        httpx_mock.add_response(url=URL, text=answer)

    async def use(tokens: TokenSource) -> None:
        assert isinstance(await refusal(tokens), NoToken)

    with_tokens(use)


def test_no_error_and_no_object_shows_a_secret(httpx_mock: HTTPXMock) -> None:
    httpx_mock.add_response(url=URL, status_code=418, text="you sent the-secret and consent")
    httpx_mock.add_response(url=URL, json={"access_token": "the-token", "refresh_token": "consent"})

    async def use(tokens: TokenSource) -> None:
        error = await refusal(tokens)
        form = {"grant_type": "refresh_token", "refresh_token": "consent"}
        client = ("the-id", SecretStr("the-secret"))
        async with httpx.AsyncClient() as http:
            token = await request_token(http, URL, client=client, form=form)
        shown = f"{error} {error!r} {vars(error)} {tokens} {tokens!r} {vars(tokens)} {token} {token!r}"
        for secret in ("the-secret", "consent", "the-token"):
            assert secret not in shown

    with_tokens(use, refresh_token="consent")


@pytest.mark.parametrize(("error", "kind"), [("invalid_client", CredentialsRefused), ("invalid_grant", ConsentExpired)])
def test_a_refusal_says_what_looks_wrong_and_shows_no_value(
    httpx_mock: HTTPXMock, error: str, kind: type[SpotifyError]
) -> None:
    httpx_mock.add_response(url=URL, status_code=400, json={"error": error})
    client, form = ("a" * 32, SecretStr('"hunter2"')), {"refresh_token": "SPOTIFY_REFRESH_TOKEN=hunter3"}

    async def ask() -> SpotifyError:
        async with httpx.AsyncClient() as http:
            with pytest.raises(kind) as caught:
                await request_token(http, URL, client=client, form=form)
        return caught.value

    refused = run_virtual(ask())
    assert "SPOTIFY_CLIENT_SECRET has quotes around it: leave them out" in refused.remedy
    assert "SPOTIFY_REFRESH_TOKEN begins with its own name" in refused.remedy
    assert str(refused).endswith(refused.remedy)
    assert "hunter" not in str(refused)


def test_credentials_that_look_odd_are_not_refused_for_that(httpx_mock: HTTPXMock) -> None:
    give(httpx_mock, "one")

    async def ask() -> str:
        async with httpx.AsyncClient() as http:
            token = await request_token(http, URL, client=("'odd'", SecretStr("odd one")), form={})
        return token.access_token.get_secret_value()

    assert run_virtual(ask()) == "one"


@pytest.mark.parametrize(("given", "expected"), [("another", True), ("consent", False), ("", False), (None, False)])
def test_a_refresh_token_that_replaces_ours_is_not_dropped_without_a_word(
    httpx_mock: HTTPXMock, given: str | None, *, expected: bool
) -> None:
    httpx_mock.add_response(url=URL, json={"access_token": "the-token", "refresh_token": given})

    async def use(tokens: TokenSource) -> None:
        await tokens.token()
        assert tokens.was_replaced is expected

    with_tokens(use, refresh_token="consent")
