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
"""That of Spotify's own examples (docs/spotify.md, section 6.2)."""

PATH: Final = "/callback"


_NOTHING_GIVEN: Final = "Spotify gave no refresh token"
_REMOVE_THE_APP: Final = "remove the app on spotify.com/account/apps, and start again"


class LoginError(ProblemError):
    """The login came to nothing; `title` is the message in few words."""

    title = "The login did not work"


class Denied(LoginError):
    """The user did not agree."""

    title = "You did not agree"


class StrayError(LoginError):
    """A request that is no answer of Spotify's to this login. It ends no login: anybody can make one up."""

    title = "This is no answer to a login"


class WrongState(StrayError):
    """An answer to another login, of an older window perhaps."""

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
            StrayError: it is no answer to this login.
            LoginError: Spotify gives nothing for it.
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
            remedy = "copy all of it, up to the end of what stands behind `state=`"
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
        """An answer without another refresh token leaves the one that is known, and its day, as they are."""
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
        """The token that may write, under a name of its own: the bot never gets it."""
        is_new = bool(token.refresh_token and token.refresh_token.get_secret_value())
        refresh_token = token.refresh_token if is_new else self._settings.spotify_restore_token
        if refresh_token is None:
            raise LoginError(_NOTHING_GIVEN, _REMOVE_THE_APP)
        return Grant({"SPOTIFY_RESTORE_TOKEN": refresh_token}, {}, is_new)


def _query(address: str) -> str:
    """By hand, since urllib refuses some of what may be pasted."""
    return address.strip().partition("?")[2].partition("#")[0]


def _authorized_on(day: date | None) -> dict[str, str]:
    return {"SPOTIFY_AUTHORIZED_ON": day.isoformat()} if day else {}


def by_browser(
    login: Login, *, ready: Callable[[], None], stray: Callable[[StrayError], None] = lambda _: None
) -> Grant:
    """Waits for the browser to come back, and shows there how it went. `ready` is called once it may come.

    A request that is no answer to this login is shown that, and `stray` is called; the waiting goes on.

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
        return LoginError(f"a bug of this program ({type(error).__name__})", "report it")
