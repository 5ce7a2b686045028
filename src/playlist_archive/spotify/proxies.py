"""Connections through the environment's proxies, with its certificates. Each error is one sentence."""

import ipaddress
import os
import ssl
from collections.abc import Mapping
from pathlib import Path
from typing import Final
from urllib.request import getproxies, proxy_bypass

import httpx

from ..problem import ProblemError
from .http import ProxyRefused

_SCHEMES: Final = {"socks": "socks5h"}
"""Other spellings of a proxy's scheme. Desktops write `socks://`."""


_CORRECT: Final = "correct it, or unset it"


class EnvironmentRefused(ProblemError):
    """A variable of the environment is invalid. The message names the variable and its valid form."""


def transport(*, connections: int) -> httpx.AsyncBaseTransport:
    """The transport for all requests, with the environment's proxies and certificates.

    Each proxy, and the direct way, has at most `connections` connections.

    Raises:
        EnvironmentRefused: a proxy or the file of certificates cannot be used.
    """
    context = _certificates()
    limits = httpx.Limits(max_connections=connections, max_keepalive_connections=connections)
    direct = httpx.AsyncHTTPTransport(verify=context, limits=limits)
    found = getproxies()
    names = [name for name in ("http", "https", "all") if found.get(name)]
    proxied = {name: _Proxied(_proxy(name, found[name]), context, limits) for name in names}
    return Ways(direct, proxied, bypassed=found.get("no", "")) if proxied else direct


class Ways(httpx.AsyncBaseTransport):
    """Sends each request through the proxy of its scheme, or directly if there is none or the host is `bypassed`."""

    def __init__(
        self, direct: httpx.AsyncBaseTransport, proxied: Mapping[str, httpx.AsyncBaseTransport], *, bypassed: str
    ) -> None:
        """`bypassed` has the format of NO_PROXY: host names, addresses and networks."""
        self.direct = direct
        self._proxied = proxied
        self._bypassed = bypassed

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """The answer, through a proxy or directly."""
        return await self.way(request.url).handle_async_request(request)

    def way(self, url: httpx.URL) -> httpx.AsyncBaseTransport:
        """The transport for an address."""
        if is_bypassed(url, self._bypassed):
            return self.direct
        return self._proxied.get(url.scheme) or self._proxied.get("all") or self.direct

    async def aclose(self) -> None:
        """Closes all connections."""
        for way in (self.direct, *self._proxied.values()):
            await way.aclose()


class _Proxied(httpx.AsyncHTTPTransport):
    """Connections through one proxy. The errors tell an unreachable proxy from an unreachable Spotify."""

    def __init__(self, proxy: httpx.Proxy, context: ssl.SSLContext, limits: httpx.Limits) -> None:
        super().__init__(verify=context, limits=limits, proxy=proxy)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        try:
            return await super().handle_async_request(request)
        except httpx.ConnectError as error:
            raise ProxyRefused(str(error), request=request) from error


def is_bypassed(url: httpx.URL, bypassed: str) -> bool:
    """Whether NO_PROXY, or the system's own setting, names the address."""
    names = [name.strip().strip("[]") for name in bypassed.split(",")]
    try:
        address = ipaddress.ip_address(url.host)
    except ValueError:
        return bool(proxy_bypass(url.netloc.decode("ascii")))
    return "*" in names or any(address in network for network in map(_network, names) if network)


def _network(name: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network | None:
    """The network that `10.0.0.0/8`, `fd00::/64` or a single address names; None for a host name."""
    try:
        return ipaddress.ip_network(name.replace("]", ""), strict=False)
    except ValueError:
        return None


def _proxy(name: str, address: str) -> httpx.Proxy:
    """The proxy that a variable sets. Errors do not repeat its address, which may contain a password."""
    scheme, separator, rest = address.partition("://")
    whole = f"{_SCHEMES.get(scheme.lower(), scheme)}://{rest}" if separator else f"http://{address}"
    try:
        proxy = httpx.Proxy(whole)
        if not proxy.url.host:
            raise ValueError
    except (ValueError, httpx.InvalidURL):
        msg = f"{name.upper()}_PROXY must be an address such as http://proxy.example:3128 or socks5h://localhost:1080"
        raise EnvironmentRefused(msg) from None
    return proxy


def _certificates() -> ssl.SSLContext:
    """The trusted certificates: those in SSL_CERT_FILE or SSL_CERT_DIR, otherwise those of httpx."""
    file, folder = os.environ.get("SSL_CERT_FILE"), os.environ.get("SSL_CERT_DIR")
    if not file and not folder:
        return httpx.create_ssl_context(trust_env=False)
    if not file and folder and not Path(folder).is_dir():
        raise EnvironmentRefused("SSL_CERT_DIR must be a folder of certificates", _CORRECT)
    try:
        return ssl.create_default_context(cafile=file) if file else ssl.create_default_context(capath=folder)
    except (OSError, ValueError):
        raise EnvironmentRefused("SSL_CERT_FILE must be a file with certificates in PEM form", _CORRECT) from None


def trusted() -> str:
    """The variable that says which certificates are trusted, and its value; empty where none does."""
    names = ("SSL_CERT_FILE", "SSL_CERT_DIR")
    return next((f"{name}={os.environ[name]}" for name in names if os.environ.get(name)), "")
