"""The simulator without a socket, for httpx. Faults of the network are raised as httpx would raise them."""

import asyncio
from urllib.parse import parse_qsl

import httpx

from .app import Simulator
from .messages import Answer, Request


class SimulatorTransport(httpx.AsyncBaseTransport):
    """Passes the requests for any host to a simulator. Delays use only `asyncio.sleep`."""

    def __init__(self, simulator: Simulator) -> None:
        self.simulator = simulator

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """The simulator's answer.

        Raises:
            httpx.ReadTimeout: the answer takes longer than the request's read timeout, which has then passed.
            httpx.ReadError: the connection was dropped.
            httpx.RemoteProtocolError: the body is shorter than its Content-Length.
        """
        answer = self.simulator.answer(await _request(request))
        await _wait(answer, request)
        if answer.dropped:
            raise httpx.ReadError("the simulated connection was dropped", request=request)
        if answer.missing:
            raise httpx.RemoteProtocolError("the simulated body ended too early", request=request)
        return httpx.Response(answer.status, headers=answer.wire_headers(), content=answer.body, request=request)


async def _request(request: httpx.Request) -> Request:
    return Request(
        method=request.method,
        path=request.url.path,
        query=dict(parse_qsl(request.url.query.decode("ascii"), keep_blank_values=True)),
        headers={name.lower(): value for name, value in request.headers.items()},
        body=await request.aread(),
        origin=f"{request.url.scheme}://{request.url.netloc.decode('ascii')}",
    )


async def _wait(answer: Answer, request: httpx.Request) -> None:
    longest = request.extensions.get("timeout", {}).get("read")
    if longest is not None and answer.delay > longest:
        await asyncio.sleep(longest)
        raise httpx.ReadTimeout("the simulated answer takes too long", request=request)
    if answer.delay:
        await asyncio.sleep(answer.delay)
