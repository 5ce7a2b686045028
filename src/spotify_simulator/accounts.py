"""The accounts service: tokens for three grants, and the consent page (docs/spotify.md, sections 2.1 and 6)."""

import base64
import binascii
import hashlib
import html
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from http import HTTPStatus
from typing import Final
from urllib.parse import parse_qsl, urlencode

from .messages import Answer, Refusal, Request, api_error, json_answer, text_answer, token_error

SCOPE: Final = "playlist-read-private playlist-read-collaborative"
"""The scopes that the user granted (section 6.3)."""

WRITING_TOKEN: Final = "simulated-writing-token"  # noqa: S105 - opens nothing but the simulator
"""The refresh token of a consent that also allows writing."""

WRITING_SCOPE: Final = f"{SCOPE} playlist-modify-private"

CODE_SECONDS: Final = 600
"""The lifetime of a code. Spotify says only that it is short (section 6.2)."""

_REALM: Final = 'Bearer realm="spotify"'


class Consent(StrEnum):
    """The state of the user's consent (section 6.4)."""

    GIVEN = "given"
    EXPIRED = "expired"
    REVOKED = "revoked"


@dataclass(frozen=True, slots=True)
class AccessToken:
    """An issued token. `ends` is a time on the simulator's clock."""

    for_user: bool
    ends: float
    scope: str | None = None
    """The scopes that the user granted, if they are more than the accounts' `scope`."""


@dataclass(frozen=True, slots=True)
class _Code:
    redirect_uri: str
    challenge: str | None
    ends: float
    scope: str


