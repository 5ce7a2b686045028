import asyncio
import json
import traceback
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from pytest_httpx import HTTPXMock

from playlist_archive.spotify.budget import Budget
from playlist_archive.spotify.client import SpotifyClient
from playlist_archive.spotify.errors import (
    BrokenAnswer,
    BudgetSpent,
    ConsentExpired,
    CredentialsRefused,
    NoAnswer,
    NotFound,
    NoToken,
    NoWay,
    Outage,
    PremiumRequired,
    QuotaExceeded,
    ServerError,
    SpotifyError,
    UnexpectedAnswer,
)
from playlist_archive.spotify.http import LARGEST_BODY_BYTES
from playlist_archive.spotify.pacing import FAILURES_IN_A_ROW, IN_FLIGHT, TRIES, Pacer
from playlist_archive.spotify.responses import ItemsPage, User
from tests.spotify.fake import ACCOUNTS, API, client_of, now, tokens_from
from tests.virtual_time import run_virtual

ME = f"{API}/me"
TOKEN = f"{ACCOUNTS}/api/token"

Use = Callable[[SpotifyClient], Awaitable[None]]


def with_client(use: Use, *, max_requests: int | None = None) -> None:
    """Runs `use` with a client whose requests pytest-httpx answers."""

    async def run() -> None:
        async with httpx.AsyncClient() as http:
            await use(
                SpotifyClient(
                    http, api_url=API, tokens=tokens_from(http), pacer=Pacer(1000), budget=Budget(max_requests)
                )
            )

    run_virtual(run())


async def failure(client: SpotifyClient, path: str = "/me") -> SpotifyError:
    with pytest.raises(SpotifyError) as caught:
        await client.get(path, User)
    return caught.value


def give_token(httpx_mock: HTTPXMock, token: str = "the-token") -> None:
    httpx_mock.add_response(url=TOKEN, json={"access_token": token})


def give_me(httpx_mock: HTTPXMock, token: str = "the-token") -> None:
    httpx_mock.add_response(url=ME, match_headers={"Authorization": f"Bearer {token}"}, json={"id": "someone"})


def test_a_request_carries_the_token_and_the_query_and_is_counted(httpx_mock: HTTPXMock) -> None:
    give_token(httpx_mock)
    httpx_mock.add_response(
        method="GET",
        url=f"{API}/playlists/x/items?offset=50&fields=total%2Citems%28item%28id%29%29",
        match_headers={"Authorization": "Bearer the-token"},
        json={"total": 0, "items": []},
    )

    async def use(client: SpotifyClient) -> None:
        page = await client.get("/playlists/x/items", ItemsPage, offset=50, fields="total,items(item(id))")
        assert page.total == 0
        assert client.requests == 1

    with_client(use)


TROUBLE: list[tuple[dict[str, object], type[SpotifyError]]] = [
    ({"status_code": 500}, ServerError),
    ({"status_code": 502, "text": "<html>"}, ServerError),
    ({"status_code": 200, "text": ""}, BrokenAnswer),
    ({"status_code": 200, "text": "{}"}, BrokenAnswer),
    ({"status_code": 200, "text": "null"}, BrokenAnswer),
    ({"status_code": 200, "text": "<html>"}, BrokenAnswer),
    ({"status_code": 200, "text": '{"id": "some'}, BrokenAnswer),
    ({"status_code": 200, "content": b"\xff\xfe{}"}, BrokenAnswer),
    ({"status_code": 200, "text": "[" * 100_000}, BrokenAnswer),
    ({"status_code": 200, "text": '{"id": ' + "9" * 5000 + "}"}, BrokenAnswer),
]


@pytest.mark.parametrize(("answer", "kind"), TROUBLE)
def test_what_says_nothing_is_asked_for_four_times_within_30_seconds(
    httpx_mock: HTTPXMock, answer: dict[str, object], kind: type[SpotifyError]
) -> None:
    give_token(httpx_mock)
    for _ in range(4):
        httpx_mock.add_response(url=ME, **answer)  # type: ignore[arg-type] # a table of keyword arguments

    async def use(client: SpotifyClient) -> None:
        assert type(await failure(client)) is kind
        assert client.requests == 4
        assert 14 <= now() <= 30
        assert client.ended is None

    with_client(use)


@pytest.mark.parametrize("trouble", [httpx.ConnectError, httpx.ReadTimeout, httpx.RemoteProtocolError])
def test_a_lost_connection_is_tried_again(httpx_mock: HTTPXMock, trouble: type[httpx.TransportError]) -> None:
    give_token(httpx_mock)
    httpx_mock.add_exception(trouble("lost"), url=ME)
    give_me(httpx_mock)

    async def use(client: SpotifyClient) -> None:
        assert (await client.get("/me", User)).id == "someone"

    with_client(use)


