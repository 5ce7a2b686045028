"""Every setting, from the environment, read once; secrets are `SecretStr` and show nowhere."""

import os
import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
    model_validator,
)

from .problem import ProblemError

_URL = re.compile(r"(https?)://([A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(?::([0-9]{1,5}))?(?:/[A-Za-z0-9._~/-]*)?")

_HIGHEST_PORT = 65_535

FIRST_DAY = date(1970, 1, 1)
LAST_DAY = date(2099, 12, 31)
"""The days that git 2 takes for a commit (tried: those around are refused, and the year 1 becomes 2001)."""


def _is_loopback(host: str) -> bool:
    try:
        return host.lower() == "localhost" or ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def _safe_url(text: str) -> str:
    """The URL without a slash at its end; what is sent there leaves this machine only encrypted."""
    match = _URL.fullmatch(text)
    if not match or not (match[1] == "https" or _is_loopback(match[2])) or int(match[3] or 0) > _HIGHEST_PORT:
        raise ValueError
    return text.rstrip("/")


def _day(given: object) -> object:
    """A day as ISO 8601 writes it, and nothing else: pydantic would take `20261123` for seconds since 1970."""
    if not isinstance(given, str):
        return given
    try:
        return date.fromisoformat(given)
    except ValueError:
        raise ValueError from None  # without its message, which has the value in it


def _cleaned(text: str) -> str:
    return text.strip().encode("utf-8", "replace").decode()


def _is_true(given: object) -> bool:
    return str(given).lower() == "true"


def _yes_or_no(given: object) -> bool:
    """Strict, for a slip must not publish what was to be left out."""
    text = str(given).lower()
    if text not in ("true", "false"):
        raise ValueError
    return text == "true"


# A description ends the sentence "NAME must be …".
Url = Annotated[
    str, AfterValidator(_safe_url), Field(description="an https:// address (http:// only for one on this machine)")
]
Day = Annotated[date | None, BeforeValidator(_day), Field(description="a day, such as 2026-11-23")]
GitDay = Annotated[
    Annotated[date, Field(ge=FIRST_DAY, le=LAST_DAY)] | None,
    BeforeValidator(_day),
    Field(description=f"a day from {FIRST_DAY} to {LAST_DAY}, which git can hold"),
]
Flag = Annotated[bool, BeforeValidator(_is_true)]
YesOrNo = Annotated[bool, BeforeValidator(_yes_or_no), Field(description="true or false")]
Rate = Annotated[float, Field(gt=0, le=1000, description="a number above 0 and at most 1000")]
Limit = Annotated[int | None, Field(ge=0, description="a whole number, 0 for no limit")]
Minutes = Annotated[int, Field(ge=0, description="a whole number, 0 for no limit")]
Repository = Annotated[
    str | None, Field(pattern=r"^[A-Za-z0-9_.-]+/[A-Za-z0-9_.-]+$", description="of the form owner/name")
]


def _site_url(text: str | None) -> str | None:
    """The address without a slash at its end. Nothing is sent there: http:// does."""
    if text is None:
        return None
    if not _URL.fullmatch(text):
        raise ValueError
    return text.rstrip("/")


SiteUrl = Annotated[
    str | None, AfterValidator(_site_url), Field(description="an address that begins with https:// or http://")
]

RunId = Annotated[str | None, Field(pattern=r"^[0-9]+$", description="a number")]


class SettingsError(ProblemError):
    """A setting is missing or makes no sense; `message` names it, `remedy` says where to set it."""


