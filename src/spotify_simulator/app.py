"""The simulated Spotify: one function from a request to an answer, which is also an ASGI application."""

import asyncio
import re
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Mapping, MutableMapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from datetime import time as time_of_day
from email.utils import format_datetime
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import parse_qsl, unquote

from .accounts import AccessToken, Accounts
from .bodies import AppClass
from .endpoints import Call, Endpoints
from .faults import API_ENDPOINTS, Endpoint, Fault, Faults, Kind, Plan
from .limits import Limits
from .messages import Answer, Refusal, Request, api_error, text_answer
from .options import Options
from .world import Person, World
from .writing import WRITES, Write, Writing

PREMIUM: Final = (
    "Active premium subscription required for the owner of the app. When the subscription status changes, it can take "
    "a few hours before requests are allowed again."
)
"""Plain text, status 403 (docs/spotify.md, section 5)."""

ALLOWLIST: Final = "Check settings on developer.spotify.com/dashboard, the user may not be registered."
"""Plain text, status 403 (section 5)."""

NOON: Final = time_of_day(12)

Message = MutableMapping[str, Any]


@dataclass
class Counted:
    """The number of requests to the Web API, in total, by endpoint and by status. Token requests count separately."""

    total: int = 0
    tokens: int = 0
    by_endpoint: Counter[Endpoint] = field(default_factory=Counter)
    by_status: Counter[int] = field(default_factory=Counter)

    def add(self, endpoint: Endpoint, answer: Answer) -> None:
        """Counts one request. A dropped request has the status 0."""
        self.tokens += endpoint == Endpoint.TOKEN
        if endpoint in API_ENDPOINTS:
            self.total += 1
            self.by_endpoint[endpoint] += 1
            self.by_status[0 if answer.dropped else answer.status] += 1


class ConnectionCut(Exception):
    """Tells the server to cut the connection."""