def test_an_empty_page_object_is_trouble_and_no_empty_playlist(httpx_mock: HTTPXMock) -> None:
    give_token(httpx_mock)
    httpx_mock.add_response(url=f"{API}/items", json={})
    httpx_mock.add_response(url=f"{API}/items", json={"items": [], "total": 0})

    async def use(client: SpotifyClient) -> None:
        assert (await client.get("/items", ItemsPage)).items == ()
        assert client.requests == 2

    with_client(use)


@pytest.mark.parametrize("body", [{"name": "x"}, {"id": 5}, [1], "text"])
def test_json_of_another_shape_is_not_asked_for_again(httpx_mock: HTTPXMock, body: object) -> None:
    give_token(httpx_mock)
    httpx_mock.add_response(url=ME, json=body)

    async def use(client: SpotifyClient) -> None:
        assert isinstance(await failure(client), UnexpectedAnswer)

    with_client(use)


def test_half_a_surrogate_pair_is_replaced(httpx_mock: HTTPXMock) -> None:
    give_token(httpx_mock)
    httpx_mock.add_response(url=ME, content=b'{"id": "a\\ud83d", "display_name": "\\ud83d\\ude00"}')

    async def use(client: SpotifyClient) -> None:
        user = await client.get("/me", User)
        assert (user.id, user.display_name) == ("a\ufffd", "\U0001f600")

    with_client(use)


def test_an_answer_is_not_asked_for_again(httpx_mock: HTTPXMock) -> None:
    give_token(httpx_mock)
    httpx_mock.add_response(url=ME, status_code=404)
    give_me(httpx_mock)

    async def use(client: SpotifyClient) -> None:
        assert isinstance(await failure(client), NotFound)
        assert (await client.get("/me", User)).id == "someone"

    with_client(use)


def test_a_rejected_token_is_replaced_once(httpx_mock: HTTPXMock) -> None:
    give_token(httpx_mock, "old")
    httpx_mock.add_response(url=ME, status_code=401, match_headers={"Authorization": "Bearer old"})
    give_token(httpx_mock, "new")
    give_me(httpx_mock, "new")

    async def use(client: SpotifyClient) -> None:
        assert (await client.get("/me", User)).id == "someone"

    with_client(use)


def test_a_rejected_fresh_token_ends_the_run(httpx_mock: HTTPXMock) -> None:
    give_token(httpx_mock, "old")
    give_token(httpx_mock, "new")
    httpx_mock.add_response(url=ME, status_code=401)
    httpx_mock.add_response(url=ME, status_code=401)

    async def use(client: SpotifyClient) -> None:
        assert isinstance(await failure(client), CredentialsRefused)
        assert isinstance(await failure(client), CredentialsRefused)
        assert client.requests == 2

    with_client(use)


def test_a_new_token_does_not_help_where_a_user_is_required(httpx_mock: HTTPXMock, examples: Path) -> None:
    give_token(httpx_mock)
    body = (examples / "error-401-user-required.json").read_text(encoding="utf-8")
    httpx_mock.add_response(url=ME, status_code=401, text=body)

    async def use(client: SpotifyClient) -> None:
        assert "login" in str(await failure(client))

    with_client(use)


@pytest.mark.parametrize(
    ("status", "body", "kind"), [(400, '{"error": "invalid_grant"}', ConsentExpired), (503, "", NoToken)]
)
def test_without_a_token_nothing_is_asked(
    httpx_mock: HTTPXMock, status: int, body: str, kind: type[SpotifyError]
) -> None:
    for _ in range(1 if status == 400 else 4):
        httpx_mock.add_response(url=TOKEN, status_code=status, text=body)

    async def use(client: SpotifyClient) -> None:
        errors = await asyncio.gather(*(failure(client) for _ in range(20)))
        assert {type(error) for error in errors} == {kind}
        assert client.requests == 0

    with_client(use)


@pytest.mark.parametrize(
    ("example", "status", "kind"),
    [("error-403-premium", 403, PremiumRequired), ("error-429-quota", 429, QuotaExceeded)],
)
def test_an_error_that_ends_the_run_is_asked_for_once(
    httpx_mock: HTTPXMock, examples: Path, example: str, status: int, kind: type[SpotifyError]
) -> None:
    give_token(httpx_mock)
    httpx_mock.add_response(url=ME, status_code=status, text=(examples / f"{example}.json").read_text(encoding="utf-8"))

    async def use(client: SpotifyClient) -> None:
        first = await failure(client)
        assert type(first) is kind
        assert client.ended is first
        for _ in range(100):
            assert await failure(client) is first
        assert len(traceback.format_tb(first.__traceback__)) < 20

    with_client(use)


