"""Access tokens: one for the app, or one for the user who gave consent (docs/spotify.md, sections 2.1 and 6)."""

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
"""A token is renewed this much before it ends (docs/spotify.md, section 6.4)."""

SCOPES: Final = ("playlist-read-private", "playlist-read-collaborative")
"""What reading takes of a user's consent, and nothing more (docs/spotify.md, section 6.3)."""

WRITING_SCOPES: Final = (*SCOPES, "playlist-modify-private")
"""What restoring takes besides: to make private playlists and to fill them (the same section)."""


class TokenSource:
    """Gives the access token of the run, and a new one when it ended. No part of it shows a secret.

    Once Spotify refuses to give a token, it is not asked again.
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
        """Whether Spotify gave another refresh token, which this run uses and nobody keeps."""
        self._ends = 0.0
        self._ended: RunEnds | None = None
        self._lock = asyncio.Lock()

    @property
    def for_user(self) -> bool:
        """Whether the token reads as a user, who has a library."""
        return self._refresh_token is not None

    @property
    def missing_scopes(self) -> tuple[str, ...]:
        """What the consent lacks; nothing before the first token, and where Spotify does not say what it covers."""
        if self._scope is None or not self.for_user:
            return ()
        return tuple(scope for scope in SCOPES if scope not in self._scope.split())

    @property
    def knows_scopes(self) -> bool:
        """Whether Spotify has said what the consent covers."""
        return self._scope is not None

    @property
    def writing_scopes(self) -> tuple[str, ...]:
        """What the consent covers that changes something in the user's account, as far as Spotify says."""
        granted = (self._scope or "").split()
        return tuple(scope for scope in granted if "-modify" in scope or "-upload" in scope)

    async def token(self, *, rejected: SecretStr | None = None) -> SecretStr:
        """The token to use now. `rejected` is one that Spotify does not take any more: another one comes back.

        Raises:
            CredentialsRefused, ConsentExpired: nothing can be read until a person acts.
            QuotaExceeded, NoToken: the accounts service gives none, even after some tries.
        """
        async with self._lock:
            if self._token is None or self._token is rejected or _now() >= self._ends:
                self._token = await self._new()
            return self._token

    async def _new(self) -> SecretStr:
        """Another token, or for ever the error that ended the asking for one."""
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
        """Uses another refresh token from now on. One that is empty, or the same, leaves all as it is."""
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
    """The page of Spotify's where a user agrees (section 6.2)."""
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
    """The tokens for the code that Spotify's page gave; it is good once, and for some minutes (section 6.2).

    Raises:
        CredentialsRefused, ConsentExpired, QuotaExceeded, Transient: as for `request_token`.
    """
    form = {"grant_type": "authorization_code", "code": code.get_secret_value(), "redirect_uri": redirect_uri}
    return await request_token(http, f"{accounts_url}/api/token", client=client, form=form)


async def request_token(
    http: httpx.AsyncClient, url: str, *, client: tuple[str, SecretStr], form: Mapping[str, str]
) -> Token:
    """One request to the token endpoint.

    Raises:
        CredentialsRefused, ConsentExpired, QuotaExceeded, Transient: as `errors.token_error` tells them apart.
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
    """The error; one that refuses the credentials also says what looks wrong with them."""
    looks = "; ".join(sentence(*found) for found in suspicions(client_id, client_secret, refresh_token))
    if not looks or not isinstance(error, CredentialsRefused | ConsentExpired):
        return error
    return type(error)(error.message, f"{error.remedy}; {looks}" if error.remedy else looks, status=error.status)


def _now() -> float:
    return asyncio.get_running_loop().time()