class Accounts:
    """Issues tokens and checks them.

    `consent` and `scope` may change during the simulation. `changed_state` makes the consent page return another
    `state` than it got, as an attacker would. `writing_token` is the refresh token of a user who also allowed writing,
    with `writing_scope`. `rotating` adds a new refresh token to every access token. `sparing` gives no refresh token,
    not even for a code.
    """

    def __init__(
        self,
        *,
        client_id: str,
        client_secret: str,
        refresh_token: str,
        token_seconds: int,
        clock: Callable[[], float],
    ) -> None:
        self.consent = Consent.GIVEN
        self.scope = SCOPE
        self.changed_state = False
        self.rotating = False
        self.sparing = False
        self.refresh_token = refresh_token
        self.writing_token = WRITING_TOKEN
        self.writing_scope = WRITING_SCOPE
        self.token_seconds = token_seconds
        self._client = (client_id, client_secret)
        self._clock = clock
        self._issued = 0
        self._tokens: dict[str, AccessToken] = {}
        self._codes: dict[str, _Code] = {}

    def token(self, request: Request) -> Answer:
        """The answer to `POST /api/token`."""
        form = dict(parse_qsl(request.body.decode("utf-8", "replace"), keep_blank_values=True))
        grants = {
            "client_credentials": self._client_credentials,
            "refresh_token": self._refresh,
            "authorization_code": self._authorization_code,
        }
        grant = grants.get(form.get("grant_type", ""))
        if grant is None:
            return token_error("unsupported_grant_type", "grant_type must be one that this service knows")
        try:
            self._check_client(request, form)
            return grant(form)
        except Refusal as refusal:
            return refusal.answer

    def authenticate(self, authorization: str | None) -> AccessToken:
        """The token in the Authorization header of a request to the Web API.

        Raises:
            Refusal: 401, or 400 for a header of another kind (section 5).
        """
        if authorization is None:
            raise _unauthorized("No token provided", _REALM)
        kind, _, token = authorization.partition(" ")
        if kind != "Bearer" or not token:
            message = "Only valid bearer authentication supported"
            raise Refusal(api_error(HTTPStatus.BAD_REQUEST, message))
        known = self._tokens.get(token)
        if known is None:
            raise _unauthorized("Missing/invalid/expired access token", f'{_REALM}, error="invalid_token"')
        if self._clock() >= known.ends:
            raise _unauthorized("The access token expired", f'{_REALM}, error="invalid_token"')
        return known

    def revoke_access_tokens(self) -> None:
        """Makes all tokens issued so far invalid."""
        self._tokens.clear()

    def authorize(self, request: Request) -> Answer:
        """The answer to `GET /authorize`: the consent page, with one link to agree and one to cancel (section 6.2)."""
        query = request.query
        redirect_uri = query.get("redirect_uri", "")
        if query.get("client_id") != self._client[0]:
            return text_answer("INVALID_CLIENT: Invalid client", status=HTTPStatus.BAD_REQUEST)
        if query.get("response_type") != "code" or not _is_allowed(redirect_uri):
            return text_answer("INVALID_CLIENT: Invalid redirect URI", status=HTTPStatus.BAD_REQUEST)
        code = f"simulated-code-{secrets.token_hex(8)}"
        ends = self._clock() + CODE_SECONDS
        self._codes[code] = _Code(redirect_uri, query.get("code_challenge"), ends, query.get("scope", ""))
        given = query.get("state")
        state = {} if given is None else {"state": f"{given}-changed" if self.changed_state else given}
        links = (
            ("Agree", _with_query(redirect_uri, {"code": code} | state)),
            ("Cancel", _with_query(redirect_uri, {"error": "access_denied"} | state)),
        )
        return text_answer(_consent_page(links, query.get("scope", "")), status=HTTPStatus.OK, kind="text/html")

    def _check_client(self, request: Request, form: Mapping[str, str]) -> None:
        """Checks the app's credentials. With PKCE the id is enough, if the grant proves itself with its verifier."""
        given = _basic(request.headers.get("authorization"))
        if given is None and "client_secret" in form:
            given = (form.get("client_id", ""), form["client_secret"])
        if given is None and form.get("client_id") == self._client[0] and self._is_public(form):
            return
        if given is None:
            raise Refusal(token_error("invalid_client"))
        if given != self._client:
            raise Refusal(token_error("invalid_client", "Invalid client"))

    def _is_public(self, form: Mapping[str, str]) -> bool:
        return "code_verifier" in form or form.get("grant_type") == "refresh_token"

    def _client_credentials(self, _form: Mapping[str, str]) -> Answer:
        return json_answer(self._issue(for_user=False))

    def _refresh(self, form: Mapping[str, str]) -> Answer:
        given = form.get("refresh_token", "")
        if secrets.compare_digest(given.encode(), self.writing_token.encode()):
            return json_answer(self._issue(for_user=True, scope=self.writing_scope) | {"scope": self.writing_scope})
        if not secrets.compare_digest(given.encode(), self.refresh_token.encode()):
            return token_error("invalid_grant", "Invalid refresh token")
        if self.consent != Consent.GIVEN:
            return token_error("invalid_grant", f"Refresh token {self.consent}")
        answer = self._issue(for_user=True) | {"scope": self.scope}
        if self.rotating:
            self.refresh_token = f"{self.refresh_token.partition('~')[0]}~{self._issued}"
            answer["refresh_token"] = self.refresh_token
        return json_answer(answer)

    def _authorization_code(self, form: Mapping[str, str]) -> Answer:
        code = self._codes.pop(form.get("code", ""), None)
        if code is None:
            return token_error("invalid_grant", "Invalid authorization code")
        if self._clock() >= code.ends:
            return token_error("invalid_grant", "Authorization code expired")
        if form.get("redirect_uri") != code.redirect_uri:
            return token_error("invalid_grant", "Invalid redirect URI")
        if code.challenge is not None and _challenge(form.get("code_verifier", "")) != code.challenge:
            return token_error("invalid_grant", "code_verifier was incorrect")
        self.consent = Consent.GIVEN
        if "playlist-modify" in code.scope:
            given = {} if self.sparing else {"refresh_token": self.writing_token}
            return json_answer(self._issue(for_user=True, scope=code.scope) | given | {"scope": code.scope})
        given = {} if self.sparing else {"refresh_token": self.refresh_token}
        return json_answer(self._issue(for_user=True) | given | {"scope": self.scope})

    def _issue(self, *, for_user: bool, scope: str | None = None) -> dict[str, object]:
        self._issued += 1
        token = f"simulated-{'user' if for_user else 'app'}-token-{self._issued}"
        self._tokens[token] = AccessToken(for_user, self._clock() + self.token_seconds, scope)
        return {"access_token": token, "token_type": "Bearer", "expires_in": self.token_seconds}


def _unauthorized(message: str, challenge: str) -> Refusal:
    """A 401 whose WWW-Authenticate tells a missing token from an invalid one."""
    return Refusal(api_error(HTTPStatus.UNAUTHORIZED, message, headers={"www-authenticate": challenge}))


def _basic(authorization: str | None) -> tuple[str, str] | None:
    kind, _, encoded = (authorization or "").partition(" ")
    if kind != "Basic":
        return None
    try:
        name, _, secret = base64.b64decode(encoded, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return ("", "")
    return name, secret


def _challenge(verifier: str) -> str:
    """The S256 challenge of PKCE for a verifier."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")


def _is_allowed(redirect_uri: str) -> bool:
    """Whether the redirect address is https, or http to a numeric loopback address (section 6.2)."""
    return redirect_uri.startswith(("https://", "http://127.0.0.1:", "http://127.0.0.1/", "http://[::1]"))


def _with_query(url: str, query: Mapping[str, str]) -> str:
    return f"{url}{'&' if '?' in url else '?'}{urlencode(query)}"


def _consent_page(links: tuple[tuple[str, str], ...], scope: str) -> str:
    items = "".join(f'<p><a href="{html.escape(url)}">{label}</a></p>' for label, url in links)
    return (
        "<!doctype html><title>Simulated Spotify</title><h1>A simulated consent</h1>"
        f"<p>The app wants: {html.escape(scope) or 'nothing special'}</p>{items}"
    )