@pytest.mark.parametrize("max_requests", [0, 3])
def test_the_budget_is_kept_exactly(httpx_mock: HTTPXMock, max_requests: int) -> None:
    give_token(httpx_mock)
    for _ in range(max_requests):
        give_me(httpx_mock)

    async def use(client: SpotifyClient) -> None:
        answers = await asyncio.gather(*(client.get("/me", User) for _ in range(9)), return_exceptions=True)
        assert sum(isinstance(answer, User) for answer in answers) == max_requests
        assert all(isinstance(answer, User | BudgetSpent) for answer in answers)
        assert client.requests == max_requests

    with_client(use, max_requests=max_requests)


def test_retries_count_towards_the_budget(httpx_mock: HTTPXMock) -> None:
    give_token(httpx_mock)
    httpx_mock.add_response(url=ME, status_code=500)
    httpx_mock.add_response(url=ME, status_code=500)

    async def use(client: SpotifyClient) -> None:
        assert isinstance(await failure(client), BudgetSpent)

    with_client(use, max_requests=2)


def test_spotify_may_ask_to_slow_down_without_a_try_being_lost(httpx_mock: HTTPXMock) -> None:
    give_token(httpx_mock)
    for _ in range(4):
        httpx_mock.add_response(url=ME, status_code=429, headers={"Retry-After": "2"})
    httpx_mock.add_response(url=ME, status_code=500)
    give_me(httpx_mock)

    async def use(client: SpotifyClient) -> None:
        assert (await client.get("/me", User)).id == "someone"

    with_client(use)


@pytest.mark.parametrize("headers", [{}, {"Retry-After": "0"}, {"Retry-After": "1"}, {"Retry-After": "120"}])
def test_patience_ends_whatever_spotify_tells(httpx_mock: HTTPXMock, headers: dict[str, str]) -> None:
    give_token(httpx_mock)
    for _ in range(5):
        httpx_mock.add_response(url=ME, status_code=429, headers=headers)

    async def use(client: SpotifyClient) -> None:
        error = await failure(client)
        assert isinstance(error, QuotaExceeded)
        assert "run again later" in str(error)

    with_client(use)


def test_one_endpoint_that_always_refuses_ends_the_asking_though_others_answer() -> None:
    async def answer(request: httpx.Request) -> httpx.Response:
        refused = request.url.path.endswith("/closed")
        return httpx.Response(429) if refused else httpx.Response(200, json={"id": "someone"})

    async def run() -> None:
        async with client_of(answer) as client:
            closed = asyncio.create_task(failure(client, "/closed"))
            while not closed.done():
                await asyncio.wait([closed, asyncio.create_task(asyncio.sleep(1))], return_when="FIRST_COMPLETED")
                if not client.ended:
                    await client.get("/me", User)
            assert isinstance(await closed, QuotaExceeded)

    run_virtual(run())


def test_no_more_requests_are_under_way_than_allowed() -> None:
    under_way: list[int] = [0]

    async def answer(_: httpx.Request) -> httpx.Response:
        under_way.append(under_way[-1] + 1)
        await asyncio.sleep(5)
        under_way.append(under_way[-1] - 1)
        return httpx.Response(200, json={"id": "someone"})

    async def run() -> None:
        async with client_of(answer) as client:
            await asyncio.gather(*(client.get("/me", User) for _ in range(50)))

    run_virtual(run())
    assert max(under_way) == IN_FLIGHT


def test_requests_that_wait_for_their_next_try_hold_up_no_other() -> None:
    async def answer(request: httpx.Request) -> httpx.Response:
        broken = request.url.path.endswith("/broken")
        return httpx.Response(500) if broken else httpx.Response(200, json={"id": "someone"})

    async def run() -> None:
        async with client_of(answer) as client:
            broken = [asyncio.create_task(failure(client, "/broken")) for _ in range(2 * IN_FLIGHT)]
            await asyncio.sleep(0.1)
            await client.get("/me", User)
            assert now() < 0.2
            await asyncio.gather(*broken)

    run_virtual(run())


def test_an_answer_that_drips_in_for_ever_is_given_up() -> None:
    async def answer(_: httpx.Request) -> httpx.Response:
        await asyncio.sleep(10**6)
        raise AssertionError

    async def run() -> None:
        async with client_of(answer) as client:
            assert isinstance(await failure(client), NoAnswer)
            assert now() <= 4 * 30 + 30

    run_virtual(run())


@pytest.mark.parametrize("charset", ["rot13", "hex", "idna", "undefined", "no-such-thing"])
def test_a_body_is_never_decoded_as_its_header_says(httpx_mock: HTTPXMock, charset: str) -> None:
    headers = {"Content-Type": f"text/plain; charset={charset}"}
    give_token(httpx_mock)
    httpx_mock.add_response(url=ME, status_code=404, headers=headers, content=b"\xff gone")

    async def use(client: SpotifyClient) -> None:
        assert isinstance(error := await failure(client), NotFound)
        assert "\N{REPLACEMENT CHARACTER} gone" in str(error)

    with_client(use)


