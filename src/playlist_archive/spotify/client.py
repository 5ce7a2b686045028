"""Asks the Web API: one request at a time gets a token, a turn, its retries, and an answer that was checked."""

import asyncio
import json
import re
from collections.abc import Mapping
from datetime import datetime
from http import HTTPStatus
from types import MappingProxyType
from typing import Any, Final, NamedTuple, TypeVar

import httpx
from pydantic import BaseModel, SecretStr, ValidationError

from .auth import TokenSource
from .budget import Budget
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
    """What is asked for. `body` becomes JSON; None where there is none."""

    method: str
    path: str
    query: Mapping[str, str | int] = MappingProxyType({})
    body: Mapping[str, object] | None = None


class SpotifyClient:
    """The Web API, within its limits: every request of a run goes through `get` or `send_once`.

    `budget` is what the run may spend. `server_time` is the time of Spotify's last answer, None where it has none.
    After an error that ends the run every further `get` raises the same without a request.
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
        """Why something was not asked for, None where nothing was left out."""
        return self._ended or (self.budget.spent_error() if self.budget.left_out else None)

    @property
    def was_slowed(self) -> bool:
        """Whether Spotify asked to slow down, and has not been seen to take the full pace since."""
        return self._pacer.rate < self._pacer.full_rate

    async def get(self, path: str, answer: type[AnswerT], **query: str | int) -> AnswerT:
        """The answer to `GET path?query`, validated. `path` begins with a slash.

        Raises:
            SpotifyError: what the last answer means (errors.py); `Transient` only after all tries.
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
        """The answer to a request that changes something, with a JSON body.

        It is sent again only where Spotify said that it did nothing: slow down, another token.

        Raises:
            SpotifyError: as for `get`; after a `Transient` nobody knows whether it was carried out.
        """
        return _validated(await self._patient(_Request(method, path, body=body)), answer, path)

    def _count_failure(self) -> None:
        """An outage spends no quota on asking for every playlist four times."""
        self._failures_in_a_row += 1
        if self._failures_in_a_row >= FAILURES_IN_A_ROW:
            msg = f"Spotify is in trouble, {FAILURES_IN_A_ROW} requests in a row failed: the next run goes on"
            self._end(Outage(msg))

    async def _patient(self, request: _Request) -> bytes:
        """The body of a good answer, however often Spotify asks to slow down before it, within reason."""
        for _ in range(PATIENCE):
            try:
                return await self._authorized(request)
            except RateLimited:
                if self._pacer.out_of_patience:
                    break
        msg = f"Spotify asked {PATIENCE} times to slow down: run again later, or set SPOTIFY_REQUESTS_PER_SECOND lower"
        raise self._end(QuotaExceeded(msg, retry_after=None, path=request.path))

    async def _authorized(self, request: _Request) -> bytes:
        """The body, after one new token where the first is rejected."""
        token = await self._token()
        try:
            return await self._ask(request, token)
        except TokenRejected:
            token = await self._token(rejected=token)
        try:
            return await self._ask(request, token)
        except TokenRejected as error:
            msg = f"{error}, even a fresh one: compare SPOTIFY_CLIENT_ID with developer.spotify.com/dashboard"
            raise self._end(CredentialsRefused(msg, status=error.status, path=request.path)) from error

    async def _token(self, *, rejected: SecretStr | None = None) -> SecretStr:
        self._raise_if_ended()
        try:
            return await self.tokens.token(rejected=rejected)
        except RunEnds as error:
            self._end(error)
            raise

    async def _ask(self, request: _Request, token: SecretStr) -> bytes:
        """One request, and what its answer means for the pace and for the run."""
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
        """Takes one request out of the budget; with the time, all asking ends."""
        self._raise_if_ended()
        try:
            await self.budget.take()
        except TimeSpent as error:
            self._end(error)
            raise
        self._raise_if_ended()

    def stop(self, error: RunEnds) -> None:
        """Makes every further request raise `error`, unless another one has ended the run already."""
        self._end(error)

    async def _send(self, request: _Request, token: SecretStr) -> Reply:
        headers = {"Authorization": f"Bearer {token.get_secret_value()}"}
        method, path, query, body = request
        content: dict[str, Any] = {} if body is None else {"json": body}
        url = self._url + path
        start = asyncio.get_running_loop().time()
        try:
            reply = await exchange(self._http, method, url, path=path, params=query, headers=headers, **content)
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
        """The same error each time, without the traces of the times before, which would pile up."""
        if self._ended:
            raise self._ended.with_traceback(None)

    def _end(self, error: RunEnds) -> RunEnds:
        self._ended = self._ended or error
        return error


def _validated(content: bytes, answer: type[AnswerT], path: str) -> AnswerT:
    """The body as a model: broken JSON is Spotify's trouble, other JSON is something that we do not know."""
    try:
        return answer.model_validate_json(content)
    except ValidationError as error:
        problem = error.errors(include_url=False, include_input=False, include_context=False)[0]
    try:
        data = _without_surrogates(json.loads(content))
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


def _without_surrogates(data: object) -> object:
    """The same JSON with half surrogate pairs, which no file can hold, replaced by U+FFFD."""
    return json.loads(_SURROGATE.sub("\N{REPLACEMENT CHARACTER}", json.dumps(data, ensure_ascii=False)))


_SURROGATE = re.compile("[\ud800-\udfff]")
