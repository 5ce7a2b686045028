"""All settings, read once from the environment. Secrets are `SecretStr`, so that nothing shows them."""

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
"""The days that git 2 accepts for a commit (tried: it refuses other days, or takes the year 1 for 2001)."""


def _is_loopback(host: str) -> bool:
    try:
        return host.lower() == "localhost" or ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def _safe_url(text: str) -> str:
    """The URL without a slash at its end. It must be encrypted, unless it leads to this machine."""
    match = _URL.fullmatch(text)
    if not match or not (match[1] == "https" or _is_loopback(match[2])) or int(match[3] or 0) > _HIGHEST_PORT:
        raise ValueError
    return text.rstrip("/")


def _day(given: object) -> object:
    """A day in ISO 8601 only. Pydantic alone would take `20261123` for seconds since 1970."""
    if not isinstance(given, str):
        return given
    try:
        return date.fromisoformat(given)
    except ValueError:
        raise ValueError from None  # without its message, which contains the value


def _cleaned(text: str) -> str:
    return text.strip().encode("utf-8", "replace").decode()


def _is_true(given: object) -> bool:
    return str(given).lower() == "true"


def _yes_or_no(given: object) -> bool:
    """True or false. Other texts are refused, so that a typo does not publish ids of other people."""
    text = str(given).lower()
    if text not in ("true", "false"):
        raise ValueError
    return text == "true"


# A description completes the sentence "NAME must be …".
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
    """The address without a slash at its end. It may begin with http://, since nothing is sent to it."""
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
    """A setting is missing or invalid. `message` names the setting; `remedy` says where to set it."""


class Settings(BaseModel):
    """The settings of a run. An empty variable counts as unset, since GitHub passes missing secrets as empty texts."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    spotify_client_id: str | None = None
    spotify_client_secret: SecretStr | None = None
    spotify_refresh_token: SecretStr | None = None
    """Reads as the user who gave it. Without it, the app alone reads."""
    spotify_restore_token: SecretStr | None = None
    """Writes as the user who gave it. Only `restore` uses it, and never on GitHub."""
    spotify_authorized_on: Day = None
    """The day of the user's consent, which ends after six months."""
    spotify_api_url: Url = "https://api.spotify.com/v1"
    spotify_accounts_url: Url = "https://accounts.spotify.com"
    spotify_oembed_url: Url = "https://open.spotify.com/oembed"
    spotify_requests_per_second: Rate = 5
    spotify_max_requests: Limit = None
    """The most requests per run; 0 means no limit. If unset: 400 for a restricted app, otherwise no limit."""
    xdg_state_home: Path | None = None
    """The user's folder for the states of programs. If unset: `~/.local/state`."""
    archive_added_by: YesOrNo = True
    """Whether records contain the ids of other users than the owner who added songs."""
    archive_max_minutes: Minutes = 150
    """The minutes for which a run may ask Spotify; 0 means no limit. A job on GitHub ends after some hours."""
    archive_date: GitDay = None
    """A day instead of today, for tests and replays."""

    site_enabled: Flag = False
    """Whether there is a website, whose address is known."""
    site_url: SiteUrl = None
    """The website's address. If unset: the repository's address on GitHub Pages."""
    site_indexed: Flag = False
    """Whether search engines may list the website."""

    github_repository: Repository = None
    github_ref_name: str | None = None
    github_run_id: RunId = None
    github_server_url: Url = "https://github.com"
    github_step_summary: str | None = None
    github_actions: Flag = False

    @model_validator(mode="before")
    @classmethod
    def _from_environment(cls, given: Mapping[str, Any]) -> dict[str, Any]:
        """The values without outer blanks, such as the newline after a pasted secret.

        Bytes that are no text become `?`.
        """
        found = {name: os.environ.get(name.upper(), "") for name in cls.model_fields} | dict(given)
        stripped = {name: _cleaned(value) if isinstance(value, str) else value for name, value in found.items()}
        return {name: value for name, value in stripped.items() if value != ""}

    def state(self) -> Path:
        """The folder that keeps unfinished work between two commands."""
        return self.xdg_state_home or Path.home() / ".local" / "state"

    def today(self) -> date:
        """The current day in UTC. A run calls this once."""
        return self.archive_date or datetime.now(UTC).date()

    def repository_url(self) -> str:
        """The address of the repository on GitHub; empty elsewhere."""
        return f"{self.github_server_url}/{self.github_repository}" if self.github_repository else ""

    def website(self) -> str:
        """The address of the website, without a slash at its end; empty if there is none or it is unknown."""
        if self.site_url or not (self.site_enabled and self.github_repository):
            return self.site_url or ""
        owner, _, name = self.github_repository.partition("/")
        host = f"{owner.lower()}.github.io"
        return f"https://{host}" if name.lower() == host else f"https://{host}/{name}"

    def run_url(self) -> str:
        """The address of this run on GitHub; empty elsewhere."""
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
        SettingsError: a variable has an invalid value.
    """
    try:
        return Settings()
    except ValidationError as error:
        raise SettingsError("; ".join(map(_expected, _names(error)))) from None


def read_leniently() -> tuple[Settings, str]:
    """The settings without the invalid ones, and a sentence about the invalid ones, empty if there are none."""
    try:
        return Settings(), ""
    except ValidationError as error:
        names = _names(error)
    unset = {name: Settings.model_fields[name].default for name in names}
    return Settings(**unset), "; ".join(map(_expected, names))


def _names(error: ValidationError) -> list[str]:
    """The names of the invalid settings."""
    return list(dict.fromkeys(str(problem["loc"][0]) for problem in error.errors(include_input=False)))


def secrets_in_environment() -> tuple[str, ...]:
    """The values of all secrets that are set, valid or not. No message may show them."""
    names = [name.upper() for name, field in Settings.model_fields.items() if field.annotation == SecretStr | None]
    return tuple(value for name in names if (value := os.environ.get(name, "").strip()))


def _expected(name: str) -> str:
    return f"{name.upper()} must be {Settings.model_fields[name].description or 'plain text'}"
