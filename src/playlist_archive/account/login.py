"""The user's consent: a page of Spotify's in a browser, its answer on this machine, and what to keep of it."""

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
from ..settings import Settings
from ..spotify.auth import SCOPES, WRITING_SCOPES, consent_url, exchange_code
from ..spotify.client import USER_AGENT
from ..spotify.errors import ConsentExpired, SpotifyError
from ..spotify.pacing import TIMEOUT_SECONDS
from ..spotify.responses import Token
from ..untrusted import for_log
from . import loopback
from .loopback import HOST, Page

PORT: Final = 8888
"""That of Spotify's own examples (spotify-web-api.md, section 6.2)."""

PATH: Final = "/callback"


_NOTHING_GIVEN: Final = "Spotify gave no refresh token: remove the app on spotify.com/account/apps, and start again"


class LoginError(Exception):
    """The login came to nothing; the message says what to do, and `title` is the same in few words."""

    title = "The login did not work"


class Denied(LoginError):
    """The user did not agree."""

    title = "You did not agree"


class WrongState(LoginError):
    """The answer is not to this login: it is of another one, or somebody made it up."""

    title = "This answer belongs to another login"


class PortTaken(LoginError):
    """Another program listens where the browser is to come back to."""

    title = "The port is taken"


class Grant(NamedTuple):
    """What a login gives: secrets and variables by name. `is_new` is False where the old refresh token was kept."""

    secrets: Mapping[str, SecretStr]
    variables: Mapping[str, str]
    is_new: bool


_DONE: Final = Page("It worked", "Spotify gave its consent. Close this window and go back to the terminal.")


class Login:
    """One attempt. `url` is the page to open, `redirect_uri` where Spotify sends the browser then."""

    def __init__(
        self,
        settings: Settings,
        *,
        port: int = PORT,
        restoring: bool = False,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        """`restoring` asks for the right to make private playlists too. Another `transport` is for tests.

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
        """What the address is worth to which Spotify sent the browser.

        Raises:
            Denied: the user did not agree.
            WrongState: the address is of another login.
            LoginError: it is no such address, or Spotify gives nothing for it.
        """
        code = self._code(callback)
        try:
            token = asyncio.run(self._exchange(code))
        except ConsentExpired as error:
            msg = f"Spotify does not take the code any more, which is good once and for minutes: start again ({error})"
            raise LoginError(msg) from None
        except SpotifyError as error:
            raise LoginError(str(error)) from None
        return self._grant(token)

    def _code(self, callback: str) -> SecretStr:
        query = {name: values[0] for name, values in parse_qs(_query(callback)).items()}
        if "state" not in query or not {"code", "error"} & query.keys():
            msg = "this is not the address that Spotify sent the browser to: copy all of it, up to the end of `state=`"
            raise LoginError(msg)
        if not secrets.compare_digest(query["state"].encode(), self._state.encode()):
            msg = (
                "the answer does not belong to this login, so nothing was taken over: close older windows, start again"
            )
            raise WrongState(msg)
        if query.get("error") == "access_denied":
            msg = "you did not agree on Spotify's page, so nothing changed: start again if that was a mistake"
            raise Denied(msg)
        if "error" in query:
            msg = f"Spotify's page ended with an error, start again later: {for_log(query['error'])}"
            raise LoginError(msg)
        return SecretStr(query["code"])

    async def _exchange(self, code: SecretStr) -> Token:
        headers = {"User-Agent": USER_AGENT}
        async with httpx.AsyncClient(headers=headers, timeout=TIMEOUT_SECONDS, transport=self._transport) as http:
            return await exchange_code(
                http,
                self._settings.spotify_accounts_url,
                client=self._client,
                code=code,
                redirect_uri=self.redirect_uri,
            )

    def _grant(self, token: Token) -> Grant:
        """An answer without another refresh token leaves the one that is known, and its day, as they are."""
        if self._restoring:
            return self._restore_grant(token)
        kept = self._settings.spotify_refresh_token
        is_new = bool(token.refresh_token and token.refresh_token.get_secret_value())
        refresh_token = token.refresh_token if is_new else kept
        if refresh_token is None:
            raise LoginError(_NOTHING_GIVEN)
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
        """The token that may write, under a name of its own: the bot never gets it."""
        is_new = bool(token.refresh_token and token.refresh_token.get_secret_value())
        refresh_token = token.refresh_token if is_new else self._settings.spotify_restore_token
        if refresh_token is None:
            raise LoginError(_NOTHING_GIVEN)
        return Grant({"SPOTIFY_RESTORE_TOKEN": refresh_token}, {}, is_new)


def _query(address: str) -> str:
    """By hand, since urllib refuses some of what may be pasted."""
    return address.strip().partition("?")[2].partition("#")[0]


def _authorized_on(day: date | None) -> dict[str, str]:
    return {"SPOTIFY_AUTHORIZED_ON": day.isoformat()} if day else {}


def by_browser(login: Login, *, ready: Callable[[], None]) -> Grant:
    """Waits for the browser to come back, and shows there how it went. `ready` is called once it may come.

    Raises:
        PortTaken: another program has the port.
        LoginError: as for `Login.take`.
    """
    outcomes: list[Grant | LoginError] = []

    def answer(callback: str) -> Page:
        outcomes.append(outcome := _outcome(login, callback))
        return _sorry(outcome) if isinstance(outcome, LoginError) else _DONE

    try:
        with loopback.listening(login.port, answer, path=PATH) as listener:
            ready()
            listener.answered.wait()
    except (OSError, OverflowError) as error:
        why = error.strerror if isinstance(error, OSError) else error
        msg = (
            f"port {login.port} cannot be used ({why}): stop the program that has it, or name another with `--port` "
            "and as Redirect URI on developer.spotify.com/dashboard"
        )
        raise PortTaken(msg) from None
    if isinstance(outcome := outcomes[0], LoginError):
        raise outcome
    return outcome


def show_in_browser(error: LoginError, *, opens: Callable[[str], bool], patience: float = 5.0) -> None:
    """Shows what went wrong before Spotify's page could be opened, on whichever port is free.

    `opens` opens an address and says whether there is a browser, which has `patience` seconds to fetch the page.
    """
    with loopback.listening(0, lambda _: _sorry(error)) as listener:
        if opens(listener.url):
            listener.answered.wait(patience)


def hand_over(grant: Grant, repository: str) -> Iterator[str]:
    """Sets secrets and variables of `owner/name` on GitHub, and gives the name of each that is set.

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
        return LoginError(f"a bug of this program, report it: {type(error).__name__}")
