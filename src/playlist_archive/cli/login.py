"""The command `login`: gets the user's consent."""

import getpass
import shlex
import shutil
import sys
import webbrowser
from pathlib import Path
from typing import Annotated

import typer
from pydantic import SecretStr

from ..account.login import Grant, Login, LoginError, PortTaken, by_browser, hand_over, show_in_browser
from ..exit_code import ExitCode
from ..git.repository import Git
from ..github import GitHubError
from ..settings import Settings, read_settings
from .screen import Root, can_ask, err, out


def login(
    *,
    port: Annotated[
        int, typer.Option(min=1, max=65535, metavar="N", help="The port to which the browser returns.")
    ] = 8888,
    browser: Annotated[
        bool,
        typer.Option("--browser/--no-browser", help="No browser here: paste the URL you were redirected to."),
    ] = True,
    show: Annotated[bool, typer.Option("--show", help="Print the settings as lines for a shell.")] = False,
    restore: Annotated[
        bool,
        typer.Option("--restore", help="Get a separate token for `restore`, which may create private playlists."),
    ] = False,
    root: Root = Path(),
) -> int:
    """Authorise the app to read your playlists.

    Opens Spotify's page and waits for your answer. Then it prints the settings to make. With `gh` it offers to
    store them on GitHub.
    """
    settings = _with_credentials(read_settings())
    attempt = Login(settings, port=port, restoring=restore)
    err.print(f"Your app on developer.spotify.com/dashboard must have this Redirect URI: {attempt.redirect_uri}")
    try:
        grant = _from_browser(attempt) if browser else _from_paste(attempt)
    except LoginError as error:
        err.error(error)
        return ExitCode.USAGE if isinstance(error, PortTaken) else ExitCode.REFUSED
    err.print("Spotify gave its consent." if grant.is_new else _KEPT)
    if restore:
        _show_restore_token(grant, show=show)
        return ExitCode.DONE
    _hand_over(grant, settings, settings.github_repository or Git(root).on_github(), show=show)
    return ExitCode.DONE


_KEPT = "Spotify gave its consent, and no new refresh token: the one that you have stays good, keep it."


def _with_credentials(settings: Settings) -> Settings:
    """The settings, with missing credentials from the user if somebody is there to answer."""
    given: dict[str, object] = {}
    if not can_ask() or (settings.spotify_client_id and settings.spotify_client_secret):
        return settings
    err.print("Your app's page on developer.spotify.com/dashboard shows both under Settings.")
    if not settings.spotify_client_id:
        err.print("Client ID: ", end="")
        given["spotify_client_id"] = sys.stdin.readline().strip()
    if not settings.spotify_client_secret:
        secret = getpass.getpass("Client secret (it does not show): ", stream=sys.stderr)
        given["spotify_client_secret"] = SecretStr(secret.strip())
    return settings.model_copy(update=given)


def _from_browser(attempt: Login) -> Grant:
    def ready() -> None:
        err.print(f"Agree on Spotify's page. If no browser opens, open it yourself:\n\n{attempt.url}\n")
        webbrowser.open(attempt.url)

    try:
        return by_browser(attempt, ready=ready, stray=lambda error: err.print(f"{error}. The login still waits."))
    except PortTaken as error:
        show_in_browser(error, opens=webbrowser.open)
        raise


def _from_paste(attempt: Login) -> Grant:
    err.print(f"Open this page in a browser, on any machine, and agree:\n\n{attempt.url}\n")
    err.print("The browser then ends at an address that it cannot open. Copy that address, and paste it here:")
    return attempt.take(sys.stdin.readline())


def _hand_over(grant: Grant, settings: Settings, repository: str | None, *, show: bool) -> None:
    """Stores all values on GitHub after a yes, or tells where to set them."""
    is_set = repository and can_ask() and shutil.which("gh") and _set_with_gh(grant, repository)
    if not is_set:
        _tell_where(grant, settings, repository)
    if show or (not is_set and can_ask() and typer.confirm("Show the values here now?", err=True)):
        for name, value in _values(grant).items():
            out.print(f"export {name}={shlex.quote(value)}")
    elif not is_set:
        err.print("They are kept nowhere: run `playlist-archive login --show` to see them.")
    err.print("`playlist-archive doctor` reports what works now.")


def _show_restore_token(grant: Grant, *, show: bool) -> None:
    """Shows the token, or how to see it. It is for this machine, and never stored on GitHub."""
    err.print("This token can write to your account: set it in your shell when you restore, and nowhere on GitHub.")
    if show or (can_ask() and typer.confirm("Show it here now?", err=True)):
        for name, value in _values(grant).items():
            out.print(f"export {name}={shlex.quote(value)}")
    else:
        err.print("It is kept nowhere: run `playlist-archive login --restore --show` to see it.")


def _set_with_gh(grant: Grant, repository: str) -> bool:
    if not typer.confirm(f"Set secrets and variable of {repository} on GitHub now?", err=True):
        return False
    try:
        for name in hand_over(grant, repository):
            err.print(f"set {name}")
    except GitHubError as error:
        err.error(error)
        return False
    return True


def _tell_where(grant: Grant, settings: Settings, repository: str | None) -> None:
    page = f"{settings.github_server_url}/{repository}/settings" if repository else "your repository's page > Settings"
    err.print(f"Set these on GitHub: {page} > Secrets and variables > Actions")
    for name, secret in grant.secrets.items():
        err.print(f"  secret    {name:<22} {len(secret.get_secret_value())} characters")
    for name, value in grant.variables.items():
        err.print(f"  variable  {name:<22} {value}")


def _values(grant: Grant) -> dict[str, str]:
    return {name: secret.get_secret_value() for name, secret in grant.secrets.items()} | dict(grant.variables)
