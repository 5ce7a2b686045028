"""`login` and `doctor`: what stands between the user and Spotify."""

import getpass
import shlex
import shutil
import sys
import webbrowser
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from pydantic import SecretStr

from ..archive.registry import read_registry
from ..git.repository import Git
from ..github import GitHubError
from ..outcome import ExitCode
from ..settings import Settings, read_settings
from .screen import Bar, Root, can_ask, err, out

if TYPE_CHECKING:
    from ..account.login import Grant, Login


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
    from ..account import login as logins  # noqa: PLC0415 - a web server would slow down every other command

    settings = _with_credentials(read_settings())
    attempt = logins.Login(settings, port=port, restoring=restore)
    err.print(f"Your app on developer.spotify.com/dashboard must have this Redirect URI: {attempt.redirect_uri}")
    try:
        grant = _from_browser(attempt) if browser else _from_paste(attempt)
    except logins.LoginError as error:
        err.error(error)
        return ExitCode.USAGE if isinstance(error, logins.PortTaken) else ExitCode.REFUSED
    err.print("Spotify gave its consent." if grant.is_new else _KEPT)
    if restore:
        _show_restore_token(grant, show=show)
        return ExitCode.DONE
    _hand_over(grant, settings, settings.github_repository or Git(root).on_github(), show=show)
    return ExitCode.DONE


_KEPT = "Spotify gave its consent, and no new refresh token: the one that you have stays good, keep it."


def _with_credentials(settings: Settings) -> Settings:
    """Asks for what is not set, where somebody is there to answer."""
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


def _from_browser(attempt: "Login") -> "Grant":
    from ..account.login import PortTaken, by_browser, show_in_browser  # noqa: PLC0415 - as above

    def ready() -> None:
        err.print(f"Agree on Spotify's page. If no browser opens, open it yourself:\n\n{attempt.url}\n")
        webbrowser.open(attempt.url)

    try:
        return by_browser(attempt, ready=ready, stray=lambda error: err.print(f"{error}. The login still waits."))
    except PortTaken as error:
        show_in_browser(error, opens=webbrowser.open)
        raise


def _from_paste(attempt: "Login") -> "Grant":
    err.print(f"Open this page in a browser, on any machine, and agree:\n\n{attempt.url}\n")
    err.print("The browser then ends at an address that it cannot open. Copy that address, and paste it here:")
    return attempt.take(sys.stdin.readline())


def _hand_over(grant: "Grant", settings: Settings, repository: str | None, *, show: bool) -> None:
    """Sets everything on GitHub after a yes, or tells what to set where."""
    is_set = repository and can_ask() and shutil.which("gh") and _set_with_gh(grant, repository)
    if not is_set:
        _tell_where(grant, settings, repository)
    if show or (not is_set and can_ask() and typer.confirm("Show the values here now?", err=True)):
        for name, value in _values(grant).items():
            out.print(f"export {name}={shlex.quote(value)}")
    elif not is_set:
        err.print("They are kept nowhere: run `playlist-archive login --show` to see them.")
    err.print("`playlist-archive doctor` reports what works now.")


def _show_restore_token(grant: "Grant", *, show: bool) -> None:
    """The token is for this machine, and never handed to GitHub."""
    err.print("This token can write to your account: set it in your shell when you restore, and nowhere on GitHub.")
    if show or (can_ask() and typer.confirm("Show it here now?", err=True)):
        for name, value in _values(grant).items():
            out.print(f"export {name}={shlex.quote(value)}")
    else:
        err.print("It is kept nowhere: run `playlist-archive login --restore --show` to see it.")


def _set_with_gh(grant: "Grant", repository: str) -> bool:
    from ..account.login import hand_over  # noqa: PLC0415 - as above

    if not typer.confirm(f"Set secrets and variable of {repository} on GitHub now?", err=True):
        return False
    try:
        for name in hand_over(grant, repository):
            err.print(f"set {name}")
    except GitHubError as error:
        err.error(error)
        return False
    return True


def _tell_where(grant: "Grant", settings: Settings, repository: str | None) -> None:
    page = f"{settings.github_server_url}/{repository}/settings" if repository else "your repository's page > Settings"
    err.print(f"Set these on GitHub: {page} > Secrets and variables > Actions")
    for name, secret in grant.secrets.items():
        err.print(f"  secret    {name:<22} {len(secret.get_secret_value())} characters")
    for name, value in grant.variables.items():
        err.print(f"  variable  {name:<22} {value}")


def _values(grant: "Grant") -> dict[str, str]:
    return {name: secret.get_secret_value() for name, secret in grant.secrets.items()} | dict(grant.variables)


def doctor(
    *,
    root: Root = Path(),
    playlists: Annotated[
        bool, typer.Option("--playlists/--no-playlists", help="Skip the request per registered playlist.")
    ] = True,
    as_json: Annotated[bool, typer.Option("--json", help="Print only JSON on standard output.")] = False,
) -> int:
    """Report what works, and how to fix the rest."""
    from ..doctor import tell  # noqa: PLC0415 - what no other command needs
    from ..doctor.doctor import examine, most_requests  # noqa: PLC0415 - the same

    settings, registry = read_settings(), read_registry(root)
    console = err if as_json else out
    console.print(f"This makes {most_requests(settings, registry, ask_playlists=playlists)}.")
    with Bar("asking", len(registry.aliases) if playlists else 0, console=console) as bar:
        diagnosis = examine(settings, registry, root, ask_playlists=playlists, progress=bar.advance)
    if as_json:
        return (
            diagnosis.exit_code if out.hand_over(tell.as_json(diagnosis)) else diagnosis.exit_code or ExitCode.PARTIAL
        )
    for line in tell.lines(diagnosis):
        out.print(line)
    return diagnosis.exit_code