class Settings(BaseModel):
    """The settings of a run: each is the environment's variable of its name in capitals, where it is not given.

    An empty variable counts as unset: so GitHub passes a secret that does not exist.
    """

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    spotify_client_id: str | None = None
    spotify_client_secret: SecretStr | None = None
    spotify_refresh_token: SecretStr | None = None
    """Read as the user who gave it; without it as the app alone."""
    spotify_restore_token: SecretStr | None = None
    """Writes as the user who gave it, for `restore` alone; never on GitHub."""
    spotify_authorized_on: Day = None
    """The day of the user's consent, which ends after six months."""
    spotify_api_url: Url = "https://api.spotify.com/v1"
    spotify_accounts_url: Url = "https://accounts.spotify.com"
    spotify_oembed_url: Url = "https://open.spotify.com/oembed"
    spotify_requests_per_second: Rate = 5
    spotify_max_requests: Limit = None
    """The most requests a run, 0 for no limit; unset: no limit, but 400 for a restricted app."""
    xdg_state_home: Path | None = None
    """Where programs keep their states for the user; unset: `~/.local/state`."""
    archive_added_by: YesOrNo = True
    """Whether records say who added a song where that is not the playlist's owner: ids of other people."""
    archive_max_minutes: Minutes = 150
    """The longest that a run asks Spotify, in minutes, 0 for no limit: a job on GitHub ends after some hours."""
    archive_date: GitDay = None
    """A day instead of today, for tests and replays."""

    site_enabled: Flag = False
    """There is a website: its address is known."""
    site_url: SiteUrl = None
    """The website's address; unset: that of GitHub Pages for the repository."""
    site_indexed: Flag = False
    """Search engines may list the website."""

    github_repository: Repository = None
    github_ref_name: str | None = None
    github_run_id: RunId = None
    github_server_url: Url = "https://github.com"
    github_step_summary: str | None = None
    github_actions: Flag = False

    @model_validator(mode="before")
    @classmethod
    def _from_environment(cls, given: Mapping[str, Any]) -> dict[str, Any]:
        """A pasted secret often has a newline at its end; bytes that are no text become question marks."""
        found = {name: os.environ.get(name.upper(), "") for name in cls.model_fields} | dict(given)
        stripped = {name: _cleaned(value) if isinstance(value, str) else value for name, value in found.items()}
        return {name: value for name, value in stripped.items() if value != ""}

    def state(self) -> Path:
        """The folder in which what is under way is kept between two commands."""
        return self.xdg_state_home or Path.home() / ".local" / "state"

    def today(self) -> date:
        """The day it is, in UTC; a run asks once."""
        return self.archive_date or datetime.now(UTC).date()

    def repository_url(self) -> str:
        """The page of the repository on GitHub, empty elsewhere."""
        return f"{self.github_server_url}/{self.github_repository}" if self.github_repository else ""

    def website(self) -> str:
        """The address of the website without a slash at its end, empty where there is none or it is not known."""
        if self.site_url or not (self.site_enabled and self.github_repository):
            return self.site_url or ""
        owner, _, name = self.github_repository.partition("/")
        host = f"{owner.lower()}.github.io"
        return f"https://{host}" if name.lower() == host else f"https://{host}/{name}"

    def run_url(self) -> str:
        """The page of this run on GitHub, empty elsewhere."""
        if not (self.github_repository and self.github_run_id):
            return ""
        return f"{self.repository_url()}/actions/runs/{self.github_run_id}"

    def credentials(self) -> tuple[str, SecretStr]:
        """The app's id and secret.

        Raises:
            SettingsError: one of them is not set.
        """
        if self.spotify_client_id and self.spotify_client_secret:
            return self.spotify_client_id, self.spotify_client_secret
        missing = "SPOTIFY_CLIENT_SECRET" if self.spotify_client_id else "SPOTIFY_CLIENT_ID"
        remedy = (
            "make an app on developer.spotify.com/dashboard, and set SPOTIFY_CLIENT_ID and SPOTIFY_CLIENT_SECRET "
            "in the environment, or on GitHub under Settings > Secrets and variables > Actions"
        )
        raise SettingsError(f"{missing} is not set", remedy)


def read_settings() -> Settings:
    """The settings from the environment.

    Raises:
        SettingsError: a variable has a value that makes no sense.
    """
    try:
        return Settings()
    except ValidationError as error:
        raise SettingsError("; ".join(map(_expected, _names(error)))) from None


def read_leniently() -> tuple[Settings, str]:
    """The settings without those that make no sense, and a sentence about these; it is empty where all make sense."""
    try:
        return Settings(), ""
    except ValidationError as error:
        names = _names(error)
    unset = {name: Settings.model_fields[name].default for name in names}
    return Settings(**unset), "; ".join(map(_expected, names))


def _names(error: ValidationError) -> list[str]:
    """The settings that make no sense."""
    return list(dict.fromkeys(str(problem["loc"][0]) for problem in error.errors(include_input=False)))


def secrets_in_environment() -> tuple[str, ...]:
    """The values of all secrets that are set, well-formed or not: what no message may show."""
    names = [name.upper() for name, field in Settings.model_fields.items() if field.annotation == SecretStr | None]
    return tuple(value for name in names if (value := os.environ.get(name, "").strip()))


def _expected(name: str) -> str:
    return f"{name.upper()} must be {Settings.model_fields[name].description or 'plain text'}"
