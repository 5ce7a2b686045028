"""Sends requests to the Web API, with tokens, pacing and retries, and validates the answers."""

import asyncio
import json
from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from http import HTTPStatus
from types import MappingProxyType
from typing import Any, Final, NamedTuple, TypeVar
from urllib.parse import urlencode

import httpx
from pydantic import BaseModel, SecretStr, ValidationError

from ..archive.json_data import without_surrogates
from .auth import TokenSource
from .budget import GOES_ON, Budget
from .errors import (
    BrokenAnswer,
    CredentialsRefused,
    NoWay,
    Outage,
    QuotaExceeded,
    RateLimited,
    RunEnds,
    TimeSpent,
    TokenRejected,
    Transient,
    UnexpectedAnswer,
)
from .http import Reply, exchange
from .meanings import api_error
from .pacing import FAILURES_IN_A_ROW, IN_FLIGHT, PATIENCE, Pacer, retrying

AnswerT = TypeVar("AnswerT", bound=BaseModel)

_GOOD: Final = frozenset({HTTPStatus.OK, HTTPStatus.CREATED})


class _Request(NamedTuple):
    """One request. `body` is sent as JSON; None means no body."""

    method: str
    path: str
    query: Mapping[str, str | int] = MappingProxyType({})
    body: Mapping[str, object] | None = None


