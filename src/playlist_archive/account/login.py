"""Gets the user's consent: Spotify's page in a browser, its callback to this machine, and the tokens."""

import asyncio
import secrets
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from http import HTTPStatus
from typing import Final, NamedTuple
from urllib.parse import parse_qs

import httpx
from pydantic import SecretStr

from .. import github
from ..connect import http_client
from ..problem import ProblemError
from ..settings import Settings
from ..spotify.auth import SCOPES, WRITING_SCOPES, consent_url, exchange_code
from ..spotify.errors import ConsentExpired, SpotifyError
from ..spotify.responses import Token
from ..untrusted import for_log
from . import loopback
from .loopback import HOST, Page

PORT: Final = 8888
"""The port in Spotify's own examples (docs/spotify.md, section 6.2)."""

PATH: Final = "/callback"


_NOTHING_GIVEN: Final = "Spotify gave no refresh token"
_REMOVE_THE_APP: Final = "remove the app on spotify.com/account/apps, and start again"


class LoginError(ProblemError):
    """The login failed. `title` is a short heading for the page in the browser."""

    title = "The login did not work"


class Denied(LoginError):
    """The user did not agree."""

    title = "You did not agree"


class StrayError(LoginError):
    """A request that is no answer to this login. Anybody can send one, so the login goes on."""

    title = "This is no answer to a login"


class WrongState(StrayError):
    """An answer to another login, perhaps from an older window."""

    title = "This answer belongs to another login"


class PortTaken(LoginError):
    """Another program listens on the port to which the browser returns."""

    title = "The port is taken"


class Grant(NamedTuple):
    """The result of a login: secrets and variables by name. `is_new` is False if the old refresh token was kept."""

    secrets: Mapping[str, SecretStr]
    variables: Mapping[str, str]
    is_new: bool


_DONE: Final = Page("It worked", "Spotify gave its consent. Close this window and go back to the terminal.")


