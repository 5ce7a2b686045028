"""Access tokens, for the app or for a user who gave consent (docs/spotify.md, sections 2.1 and 6)."""

import asyncio
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Final
from urllib.parse import urlencode

import httpx
from pydantic import SecretStr, ValidationError

from ..credentials import suspicions
from ..problem import sentence
from .errors import BrokenAnswer, ConsentExpired, CredentialsRefused, NoToken, RunEnds, SpotifyError, Transient
from .http import exchange
from .meanings import token_error
from .pacing import TRIES, retrying
from .responses import Token

EXPIRES_EARLY_SECONDS = 60
"""A token is renewed this many seconds before it ends (docs/spotify.md, section 6.4)."""

SCOPES: Final = ("playlist-read-private", "playlist-read-collaborative")
"""The scopes that reading needs, and no more (docs/spotify.md, section 6.3)."""

WRITING_SCOPES: Final = (*SCOPES, "playlist-modify-private")
"""The scopes that restoring needs. The last scope allows it to create and fill private playlists (the same section)."""


class TokenSource:
    """The access token of a run, which is renewed before it ends. No part of this object shows a secret.

    After Spotify has refused a token, it is not asked again.
    """

    def __init__(
        self,
        http: httpx.AsyncClient,
        *,
        accounts_url: str,
        client_id: str,
        client_secret: SecretStr,
        refresh_token: SecretStr | None = None,
    ) -> None:
        self._http = http
        self._url = f"{accounts_url}/api/token"
        self._client = (client_id, client_secret)
        self._refresh_token = refresh_token
        self._token: SecretStr | None = None
        self._scope: str | None = None
        self.was_replaced = False
        """Whether Spotify gave a new refresh token. The run uses this token, but nobody stores it."""
        self._ends = 0.0
        self._ended: RunEnds | None = None
        self._lock = asyncio.Lock()

    @property
    def for_user(self) -> bool:
        """Whether the token belongs to a user, who has a library."""
        return self._refresh_token is not None

    @property
    def missing_scopes(self) -> tuple[str, ...]:
        """The scopes that the consent lacks. Empty before the first token, and if Spotify does not list the scopes."""
        if self._scope is None or not self.for_user:
            return ()
        return tuple(scope for scope in SCOPES if scope not in self._scope.split())

    @property
    def knows_scopes(self) -> bool:
        """Whether Spotify has listed the scopes of the consent."""
        return self._scope is not None

    @property
    def writing_scopes(self) -> tuple[str, ...]:
        """The scopes of the consent that allow changes in the user's account, as far as Spotify lists them."""
        granted = (self._scope or "").split()
        return tuple(scope for scope in granted if "-modify" in scope or "-upload" in scope)

    async def token(self, *, rejected: SecretStr | None = None) -> SecretStr:
        """The current token. If Spotify rejected the last token, pass it as `rejected` to get another one.

        Raises:
            CredentialsRefused, ConsentExpired: nothing can be read until a person acts.
            QuotaExceeded, NoToken: the accounts service gives no token, even after some tries.
        """
        async with self._lock:
            if self._token is None or self._token is rejected or _now() >= self._ends:
                self._token = await self._new()
            return self._token

    async def _new(self) -> SecretStr:
        """A new token. After a failure, every call raises the same error again."""
        if self._ended:
            raise self._ended.with_traceback(None)
        try:
            answer = await self._ask()
        except RunEnds as error:
            self._ended = error
            raise
        except Transient as error:
            self._ended = NoToken(f"{error}, {TRIES} times", "start the run again later", status=error.status)
            raise self._ended from error
        self._ends = _now() + max(answer.expires_in - EXPIRES_EARLY_SECONDS, EXPIRES_EARLY_SECONDS)
        self._scope = answer.scope
        self._take_over(answer.refresh_token)
        return answer.access_token

    def _take_over(self, given: SecretStr | None) -> None:
        """Uses a new refresh token from now on. An empty or equal token changes nothing."""
        if (
            self._refresh_token
            and given
            and given.get_secret_value() not in ("", self._refresh_token.get_secret_value())
        ):
            self._refresh_token = given
            self.was_replaced = True

    async def _ask(self) -> Token:
        async for attempt in retrying():
            with attempt:
                answer = await request_token(self._http, self._url, client=self._client, form=self._grant())
        return answer

    def _grant(self) -> Mapping[str, str]:
        if self._refresh_token is None:
            return {"grant_type": "client_credentials"}
        return {"grant_type": "refresh_token", "refresh_token": self._refresh_token.get_secret_value()}


def consent_url(
    accounts_url: str, *, client_id: str, redirect_uri: str, state: str, scopes: Sequence[str] = SCOPES
) -> str:
    """The address of Spotify's page on which a user agrees (section 6.2)."""
    query = {
        "response_type": "code",
        "client_id": client_id,
        "scope": " ".join(scopes),
        "redirect_uri": redirect_uri,
        "state": state,
    }
    return f"{accounts_url}/authorize?{urlencode(query)}"


async def exchange_code(
    http: httpx.AsyncClient, accounts_url: str, *, client: tuple[str, SecretStr], code: SecretStr, redirect_uri: str
) -> Token:
    """The tokens for the code from Spotify's page. A code is good once, for some minutes (section 6.2).

    Raises:
        CredentialsRefused, ConsentExpired, QuotaExceeded, Transient: as for `request_token`.
    """
    form = {"grant_type": "authorization_code", "code": code.get_secret_value(), "redirect_uri": redirect_uri}
    return await request_token(http, f"{accounts_url}/api/token", client=client, form=form)


async def request_token(
    http: httpx.AsyncClient, url: str, *, client: tuple[str, SecretStr], form: Mapping[str, str]
) -> Token:
    """The tokens from one request to the token endpoint.

    Raises:
        CredentialsRefused, ConsentExpired, QuotaExceeded, Transient: as `token_error` in meanings.py tells them apart.
    """
    client_id, client_secret = client
    credentials = (client_id, client_secret.get_secret_value())
    reply = await exchange(http, "POST", url, service="Spotify's accounts service", data=form, auth=credentials)
    if reply.status != HTTPStatus.OK:
        error = token_error(reply.status, reply.text, reply.headers)
        raise _explained(error, *credentials, form.get("refresh_token", ""))
    try:
        return Token.model_validate_json(reply.content)
    except ValidationError:
        msg = "Spotify's accounts service gave no token"
        raise BrokenAnswer(msg, status=reply.status) from None


def _explained(error: SpotifyError, client_id: str, client_secret: str, refresh_token: str) -> SpotifyError:
    """The error. If Spotify refused the credentials, the remedy also says what looks wrong with them."""
    looks = "; ".join(sentence(*found) for found in suspicions(client_id, client_secret, refresh_token))
    if not looks or not isinstance(error, CredentialsRefused | ConsentExpired):
        return error
    return type(error)(error.message, f"{error.remedy}; {looks}" if error.remedy else looks, status=error.status)


def _now() -> float:
    return asyncio.get_running_loop().time()