class SpotifyClient:
    """The Web API within its limits. Every request of a run goes through `get` or `send_once`.

    `budget` limits the requests and the time of the run. `server_time` is the time of Spotify's last answer; None if
    the answer gives no time. After an error that ends the run, every further `get` raises the same error without a
    request.
    """

    def __init__(
        self,
        http: httpx.AsyncClient,
        *,
        api_url: str,
        tokens: TokenSource,
        pacer: Pacer,
        budget: Budget | None = None,
    ) -> None:
        self.tokens = tokens
        self.budget = budget or Budget()
        self.requests = 0
        self.server_time: datetime | None = None
        self._ended: RunEnds | None = None
        self._http = http
        self._url = api_url
        self._pacer = pacer
        self._in_flight = asyncio.Semaphore(IN_FLIGHT)
        self._failures_in_a_row = 0

    @property
    def ended(self) -> RunEnds | None:
        """The reason why some requests were not made; None if nothing was left out."""
        return self._ended or (self.budget.spent_error() if self.budget.left_out else None)

    @property
    def was_slowed(self) -> bool:
        """Whether Spotify asked to slow down, and the pace is still below the full pace."""
        return self._pacer.rate < self._pacer.full_rate

    async def get(self, path: str, answer: type[AnswerT], **query: str | int) -> AnswerT:
        """The validated answer to `GET path?query`. `path` begins with a slash.

        Raises:
            SpotifyError: the meaning of the last answer (errors.py); `Transient` only after all tries.
        """
        request = _Request("GET", path, query)
        try:
            async for attempt in retrying(lambda: self.budget.is_patient):
                with attempt:
                    content = await self._patient(request)
                    result = _validated(content, answer, path)
        except Transient:
            self._count_failure()
            raise
        self._failures_in_a_row = 0
        return result

    async def send_once(self, method: str, path: str, answer: type[AnswerT], body: Mapping[str, object]) -> AnswerT:
        """The validated answer to a request that changes something, with a JSON body.

        The request is repeated only if Spotify certainly did nothing: after a request to slow down, or for a new token.

        Raises:
            SpotifyError: as for `get`. After a `Transient`, nobody knows whether Spotify carried out the request.
        """
        return _validated(await self._patient(_Request(method, path, body=body)), answer, path)

    def _count_failure(self) -> None:
        """Ends the run after many failures in a row, so that an outage costs little quota."""
        self._failures_in_a_row += 1
        if self._failures_in_a_row >= FAILURES_IN_A_ROW:
            msg = f"Spotify is in trouble, {FAILURES_IN_A_ROW} requests in a row failed"
            self._end(Outage(msg, GOES_ON))

    async def _patient(self, request: _Request) -> bytes:
        """The body of a good answer. The request is repeated up to `PATIENCE` times if Spotify asks to slow down."""
        for _ in range(PATIENCE):
            try:
                return await self._authorized(request)
            except RateLimited:
                if self._pacer.out_of_patience:
                    break
        msg = f"Spotify asked {PATIENCE} times to slow down"
        remedy = "run again later, or set SPOTIFY_REQUESTS_PER_SECOND lower"
        raise self._end(QuotaExceeded(msg, remedy, retry_after=None, path=request.path))

    async def _authorized(self, request: _Request) -> bytes:
        """The body of a good answer. If Spotify rejects the token, one new token is tried."""
        token = await self._token()
        try:
            return await self._ask(request, token)
        except TokenRejected:
            token = await self._token(rejected=token)
        try:
            return await self._ask(request, token)
        except TokenRejected as error:
            msg = f"{error.message}, even a fresh one"
            remedy = "compare SPOTIFY_CLIENT_ID with developer.spotify.com/dashboard"
            raise self._end(CredentialsRefused(msg, remedy, status=error.status, path=request.path)) from error

    async def _token(self, *, rejected: SecretStr | None = None) -> SecretStr:
        self._raise_if_ended()
        try:
            return await self.tokens.token(rejected=rejected)
        except RunEnds as error:
            self._end(error)
            raise

    async def _ask(self, request: _Request, token: SecretStr) -> bytes:
        """The body of a good answer to one request. Every answer adjusts the pace, and some end the run."""
        await self._pay()
        async with self._in_flight:
            start = await self._pacer.turn(begun=self.budget.is_under_way)
            self._raise_if_ended()
            self.requests += 1
            reply = await self._send(request, token)
        self.server_time = reply.date
        if reply.status in _GOOD:
            self._pacer.accepted(start)
            return reply.content
        secrets = (token.get_secret_value(),)
        meant = api_error(reply.status, reply.text, reply.headers, path=request.path, secrets=secrets)
        if isinstance(meant, RateLimited):
            self._pacer.refused(start, meant.retry_after)
        elif not isinstance(meant, Transient):
            self._pacer.accepted(start)
        raise self._end(meant) if isinstance(meant, RunEnds) else meant

    async def _pay(self) -> None:
        """Takes one request out of the budget. If the time is spent, the run ends."""
        self._raise_if_ended()
        try:
            await self.budget.take()
        except TimeSpent as error:
            self._end(error)
            raise
        self._raise_if_ended()

    def stop(self, error: RunEnds) -> None:
        """Makes every further request raise `error`, unless an earlier error has ended the run already."""
        self._end(error)

    async def _send(self, request: _Request, token: SecretStr) -> Reply:
        headers = {"Authorization": f"Bearer {token.get_secret_value()}"}
        method, path, query, body = request
        content: dict[str, Any] = {} if body is None else {"json": body}
        url = f"{self._url}{path}?{_encoded(tuple(query.items()))}" if query else self._url + path
        start = asyncio.get_running_loop().time()
        try:
            reply = await exchange(self._http, method, url, path=path, headers=headers, **content)
        except NoWay as error:
            self._end(error)
            raise
        except Transient:
            self.budget.wait_in_vain(asyncio.get_running_loop().time() - start)
            raise
        if reply.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            self.budget.wait_in_vain(asyncio.get_running_loop().time() - start)
        return reply

    def _raise_if_ended(self) -> None:
        """Raises the error that ended the run, without its earlier tracebacks, which would pile up."""
        if self._ended:
            raise self._ended.with_traceback(None)

    def _end(self, error: RunEnds) -> RunEnds:
        self._ended = self._ended or error
        return error


@lru_cache(maxsize=64)
def _encoded(query: tuple[tuple[str, str | int], ...]) -> str:
    """The query of a URL. Most requests of a run have the same one, and httpx takes 0.1 ms to encode it."""
    return urlencode(query)


def _validated(content: bytes, answer: type[AnswerT], path: str) -> AnswerT:
    """The body as a model. Broken JSON is `BrokenAnswer`; JSON of another shape is `UnexpectedAnswer`."""
    try:
        return answer.model_validate_json(content)
    except ValidationError as error:
        problem = error.errors(include_url=False, include_input=False, include_context=False)[0]
    try:
        data = without_surrogates(json.loads(content))
    except (ValueError, RecursionError):
        data = None
    if not data:
        msg = "Spotify sent an empty or broken body"
        raise BrokenAnswer(msg, status=HTTPStatus.OK, path=path)
    try:
        return answer.model_validate(data)
    except ValidationError:
        where = ".".join(map(str, problem["loc"]))
        msg = f"Spotify's answer is not as documented: {where}: {problem['msg']}"
        raise UnexpectedAnswer(msg, status=HTTPStatus.OK, path=path) from None
