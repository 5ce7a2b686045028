"""Access tokens: one for the app, or one for the user who gave consent (spotify-web-api.md, sections 2.1 and 6)."""

import asyncio
import time
from collections.abc import Callable, Mapping
from http import HTTPStatus

import httpx
from pydantic import SecretStr, ValidationError

from .errors import BrokenAnswer, NoAnswer, token_error
from .pacing import Sleep, retrying
from .responses import Token

EXPIRES_EARLY_SECONDS = 60
"""A token is renewed this much before it ends (spotify-web-api.md, section 6.4)."""


class TokenSource:
    """Gives the access token of the run, and a new one when it ended. No part of it shows a secret."""

    def __init__(
        self,
        http: httpx.AsyncClient,
        *,
        accounts_url: str,
        client_id: str,
        client_secret: SecretStr,
        refresh_token: SecretStr | None = None,
        clock: Callable[[], float] = time.monotonic,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        self._http = http
        self._url = f"{accounts_url}/api/token"
        self._client = (client_id, client_secret)
        self._refresh_token = refresh_token
        self._clock = clock
        self._sleep = sleep
        self._token: SecretStr | None = None
        self._ends = 0.0
        self._lock = asyncio.Lock()

    @property
    def for_user(self) -> bool:
        """Whether the token reads as a user, who has a library."""
        return self._refresh_token is not None

    async def token(self, *, rejected: SecretStr | None = None) -> SecretStr:
        """The token to use now. `rejected` is one that Spotify does not take any more: another one comes back.

        Raises:
            CredentialsRefused, ConsentExpired: nothing can be read until a person acts.
            Transient: Spotify's accounts service cannot be reached.
        """
        async with self._lock:
            if self._token is None or self._token is rejected or self._clock() >= self._ends:
                await self._renew()
            assert self._token is not None  # noqa: S101 - for the type checker: _renew sets it or raises
            return self._token

    async def _renew(self) -> None:
        async for attempt in retrying(self._sleep):
            with attempt:
                answer = await request_token(self._http, self._url, client=self._client, form=self._grant())
        self._token = SecretStr(answer.access_token)
        self._ends = self._clock() + answer.expires_in - EXPIRES_EARLY_SECONDS

    def _grant(self) -> Mapping[str, str]:
        if self._refresh_token is None:
            return {"grant_type": "client_credentials"}
        return {"grant_type": "refresh_token", "refresh_token": self._refresh_token.get_secret_value()}


async def request_token(
    http: httpx.AsyncClient, url: str, *, client: tuple[str, SecretStr], form: Mapping[str, str]
) -> Token:
    """One request to the token endpoint.

    Raises:
        CredentialsRefused, ConsentExpired, Transient: as `errors.token_error` tells them apart.
    """
    client_id, client_secret = client
    try:
        response = await http.post(url, data=form, auth=(client_id, client_secret.get_secret_value()))
    except httpx.RequestError as error:
        msg = f"Spotify's accounts service cannot be reached ({type(error).__name__})"
        raise NoAnswer(msg) from None
    if response.status_code != HTTPStatus.OK:
        raise token_error(response.status_code, response.text)
    try:
        return Token.model_validate_json(response.content)
    except ValidationError:
        msg = "Spotify's accounts service gave no token"
        raise BrokenAnswer(msg) from None
