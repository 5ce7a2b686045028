"""Findings on the settings: secrets that look wrong, and settings that do not belong here."""

from collections.abc import Iterator

from pydantic import SecretStr

from ..credentials import suspicions
from ..settings import Settings
from .findings import Finding, Mark


def findings(settings: Settings, *, has_token: bool) -> Iterator[Finding]:
    """The findings on the settings, without any request. With a token, the secrets are right, whatever their shape."""
    looks = () if has_token else suspicions(*map(_value, _secrets(settings)))
    for suspicion in looks:
        yield Finding("credentials", Mark.NOTE, *suspicion)
    if settings.archive_date:
        message = f"ARCHIVE_DATE is set: every run takes {settings.archive_date} for today"
        yield Finding("day", Mark.NOTE, message, "unset it, unless you replay a day on purpose: `unset ARCHIVE_DATE`")
    if settings.github_actions and settings.spotify_restore_token:
        message = "SPOTIFY_RESTORE_TOKEN is set on GitHub, where nothing may write to your account"
        yield Finding("scope", Mark.WRONG, message, "delete that secret, and use it on your own machine only")


def _secrets(settings: Settings) -> tuple[str | SecretStr | None, ...]:
    return settings.spotify_client_id, settings.spotify_client_secret, settings.spotify_refresh_token


def _value(secret: str | SecretStr | None) -> str:
    return secret.get_secret_value() if isinstance(secret, SecretStr) else secret or ""