class Login:
    """One login attempt. `url` is the page to open; from there Spotify sends the browser to `redirect_uri`."""

    def __init__(
        self,
        settings: Settings,
        *,
        port: int = PORT,
        restoring: bool = False,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        """`restoring` also asks for the right to create private playlists. Only tests pass a `transport`.

        Raises:
            SettingsError: the app's credentials are not set.
        """
        self.redirect_uri = f"http://{HOST}:{port}{PATH}"
        self.port = port
        self._settings = settings
        self._client = settings.credentials()
        self._transport = transport
        self._state = secrets.token_urlsafe(32)
        self._restoring = restoring
        self.url = consent_url(
            settings.spotify_accounts_url,
            client_id=self._client[0],
            redirect_uri=self.redirect_uri,
            state=self._state,
            scopes=WRITING_SCOPES if restoring else SCOPES,
        )

    def take(self, callback: str) -> Grant:
        """Exchanges the callback URL for tokens.

        Raises:
            Denied: the user did not agree.
            StrayError: the URL is no answer to this login.
            LoginError: Spotify gives no tokens.
        """
        code = self._code(callback)
        try:
            token = asyncio.run(self._exchange(code))
        except ConsentExpired as error:
            message = f"Spotify does not take the code any more ({error})"
            raise LoginError(message, "start again: a code is good once, and for minutes") from None
        except SpotifyError as error:
            raise LoginError.of(error) from None
        return self._grant(token)

    def _code(self, callback: str) -> SecretStr:
        query = {name: values[0] for name, values in parse_qs(_query(callback)).items()}
        if "state" not in query or not {"code", "error"} & query.keys():
            remedy = "copy the whole address, including the part after `state=`"
            raise StrayError("this is not the address that Spotify sent the browser to", remedy)
        if not secrets.compare_digest(query["state"].encode(), self._state.encode()):
            message = "the answer does not belong to this login, so nothing was taken over"
            raise WrongState(message, "close older windows of the login, and agree in the newest one")
        if query.get("error") == "access_denied":
            remedy = "start again if that was a mistake"
            raise Denied("you did not agree on Spotify's page, so nothing changed", remedy)
        if "error" in query:
            raise LoginError(f"Spotify's page ended with an error ({for_log(query['error'])})", "start again later")
        return SecretStr(query["code"])

    async def _exchange(self, code: SecretStr) -> Token:
        async with http_client(transport=self._transport) as http:
            return await exchange_code(
                http,
                self._settings.spotify_accounts_url,
                client=self._client,
                code=code,
                redirect_uri=self.redirect_uri,
            )

    def _grant(self, token: Token) -> Grant:
        """The grant for the tokens. If Spotify gave no new refresh token, the old token and its day are kept."""
        if self._restoring:
            return self._restore_grant(token)
        kept = self._settings.spotify_refresh_token
        is_new = bool(token.refresh_token and token.refresh_token.get_secret_value())
        refresh_token = token.refresh_token if is_new else kept
        if refresh_token is None:
            raise LoginError(_NOTHING_GIVEN, _REMOVE_THE_APP)
        day = self._settings.today() if is_new else self._settings.spotify_authorized_on
        client_id, client_secret = self._client
        return Grant(
            {
                "SPOTIFY_CLIENT_ID": SecretStr(client_id),
                "SPOTIFY_CLIENT_SECRET": client_secret,
                "SPOTIFY_REFRESH_TOKEN": refresh_token,
            },
            _authorized_on(day),
            is_new,
        )

    def _restore_grant(self, token: Token) -> Grant:
        """The grant for `restore`. The writing token has a name of its own, so that the bot never gets it."""
        is_new = bool(token.refresh_token and token.refresh_token.get_secret_value())
        refresh_token = token.refresh_token if is_new else self._settings.spotify_restore_token
        if refresh_token is None:
            raise LoginError(_NOTHING_GIVEN, _REMOVE_THE_APP)
        return Grant({"SPOTIFY_RESTORE_TOKEN": refresh_token}, {}, is_new)


def _query(address: str) -> str:
    """Extracts the query without urllib, which rejects some pasted addresses."""
    return address.strip().partition("?")[2].partition("#")[0]


def _authorized_on(day: date | None) -> dict[str, str]:
    return {"SPOTIFY_AUTHORIZED_ON": day.isoformat()} if day else {}


def by_browser(
    login: Login, *, ready: Callable[[], None], stray: Callable[[StrayError], None] = lambda _: None
) -> Grant:
    """The grant, after the browser has returned from Spotify. A page in the browser shows the result.

    `ready` is called as soon as the browser may return. If a request is no answer to this login, `stray` is called, the
    browser shows an error, and the waiting goes on.

    Raises:
        PortTaken: another program has the port.
        LoginError: as for `Login.take`.
    """
    outcomes: list[Grant | LoginError] = []

    def answer(callback: str) -> Page:
        outcome = _outcome(login, callback)
        if isinstance(outcome, StrayError):
            stray(outcome)
            return _sorry(outcome)._replace(is_last=False)
        outcomes.append(outcome)
        return _sorry(outcome) if isinstance(outcome, LoginError) else _DONE

    try:
        with loopback.listening(login.port, answer, path=PATH) as listener:
            ready()
            listener.answered.wait()
    except (OSError, OverflowError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        remedy = (
            "stop the program that has it, or name another port with `--port` "
            "and in the Redirect URI on developer.spotify.com/dashboard"
        )
        raise PortTaken(f"port {login.port} cannot be used ({reason})", remedy) from None
    if isinstance(outcome := outcomes[0], LoginError):
        raise outcome
    return outcome


def show_in_browser(error: LoginError, *, opens: Callable[[str], bool], patience: float = 5.0) -> None:
    """Shows an error that occurred before Spotify's page was opened. The page is served on any free port.

    `opens` opens an address, and returns whether a browser exists. The browser has `patience` seconds to fetch the
    page.
    """
    with loopback.listening(0, lambda _: _sorry(error)) as listener:
        if opens(listener.url):
            listener.answered.wait(patience)


def hand_over(grant: Grant, repository: str) -> Iterator[str]:
    """Sets the secrets and variables of `owner/name` on GitHub, and yields the name of each after it is set.

    Raises:
        GitHubError: `gh` refuses.
    """
    for name, secret in grant.secrets.items():
        github.set_secret(repository, name, secret.get_secret_value())
        yield name
    for name, value in grant.variables.items():
        github.set_variable(repository, name, value)
        yield name


def _sorry(error: LoginError) -> Page:
    return Page(error.title, f"{error}.", HTTPStatus.BAD_REQUEST)


def _outcome(login: Login, callback: str) -> Grant | LoginError:
    try:
        return login.take(callback)
    except LoginError as error:
        return error
    except Exception as error:  # noqa: BLE001 - the terminal waits for an answer, whatever happens here
        return LoginError(f"a bug of this program ({type(error).__name__})", "report it")