class Simulator:
    """Accounts service and Web API on one origin: `/api/token`, `/authorize`, `/v1/…`, and `/oembed`.

    `day` is the simulated day, and `time_of_day` its moment in UTC. Both may be set at any time. `clock`
    counts seconds.
    """

    def __init__(
        self,
        world: World,
        *,
        day: date,
        options: Options | None = None,
        plan: Plan | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.options = options = options or Options()
        self.world = world
        self.day = day
        self.time_of_day = NOON
        self.client_id = options.client_id
        self.client_secret = options.client_secret
        self.premium = options.premium
        self.allowlisted = options.allowlisted
        self.latency = options.latency
        self.counted = Counted()
        self.faults = Faults(plan or Plan())
        self.limits = Limits(rate=options.rate, quota=options.quota, clock=clock)
        self.accounts = Accounts(
            client_id=options.client_id,
            client_secret=options.client_secret,
            refresh_token=options.refresh_token,
            token_seconds=options.token_seconds,
            clock=clock,
        )
        self._asked: Counter[str | None] = Counter()
        self.writing = Writing(world, user=Person(options.user, options.user.title()), clock=clock)
        self._endpoints = Endpoints(world, self.options, self.accounts, self.writing)

    @property
    def refresh_token(self) -> str:
        """The refresh token that is currently valid."""
        return self.accounts.refresh_token

    def become(self, app_class: AppClass) -> None:
        """From now on the app is of this class, as Spotify decides at times (docs/spotify.md, section 1.1)."""
        self.options = replace(self.options, app_class=app_class)
        self._endpoints = Endpoints(self.world, self.options, self.accounts, self.writing)

    def answer(self, request: Request) -> Answer:
        """The answer to one request, with the faults that hit it.

        The caller waits for the answer's delay, not this method.
        """
        endpoint, playlist = recognize(request)
        struck = self.faults.strike(
            endpoint, playlist=playlist, offset=_offset(request), day=self.day, method=request.method
        )
        try:
            is_lost = any(fault.before for fault in struck)
            answer = Answer(HTTPStatus.OK) if is_lost else self._good_answer(request, endpoint, playlist, struck)
        except Refusal as refusal:
            answer = refusal.answer
        for fault in struck:
            answer = fault.spoil(answer)
        answer = replace(answer, delay=answer.delay + self.latency) if self.latency else answer
        self.counted.add(endpoint, answer)
        return replace(answer, headers={"date": self._now(), **answer.headers})

    def _now(self) -> str:
        """The simulated moment, in the format of the header `Date`."""
        return format_datetime(datetime.combine(self.day, self.time_of_day, UTC), usegmt=True)

    def _good_answer(
        self, request: Request, endpoint: Endpoint, playlist: str | None, struck: Iterable[Fault]
    ) -> Answer:
        is_write = request.method in WRITES and endpoint in _WRITABLE
        if not is_write and request.method != ("POST" if endpoint == Endpoint.TOKEN else "GET"):
            return api_error(HTTPStatus.METHOD_NOT_ALLOWED, "Method not allowed")
        if endpoint == Endpoint.TOKEN:
            return self.accounts.token(request)
        if endpoint == Endpoint.AUTHORIZE:
            return self.accounts.authorize(request)
        if endpoint == Endpoint.OEMBED:
            return self._endpoints.oembed(request, self.day)
        token = self.accounts.authenticate(request.headers.get("authorization"))
        self._check_app(token)
        self.limits.admit(self.day)
        if is_write:
            scope = self.accounts.scope if token.scope is None else token.scope
            write = Write(request, endpoint, playlist, for_user=token.for_user, scope=scope, day=self.day)
            return self._endpoints.write(write)
        return self._endpoints.answer(self._call(request, endpoint, playlist, token, struck))

    def _check_app(self, token: AccessToken) -> None:
        """Checks the rules for the app, which hold for every request (section 1.3)."""
        if not self.premium:
            raise Refusal(text_answer(PREMIUM, status=HTTPStatus.FORBIDDEN))
        if token.for_user and not self.allowlisted:
            raise Refusal(text_answer(ALLOWLIST, status=HTTPStatus.FORBIDDEN))

    def _call(
        self,
        request: Request,
        endpoint: Endpoint,
        playlist: str | None,
        token: AccessToken,
        struck: Iterable[Fault],
    ) -> Call:
        """The request, with the days whose contents and snapshot id it shows. Faults may shift these days."""
        self._asked[playlist] += 1
        kinds = {fault.kind for fault in struck}
        shift = (Kind.CHANGED in kinds) - (Kind.STALE in kinds)
        day = self.day + timedelta(days=shift)
        snapshot_day = day - timedelta(days=Kind.STALE_SNAPSHOT in kinds)
        return Call(
            request=request,
            endpoint=endpoint,
            playlist=playlist,
            for_user=token.for_user,
            day=day,
            snapshot_day=snapshot_day,
            number=self._asked[playlist] if playlist else -self._asked[None],  # lists differ from single answers
        )

    async def __call__(
        self,
        scope: Mapping[str, Any],
        receive: Callable[[], Awaitable[Message]],
        send: Callable[[Message], Awaitable[None]],
    ) -> None:
        """The ASGI application.

        A dropped connection is cut by `scope["state"]["cut"]` (serve.py), or else by an exception.
        """
        if scope["type"] != "http":
            return
        answer = self.answer(await _request(scope, receive))
        await asyncio.sleep(answer.delay)
        if answer.dropped:
            await _cut(scope)
            return
        headers = [(name.encode(), value.encode("latin-1")) for name, value in answer.wire_headers().items()]
        await send({"type": "http.response.start", "status": answer.status, "headers": headers})
        await send({"type": "http.response.body", "body": answer.body, "more_body": bool(answer.missing)})
        if answer.missing:
            raise ConnectionCut


async def _request(scope: Mapping[str, Any], receive: Callable[[], Awaitable[Message]]) -> Request:
    body, more = b"", True
    while more:
        message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
    return Request(
        method=scope["method"],
        path=scope["path"],
        query=dict(parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)),
        headers=headers,
        body=body,
        origin=f"{scope.get('scheme', 'http')}://{headers.get('host', 'localhost')}",
    )


async def _cut(scope: Mapping[str, Any]) -> None:
    cut = scope.get("state", {}).get("cut")
    if cut is None:
        raise ConnectionCut
    cut()
    await asyncio.sleep(0)


_WRITABLE: Final = frozenset({Endpoint.LIBRARY, Endpoint.PLAYLIST, Endpoint.ITEMS, Endpoint.TRACKS})
_PLAYLIST_PATH: Final = re.compile(r"/v1/playlists/([^/]*)(?:/(items|tracks))?/?")
_PATHS: Final = {
    "/api/token": Endpoint.TOKEN,
    "/authorize": Endpoint.AUTHORIZE,
    "/oembed": Endpoint.OEMBED,
    "/v1/me": Endpoint.ME,
    "/v1/me/playlists": Endpoint.LIBRARY,
}


def recognize(request: Request) -> tuple[Endpoint, str | None]:
    """The endpoint of a request, and the id of its playlist."""
    found = _PLAYLIST_PATH.fullmatch(request.path)
    if found is None:
        return _PATHS.get(request.path.rstrip("/"), Endpoint.OTHER), None
    return Endpoint(found[2] or "playlist"), unquote(found[1])


def _offset(request: Request) -> int:
    text = request.query.get("offset", "0")
    return int(text) if text.isdecimal() else 0