def test_a_body_larger_than_any_answer_is_given_up_before_it_is_whole() -> None:
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        while True:
            sent += 1
            yield b" " * 1_048_576

    async def answer(_: httpx.Request) -> httpx.Response:
        return httpx.Response(200, content=endless())

    async def run() -> None:
        async with client_of(answer) as client:
            assert isinstance(await failure(client), BrokenAnswer)

    run_virtual(run())
    assert sent <= 4 * (LARGEST_BODY_BYTES // 1_048_576 + 1)


@pytest.mark.parametrize("status", [400, 401, 403, 404])
def test_a_page_of_html_is_a_proxys_word_and_not_spotifys(httpx_mock: HTTPXMock, status: int) -> None:
    give_token(httpx_mock)
    httpx_mock.add_response(url=ME, status_code=status, text=" <!doctype html><p>denied", is_reusable=True)

    async def use(client: SpotifyClient) -> None:
        assert isinstance(await failure(client), ServerError)

    with_client(use)


def test_an_outage_ends_the_asking() -> None:
    async def answer(_: httpx.Request) -> httpx.Response:
        return httpx.Response(503)

    async def run() -> None:
        async with client_of(answer) as client:
            errors = [await failure(client, f"/{number}") for number in range(FAILURES_IN_A_ROW + 5)]
            assert {type(error) for error in errors[:FAILURES_IN_A_ROW]} == {ServerError}
            assert {type(error) for error in errors[FAILURES_IN_A_ROW:]} == {Outage}
            assert client.requests == FAILURES_IN_A_ROW * TRIES

    run_virtual(run())


def test_failures_between_good_answers_are_no_outage() -> None:
    async def answer(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json={"id": "someone"}) if request.url.path.endswith("/me") else httpx.Response(503)

    async def run() -> None:
        async with client_of(answer) as client:
            for number in range(FAILURES_IN_A_ROW * 2):
                assert isinstance(await failure(client, f"/{number}"), ServerError)
                if number % 5 == 0:
                    await client.get("/me", User)

    run_virtual(run())


@pytest.mark.parametrize("status", [200, 400, 401, 403, 404, 418, 500])
def test_no_error_and_no_object_shows_a_secret(httpx_mock: HTTPXMock, status: int) -> None:
    httpx_mock.add_response(url=TOKEN, json={"access_token": "the-token"}, is_reusable=True)
    body = json.dumps({"error": {"message": "you sent Bearer the-token", "id": "the-token"}})
    httpx_mock.add_response(url=ME, status_code=status, text=body, is_reusable=True)

    async def use(client: SpotifyClient) -> None:
        error = await failure(client)
        shown = [error, vars(error), error.__cause__, client, vars(client), client.tokens, vars(client.tokens)]
        text = "".join(traceback.format_exception(error)) + "".join(f"{each} {each!r}" for each in shown)
        assert "the-token" not in text
        assert "the-secret" not in text

    with_client(use)


def test_the_clock_of_the_server_is_that_of_its_last_answer(httpx_mock: HTTPXMock) -> None:
    give_token(httpx_mock)
    httpx_mock.add_response(url=ME, json={"id": "a"}, headers={"Date": "Thu, 26 Nov 2026 12:00:00 GMT"})
    httpx_mock.add_response(url=ME, status_code=404, headers={"Date": "Thu, 26 Nov 2026 12:00:01 GMT"})
    httpx_mock.add_response(url=ME, json={"id": "a"})

    async def use(client: SpotifyClient) -> None:
        assert client.server_time is None
        await client.get("/me", User)
        assert client.server_time == datetime(2026, 11, 26, 12, tzinfo=UTC)
        await failure(client)
        assert client.server_time == datetime(2026, 11, 26, 12, 0, 1, tzinfo=UTC)
        await client.get("/me", User)
        assert client.server_time is None

    with_client(use)


def test_what_never_passes_is_tried_once_and_ends_the_run(httpx_mock: HTTPXMock) -> None:
    give_token(httpx_mock)
    httpx_mock.add_exception(httpx.ProxyError("407 Proxy Authentication Required"), url=ME)

    async def use(client: SpotifyClient) -> None:
        for _ in range(3):
            assert isinstance(await failure(client), NoWay)
        assert client.requests == 1
        assert now() < 1

    with_client(use)


def test_a_request_that_never_answers_is_tried_for_a_minute_and_not_longer() -> None:
    async def answer(_: httpx.Request) -> httpx.Response:
        await asyncio.sleep(10**6)
        raise AssertionError

    async def run() -> None:
        async with client_of(answer) as client:
            with client.budget.share():
                assert isinstance(await failure(client), NoAnswer)
            assert client.requests == 2
            assert now() < 70

    run_virtual(run())
