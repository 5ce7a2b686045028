"""Every setting, from the environment, read once; secrets are `SecretStr` and show nowhere."""

from datetime import UTC, date, datetime
from typing import Annotated

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

HttpUrl = Annotated[str, Field(pattern=r"^https?://[^/]+")]


class SettingsError(Exception):
    """A setting is missing or makes no sense; the message says which, and where to set it."""


class Settings(BaseSettings):
    """The settings of a run. An empty variable counts as unset: so GitHub passes a secret that does not exist."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore", env_ignore_empty=True)

    spotify_client_id: str | None = None
    spotify_client_secret: SecretStr | None = None
    spotify_refresh_token: SecretStr | None = None
    """Read as the user who gave it; without it as the app alone."""
    spotify_authorized_on: date | None = None
    """The day of the user's consent, which ends after six months."""
    spotify_api_url: HttpUrl = "https://api.spotify.com/v1"
    spotify_accounts_url: HttpUrl = "https://accounts.spotify.com"
    spotify_requests_per_second: Annotated[float, Field(gt=0, le=1000)] = 5
    spotify_max_requests: Annotated[int, Field(ge=0)] | None = None
    """The most requests a run, 0 for no limit; unset: no limit, but for a restricted app (spotify/pacing.py)."""
    archive_date: date | None = None
    """A day instead of today, for tests and replays."""

    github_repository: str | None = None
    github_ref_name: str | None = None
    github_step_summary: str | None = None
    github_actions: bool = False

    def today(self) -> date:
        """The day of the run, in UTC."""
        return self.archive_date or datetime.now(UTC).date()

    def credentials(self) -> tuple[str, SecretStr]:
        """The app's id and secret.

        Raises:
            SettingsError: one of them is not set.
        """
        if self.spotify_client_id and self.spotify_client_secret:
            return self.spotify_client_id, self.spotify_client_secret
        missing = "SPOTIFY_CLIENT_SECRET" if self.spotify_client_id else "SPOTIFY_CLIENT_ID"
        msg = (
            f"{missing} is not set. Make an app on developer.spotify.com/dashboard and set SPOTIFY_CLIENT_ID and "
            "SPOTIFY_CLIENT_SECRET in the environment, or on GitHub under Settings > Secrets and variables > Actions"
        )
        raise SettingsError(msg)


def read_settings() -> Settings:
    """The settings from the environment.

    Raises:
        SettingsError: a variable has a value that makes no sense.
    """
    try:
        return Settings()
    except ValidationError as error:
        problems = [f"{str(problem['loc'][0]).upper()}: {problem['msg']}" for problem in error.errors()]
        raise SettingsError("; ".join(problems)) from None
