"""The options of the simulated app and API."""

from dataclasses import dataclass

from .bodies import BEFORE_2026, DUAL, RESTRICTED, AppClass, Dialect


@dataclass(frozen=True, kw_only=True)
class Options:
    """The app, its user, its limits, and how the API answers.

    `user` is the owner of the library. `rate` is the most requests in 30 seconds, `quota` the most requests per day.
    `items_limit` is the largest `limit` of `/items`. `embedded_limit` is the number of rows that come with a playlist.
    With `before_2026`, only the keys `tracks` and `track` exist. `latency` is in seconds, before every answer.
    """

    app_class: AppClass = AppClass.EXTENDED
    client_id: str = "simulated-client"
    client_secret: str = "simulated-secret"  # noqa: S105 - opens nothing but the simulator
    user: str = "listener"
    refresh_token: str = "simulated-refresh-token"  # noqa: S105 - the same
    token_seconds: int = 3600
    premium: bool = True
    allowlisted: bool = True
    rate: int | None = None
    quota: int | None = None
    items_limit: int = 100
    followers_given: bool = True
    embedded_limit: int = 100
    before_2026: bool = False
    latency: float = 0.0

    @property
    def restricted(self) -> bool:
        """Whether the app is restricted (section 1.2)."""
        return self.app_class == AppClass.RESTRICTED

    @property
    def dialect(self) -> Dialect:
        """The keys that the API uses for this app."""
        if self.before_2026:
            return BEFORE_2026
        return RESTRICTED if self.restricted else DUAL
